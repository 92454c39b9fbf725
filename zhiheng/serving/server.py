"""The web server: one process that watches, several that serve.

`serve` binds the address, makes the worker processes, starts another where one died, and ends them gracefully: told to
stop, each takes no new connection, finishes the requests it has, and is gone. Workers are waitress servers: they
receive a request whole before a thread works on it, so that slow or silent clients hold a socket and no thread.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

_log = logging.getLogger(__name__)

GRACE_SECONDS = 30
"""How long a stop waits for requests being worked on."""
CONNECTIONS = 2000
"""Open connections of one worker. More wait in the kernel until some are closed."""
HEADER_SECONDS, BODY_SECONDS, IDLE_SECONDS = 15, 120, 60
"""How long a client may take over the head and the whole of a request, and keep a connection that says nothing."""
SLOWEST = 64 * 1024
"""Bytes a second that earn a large body as many seconds more."""
RECEIVING_BYTES = 4 << 30
"""What all unfinished requests of one worker may have sent: it lies in memory and on the disk before anybody has looked at it.
One recording of the largest size finds room beside what others send."""
_HEADER_BYTES = 32 * 1024
_LOOK_SECONDS = 2
_BUSY_SECONDS = 0.02
"""How soon a worker whose threads are all at work looks again whether one is free."""
_SETTLE_SECONDS = 0.5


class CannotListen(Exception):
    """The address cannot be had; the message is for the person at the terminal."""


def bind(host: str, port: int, unix: Path | None = None) -> socket.socket:
    """The listening socket: a TCP address, or a Unix socket that its group may open. Raises CannotListen."""
    try:
        if unix is None:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            bound = socket.socket(family, socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((host, port))
        else:
            bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with contextlib.suppress(FileNotFoundError):
                unix.unlink()
            bound.bind(str(unix))
            unix.chmod(0o660)
    except OSError as error:
        where = unix or f"{host}:{port}"
        raise CannotListen(f"{where} 不能监听（{error.strerror}）；请换一个端口或地址。") from error
    bound.listen(2048)
    return bound


def serve(
    application: Callable,
    bound: socket.socket,
    *,
    workers: int,
    threads: int,
    largest_body: Callable[[str], int],
    before_fork: Callable[[], None],
    started: Callable[[], None],
    beside: Callable[[Callable[[], bool]], None] | None = None,
) -> int:
    """Serve until told to stop by SIGTERM or SIGINT; 0 when every worker ended by itself.

    `before_fork` lets go of what processes must not share (database connections), `started` is called once the first
    workers run. `largest_body` tells how many bytes a request to a path may bring. `beside` runs in one more process for as long as what it is handed says so.
    """

    def work() -> int:
        return _work(application, bound, threads, largest_body)

    lives = [work] * workers
    if beside is not None:
        lives.append(lambda: _attend(beside))
    return _Watch(bound, lives, before_fork).run(started)


class _Watch:
    def __init__(self, bound: socket.socket, lives: list[Callable[[], int]], before_fork: Callable[[], None]):
        self._bound, self._lives, self._before_fork = bound, lives, before_fork
        self._workers: dict[int, tuple[float, Callable[[], int]]] = {}
        self._stopping = False
        self._failed = False

    def run(self, started: Callable[[], None]) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        for life in self._lives:
            self._fork(life)
        started()
        while self._workers:
            try:
                pid, status = os.waitpid(-1, 0)
            except ChildProcessError:
                break
            if pid not in self._workers:
                continue  # a child of somebody else's making
            began, life = self._workers.pop(pid)
            if self._stopping:
                self._failed |= status != 0
                continue
            _log.error("worker %d ended with %s; another is started", pid, os.waitstatus_to_exitcode(status))
            if time.monotonic() - began < 1:
                time.sleep(1)  # one that dies at once must not turn into a storm
            if not self._stopping:
                self._fork(life)
        return 1 if self._failed else 0

    def _fork(self, life: Callable[[], int]) -> None:
        self._before_fork()
        sys.stdout.flush()
        sys.stderr.flush()
        # A stop that arrives between the fork and the child's own handlers must reach the child, not be lost in it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        # What stands by now (the law book, the code) stays: a worker's collector need not walk it, which takes 80 ms each
        # time in the midst of a page, nor copy the memory that all workers share.
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = life()
            finally:
                logging.shutdown()
                os._exit(code)
        self._workers[pid] = time.monotonic(), life
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})

    def _stop(self, number, frame) -> None:
        again, self._stopping = self._stopping, True
        self._bound.close()
        for pid in list(self._workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if again and number == signal.SIGINT else signal.SIGTERM)
        if not again:
            signal.alarm(GRACE_SECONDS + 5)

    def _kill(self, number, frame) -> None:
        for pid in list(self._workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _work(
    application: Callable, bound: socket.socket, threads: int, largest_body: Callable[[str], int]
) -> int:
    """One worker's life. It also ends when the process that watches is gone."""
    watch = os.getppid()
    told: list[int] = []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = CONNECTIONS + 256
    if soft < enough:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(enough, hard), hard))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    server = waitress.create_server(
        application,
        sockets=[bound],
        threads=threads,
        connection_limit=min(CONNECTIONS, files - 200),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=_LOOK_SECONDS,
        max_request_header_size=_HEADER_BYTES,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,  # serving.edge decides whom to believe
        log_socket_errors=False,
        ident="zhiheng",
    )
    server.channel_class = _channels(largest_body)

    def stop(number, frame):
        told.append(number)
        server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    # Ctrl-C reaches the whole group; the watching process passes it on as SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    halves = _Halves(server)
    tasks = server.task_dispatcher
    while not told and os.getppid() == watch:
        # With every thread at work, the next visitor is left to a worker that has one free.
        server.accepting = tasks.active_count + len(tasks.queue) < threads
        if tasks.queue:
            _let_go(tasks, threads)
        # A thread says that it is done a moment before it is free: with all at work nobody need say so again.
        patience = 1 if server.accepting else _BUSY_SECONDS
        wasyncore.loop(timeout=patience, use_poll=True, map=server._map, count=1)
        halves.close_the_slow()
    return _finish(server)


