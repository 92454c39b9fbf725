"""Reads over lists and their applications. The actor comes first; "absent" and "not yours" are the same Http404."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.http import Http404

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, who_may
from zhiheng.jobs.models import Job, JobState
from zhiheng.matters.family import families
from zhiheng.matters.selectors import record_for, records_for
from zhiheng.refusal import Refused
from zhiheng.statements import Once

from .declared import CITY, Act, acts
from .models import (
    Application,
    ApplicationAct,
    DrawingFile,
    Group,
    ListFile,
    ReceivedList,
    ResultFile,
    Run,
    Stage,
)

# Stages in which the applicant's unit has still to do something with the applicant.
OPEN = (Stage.ASSIGNED, Stage.CONTACTED, Stage.ANSWERED)


def lists_for(actor: Person, family, on: date) -> QuerySet[ReceivedList]:
    return records_for(actor, family, on)


def list_for(actor: Person, family, pk: int, on: date) -> ReceivedList:
    return record_for(actor, family, pk, on)


def list_of(pk: int) -> ReceivedList:
    """For a job, whose actor was asked for when it was put on the table."""
    return ReceivedList.objects.select_related("unit", "matter").get(pk=pk)


def applications_for(actor: Person) -> QuerySet[Application]:
    """Every application of the actor's unit and of those below it."""
    return Application.objects.visible_to(actor).select_related("unit")


