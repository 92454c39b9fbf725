"""Files under their digest: whole, verified when they are kept and when they are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zhiheng.documents import services
from zhiheng.refusal import Refused


def test_what_was_stored_is_read_back_and_stored_once():
    digest = services.store(b"evidence")
    assert services.read(digest) == b"evidence"
    written = services.path_of(digest).stat().st_mtime_ns
    assert services.store(b"evidence") == digest
    assert services.path_of(digest).stat().st_mtime_ns == written


@pytest.mark.parametrize("broken", [b"", b"another", b"evidencE"], ids=["empty", "another", "one bit"])
def test_a_damaged_copy_in_place_is_replaced_by_what_was_handed_in(broken):
    digest = services.store(b"evidence")
    services.path_of(digest).write_bytes(broken)
    with pytest.raises(Refused, match="不符"):
        services.read(digest)
    assert services.store(b"evidence") == digest
    assert services.read(digest) == b"evidence"


def test_what_a_disk_does_not_keep_is_refused_and_leaves_nothing(monkeypatch):
    kept = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: kept(self)[:-1])
    with pytest.raises(Refused, match="读回的内容不符"):
        services.store(b"evidence")
    monkeypatch.undo()
    digest = services.audit.digest(b"evidence")
    assert not services.path_of(digest).exists()
    assert not list(services.path_of(digest).parent.iterdir())


def test_a_full_disk_is_refused_in_words_and_leaves_nothing(monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="No space left"):
        services.store(b"evidence")
    monkeypatch.undo()
    assert not list(services.path_of(services.audit.digest(b"evidence")).parent.iterdir())
