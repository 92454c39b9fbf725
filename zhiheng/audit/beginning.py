"""Preparing the database at a start: one process at a time, and never a fresh ledger where one stood."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection

from zhiheng.refusal import Refused

from . import heads, tables
from .models import Entry

# Any constant will do; it only has to differ from the other advisory locks of this system.
_ADVISORY_LOCK = 0x5A48_4D49


def prepare_database() -> None:
    """Create or update the tables. Of several processes starting at once one does it and the others wait.

    Raises Refused when the ledger is empty although heads of it are known: a database that vanished, or the wrong one.
    """
    with alone():
        _refuse_a_ledger_begun_anew()
        call_command("migrate", verbosity=0, interactive=False)
        name = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite" and Path(name).is_file():
            Path(name).chmod(0o600)


def not_ready() -> str:
    """Why this process cannot serve now, "" when it can: the database answers and has the tables of this version."""
    close_old_connections()
    try:
        if tables.behind(connection):
            return "the tables are not those of this version"
    except DatabaseError:
        return "the database does not answer"
    finally:
        close_old_connections()
    folder = Path(settings.FILES_DIR)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return ""
    return "the folder of files is not there"


def _refuse_a_ledger_begun_anew() -> None:
    if not heads.exist():
        return
    if Entry._meta.db_table in connection.introspection.table_names() and Entry.objects.exists():
        return
    raise Refused.because(
        f"数据库里没有留痕账，但 {heads.path()} 记着它曾有的条目：数据库不见了，或者连到了别的库",
        way_out="请核对 DATABASE_URL 和 ZHIHENG_DATA_DIR，或从备份恢复；确要从头开始的，请换一个空的数据目录",
    )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Of all processes that prepare this database, one at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
        return
    with (Path(settings.DATA_DIR) / "migrate.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
