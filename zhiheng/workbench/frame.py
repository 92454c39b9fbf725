"""What stands around every page: the navigation by work, the unit, the person, the search. A context processor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.registers.declaration import groups
from zhiheng.ui.days import demonstration_day, today


@dataclass(frozen=True)
class Entry:
    """`address` is a URL name with its `arguments`; without `right` everyone signed in sees the entry."""

    label: str
    address: str
    icon: str
    right: Right | None = None
    arguments: tuple[str, ...] = ()


MATTERS = (
    Entry("工作台", "home", "home"),
    Entry("待办", "work", "list-details"),
    Entry("案件", "cases", "gavel"),
    Entry("立法与文件", "rulemaking", "file-text"),
    Entry("审查", "reviews", "circle-check"),
    Entry("台账导入", "ledger_imports", "file-import", Right.IMPORT_LEDGER),
    Entry("专项筛查", "received-lists", "filter"),
)
BOOKS = (
    Entry("报告", "reports", "report-analytics"),
    Entry("法规库", "law", "books"),
    Entry("留痕账", "audit", "shield-check", Right.READ_AUDIT),
    Entry("查阅记录", "readings", "file-text", Right.SUPERVISE_READING),
    Entry("人员", "people", "users"),
    Entry("人员工作量", "workload", "list-details", Right.SEE_WORKLOAD),
)
OWN = (
    Entry("我的任职与执法证", "me", "user"),
    Entry("我的导出", "exports", "download"),
    Entry("修改密码", "password_change", "key"),
)


def work() -> tuple[Entry, ...]:
    """What one works with, by kind of work: each package that declares kinds of records has an entry, unless it has one
    of its own, whose page leads to them."""
    own = {entry.address for entry in (*MATTERS, *BOOKS)}
    records = (
        Entry(kinds[0].group_title, "records-group", kinds[0].icon, arguments=(group,))
        for group, kinds in groups()
        if group not in own
    )
    return (*MATTERS, *records, *BOOKS)


def _address(name: str, *arguments: str) -> str:
    """Empty when this installation does not have the part."""
    return _found(get_urlconf(), get_script_prefix(), name, arguments)


@lru_cache(maxsize=500)
def _found(urls: str | None, site: str, name: str, arguments: tuple[str, ...]) -> str:
    """Looked for once: every page shows the same two dozen addresses."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _shown(entries, path: str) -> list[dict]:
    shown = [
        {"label": entry.label, "url": url, "icon": entry.icon, "here": False}
        for entry in entries
        if (url := _address(entry.address, *entry.arguments))
    ]
    # The longest address that begins the present one is where we are: /cases/imports/ is not 案件.
    within = [
        entry
        for entry in shown
        if path == entry["url"] or (entry["url"] != "/" and path.startswith(entry["url"]))
    ]
    if within:
        max(within, key=lambda entry: len(entry["url"]))["here"] = True
    return shown


def frame(request) -> dict:
    """`frame` and `today` for every template. Costs one query (the person's roles), none for a visitor."""
    on = today()
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"today": on, "frame": {"home": "/", "entries": [], "person": None}}
    if person.outside:
        return {
            "today": on,
            "frame": {
                "home": "/",
                "entries": [],
                "own": _shown(OWN[1:], request.path),
                "person": person,
                "unit_name": "外部人员",
            },
        }
    allowed = [entry for entry in work() if entry.right is None or may(person, entry.right, on)]
    return {
        "today": on,
        "demonstration_day": demonstration_day(),
        "frame": {
            "home": "/",
            "entries": _shown(allowed, request.path),
            "own": _shown(OWN, request.path),
            "person": person,
            "unit_name": person.unit.name,
            "search": _address("search"),
        },
    }
