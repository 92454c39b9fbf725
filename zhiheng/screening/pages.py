"""What the pages of received lists show, ready for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.ui.charts import Chart, Series
from zhiheng.ui.lists import Action, To
from zhiheng.ui.templatetags.zh import day

from . import results, selectors, tables
from .declared import CITY, Act, acts
from .engine.limits import Limits
from .forms import SETTINGS
from .models import (
    APPLICATION_INDEX,
    Application,
    ApplicationAct,
    Group,
    ListFile,
    ReceivedList,
    ResultFile,
    Run,
    Stage,
    documents_of,
)
from .words import told

MANY = 50  # applications that one looks at before doing the same about all
_NAMES = 6
MEMBERS = 200  # applications of a group listed at once; the search on the page finds the others


def tabs(here: str, actor: Person) -> list[dict[str, Any]]:
    """The pages of this work beside each other."""
    found = [("received-lists", "名单")] if actor.unit.parent_id is None else []
    found += [("applications", "申请"), ("screening-overview", "情况")]
    return [{"title": title, "url": reverse(name), "here": name == here} for name, title in found]


def crumbs(received: ReceivedList | None = None) -> list[tuple[str, str]]:
    made = [("专项筛查", reverse("received-lists"))]
    if received is not None:
        made.append((received.lead_no or received.title, reverse("screening", args=[received.pk])))
    return made


@dataclass(frozen=True)
class Done:
    """One act in words."""

    act: ApplicationAct
    title: str
    words: list[tuple[str, str]]
    files: list[tuple[str, str]]


def history(application: Application) -> list[Done]:
    found, known = [], acts()
    for act in reversed(selectors.history_of(application)):
        declared = known.get(act.act)
        files = [
            (kept["name"], reverse("application-file", args=[act.pk, kept["digest"]]))
            for kept in act.data.get("files") or ()
        ]
        words = [
            (t, v)
            for t, v in told(act)
            if not files or t not in ("附件", "凭证附件", "证明材料", "决定文书和证据附件", "通知和样表")
        ]
        found.append(Done(act, declared.title if declared else act.act, words, files))
    return found


_SHOWN = (
    "title", "patent_type", "applicant", "inventor", "address", "phone", "agency", "filed_on", "ipc", "stated", "reply_by",
)  # fmt: skip


def application_page(actor: Person, one: Application, on: date) -> dict[str, Any]:
    """Everything about one application: the list's words, where it stands, what may be done, what was found and done."""
    facts = []
    for name in _SHOWN:
        field, value = Application._meta.get_field(name), getattr(one, name)
        if name == "reply_by":
            value = value or one.received.feedback_due
        facts.append((str(field.verbose_name), day(value) if isinstance(value, date) else value))
    standing = [
        ("单位", f"{one.unit.short_name}{'（' + one.split_by + '）' if one.split_by else ''}"),
        ("阶段", one.get_stage_display()),
        ("核查结果", one.get_answer_display()),
        ("撤回日期", day(one.withdrawn_on)),
        ("区县意见", _view(one)),
        ("签署", "、".join(p.name for p in (one.opined_by, one.agreed_by) if p)),
        ("国家局结果", acts()["result"].asked("result").choices.get(one.result, "")),
    ]
    told = history(one)
    # What makes papers is offered first until they are made.
    made = {entry.act.act for entry in told}
    offers = sorted(
        selectors.offers(actor, one, on), key=lambda offer: bool(offer[0].issues) and offer[0].code in made
    )
    side = CITY if actor.unit_id == one.received.unit_id else "district"
    groups = [
        {"group": group, "url": reverse("group", args=[group.pk]), **_said_of(actor, group)}
        for group in selectors.groups_of(actor, one)
    ]
    texts = {"abstract": "摘要", "claims": "权利要求", "description": "说明书", "text": "正文"}
    until = one.reply_by or one.received.feedback_due
    return {
        "one": one,
        "facts": facts,
        "standing": standing,
        "late": bool(until and on > until and one.stage in (Stage.ASSIGNED, Stage.CONTACTED)),
        "until": until,
        "allowed": [
            (act, reverse("application-act", args=[one.pk, act.code])) for act, why in offers if not why
        ],
        "refused": [(act, why) for act, why in offers if why and act.side == side],
        "texts": [(title, one.texts[key]) for key, title in texts.items() if one.texts.get(key)],
        "extra": one.extra,
        "history": told,
        "groups": groups,
        "family": selectors_link(actor, one),
    }


