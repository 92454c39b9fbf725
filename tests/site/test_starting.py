"""Starting a site: one process prepares the database, a vanished one stops the start, what is written is the office's own."""

from __future__ import annotations

import socket
import sqlite3
import stat
import subprocess
import sys

import pytest

from tests.site.running import (
    PATIENCE,
    command,
    environment,
    free_port,
    serving,
    set_up,
    set_up_anew,
    wait_until_ready,
)


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def test_three_servers_starting_on_one_empty_directory_all_serve(data):
    ports = [free_port() for _ in range(3)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "zhiheng.cli", "serve", "--workers", "1", "--port", str(port)],
            env=environment(data),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for port in ports
    ]
    try:
        for port, process in zip(ports, processes, strict=True):
            wait_until_ready(port, process)
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(PATIENCE) for process in processes]
        for process in processes:
            process.stdout.close()
    assert codes == [0, 0, 0]


def test_nobody_else_on_the_machine_reads_what_the_office_keeps(data):
    data.mkdir(mode=0o755)
    set_up_anew(data)
    with serving(data, "--workers", "1"):
        pass
    open_to_others = {
        str(path.relative_to(data.parent)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in (data, *data.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert not open_to_others
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "zhiheng.sqlite3").stat().st_mode) == 0o600


def test_a_vanished_database_stops_the_start_in_words(data):
    set_up(data)
    (data / "zhiheng.sqlite3").rename(data / "moved-away")
    for arguments in (
        ("serve", "--port", str(free_port())),
        ("demo", "--no-serve"),
        ("set_up", str(data / "x")),
    ):
        done = command(data, *arguments)
        assert done.returncode == 2
        assert (
            "数据库里没有留痕账" in done.stderr and "请核对" in done.stderr and "Traceback" not in done.stderr
        )
    # Nothing was made in its place that could be taken for it.
    with sqlite3.connect(data / "zhiheng.sqlite3") as made:
        assert made.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    (data / "zhiheng.sqlite3").unlink()
    (data / "moved-away").rename(data / "zhiheng.sqlite3")
    with serving(data, "--workers", "1"):
        pass


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHIHENG_WORKERS", "0"),
        ("ZHIHENG_WORKERS", "many"),
        ("ZHIHENG_THREADS", "１"),
        ("ZHIHENG_PROXY", "proxy.example"),
        ("ZHIHENG_HOSTS", "https://zhiheng.example"),
        ("ZHIHENG_HTTPS", "yes"),
    ],
)
def test_a_bad_setting_stops_the_start_and_says_why(data, name, value):
    done = command(data, "serve", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr and "Traceback" not in done.stderr


def test_an_empty_key_file_is_named_and_not_used(data):
    data.mkdir()
    (data / "secret-key").touch()
    done = command(data, "serve")
    assert done.returncode == 2
    assert "secret-key" in done.stderr and "Traceback" not in done.stderr


def test_an_address_in_use_is_said_in_words(data):
    set_up(data)
    with serving(data, "--workers", "1") as (port, _):
        done = command(data, "serve", "--port", str(port))
    assert done.returncode == 2
    assert "不能监听" in done.stderr


def test_the_demonstration_tries_its_port_before_it_loads_anything(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command(data, "demo", "--port", str(port))
    assert done.returncode == 2
    assert f"zhiheng demo --port {port + 1}" in done.stderr
    assert not data.exists() or not list(data.glob("*.sqlite3"))


def test_the_first_start_of_a_site_leaves_a_line_for_every_request(data):
    import urllib.request

    with (
        serving(data, "--workers", "1") as (port, _),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page,
    ):
        assert page.headers["Cache-Control"].find("no-store") >= 0
        number = page.headers["X-Request-ID"]
    lines = (data / "access.log").read_text().splitlines()
    assert len(lines) == 2  # sent to the sign-in page, and that page
    assert number in lines[-1] and '"GET /people/sign-in/' in lines[-1]
