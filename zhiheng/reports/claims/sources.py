"""Files to text."""

from pathlib import Path

LIMIT = 5 * 1024 * 1024


class Unreadable(ValueError):
    """A file that cannot be read as a report; the message says why and what to do."""


def read_file(path: Path) -> str:
    """The text of the report at `path`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"打不开文件“{path}”：{error.strerror}。请检查路径和权限。") from error
    return data.decode("utf-8-sig")
