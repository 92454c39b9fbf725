"""Records of a kind as figures count them: the same rows, list and search as the kind's own page."""

from __future__ import annotations

from zhiheng.figures.registry import Records

from .declaration import Register
from .lists import columns


def counted(one: Register) -> Records:
    """What the kind's figures count. A voided record does not count from the day it was voided."""
    shown = tuple(name for name in one.shows if name != "state")
    return Records(
        name=one.title,
        noun=one.noun,
        rows=one.model.objects.all,
        day=one.day,
        columns=lambda: columns(one, shown),
        find=one.finds,
        related=one.links,
        until=one.until,
        void="voided_on",
        link=lambda record: one.url("record", record.pk),
        because=lambda record: (
            f"已于 {record.voided_on} 作废：{record.voided_because}" if record.voided_on else ""
        ),
    )