def selectors_link(actor: Person, one: Application) -> tuple[str, str]:
    """The list that the application stands on: its page for the office, its applications for a district."""
    if actor.unit_id == one.received.unit_id:
        return one.received.title, reverse("screening", args=[one.received_id])
    return one.received.title, f"{reverse('applications')}?list={one.received_id}"


def _view(one: Application) -> str:
    return acts()["opine"].asked("view").choices.get(one.view, "")


def _said_of(actor: Person, group: Group) -> dict[str, Any]:
    """What was found of a group, as far as its reader may see whom it is about: evidence about applications of other districts stays
    with the office. A group may have thousands of members: none of them is read."""
    if selectors.sees_whole(actor, group):
        return _findings(group, None)
    data = group.data
    named = {number for one in data["signals"] for number in documents_of(one)}
    named |= {one[side] for one in data["comparisons"] for side in "ab"}
    named |= {number for one in data["tables"] for number in one["documents"]}
    return _findings(group, selectors.seen_of(actor, group, named))


def _findings(group: Group, numbers: set[str] | None) -> dict[str, Any]:
    """`numbers`: of the applications named in it that the actor may see; None where that is all of them."""
    data = group.data

    def sees(named: Iterable[str]) -> bool:
        return numbers is None or numbers.issuperset(named)

    signals = [one for one in data["signals"] if sees(documents_of(one))]
    return {
        "signals": signals,
        "withheld": len(data["signals"]) - len(signals),
        # It is said of the group as a whole.
        "speaks_for": data["dossier"]["speaks_for"] if numbers is None else [],
        "comparisons": [one for one in data["comparisons"] if sees((one["a"], one["b"]))],
        "tables": [one for one in data["tables"] if sees(one["documents"])],
    }


def group_page(actor: Person, group: Group) -> dict[str, Any]:
    """A group as its reader may see it: who filed at a glance, what was found and on which ground, what speaks for them, the texts side by
    side with the words that fill one frame. `members` is a query: however many there are, what the page says of them all was counted
    when the group was made; of the part that a district sees it is counted here."""
    found = _said_of(actor, group)
    members = selectors.members_of(actor, group)
    elsewhere = list(selectors.alike_elsewhere(actor, group)[:MEMBERS])
    whole = actor.sees_every_unit
    told = _sums_of(group) if whole and "counts" in group.data else _counted_here(members)
    number = group.size if whole else told["number"]
    hidden = group.size - number
    facts = [
        ("件数", f"{number} 件" + (f"（另有 {hidden} 件属于其他区县）" if hidden else "")),
        ("独立的证据种类", "、".join(group.kinds)),
        *((title, _counted(*told[name])) for name, title in _TOLD.items()),
        ("申请日", " 至 ".join(told["days"]) if told["days"] else ""),
        ("单位", _counted(*_ranked(selectors.units_in(members)))),
        ("线索点数", f"{group.score}（线索多少之和，用于排序）"),
    ]
    contents = [("found", f"线索和依据（{len(found['signals'])}）")]
    if found["comparisons"]:
        contents.append(("texts", f"文字对照（{len(found['comparisons'])}）"))
    if found["tables"]:
        contents.append(("slots", f"句式对照（{len(found['tables'])}）"))
    contents.append(("members", f"组内申请（{number}）"))
    if elsewhere:
        contents.append(("elsewhere", f"其他名单中的申请（{len(elsewhere)}）"))
    return {
        "group": group,
        "facts": [(title, words) for title, words in facts if words],
        "contents": contents,
        "applicants": [(name, n, round(100 * n / max(1, number))) for name, n in told["applicants"][0]],
        "number": number,
        "members": members,
        "elsewhere": elsewhere,
        "hidden": hidden,
        **found,
        "comparisons": _linked(actor, group, found["comparisons"]),
    }


# What a dossier counts, by the name under which it does.
_TOLD = {
    "applicants": "申请人",
    "agencies": "代理机构",
    "inventors": "发明人",
    "addresses": "地址",
    "phones": "电话",
}
_COLUMNS = ("applicant", "agency", "inventor", "address", "phone")


def _sums_of(group: Group) -> dict[str, Any]:
    """Of each sort of name the most frequent with their numbers, and how many there are; the first and the last day."""
    dossier, counts = group.data["dossier"], group.data["counts"]
    return {name: (dossier[name], counts[name]) for name in _TOLD} | {"days": dossier["days"]}


