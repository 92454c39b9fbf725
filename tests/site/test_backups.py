"""A backup holds the whole office, whichever database it came from; it is put back only where there is nothing, and only whole."""

from __future__ import annotations

import http.client
import json
import re
import stat
import tarfile
import threading
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection

from tests.site.running import command, serving, set_up
from zhiheng.audit.models import Entry
from zhiheng.backup import archive, rows, services
from zhiheng.documents import services as documents
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db
AT = datetime(2025, 1, 20, 18, 30, tzinfo=UTC)


@pytest.fixture
def backup(office, tmp_path):
    return services.back_up(path=tmp_path / "office.tar", at=AT)


def _keys() -> dict[str, str]:
    """The keys of informants, which no backup holds: put back by whoever kept them."""
    return {
        "ZHIHENG_PROTECTED_KEYS": ",".join(
            k.decode() if isinstance(k, bytes) else k for k in settings.PROTECTED_KEYS
        )
    }


def _content(path) -> dict:
    """Member → bytes, without the first and the last, which tell of the moment."""
    return {
        name: content.read()
        for name, content in archive.members(path)
        if name not in (archive.BEGIN, archive.END)
    }


def test_a_backup_put_back_holds_and_is_the_same_backup_again(backup, office, tmp_path):
    """Restored by a process of its own on SQLite, also when it was made on PostgreSQL."""
    data = tmp_path / "data"
    assert backup.entries == Entry.objects.count() and backup.files > 5 and not backup.damaged
    restored = command(data, "restore", str(backup.path), **_keys())
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert f"{backup.rows} 行" in restored.stdout and f"核对了 {backup.entries} 条" in restored.stdout
    assert (data / "ledger-heads").read_bytes() == (office.folder / "heads").read_bytes()
    again = command(data, "backup", str(tmp_path / "again.tar"), **_keys())
    assert again.returncode == 0, again.stderr
    before, after = _content(backup.path), _content(tmp_path / "again.tar")
    assert before.keys() == after.keys()
    # Every row and file, to the byte, but for the kinds of rights that Django counts anew.
    differs = {name for name in before if before[name] != after[name]}
    assert not {name for name in differs if not name.startswith(("rows/auth.", "rows/contenttypes."))}
    for path in data.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_it_is_put_back_on_postgresql_too(backup, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("the tests run on SQLite")
    import psycopg

    made = connection.settings_dict
    where = {
        "host": made["HOST"],
        "user": made["USER"],
        "password": made["PASSWORD"],
        "port": made["PORT"] or 5432,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute("CREATE DATABASE restored")
        try:
            host = made["HOST"].replace("/", "%2F")
            url = f"postgres://{made['USER']}:{made['PASSWORD']}@{host}:{where['port']}/restored"
            restored = command(tmp_path / "data", "restore", str(backup.path), DATABASE_URL=url, **_keys())
            assert restored.returncode == 0, restored.stdout + restored.stderr
            # Numbers go on after those that were restored.
            with psycopg.connect(dbname="restored", **where) as found:
                last = found.execute("SELECT max(id) FROM audit_entry").fetchone()[0]
                assert (
                    found.execute("SELECT nextval(pg_get_serial_sequence('audit_entry', 'id'))").fetchone()[0]
                    > last
                )
        finally:
            server.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")


def test_nothing_is_put_back_over_an_installation(backup, tmp_path):
    before = Entry.objects.count()
    with pytest.raises(Refused, match="数据库里已有数据"):
        services.restore(path=backup.path)
    assert Entry.objects.count() == before
    # The database is gone, what was kept outside it is not: it tells what was done after the backup.
    data = tmp_path / "data"
    data.mkdir()
    (data / "ledger-heads").write_text(f"1 {'a' * 64} 2025-01-20T10:00:00\n")
    done = command(data, "restore", str(backup.path))
    assert done.returncode == 2 and "移到别处另存" in done.stderr
    (data / "ledger-heads").unlink()
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / ("c" * 62)).touch()
    done = command(data, "restore", str(backup.path))
    assert done.returncode == 2 and "已有文件" in done.stderr


@pytest.mark.parametrize("harm", ["cut", "byte", "member", "end", "begin", "nonsense"])
def test_a_backup_that_does_not_hold_is_refused_and_leaves_nothing(backup, tmp_path, harm):
    broken, whole = tmp_path / "broken.tar", backup.path.read_bytes()
    if harm in {"member", "end", "begin"}:
        leave = {"end": archive.END, "begin": archive.BEGIN}.get(harm, "rows/cases.case/00001.gz")
        with tarfile.open(backup.path) as old, tarfile.open(broken, "w") as new:
            for member in old.getmembers():
                if member.name != leave:
                    new.addfile(member, old.extractfile(member))
    elif harm == "byte":
        at = whole.index("青禾商行".encode()) if "青禾商行".encode() in whole else len(whole) // 2
        broken.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    else:
        broken.write_bytes(whole[: len(whole) * 2 // 3] if harm == "cut" else b"nonsense" * 1000)
    with pytest.raises(Refused, match="备份不完整"):
        services.restore(path=broken)


def test_a_restoration_that_fails_leaves_nothing_and_can_be_done_again(office, tmp_path, monkeypatch):
    """Its rows are fewer than it says: what had been written by then is gone. Rows are read and written in pieces, whose
    size bounds what is held, however many there are."""
    monkeypatch.setattr(rows, "_PART", 2000)
    parts = [packed for _, packed in rows.parts(Entry)]
    backup = services.back_up(path=tmp_path / "office.tar", at=AT)
    assert len([n for n in _content(backup.path) if n.startswith("rows/audit.entry/")]) == len(parts) > 10
    data, lying = tmp_path / "data", tmp_path / "lying.tar"
    with lying.open("wb") as file:
        writer = archive.Writer(file)
        for name, content in archive.members(backup.path):
            if name == archive.END:
                told = json.load(content)
            else:
                writer.add(name, content.read())
        writer.end(rows=told["rows"] | {"cases.case": 10**6}, damaged=[])
    assert command(data, "restore", str(lying)).returncode == 2
    assert not [path for path in (data / "files").rglob("*") if path.is_file()]
    assert not (data / "ledger-heads").exists()
    restored = command(data, "restore", str(backup.path), **_keys())
    assert restored.returncode == 0, restored.stderr


def test_a_backup_is_never_written_over_and_a_failed_one_leaves_no_file(office, tmp_path, monkeypatch):
    there = tmp_path / "there.tar"
    there.write_bytes(b"older")
    with pytest.raises(Refused, match="已经存在"):
        services.back_up(path=there, at=AT)
    assert there.read_bytes() == b"older"
    with pytest.raises(Refused, match="没有写成"):
        services.back_up(path=tmp_path / "nowhere" / "x.tar", at=AT)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Writer, "add_file", full)
    with pytest.raises(Refused, match="No space"):
        services.back_up(path=tmp_path / "full.tar", at=AT)
    assert [path.name for path in tmp_path.glob("*.tar*")] == ["there.tar"]


def test_a_kept_file_that_changed_is_told_and_kept_as_it_is(office, tmp_path):
    path = documents.path_of(office.case.matter.folder.evidence.exclude(digest="").first().digest)
    whole = path.read_bytes()
    try:
        path.write_bytes(whole + b" ")
        made = services.back_up(path=tmp_path / "odd.tar", at=AT)
    finally:
        path.write_bytes(whole)
    assert made.damaged == (path.parent.name + path.name,)
    assert archive.check(made.path)[1]["damaged"] == list(made.damaged)


def test_a_backup_made_while_people_write_is_of_one_moment(tmp_path):
    data = tmp_path / "data"
    password = set_up(data)
    stop, failed = threading.Event(), []

    def knock(port: int) -> None:
        """Each failed sign-in under another name from one address is an entry and two counts."""
        number = 0
        while not stop.wait(
            0.05
        ):  # a dozen entries in each second of a backup, and the processor for the backup
            number += 1
            try:
                _sign_in(port, f"nobody-{number}", password)
            except OSError as error:
                failed.append(error)

    with serving(data, "--workers", "1") as (port, _):
        writing = threading.Thread(target=knock, args=(port,))
        writing.start()
        try:
            done = [command(data, "backup", str(tmp_path / f"{n}.tar")) for n in range(2)]
        finally:
            stop.set()
            writing.join()
    assert not failed and [one.returncode for one in done] == [0, 0], done[0].stderr
    entries = [archive.check(tmp_path / f"{n}.tar")[0]["ledger"][0] for n in range(2)]
    assert entries[1] > entries[0]
    restored = command(tmp_path / "restored", "restore", str(tmp_path / "1.tar"))
    assert restored.returncode == 0, restored.stderr


def _sign_in(port: int, name: str, password: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/people/sign-in/")
    page = connection.getresponse()
    page.read()
    token = re.search(r"csrftoken=(\w+)", page.getheader("Set-Cookie"))[1]
    body = f"csrfmiddlewaretoken={token}&username={name}&password={password}x"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}"}
    connection.request("POST", "/people/sign-in/", body, headers)
    connection.getresponse().read()
    connection.close()
