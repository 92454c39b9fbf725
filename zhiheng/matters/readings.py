"""查阅记录: who read which record on which day.

Light on purpose: one row a person, record and day, and what somebody opens again within minutes is the same reading. Every evening the
rows of days gone by are sealed with one entry in the ledger of acts (`seal`), against which `verify_audit` holds them.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta
from threading import Lock

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.transaction import atomic
from django.utils import timezone

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.audit import services as audit
from zhiheng.audit.models import Entry

from .models import MatterRecord, Reading

AGAIN = timedelta(minutes=10)
"""What is opened again within this time is the same reading: going through the tabs of a file is one."""
_RECENT = 5000  # how many readings a process remembers, so that it need not ask the database

_seen: OrderedDict[tuple, datetime] = OrderedDict()
_lock = Lock()


def note(*, actor: Person, record: Model, at: datetime) -> None:
    """The person is about to be shown content of the record: a matter's, or any other with a unit that tells of one (an application of
    a received list, a review of a closed case), which is called by the label of its table. At most one statement, and none if it is
    the same reading. The day is the true one of the moment, whatever day the pages work on."""
    on = timezone.localtime(at).date()
    kind, title = (
        (record.kind, record.title)
        if isinstance(record, MatterRecord)
        else (record._meta.label_lower, str(record))
    )
    key = (connection.settings_dict["NAME"], kind, record.pk, actor.pk, on)
    with _lock:
        before = _seen.get(key)
        if before is not None and timedelta() <= at - before < AGAIN:
            return
        _seen[key] = at
        _seen.move_to_end(key)
        while len(_seen) > _RECENT:
            _seen.popitem(last=False)
    table = connection.ops.quote_name(Reading._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (unit_id, kind, record_id, title, person_id, {_ON}, times, first_at, last_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, 1, %s, %s) "
            f"ON CONFLICT (kind, record_id, person_id, {_ON}) DO UPDATE SET times = {table}.times + 1, last_at = excluded.last_at",
            [record.unit_id, kind, record.pk, title[:200], actor.pk, on, *[_moment(at)] * 2],
        )


_ON = '"on"'


def _moment(at: datetime):
    return connection.ops.adapt_datetimefield_value(at)


def forget() -> None:
    """What this process remembers: for tests, whose databases are taken back."""
    with _lock:
        _seen.clear()


# ------------------------------------------------------------------ who may see it


def readings_for(actor: Person, on: date) -> QuerySet[Reading]:
    """Readings of the records that the actor's unit and those below keep, the latest first; none for who supervises nothing."""
    rows = (
        Reading.objects.visible_to(actor)
        if may(actor, Right.SUPERVISE_READING, on)
        else Reading.objects.none()
    )
    return rows.select_related("unit", "person__unit")


def readings_of(record: MatterRecord) -> QuerySet[Reading]:
    """Who read one record. The caller has reached it through its door and supervises."""
    rows = Reading.objects.filter(kind=record.kind, record_id=record.pk)
    return rows.select_related("person__unit").order_by("-on", "-id")


# ------------------------------------------------------------------ sealing


def seal(*, before: date) -> int:
    """Seal the readings of every day before this one that is not sealed yet, a day an entry; how many days that were."""
    done = 0
    days = Reading.objects.filter(on__lt=before).filter(~Q(on__in=sealed())).order_by("on")
    for day in list(days.values_list("on", flat=True).distinct()):
        with atomic():
            last = Reading.objects.filter(on=day).order_by("-pk").first()
            audit.record(
                actor=None,
                on=day,
                action="封存查阅记录",
                subject=last,
                name=f"{day:%Y-%m-%d}",
                data=sum_of(day),
            )
        done += 1
    return done


def sealed() -> list[date]:
    """Days whose readings are sealed."""
    kind = Reading._meta.label_lower
    return list(Entry.objects.filter(subject_kind=kind).values_list("on", flat=True))


def sum_of(day: date) -> dict:
    """How many readings the day has, and the digest of all that they say."""
    rows = Reading.objects.filter(on=day).order_by("kind", "record_id", "person_id")
    told = [
        [*row[:-2], row[-2].isoformat(), row[-1].isoformat()]
        for row in rows.values_list(
            "unit_id", "kind", "record_id", "title", "person_id", "times", "first_at", "last_at"
        )
    ]
    return {"day": day.isoformat(), "readings": len(told), "digest": audit.digest(audit.canonical(told))}
