"""Numbers received from others, as a kind of record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.cases.selectors import numbered
from zhiheng.matters import readings
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Begin, Register, register

from .models import CaseMark, ReceivedReturn
from .received import RECEIVED, declare

declare()


def _faults(received: ReceivedReturn, on: date) -> Iterator[Reason]:
    figure = RECEIVED.get(received.indicator)
    money = figure is not None and figure.measure.money
    if money and received.amount_fen is None:
        yield Reason(f"“{figure.title}”是金额，请填“金额”", field="amount_fen")
    if figure is not None and not money and received.number is None:
        yield Reason(f"“{figure.title}”不是金额，请填“数目”", field="number")
    if received.last > on:
        yield Reason(f"期末{received.last}还没有到，数字还会变动", field="last")
    if figure is not None and figure.stock and received.first != received.last:
        yield Reason(f"“{figure.title}”是截至某日的数，期初、期末应是同一天", field="first")
    if (other := _counted_twice(received)) is not None:
        yield Reason(
            f"{other.unit.name}{other.first}至{other.last}的这项数字已经登记（{other.paper}），两条会重复计算",
            way_out="以新的为准的，请先作废原来那一条；只是写错的，请更正",
            field="last",
        )


def _counted_twice(received: ReceivedReturn) -> ReceivedReturn | None:
    """A standing number of the same indicator for days of the same period, of the unit, one above or one below it."""
    unit = received.unit
    related = Q(unit__path__startswith=unit.path) | Q(unit__code__in=unit.line)
    same = ReceivedReturn.objects.standing().filter(
        related, indicator=received.indicator, first__lte=received.last, last__gte=received.first
    )
    return same.exclude(pk=received.pk).select_related("unit").order_by("id").first()


register(
    Register(
        code="returns",
        model=ReceivedReturn,
        noun="条",
        icon="report-analytics",
        right=Right.ENTER_RETURN,
        day="last",
        shows="paper indicator unit source first last number amount_fen",
        finds="paper source",
        acts=(
            Begin(
                "receive",
                "登记外部统计",
                "indicator unit first last number? amount_fen? source paper paper_on note?",
                intro="登记其他机关或者下级报来、本系统没有逐件记录的数字；写明来源文件，并附上文件。",
            ),
        ),
        check=_faults,
        attachments="来源文件 其他",
        empty="还没有登记外部统计。其他机关报来的数字登记后，即计入年度报告。",
    )
)


def _mark_faults(mark: CaseMark, on: date) -> Iterator[Reason]:
    """A case of that number that is kept here says its cause and its day itself."""
    if mark.filed_on > on:
        yield Reason(f"立案日期{mark.filed_on}还没有到", field="filed_on")
    known = numbered(mark.unit, mark.number).order_by("id").first() if mark.number else None
    for column in ("cause", "filed_on") if known else ():
        if getattr(known, column) not in ("", None, getattr(mark, column)):
            title = CaseMark._meta.get_field(column).verbose_name
            yield Reason(f"与案件“{known.title}”登记的{title}不一致", way_out="请照案件填写", field=column)


register(
    Register(
        code="case-marks",
        model=CaseMark,
        noun="件",
        icon="gavel",
        right=Right.ENTER_RETURN,
        day="filed_on",
        shows="subject number unit cause filed_on ecommerce market rural foreign",
        finds="subject number",
        acts=(
            Begin(
                "mark",
                "登记统计项目",
                "subject number cause filed_on ecommerce? market? rural? foreign? saved_fen? foreign_saved_fen?",
                intro="执法统计表要的、案件本身没有登记的项目；一件案件可以勾选几项。",
            ),
        ),
        check=_mark_faults,
        attachments="赔偿协议 其他",
        empty="还没有登记。执法统计表中电商领域等各栏按这里的登记统计，没有登记的是空格，不是零。",
        noted=lambda person, mark, at: readings.note(actor=person, record=mark, at=at),
    )
)

from . import materials  # noqa: E402,F401 - declared behind the numbers
