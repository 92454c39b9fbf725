"""A ledger of any length is verified in bounded memory, and rows that cannot be read are told and stop nothing."""

from __future__ import annotations

import weakref
from datetime import date

from django.db import transaction

from tests.world import tell_of
from zhiheng.audit import services, verification
from zhiheng.audit.models import Entry

ON = date(2025, 1, 20)


def test_a_ledger_of_any_length_is_read_in_pieces(world, monkeypatch):
    """What is held at once does not grow with the ledger: only so many entries live at any moment, however many there are."""
    tell_of(world)
    monkeypatch.setattr(verification, "_BATCH", 10)
    alive: weakref.WeakSet = weakref.WeakSet()
    most: list[int] = []
    from_db = Entry.from_db.__func__

    def counted(cls, *args):
        made = from_db(cls, *args)
        alive.add(made)
        most[-1] = max(most[-1], len(alive))
        return made

    monkeypatch.setattr(Entry, "from_db", classmethod(counted))
    for _ in range(2):
        for _ in range(150):
            with transaction.atomic():
                services.record(actor=world.city.admin, on=ON, action="退出登录", subject=world.city.admin)
        most.append(0)
        found = verification.verify()
        assert found.ok and found.entries >= 150
    assert most[1] <= most[0] <= 40


def test_a_replay_that_meets_rows_it_cannot_read_says_so_and_the_others_go_on(world, monkeypatch):
    class Broken(verification.Replay):
        """Rows of a kind."""

        def hold(self, entries):
            yield "先看到的"
            raise KeyError("step")

    class Sound(verification.Replay):
        """Rows of another."""

        def close(self):
            yield "后看到的"

    tell_of(world)
    monkeypatch.setattr(verification, "_replays", [Broken, Sound])
    first, second, third = verification.verify().faults
    assert first == "先看到的" and "无法核对" in second and "step" in second and third == "后看到的"
