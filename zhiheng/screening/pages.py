"""What the pages of received lists show, ready for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from zhiheng import canonical
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
from .models import Application, ApplicationAct, Group, ListFile, ReceivedList, ResultFile, Run, Stage
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


def _seen(actor: Person, group: Group) -> dict[str, Any]:
    """A group's members and findings, as far as the actor may see them."""
    members = selectors.members_of(actor, group)
    elsewhere = selectors.alike_elsewhere(actor, group)
    others = group.data["dossier"]["others"]
    whole = len(members) >= group.size and len(elsewhere) >= len(others)
    return {
        "members": members,
        "elsewhere": elsewhere,
        "hidden": max(0, group.size - len(members)) if not actor.sees_every_unit else 0,
        **_findings(actor, group, {one.number for one in (*members, *elsewhere)}, whole),
    }


def _said_of(actor: Person, group: Group) -> dict[str, Any]:
    """The findings alone: a group may have thousands of members, which the page of one of its applications does not show."""
    if actor.sees_every_unit:
        return _findings(actor, group, set(), True)
    named = {number for one in group.data["signals"] for number in one["documents"]}
    named |= set(group.data["dossier"]["documents"])
    seen, count = selectors.seen_of(actor, group, named)
    return _findings(actor, group, seen, count >= group.size + len(group.data["dossier"]["others"]))


def _findings(actor: Person, group: Group, numbers: set[str], whole: bool) -> dict[str, Any]:
    """Evidence about applications of other districts stays with the office. `numbers`: of the applications that the actor may see."""
    # A dossier names its first applications; whoever sees every unit sees what is said of all.
    sees = lambda named: whole or actor.sees_every_unit or set(named) <= numbers  # noqa: E731
    data = group.data
    signals = [one for one in data["signals"] if sees(one["documents"])]
    return {
        "signals": signals,
        "withheld": len(data["signals"]) - len(signals),
        "speaks_for": data["dossier"]["speaks_for"] if sees(data["dossier"]["documents"]) else [],
        "comparisons": [one for one in data["comparisons"] if sees((one["a"], one["b"]))],
        "tables": [one for one in data["tables"] if sees(one["documents"])],
    }


def group_page(actor: Person, group: Group) -> dict[str, Any]:
    """A group as its reader may see it: who filed at a glance, what was found and on which ground, what speaks for them, the texts side by
    side with the words that fill one frame."""
    seen = _seen(actor, group)
    members = seen["members"]
    address = To("application")
    urls = {one.number: address(one) for one in (*members, *seen["elsewhere"])}
    about = {
        one.number: " · ".join(filter(None, (one.title, one.applicant, one.received.title)))
        for one in seen["elsewhere"]
    }
    days = sorted(one.filed_on for one in members if one.filed_on)
    facts = [
        (
            "件数",
            f"{len(members)} 件" + (f"（另有 {seen['hidden']} 件属于其他区县）" if seen["hidden"] else ""),
        ),
        ("独立的证据种类", "、".join(group.kinds)),
        ("申请人", _counted(one.applicant for one in members)),
        ("代理机构", _counted(one.agency for one in members)),
        ("发明人", _counted(name for one in members for name in one.inventor.replace(";", "；").split("；"))),
        ("地址", _counted(one.address for one in members)),
        ("电话", _counted(one.phone for one in members)),
        ("申请日", f"{day(days[0])} 至 {day(days[-1])}" if days else ""),
        ("单位", _counted(one.unit.short_name for one in members)),
        ("线索点数", f"{group.score}（线索多少之和，用于排序）"),
    ]
    contents = [("found", f"线索和依据（{len(seen['signals'])}）")]
    if seen["comparisons"]:
        contents.append(("texts", f"文字对照（{len(seen['comparisons'])}）"))
    if seen["tables"]:
        contents.append(("slots", f"句式对照（{len(seen['tables'])}）"))
    contents.append(("members", f"组内申请（{len(members)}）"))
    if seen["elsewhere"]:
        contents.append(("elsewhere", f"其他名单中的申请（{len(seen['elsewhere'])}）"))
    return {
        "group": group,
        "facts": [(title, words) for title, words in facts if words],
        "contents": contents,
        "applicants": [
            (name, n, round(100 * n / max(1, len(members))))
            for name, n in _ranked(o.applicant for o in members)
        ],
        "urls": urls,
        **seen,
        "comparisons": [_linked(one, urls, about) for one in seen["comparisons"]],
    }


def shows(actor: Person, group: Group, digest: str) -> bool:
    """Whether a picture with this digest stands in what the actor may see of the group."""
    signals = _said_of(actor, group)["signals"]
    return any(digest == one[2] for signal in signals for one in signal.get("figures", ()) if len(one) > 2)


def sifted(members: Sequence[Application], words: str) -> list[Application]:
    """The members in whose number, title, applicant or agency every one of the words stands."""
    wanted = [canonical.key(word) for word in words.split()]
    said = lambda one: canonical.key(f"{one.number} {one.printed} {one.title} {one.applicant} {one.agency}")  # noqa: E731
    return [one for one in members if all(word in said(one) for word in wanted)] if wanted else list(members)


def _linked(one: dict[str, Any], urls: dict[str, str], about: dict[str, str]) -> dict[str, Any]:
    told = {f"about_{side}": one[f"about_{side}"] or about.get(one[side], "") for side in "ab"}
    return {**one, **told, "url_a": urls.get(one["a"], ""), "url_b": urls.get(one["b"], "")}


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


def _ranked(names) -> list[tuple[str, int]]:
    counted = Counter(name.strip() for name in names if name and name.strip())
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _counted(names) -> str:
    """“甲公司 12、乙公司 3 等 5 个”."""
    ranked = _ranked(names)
    if not ranked:
        return ""
    shown = "、".join(f"{name} {number}" if number > 1 else name for name, number in ranked[:_NAMES])
    return shown + (f" 等 {len(ranked)} 个" if len(ranked) > _NAMES else "")


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
