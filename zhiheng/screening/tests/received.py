"""A received list for tests: registered, read in, split, by the services."""

from __future__ import annotations

import csv
import io
from datetime import date
from random import Random

from tests.prepared import prepared
from zhiheng import canonical
from zhiheng.audit.verification import verify
from zhiheng.matters import services as matters
from zhiheng.screening import importing, services
from zhiheng.screening.models import Application, ReceivedList

from .texts import abstract, edited

RECEIVED = date(2024, 3, 4)
DUE = date(2024, 3, 29)
AFTER = date(2024, 4, 1)
HEADINGS = ("序号", "申请号", "发明名称", "申请人", "申请人地址", "发明人", "联系人电话", "代理机构", "申请日", "IPC主分类", "非正常情形", "摘要", "核查人", "核查结果")  # fmt: skip
IN_A, IN_B = "重庆市渝北区平安街3号2楼5室", "重庆市渝中区文明巷8号1楼2室"


def number(n: int) -> str:
    digits = f"20231{n:07d}"
    return f"{digits}.{canonical.check_digit(digits)}"


def row(n: int, *, address: str = IN_A, text: str = "", applicant: str = "", **said: str) -> list[str]:
    told = {
        "序号": str(n), "申请号": number(n), "发明名称": f"一种装置{n}", "申请人": applicant or f"示例{n}公司", "申请人地址": address,
        "发明人": f"张{n}", "联系人电话": f"1380000{n:04d}", "代理机构": "示例代理", "申请日": "2023-06-01", "IPC主分类": "G06F 17/30",
        "非正常情形": "第（一）项", "摘要": text or abstract(Random(n)), "核查人": "", "核查结果": "",
    }  # fmt: skip
    return [{**told, **said}[heading] for heading in HEADINGS]


def as_csv(rows: list[list[str]], headings=HEADINGS) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue().encode("utf-8-sig")


def register(world, *, on: date = RECEIVED, due: date = DUE, title: str = "2024年第一批名单") -> ReceivedList:
    return matters.open_matter(
        actor=world.city.handler,
        on=on,
        kind="abnormal",
        data={
            "received_on": on, "source": "assigned", "title": title, "sender_body": "国家知识产权局", "letter_no": "国知函〔2024〕1号",
            "letter_on": on, "feedback_due": due,
        },
    )  # fmt: skip


def take_in(world, received: ReceivedList, data: bytes, name: str = "名单.csv", on: date = RECEIVED):
    file = importing.try_file(actor=world.city.handler, received=received, data=data, name=name, on=on)
    return importing.take_over(actor=world.city.handler, file=file, on=on)


def rows_of_two() -> list[list[str]]:
    """Six applications of one text in the two districts, four strangers."""
    source = abstract(Random(99))
    alike = [
        row(
            n,
            address=IN_A if n <= 3 else IN_B,
            text=edited(source, 0.03, n),
            applicant=f"壳{n}公司",
            发明人="李某",
            联系人电话="13900000000",
        )
        for n in range(1, 7)
    ]
    return [*alike, *(row(n, address=IN_A if n % 2 else IN_B) for n in range(7, 11))]


@prepared
def received_and_split(world, rows: list[list[str]] | None = None) -> ReceivedList:
    received = register(world)
    take_in(world, received, as_csv(rows or rows_of_two()))
    services.split(actor=world.city.handler, received=received, on=RECEIVED)
    received.refresh_from_db()
    return received


def of(received: ReceivedList, n: int) -> Application:
    return Application.objects.get(received=received, number=number(n))


def do(actor, applications, act: str, on: date = RECEIVED, **answers):
    pks = [one.pk if isinstance(one, Application) else one for one in applications]
    return services.take(actor=actor, on=on, applications=pks, act=act, answers=answers)


def withdrawn(world, one: Application, who=None) -> None:
    """Contacted and withdrawn, as a district does it."""
    who = who or world.a
    do(who.handler, [one], "contact", method="phone", reached="yes", content="告知期限")
    do(who.handler, [one], "withdraw", withdrawn_on=RECEIVED, voucher="受理通知1号")


def agreed(world, one: Application, who=None) -> None:
    who = who or world.a
    withdrawn(world, one, who)
    do(who.handler, [one], "opine", view="withdrawn", text="已经撤回，凭证在卷")
    do(who.co_handler, [one], "agree", verdict="agree", text="同意")


def faults_of_filings() -> list[str]:
    """What the ledger finds wrong about lists: the cast of the tests itself stands on no entry."""
    return [one for one in verify().faults if not one.startswith(("人员“", "单位 "))]
