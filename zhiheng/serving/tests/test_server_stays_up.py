"""The server under clients that mean harm, workers that die, and a stop in the middle of a request."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from .application import FILM, LARGEST

# Seconds, longer than any honest answer takes on a busy machine; what is tested is whether one comes at all.
PATIENCE = 300


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def started(*told: int):
    port = _free_port()
    command = [sys.executable, "-m", "zhiheng.serving.tests.application", str(port), *map(str, told)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"started\n"
        yield port, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def running():
    with started() as told:
        yield told


def ask(port: int, path: str = "/", **sent) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("POST" if sent else "GET", path, **sent)
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextlib.contextmanager
def connections(port: int, number: int, first: bytes = b""):
    """So many connections that have said `first` and say no more."""
    with contextlib.ExitStack() as held:
        opened = [
            held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            for _ in range(number)
        ]
        for one in opened:
            one.sendall(first)
        yield opened


@pytest.mark.parametrize(
    ("number", "first"),
    [
        (300, b""),
        (300, b"GET / HTTP/1.1\r\nHost: x\r\n"),
        (300, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        (60, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"),
        (60, b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"),
    ],
    ids=["silent", "half a head", "idle after an answer", "half a body", "not reading the answer"],
)
def test_connections_that_do_nothing_keep_nobody_from_the_site(running, number, first):
    port, _ = running
    with connections(port, number, first):
        assert ask(port)[0] == 200


def test_who_had_to_wait_for_a_worker_comes_to_any_of_them_the_next_time(tmp_path):
    """Two workers with four threads each: of connections kept with one worker, those that wait for a thread end with their answers."""
    with started() as (port, process), contextlib.ExitStack() as held:
        kept: dict[bytes, list[http.client.HTTPConnection]] = {}
        for _ in range(11):
            one = held.enter_context(
                contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE))
            )
            one.request("GET", "/")
            kept.setdefault(one.getresponse().read(), []).append(one)
        worker, busy = max(kept.items(), key=lambda found: len(found[1]))
        busy = busy[:6]
        for one in busy:
            one.request("GET", f"/held?{tmp_path}/go")
        for _ in range(4):
            assert process.stdout.readline() == b"held\n"
        time.sleep(2)  # the two more have been sent: they lie before the worker
        (tmp_path / "go").touch()
        answers = [(answer.read(), answer.will_close) for answer in (one.getresponse() for one in busy)]
        assert [told for told, _ in answers] == [worker] * 6
        assert sorted(ended for _, ended in answers) == [False] * 4 + [True] * 2
        for one in busy:  # whoever was let go of comes anew
            one.request("GET", "/")
            assert one.getresponse().status == 200


def test_half_a_request_is_let_go_of_even_when_a_byte_comes_now_and_then(running):
    port, _ = running
    with (
        connections(port, 1, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n") as (slow,),
        pytest.raises((BrokenPipeError, ConnectionResetError)),
    ):
        for _ in range(PATIENCE * 2):
            slow.sendall(b"x")
            time.sleep(0.5)


def test_a_body_over_the_limit_is_refused_and_not_kept(running):
    port, _ = running
    assert ask(port, body=b"x" * (LARGEST - 1)) == (200, str(LARGEST - 1).encode())
    with connections(port, 1) as (sender,):
        sender.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000000\r\n\r\n")
        assert b" 413 " in sender.recv(100)
    with connections(port, 1) as (sender,):
        sender.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(40):
                sender.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert b" 413 " in sender.recv(100)


def test_an_address_that_takes_films_takes_more_than_the_others(running):
    port, _ = running
    path = "/film/%E6%96%B0"
    assert ask(port, path, body=b"x" * (FILM - 1)) == (200, str(FILM - 1).encode())
    for at, sent in ((path, FILM), ("/film/", LARGEST)):
        with connections(port, 1) as (sender,):
            sender.sendall(f"POST {at} HTTP/1.1\r\nHost: x\r\nContent-Length: {sent}\r\n\r\n".encode())
            assert b" 413 " in sender.recv(100)


def test_a_large_body_that_comes_steadily_is_waited_for_and_one_that_trickles_is_not():
    size, piece = LARGEST - 1, 16 * 1024
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()
    with started(2) as (port, _), connections(port, 1, head) as (sender,):
        for start in range(0, size, piece):  # four times as long as a small request may take
            sender.sendall(b"x" * min(piece, size - start))
            time.sleep(0.13)
        sender.settimeout(PATIENCE)
        assert b" 200 " in sender.recv(100)


def test_bodies_that_many_begin_to_send_do_not_fill_the_disk():
    size, room, number = LARGEST // 2, 4 * LARGEST, 40
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size + 1}\r\n\r\n".encode()
    with started(PATIENCE, room) as (port, _), connections(port, number, head + b"x" * size) as opened:
        kept = set(opened)

        def left() -> int:
            for one in list(kept):
                one.settimeout(0.01)
                try:
                    if one.recv(1) == b"":
                        kept.discard(one)
                except TimeoutError:
                    pass
                except ConnectionError:
                    kept.discard(one)
            return len(kept)

        for _ in range(PATIENCE):
            if left() <= 2 * room // size:  # there are two workers
                break
            time.sleep(1)
        assert 0 < left() <= 2 * room // size
        assert ask(port, body=b"y" * size) == (200, str(size).encode())


def test_a_worker_that_dies_is_replaced(running):
    port, _ = running
    first = {ask(port)[1] for _ in range(20)}
    for _ in range(2):
        with contextlib.suppress(http.client.HTTPException, ConnectionError):
            ask(port, "/die")
    answers = set()
    for _ in range(PATIENCE * 10):
        with contextlib.suppress(ConnectionError, http.client.HTTPException):
            answers.add(ask(port)[1])
        if answers - first:
            break
        time.sleep(0.1)
    assert answers - first


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_request_being_worked_on(running, number):
    port, process = running
    answers: list = []
    asking = [threading.Thread(target=lambda: answers.append(ask(port, "/slow")[0])) for _ in range(6)]
    for one in asking:
        one.start()
    for _ in asking:
        assert process.stdout.readline() == b"asked\n"
    process.send_signal(number)
    for one in asking:
        one.join(PATIENCE)
    assert answers == [200] * 6
    assert process.wait(PATIENCE) == 0
    with pytest.raises(ConnectionError):
        ask(port)


def test_workers_end_with_the_process_that_watches_them(running):
    port, process = running
    workers = {int(ask(port)[1]) for _ in range(20)}
    process.kill()
    process.wait()
    for _ in range(PATIENCE * 10):
        if not any(_running(pid) for pid in workers):
            break
        time.sleep(0.1)
    assert not any(_running(pid) for pid in workers)


def _running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a process, not a file
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
