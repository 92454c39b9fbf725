"""The lists of abnormal applications of the demonstration year, worked by the system's own doors: received, read in, split, screened, looked
into by the districts, signed by two, checked, sent back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.matters import services as matters
from zhiheng.screening import importing, running, services
from zhiheng.screening.models import Application, ReceivedList

from .filings import DemoList, as_file, lists, script
from .publicity import OFFICE
from .year import YEAR

_END = date(YEAR, 12, 31)
_SAID = {
    "withdrawn": {"view": "withdrawn", "text": "申请人已办理撤回，凭证在卷。"},
    "cleared": {"view": "cleared", "text": "研发记录、试验数据与申请内容对应，发明人为在岗研发人员。"},
    "doubtful": {"view": "doubtful", "text": "未能提供与申请内容对应的研发记录，句式相同的疑点没有消除。"},
    "unanswered": {"view": "unanswered", "text": "期限内没有答复，也没有说明理由。"},
    "unreachable": {"view": "unreachable", "text": "按名单地址走访没有找到申请人，电话不通。"},
}

Cast = dict[str, dict[str, Person]]


def load_filings(cast: Cast, say: Callable[[str], None]) -> None:
    total = 0
    for one in lists():
        with transaction.atomic():
            received = _received(one, cast[OFFICE])
        _screened(received, one, cast[OFFICE])
        with transaction.atomic():
            _looked_into(received, one, cast)
            _sent_back(received, one, cast[OFFICE])
        total += received.rows
    say(f"非正常专利申请名单 {len(lists())} 份，{total} 件")


def _received(one: DemoList, office: dict[str, Person]) -> ReceivedList:
    """The letter registered, its file read in, its applications split."""
    on, number = one.received_on, lists().index(one) + 1
    received = matters.open_matter(
        actor=office["handler"],
        on=on,
        kind=script()["kind"],
        data={
            "received_on": on,
            "source": "assigned",
            "title": f"{one.batch}非正常专利申请名单",
            "sender_body": "国家知识产权局",
            "letter_no": f"示范函〔{YEAR}〕{number}号",
            "letter_on": on - timedelta(days=4),
            "batch_no": one.batch,
            "feedback_due": one.due_on,
        },
    )
    people = [office["handler"], office["handler2"]]
    matters.assign_officers(actor=people[0], record=received, people=people, on=on)
    file = importing.try_file(
        actor=people[0], received=received, data=as_file(one), name=one.file_name, on=on
    )
    importing.take_over(actor=people[0], file=file, on=on)
    counts = services.split(actor=people[0], received=received, on=on + timedelta(days=1))
    if counts[""]:
        left = Application.objects.filter(received=received, unit=received.unit).values_list("pk", flat=True)
        services.take(
            actor=people[0],
            on=on + timedelta(days=2),
            applications=list(left),
            act="move",
            answers={"unit": "500112", "why": "电话核实申请人住所"},
        )
    received.refresh_from_db()
    return received


def _screened(received: ReceivedList, one: DemoList, office: dict[str, Person]) -> None:
    from .loading import play_step

    on = one.received_on + timedelta(days=3)
    running.run(actor=office["handler"], received=received, on=on, asked={"setting": "default"})
    received.refresh_from_db()
    due = {"district_due": one.due_on - timedelta(days=7)}
    play_step(received, script()["steps"]["split"], due, on, office)


def _looked_into(received: ReceivedList, one: DemoList, cast: Cast) -> None:
    """What the districts did, as far as the year goes."""
    rng = Random(f"{YEAR} {one.batch}")
    by_unit: dict[str, list[int]] = defaultdict(list)
    for pk, code in (
        Application.objects.filter(received=received).order_by("pk").values_list("pk", "unit__code")
    ):
        by_unit[code].append(pk)
    kinds, weights = zip(*script()["outcomes"].items(), strict=True)
    for code, pks in sorted(by_unit.items()):
        ends: dict[str, list[int]] = defaultdict(list)
        for pk in pks:
            ends[rng.choices(kinds, weights)[0]].append(pk)
        half = one.process == "verifying"
        _district(cast[code], one, ends, half=half)


def _district(people: dict[str, Person], one: DemoList, ends: dict[str, list[int]], *, half: bool) -> None:
    first, second = people["handler"], people["handler2"]
    contacted, answered = one.received_on + timedelta(days=8), one.received_on + timedelta(days=15)
    late = one.due_on - timedelta(days=13)
    spoken = [pk for kind, pks in ends.items() if kind != "unreachable" for pk in pks]
    _take(
        first,
        contacted,
        spoken,
        "contact",
        method="phone",
        reached="yes",
        content="告知名单所列情形和答复期限，申请人表示收到。",
    )
    _take(
        first,
        contacted,
        ends["unreachable"],
        "contact",
        method="site",
        reached="no",
        content="名单所列地址没有该申请人。",
    )
    _take(
        first,
        answered,
        ends["withdrawn"],
        "withdraw",
        withdrawn_on=answered,
        voucher="撤回声明及受理通知（示范）",
    )
    for pk in ends["explained"]:
        _take(
            first, answered, [pk], "explain", explained_on=answered, project="企业自立项目，有立项书和试制记录",
            content="说明技术来源和试制过程，提交照片和检测记录。",
        )  # fmt: skip
    _take(
        first,
        answered,
        ends["unreachable"],
        "unreachable",
        why="unreachable",
        content="电话、信函、走访均未联系上。",
    )
    if half:
        return
    _take(first, late, ends["unanswered"], "silent", content="期限届满没有收到答复。")
    opined = one.due_on - timedelta(days=10)
    doubtful = ends["explained"][1::3]
    cleared = [pk for pk in ends["explained"] if pk not in doubtful]
    for kind, pks in (
        ("withdrawn", ends["withdrawn"]), ("cleared", cleared), ("doubtful", doubtful), ("unanswered", ends["unanswered"]),
        ("unreachable", ends["unreachable"]),
    ):  # fmt: skip
        _take(first, opined, pks, "opine", **_SAID[kind])
    every = [pk for pks in ends.values() for pk in pks]
    _take(second, opined + timedelta(days=1), every, "agree", verdict="agree", text="材料齐全，同意。")


def _take(actor: Person, on: date, pks: Sequence[int], act: str, **answers: Any) -> None:
    if pks and on <= _END:
        services.take(actor=actor, on=on, applications=pks, act=act, answers=answers)


def _sent_back(received: ReceivedList, one: DemoList, office: dict[str, Person]) -> None:
    """The office's check, the letter back, the results, measures, the archive."""
    from .loading import play_step

    if one.process == "verifying":
        return
    steps, officer = script()["steps"], office["handler"]
    every = list(Application.objects.filter(received=received).order_by("pk").values_list("pk", flat=True))
    _take(
        officer,
        one.due_on - timedelta(days=5),
        every,
        "check",
        verdict="agree",
        text="核查过程完整，同意报送。",
    )
    rows = Application.objects.filter(received=received)
    ended = {
        answer: rows.filter(answer=answer).count()
        for answer in ("withdrawn", "explained", "unanswered", "unreachable")
    }
    counts = {f"rows_{answer}": number for answer, number in ended.items()} | {"rows_total": received.rows}
    play_step(received, steps["feedback"], counts, one.due_on - timedelta(days=3), office)
    if one.process == "fed_back":
        return
    known = one.due_on + timedelta(days=45)
    for result, wanted in (
        ("withdrawn", rows.filter(answer="withdrawn")),
        ("normal", rows.filter(accepted=True)),
        ("refused", rows.filter(accepted=False)),
        ("deemed_withdrawn", rows.filter(answer__in=("unanswered", "unreachable"))),
    ):
        pks = list(wanted.order_by("pk").values_list("pk", flat=True))
        _take(
            officer,
            known,
            pks,
            "result",
            result=result,
            result_on=known,
            paper="国家知识产权局结果通报（示范）",
        )
    for pk in rows.filter(result="refused").order_by("pk").values_list("pk", flat=True)[:3]:
        _take(
            officer, known + timedelta(days=10), [pk], "measure", measure="no_subsidy", target="applicant", decided_by="区科技局（示范）",
            decided_on=known + timedelta(days=8), basis="规范申请专利行为的规定第九条第五项", evidence="资助发放清单、国家知识产权局结果通报",
            heard="yes", heard_why="书面听取申请人意见，申请人同意退回", amount=2_000_00,
        )  # fmt: skip
        _take(
            officer,
            known + timedelta(days=30),
            [pk],
            "recover",
            amount=2_000_00,
            recovered_on=known + timedelta(days=28),
            voucher="缴款书（示范）",
        )
    play_step(received, steps["conclude"], {}, known + timedelta(days=31), office)
    if one.process == "archived":
        play_step(
            received,
            steps["file"],
            {"volume_no": f"{YEAR}-非正-{lists().index(one) + 1}"},
            known + timedelta(days=40),
            office,
        )