def _counted_here(members) -> dict[str, Any]:
    """The same of the members that a district sees, from their names alone; and how many these are."""
    rows = list(members.order_by().values_list("filed_on", *_COLUMNS))
    told: dict[str, Any] = {}
    for place, name in enumerate(_TOLD, 1):
        cells = (row[place].replace(";", "；") for row in rows)
        told[name] = _ranked(Counter(one.strip() for cell in cells for one in cell.split("；")))
    days = sorted(row[0] for row in rows if row[0])
    return told | {"number": len(rows), "days": (day(days[0]), day(days[-1])) if days else None}


def shows(actor: Person, group: Group, digest: str) -> bool:
    """Whether a picture with this digest stands in what the actor may see of the group."""
    signals = _said_of(actor, group)["signals"]
    return any(digest == one[2] for signal in signals for one in signal.get("figures", ()) if len(one) > 2)


def sifted(members, words: str):
    """The members that hold every one of the words in number, title, applicant, agency or address."""
    return APPLICATION_INDEX.narrow(members, words)


def _linked(actor: Person, group: Group, comparisons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Comparisons with the addresses of their two applications, and what there is to say of those of other lists."""
    rows = selectors.named_in(actor, group, {one[side] for one in comparisons for side in "ab"})
    known, address = {one.number: one for one in rows}, To("application")

    def about(number: str) -> str:
        one = known.get(number)
        elsewhere = one is not None and one.received_id != group.run.received_id
        return " · ".join(filter(None, (one.title, one.applicant, one.received.title))) if elsewhere else ""

    return [
        {
            **one,
            **{f"about_{side}": one[f"about_{side}"] or about(one[side]) for side in "ab"},
            **{f"url_{side}": address(known[one[side]]) if one[side] in known else "" for side in "ab"},
        }
        for one in comparisons
    ]


def run_page(run: Run) -> dict[str, Any]:
    """What a run was asked and what applied: thresholds, every limit with its default, the other lists, and the rest by its own names."""
    settings = dict(run.settings)
    stated = settings.pop("limits", {})
    limits = [
        {"title": one.metadata["title"], "name": one.name, "value": stated[one.name], "default": one.default}
        for one in fields(Limits)
        if one.name in stated
    ]
    others = (settings.pop("others", None) or {}).get("lists", [])
    titles = selectors.titles_of([one["list"] for one in others])
    thresholds = [
        ("宽严", dict(SETTINGS).get(settings.get("name", ""), "")),
        ("文字重合度", _threshold(settings, "similar")),
        ("句式重合度", _threshold(settings, "framed")),
    ]
    return {
        "thresholds": thresholds,
        "limits": limits,
        "changed": [one for one in limits if one["value"] != one["default"]],
        "others": [(titles.get(one["list"], ""), one["documents"]) for one in others],
        "settings": settings,
    }


def _threshold(settings: dict[str, Any], name: str) -> str:
    value = settings.get(name, 0)
    if value > 1:
        return "不用：这份名单的句式彼此都相近，区分不出"
    return f"{value:.2f}（{'由名单中互不相干的申请推算' if name in settings.get('derived', ()) else '指定'}）"


def _ranked(counted: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Names with their numbers, the most frequent first, and how many names there are."""
    named = [(name, number) for name, number in counted.items() if name]
    return sorted(named, key=lambda item: (-item[1], item[0])), len(named)


def _counted(ranked: Sequence[tuple[str, int]], number: int) -> str:
    """“甲公司 12、乙公司 3 等 5 个”."""
    shown = "、".join(f"{name} {times}" if times > 1 else name for name, times in ranked[:_NAMES])
    return shown + (f" 等 {number} 个" if number > _NAMES else "")


# ---------------------------------------------------------------------------------------------------- doing the same to many


def batches(actor: Person, on: date, rows) -> list[tuple[Act, int]]:
    """The acts that may be done to several of these applications at once, each with how many wait for it."""
    if not may(actor, Right.VERIFY_FILINGS, on):
        return []
    stages = selectors.by_stage(rows.filter(unit=actor.unit_id))
    every = selectors.by_stage(rows.filter(received__unit=actor.unit_id))
    found = []
    for act in acts().values():
        counted = every if act.side == CITY else stages
        number = sum(counted.get(stage, 0) for stage in act.sources)
        if act.each and number:
            found.append((act, number))
    return found


def many_page(actor: Person, act: Act, rows) -> dict[str, Any]:
    """The applications that one looks at, the first of those that wait."""
    mine = rows.filter(received__unit=actor.unit_id) if act.side == CITY else rows.filter(unit=actor.unit_id)
    if act.second:
        mine = mine.exclude(opined_by=actor)
    waiting = mine.filter(stage__in=act.sources)
    # Keys alone are put in order: a hundred thousand rows with their texts are not.
    first = list(waiting.order_by("reply_by", "pk").values_list("pk", flat=True)[:MANY])
    shown = list(
        rows.model.objects.filter(pk__in=first)
        .select_related("unit")
        .defer("texts", "extra")
        .order_by("reply_by", "pk")
    )
    opinions = selectors.latest_words([one.pk for one in shown], "opine")
    return {
        "rows": [(one, opinions.get(one.pk, "")) for one in shown],
        "number": waiting.count(),
    }


# ---------------------------------------------------------------------------------------------------- files


def file_page(file: ListFile) -> dict[str, Any]:
    """What a tried file says: columns as taken, those nobody knows, rows that would not be taken and why."""
    titles = tables.titles()
    return {
        "file": file,
        "counts": [
            ("行", file.rows),
            ("导入" if file.taken_on else "将导入", file.taken),
            ("重复", file.repeated),
            ("退回", file.rejected),
        ],
        "columns": [(heading, titles.get(key, key)) for key, heading in file.columns.items()],
        "feedback": file.layout.get("feedback", []),
    }


def results_page(file: ResultFile) -> dict[str, Any]:
    """What a file of results says: its columns, its words with what each was taken for, rows that are not registered or differ."""
    titles = {
        "application_no": "申请号", "result": "结果", "result_on": "结果日期", "paper": "文书", "paper_no": "文号",
    }  # fmt: skip
    known = acts()["result"].asked("result").choices
    groups = (
        (results.DIFFERENT, "与已登记的结果不同"), (results.REJECTED, "不能登记和重复的行"),
        (results.UNEXPECTED, "与区县意见不同（照登记，请核对）"),
    )  # fmt: skip
    told = [(title, [one for one in file.told if one["kind"] == kind]) for kind, title in groups]
    return {
        "file": file,
        "counts": [
            ("行", file.rows),
            ("已登记" if file.taken_on else "将登记", file.taken),
            ("重复", file.repeated),
            ("不能登记", file.rejected),
        ],
        "columns": [(heading, titles[key]) for key, heading in file.columns.items()],
        "words": [
            (word, known.get(one["result"], ""), one["rows"]) for word, one in sorted(file.words.items())
        ],
        "told": [(title, rows) for title, rows in told if rows],
    }


def unknown_words(file: ResultFile) -> list[str]:
    return sorted(word for word, one in file.words.items() if not one["result"])


def differing(file: ResultFile) -> int:
    return sum(one["kind"] == results.DIFFERENT for one in file.told)


def files_actions(received: ReceivedList) -> list[Action]:
    return [Action("申请", f"{reverse('applications')}?list={received.pk}")] if received.rows else []


def units_of(actor: Person) -> Sequence[tuple[str, str]]:
    return actor.unit_words


# ---------------------------------------------------------------------------------------------------- figures

_BARS = 12


def of_year(year: int, **conditions: Any) -> str:
    """The applications of lists received in the year, under further conditions of their list."""
    asked = {"listed_from": f"{year}-01-01", "listed_to": f"{year}-12-31", **conditions}
    return f"{reverse('applications')}?{urlencode(asked)}"


def linked_rows(rows: Sequence[dict[str, Any]], by: str, year: int) -> list[dict[str, Any]]:
    """Each row of an overview with the addresses its numbers open; what has no name cannot be asked for."""
    asked = {
        "": {}, "_answered": {"verified": "yes"}, "_withdrawn": {"answer": "withdrawn"}, "_explained": {"answer": "explained"},
        "_accepted": {"accepted": "yes"}, "_recovered": {"recovered": "yes"},
    }  # fmt: skip
    return [
        {
            **row,
            **{
                f"url{name}": of_year(year, **{by: row["key"]}, **conditions) if row["key"] else ""
                for name, conditions in asked.items()
            },
            "share": round(100 * row["withdrawn"] / row["number"], 1) if row["number"] else None,
        }
        for row in rows
    ]


def overview_chart(rows: Sequence[dict[str, Any]], by: str, year: int) -> Chart:
    shown = rows[:_BARS]
    return Chart(
        key=f"abnormal-{by}",
        title=f"{year}年名单所列申请，按{selectors.DIMENSIONS[by][0]}",
        unit="件",
        kind="hbar",
        labels=[row["name"] for row in shown],
        series=[
            Series("名单件数", [r["number"] for r in shown]),
            Series("主动撤回", [r["withdrawn"] for r in shown]),
        ],
        label_title=selectors.DIMENSIONS[by][0],
        links=[of_year(year, **{by: row["key"]}) if row["key"] else "" for row in shown],
    )