def _let_go(tasks, threads: int) -> None:
    """Connections whose requests wait for a thread end with their answers: their next request comes by a new one, and that is taken by
    the worker with a thread free. Kept, they would stay with the worker they once came to, however many others stayed there too."""
    with tasks.lock:
        waiting = list(tasks.queue)[threads - tasks.active_count :]
    for channel in waiting:
        for request in channel.requests[:1]:
            request.headers["CONNECTION"] = "close"


def _attend(beside: Callable[[Callable[[], bool]], None]) -> int:
    """The life of the process beside the workers; it too ends when the process that watches is gone."""
    watch = os.getppid()
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    beside(lambda: not told and os.getppid() == watch)
    return 0


def _channels(largest_body: Callable[[str], int]) -> type[HTTPChannel]:
    """Connections whose requests may bring as much as their path allows, known once the head has come."""

    class Parser(HTTPRequestParser):
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.body_rcv is not None:
                self.adj = copy.copy(self.adj)
                path = self.path.encode("latin-1").decode("utf-8", "replace")  # as WSGI hands it on
                self.adj.max_request_body_size = largest_body(path)

    class Channel(HTTPChannel):
        parser_class = Parser

    return Channel


class _Halves:
    """Requests that are being received: a client that sends a byte now and then is never idle, yet must come to an end; and
    what many send at once must not fill the disk."""

    def __init__(self, server):
        self._server = server
        self._since: dict[int, tuple[object, float]] = {}
        self._next = 0.0

    def close_the_slow(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LOOK_SECONDS
        seen: dict[int, tuple[object, float]] = {}
        received = []
        for channel in list(self._server.active_channels.values()):
            half = channel.request
            if half is None:
                continue
            kept, since = self._since.get(id(channel), (half, now))
            seen[id(channel)] = (half, since if kept is half else now)
            received.append((seen[id(channel)][1], half.body_bytes_received, channel))
            patience = BODY_SECONDS if half.headers_finished else HEADER_SECONDS
            patience += half.body_bytes_received / SLOWEST
            if now - seen[id(channel)][1] > patience:
                channel.will_close = True
        self._since = seen
        # Who came first is received to the end.
        received.sort(key=lambda one: one[0])
        for (_, _, channel), together in zip(
            received, accumulate(size for _, size, _ in received), strict=True
        ):
            if together > RECEIVING_BYTES:
                channel.will_close = True


def _finish(server) -> int:
    """Take in who is waiting already and nobody after, answer what has been asked, then let go of the rest."""
    until = time.monotonic() + GRACE_SECONDS
    settled = time.monotonic() + _SETTLE_SECONDS
    server.accepting = True
    # A connection that waits in the kernel, or whose request is on its way, was made before the stop: it is answered.
    while time.monotonic() < settled:
        wasyncore.loop(timeout=0.05, use_poll=True, map=server._map, count=1)
    server.del_channel(server._map)
    server.socket.close()

    def busy() -> bool:
        return any(c.requests or c.total_outbufs_len for c in list(server.active_channels.values()))

    while busy() and time.monotonic() < until:
        wasyncore.loop(timeout=0.1, use_poll=True, map=server._map, count=1)
    left = busy()
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
    return 1 if left else 0