def application_for(actor: Person, pk: int) -> Application:
    found = (
        Application.objects.within_sight_of(actor)
        .select_related("unit", "received", "file", "opined_by", "agreed_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("没有这件申请，或者它不属于您的单位。")
    return found


def history_of(application: Application) -> list[ApplicationAct]:
    return list(application.acts.select_related("by__unit", "matter", "file"))


def file_for(actor: Person, act_pk: int, digest: str) -> dict[str, Any]:
    """A file handed in with an act: {"name", "digest", "size"}."""
    act = ApplicationAct.objects.filter(
        pk=act_pk, application__in=Application.objects.visible_to(actor)
    ).first()
    for kept in (act.data.get("files") or ()) if act else ():
        if kept["digest"] == digest:
            return kept
    raise Http404("没有这个附件。")


def list_file_for(received: ReceivedList, pk: int) -> ListFile:
    found = received.files.select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("这份名单没有这个文件。")
    return found


def drawings_of(received: ReceivedList) -> list[DrawingFile]:
    return list(received.drawing_files.select_related("made_by"))


def result_file_for(received: ReceivedList, pk: int) -> ResultFile:
    found = received.result_files.select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("这份名单没有这个结果文件。")
    return found


def made_by_jobs(actor: Person, received: ReceivedList, kind: str, most: int = 5) -> list[Job]:
    """The person's finished jobs of a kind about the list, the latest first."""
    done = Job.objects.filter(made_by=actor.pk, kind=kind, state=JobState.DONE, asked__list=received.pk)
    return list(done.order_by("-id")[:most])


def open_job(received: ReceivedList, kind: str) -> Job | None:
    waiting = Job.objects.filter(kind=kind, state__in=("waiting", "running"), asked__list=received.pk)
    return waiting.order_by("-id").first()


# ---------------------------------------------------------------------------------------------------- offers


def refuse_stranger(actor: Person, received: ReceivedList, on: date) -> None:
    """Raises Refused when the list is another unit's, is closed, or the actor has not the role."""
    if actor.unit_id != received.unit_id or not may(actor, Right.VERIFY_FILINGS, on):
        raise Refused.because(
            "名单由登记它的单位办理", way_out=f"请由{received.unit.name}的{who_may(Right.VERIFY_FILINGS)}办理"
        )
    if received.closed_on is not None:
        raise Refused.because("名单已经办结，不能再改")


def refusal(actor: Person, act: Act, application: Application, on: date) -> str:
    """Why the actor may not do this about the application now, "" when they may."""
    if not may(actor, Right.VERIFY_FILINGS, on):
        return "您没有核查非正常申请的角色"
    city = application.received.unit_id
    if act.side == CITY:
        if actor.unit_id != city:
            return "由市局办理"
    elif actor.unit_id != application.unit_id:
        return f"由{application.unit.short_name}办理"
    if application.stage not in act.sources:
        wanted = "、".join(Stage(one).label for one in act.sources)
        return f"申请在“{application.get_stage_display()}”，这一事项在“{wanted}”时办理"
    if act.after_due:
        until = application.reply_by or application.received.feedback_due
        if until is None or on <= until:
            return f"答复期限（{until:%Y-%m-%d}）还没有届满" if until else "名单没有写明答复期限"
    if act.second and actor.pk == application.opined_by_id:
        return "意见由您提出，须由第二人复核"
    return ""


def offers(actor: Person, application: Application, on: date) -> list[tuple[Act, str]]:
    """Every act with why it may not be done now; "" when it may."""
    return [(act, refusal(actor, act, application, on)) for act in acts().values()]


# ---------------------------------------------------------------------------------------------------- counting


def stages_of(received: ReceivedList) -> dict[str, int]:
    counted = received.applications.values_list("stage").annotate(number=Count("id"))
    return dict(counted.order_by())


def answers_of(received: ReceivedList) -> dict[str, int]:
    return dict(received.applications.values_list("answer").annotate(number=Count("id")).order_by())


def waiting(received: ReceivedList, *stages: str) -> int:
    """How many of the list's applications stand in one of these stages."""
    return received.applications.filter(stage__in=stages).count()


def split_table(received: ReceivedList) -> list[dict[str, Any]]:
    """By unit: applications, checked, withdrawn, explained; the office's own first."""
    rows = received.applications.values("unit", "unit__code", "unit__short_name").annotate(
        number=Count("id"),
        answered=Count("id", filter=~Q(answer="")),
        withdrawn=Count("id", filter=Q(answer="withdrawn")),
        explained=Count("id", filter=Q(answer="explained")),
        checked=Count("id", filter=Q(stage__in=(Stage.CHECKED, Stage.RESULTED))),
    )
    return list(rows.order_by("unit__code"))


def titles_of(pks: Iterable[int]) -> dict[int, str]:
    return dict(ReceivedList.objects.filter(pk__in=list(pks)).values_list("pk", "title"))


def has_earlier(received: ReceivedList) -> bool:
    """Whether there are other lists that this one can be held against."""
    return ReceivedList.objects.exclude(pk=received.pk).filter(rows__gt=0).exists()


def undecided(received: ReceivedList) -> QuerySet[Application]:
    """What nobody has been given yet, in the order in which it came."""
    return received.applications.filter(stage=Stage.RECEIVED).defer(*HEAVY).order_by("pk")


# Columns that may be as long as an application: read where they are shown, not by the hundred.
HEAVY = ("texts", "extra", "facts")


DIMENSIONS = {
    "list": ("名单", "received__title", "received"),
    "unit": ("区县", "unit__short_name", "unit__code"),
    "agency": ("代理机构", "agency", "agency"),
    "section": ("IPC 部", "section", "section"),
}


MOST_SHOWN = 200


def overview(actor: Person, year: int, by: str, most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """One row for each list, district, agency or section of the year, the largest first."""
    _, shown, key = DIMENSIONS[by]
    rows = Application.objects.visible_to(actor).filter(listed_on__year=year)
    found = rows.values(shown, key).annotate(
        number=Count("id"),
        answered=Count("id", filter=~Q(answer="")),
        withdrawn=Count("id", filter=Q(answer="withdrawn")),
        explained=Count("id", filter=Q(answer="explained")),
        accepted=Count("id", filter=Q(accepted=True)),
        recovered=Sum("recovered_fen"),
    )
    return [
        {**row, "name": row[shown] or "（未写明）", "key": row[key]}
        for row in found.order_by("-number", key)[:most]
    ]


def years(actor: Person) -> list[int]:
    """Years of lists with applications that the actor may see, the latest first. Asked of the lists, which are few."""
    lists = ReceivedList.objects.filter(rows__gt=0)
    if not actor.sees_every_unit:
        lists = lists.filter(pk__in=applications_for(actor).order_by().values("received"))
    return [day.year for day in lists.dates("received_on", "year", order="DESC")]


# ---------------------------------------------------------------------------------------------------- runs and groups


def run_for(received: ReceivedList, pk: int) -> Run:
    found = received.runs.select_related("made_by", "repeats").filter(pk=pk).first()
    if found is None:
        raise Http404("这份名单没有这次筛查。")
    return found


def latest_run(received: ReceivedList) -> Run | None:
    return received.runs.filter(repeats__isnull=True).select_related("made_by").first()


def runs_of(received: ReceivedList, most: int = 20) -> list[Run]:
    return list(received.runs.select_related("made_by", "repeats")[:most])


def groups_of_run(actor: Person, run: Run) -> QuerySet[Group]:
    return groups_for(actor).filter(run=run)


def groups_for(actor: Person) -> QuerySet[Group]:
    """Groups with at least one application that the actor may see."""
    rows = Group.objects.select_related("run__received")
    if actor.sees_every_unit:
        return rows
    return rows.filter(
        members__application__unit_id__in=actor.unit_ids,
        members__application__received=F("run__received"),
    ).distinct()


def group_for(actor: Person, pk: int) -> Group:
    found = groups_for(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这个线索组，或者其中没有您单位的申请。")
    return found


def members_of(actor: Person, group: Group) -> QuerySet[Application]:
    """The group's applications of its own list that the actor may see, in the group's order."""
    return _members(actor, group, memberships__place__lt=group.size).select_related("unit")


def alike_elsewhere(actor: Person, group: Group) -> QuerySet[Application]:
    """Applications of other lists with which those of the group are alike, as far as the actor may see them."""
    return _members(actor, group, memberships__place__gte=group.size).select_related("unit", "received")


def named_in(actor: Person, group: Group, numbers: Iterable[str]) -> QuerySet[Application]:
    """Those of the group's applications, of whatever list, that bear these numbers and that the actor may see."""
    return _members(actor, group, number__in=list(numbers)).select_related("received")


def sees_whole(actor: Person, group: Group) -> bool:
    """Whether the actor may see every application of the group, those of other lists too."""
    return actor.sees_every_unit or not group.members.exclude(application__unit__in=actor.unit_ids).exists()


def seen_of(actor: Person, group: Group, named: Iterable[str]) -> set[str]:
    """Which of these numbers the actor may see among the group's applications."""
    found: set[str] = set()
    asked = sorted(named)
    for start in range(0, len(asked), 10_000):
        rows = _members(actor, group, number__in=asked[start : start + 10_000])
        found |= set(rows.order_by().values_list("number", flat=True))
    return found


def units_in(members: QuerySet[Application]) -> dict[str, int]:
    """By the short name of their unit, how many of these applications there are."""
    return dict(members.order_by().values_list("unit__short_name").annotate(number=Count("id")))


def _members(actor: Person, group: Group, **which: Any) -> QuerySet[Application]:
    # In one call: what is said of a place is said of the membership in this group, not of one in another.
    rows = Application.objects.visible_to(actor).filter(memberships__group=group, **which)
    return rows.defer(*HEAVY).order_by("memberships__place")


def groups_of(actor: Person, application: Application) -> list[Group]:
    """The groups of the latest run that hold the application."""
    latest = latest_run(application.received)
    if latest is None:
        return []
    return list(
        Group.objects.filter(run=latest, members__application=application).select_related("run__received")
    )


def case_numbered(actor: Person, number: str):
    """The matter of another family, in sight of the actor, that bears this number; None when there is none."""
    for family in families():
        named = family.bears(number)
        if family.model is ReceivedList or named is None:
            continue
        rows = family.model.objects.visible_to(actor).filter(named, matter__isnull=False)
        if found := rows.select_related("matter").first():
            return found.matter
    return None


def unit_ids() -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.all()}


def by_stage(rows: QuerySet[Application]) -> dict[str, int]:
    return dict(rows.order_by().values_list("stage").annotate(number=Count("id")))


def latest_words(applications: list[int], act: str) -> dict[int, str]:
    """What the latest act of a kind says, for each of these applications."""
    rows = ApplicationAct.objects.filter(application__in=applications, act=act).order_by("id")
    return {pk: data.get("text", "") for pk, data in rows.values_list("application_id", "data")}


def totals(actor: Person, year: int) -> dict[str, Any]:
    """The sums of the year's lists, however many rows an overview shows."""
    rows = Application.objects.visible_to(actor).filter(listed_on__year=year)
    return rows.aggregate(
        number=Count("id"),
        answered=Count("id", filter=~Q(answer="")),
        withdrawn=Count("id", filter=Q(answer="withdrawn")),
        explained=Count("id", filter=Q(answer="explained")),
        accepted=Count("id", filter=Q(accepted=True)),
        recovered=Sum("recovered_fen"),
    )


def count_waiting(actor: Person, on: date) -> tuple[int, int]:
    """Applications of the actor's own unit that wait for its work, and how many of them are past the day they are to be answered by."""
    counted = _WAITING(actor.unit_id, on)
    return counted[0] if counted else (0, 0)


def _waiting(unit: int, on: date) -> QuerySet:
    mine = Application.objects.filter(unit=unit, stage__in=(*OPEN, Stage.OPINED)).order_by()
    late = Q(reply_by__lt=on) | Q(reply_by__isnull=True, received__feedback_due__lt=on)
    parts = {"waiting": Count("id"), "waiting_late": Count("id", filter=late & Q(stage__in=OPEN))}
    return mine.values_list(Value(0)).annotate(**parts).values_list(*parts)


_WAITING = Once(_waiting)
