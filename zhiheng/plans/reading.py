"""Plans as they arrive, Word or spreadsheet, read as aspects and tasks. Pure: knows no Django.

In prose a task closes with who does it: （牵头单位：保护处；配合单位：各区县局；完成时限：6月底前）, or （保护处、各区县局负责）; what
stands over it is its aspect. In a table the headings say what a column is. A time limit is a rule, seldom a day: 4月底前, 每季度末,
长期坚持. What is taken from the file is taken as it stands; what cannot be told is named in `ReadPlan.unread`, never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from zhiheng.canonical import document_number, folded
from zhiheng.files.spreadsheets import InMemory, as_text, open_spreadsheet
from zhiheng.files.spreadsheets import Refused as Unopened
from zhiheng.files.word import Paragraph, Table, Unreadable, read_docx

__all__ = ["ENDINGS", "ReadAspect", "ReadPlan", "ReadTask", "Unopened", "Unreadable", "due_of", "read_plan"]

ENDINGS = (".docx", ".xlsx")
LIMIT = 20 * 1024 * 1024
_NAME_LENGTH, _LIST = 200, re.compile(r"[、，,；;/\n]")
_CJK = "一二三四五六七八九十"
_LEVELS = (
    re.compile(rf"^第[{_CJK}百]+(?:部分|章|篇)\s*"),
    re.compile(rf"^[{_CJK}]{{1,3}}、\s*"),
    re.compile(rf"^[（(][{_CJK}]{{1,3}}[）)]\s*"),
    re.compile(r"^\d{1,3}\s*[.．、]\s*(?!\d)"),
    re.compile(r"^(?:[（(]\d{1,3}[）)]|[①-⑳])\s*"),
)
# Who does a task, at the end of what is to be done.
_UNITS = re.compile(r"[（(]([^（()）]*(?:牵头|负责|责任|配合|协办|主办)[^（()）]*)[）)]\s*[。；;]?\s*$")
_KEYED = re.compile(r"^\s*([^:：]{2,10})[:：]\s*(.+)$", re.S)
_KEYS = (
    ("due", re.compile("时限|时间|期限|完成日期|进度安排")),
    ("supports", re.compile("配合|协办|协同|参与|参加")),
    ("lead", re.compile("牵头|责任|主办|负责|承办")),
    ("success", re.compile("成果|考核|指标|目标|成效")),
)
_LEAD_AND = re.compile(
    r"^(.+?)牵头[，,、；;]?\s*(.+?)(?:按(?:照)?职责分工负责|分工负责|配合|参加|参与|负责)$"
)
_TITLE = re.compile("方案|计划|任务|要点|清单|安排|分工")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[（(]20\d\d[〕\]）)]\s*\d{1,4}\s*号")
_SIGNED = re.compile(r"^\s*(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*$")
_YEAR = re.compile(r"(20\d\d)\s*(?:[—－-]\s*20\d\d\s*)?年")
_KINDS = (
    ("cooperation", "合作|川渝|协同"),
    ("publicity", "普法|法治宣传|宣传"),
    ("legislation", "立法"),
    ("protection", "保护"),
)


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One task; `due_on` only where its limit names a day. `place` says where in the file it stands."""

    title: str
    detail: str = ""
    lead: str = ""
    supports: tuple[str, ...] = ()
    due_words: str = ""
    rhythm: str = "once"
    due_on: date | None = None
    success: str = ""
    place: str = ""


@dataclass(slots=True)
class ReadAspect:
    title: str
    tasks: list[ReadTask] = field(default_factory=list)


@dataclass(slots=True)
class ReadPlan:
    """What was read. `kind` is a guess from the title, `year` and `issued_on` what the words state; `unread` says in words what was
    left out or could not be told."""

    title: str
    kind: str = "work"
    year: int | None = None
    number: str = ""
    issued_on: date | None = None
    aspects: list[ReadAspect] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> list[ReadTask]:
        return [task for aspect in self.aspects for task in aspect.tasks]


def read_plan(data: bytes, name: str, year: int | None = None) -> ReadPlan:
    """The plan in a docx or xlsx file; `year` is that of limits without one, where the title states none.

    Raises Unreadable or Unopened, in words fit for the screen, when the file holds no plan at all.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS or data.startswith(b"%PDF-"):
        raise Unreadable(
            f"“{name}”不是 docx 或者 xlsx 文件。PDF、doc、wps、xls 请另存为 docx 或者 xlsx 后再读。"
        )
    plan = (_from_word if ending == ".docx" else _from_sheets)(data, name, year)
    plan.aspects = [aspect for aspect in plan.aspects if aspect.tasks]
    if not plan.tasks:
        raise Unreadable(
            f"在“{name}”里没有读到任务。正文里的任务须在末尾写明（牵头单位：…）或者（…负责），"
            "表格须有“任务”和“牵头单位”两列的表头。"
        )
    _tell_what_is_open(plan)
    return plan


def _tell_what_is_open(plan: ReadPlan) -> None:
    for task in plan.tasks:
        if not task.lead:
            plan.unread.append(f"{task.place}“{_short(task.title)}”：没有读到牵头单位")
        if task.due_words and task.due_on is None and task.rhythm == "once":
            plan.unread.append(
                f"{task.place}“{_short(task.title)}”：时限“{task.due_words}”读不成日期，保留原文"
            )
    if not plan.number:
        plan.unread.append("没有读到文号")
    if plan.issued_on is None:
        plan.unread.append("没有读到印发日期")


# ---------------------------------------------------------------------------------------------------- time limits


def due_of(words: str, year: int | None) -> tuple[str, date | None]:
    """How a time limit returns (`models.Rhythm`), and the last day it names: 4月底前 of 2024 → ("once", 2024-04-30)."""
    text = folded(words).replace(" ", "")
    for rhythm, said in (
        ("month", r"每月|逐月|按月"),
        ("quarter", r"每季|逐季|按季"),
        ("half", r"每半年"),
        ("standing", r"长期|持续|常态|贯穿全年|全年"),
    ):
        if re.search(said, text):
            return rhythm, None
    stated = re.search(r"(20\d\d)年", text)
    year = int(stated[1]) if stated else year
    if year is None:
        return "once", None
    if iso := re.search(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})", text):
        return "once", _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if found := re.search(r"(\d{1,2})月(\d{1,2})[日号]", text):
        return "once", _day(year, int(found[1]), int(found[2]))
    if found := re.search(r"(\d{1,2})月(?:上旬|中旬|初)", text):
        middle = {"上旬": 10, "中旬": 20, "初": 10}[found[0][len(found[1]) + 1 :]]
        return "once", _day(year, int(found[1]), middle)
    # 3月至6月: until the end of the last month named
    if months := re.findall(r"(\d{1,2})月", text):
        return "once", _day(year, int(months[-1]))
    if found := re.search(r"第?([一二三四1234])季度", text):
        return "once", _day(year, 3 * ("一二三四".find(found[1]) + 1 or int(found[1])))
    if re.search(r"上半年|年中", text):
        return "once", _day(year, 6)
    if re.search(r"年底|年末|年内|下半年|年终", text):
        return "once", _day(year, 12)
    return "once", None


def _day(year: int, month: int, day: int | None = None) -> date | None:
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or last, last)) if (day or last) >= 1 else None


# ---------------------------------------------------------------------------------------------------- prose


@dataclass(slots=True)
class _Node:
    """A heading, with the text that follows it and the headings inside it."""

    level: int
    text: str
    place: str
    body: list[str] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)
    above: _Node | None = None

    @property
    def words(self) -> str:
        return "\n".join([self.text, *self.body])


def _from_word(data: bytes, name: str, year: int | None) -> ReadPlan:
    document = read_docx(data, name)
    plan = ReadPlan("", unread=list(dict.fromkeys(document.unread)))
    root = _Node(-1, "", "")
    node, seen_heading, tables = root, False, 0
    for number, block in enumerate(document.blocks, start=1):
        if isinstance(block, Table):
            tables += 1
            rows = [
                [" ".join(p.text.strip() for p in cell.paragraphs if p.text.strip()) for cell in row]
                for row in block.rows
            ]
            year = year or plan.year
            _read_rows(plan, rows, f"第{tables}个表格", 1, year)
            continue
        for line in _lines(block):
            _head_matter(plan, line, block.style, seen_heading)
            level = _level(line, block.style)
            if level is None:
                node.body.append(line)
                continue
            seen_heading = True
            while node.level >= level:
                node = node.above or root
            node.below.append(_Node(level, _stripped(line), f"第{number}段", above=node))
            node = node.below[-1]
    plan.title = plan.title or PurePath(name).stem
    _from_the_title(plan, year)
    _tasks_of(plan, root)
    return plan


def _lines(block: Paragraph) -> list[str]:
    pieces = block.text.replace("\t", " ").split("\n")
    pieces[0] = block.label + pieces[0]
    return [piece.strip() for piece in pieces if piece.strip()]


def _level(line: str, style: str) -> int | None:
    for level, pattern in enumerate(_LEVELS):
        if pattern.match(line):
            return level
    if heading := re.fullmatch(r"heading (\d)", style):
        return min(int(heading[1]), len(_LEVELS) - 1)
    return None


def _stripped(line: str) -> str:
    for pattern in _LEVELS:
        if match := pattern.match(line):
            return line[match.end() :].strip()
    return line.strip()


def _head_matter(plan: ReadPlan, line: str, style: str, seen_heading: bool) -> None:
    if signed := _SIGNED.match(line):
        plan.issued_on = plan.issued_on or _day(int(signed[1]), int(signed[2]), int(signed[3]))
    if seen_heading:
        return
    if not plan.number and (number := _NUMBER.search(line)) and len(line) < 40:
        plan.number = document_number(number[0])[0]
    elif not plan.title and (
        style == "title" or (len(line) <= 60 and _TITLE.search(line) and line[-1] not in "：:。")
    ):
        plan.title = line


def _from_the_title(plan: ReadPlan, year: int | None) -> None:
    stated = _YEAR.search(plan.title)
    plan.year = int(stated[1]) if stated else year or (plan.issued_on.year if plan.issued_on else None)
    plan.kind = next((kind for kind, words in _KINDS if re.search(words, plan.title)), "work")


def _nodes(node: _Node) -> Iterator[_Node]:
    for child in node.below:
        yield child
        yield from _nodes(child)


def _tasks_of(plan: ReadPlan, root: _Node) -> None:
    """Headings whose own words close with who does it are tasks. Where no heading says so, there are none to be told."""
    aspects: dict[int, ReadAspect] = {}
    taken: set[int] = set()
    for node in _nodes(root):
        closing = _UNITS.search(node.words)
        if closing is None or any(_UNITS.search(one.words) for one in _nodes(node)):
            continue
        over = node.above if node.above is not None and node.above.level >= 0 else None
        key = id(over) if over else 0
        if key not in aspects:
            aspects[key] = ReadAspect(_title(over.text)[0] if over else "重点任务")
            plan.aspects.append(aspects[key])
        aspects[key].tasks.append(_task(node, closing, plan.year))
        taken.add(id(node))
        while over is not None:
            taken.add(id(over))
            over = over.above
    for node in root.below:
        if id(node) not in taken:
            plan.unread.append(f"{node.place}“{_short(node.text)}”没有写明由谁负责，不读作任务")
    for node in _nodes(root):
        parent = node.above
        beside_tasks = parent is not None and parent.level >= 0 and id(parent) in taken
        if id(node) in taken or not beside_tasks or _UNITS.search(parent.words):
            continue
        if not any(id(one) in taken for one in _nodes(node)):
            plan.unread.append(f"{node.place}“{_short(node.text)}”没有写明由谁负责，不读作任务")


def _task(node: _Node, closing: re.Match[str], year: int | None) -> ReadTask:
    words = node.words[: closing.start()].strip()
    title, rest = _title(words)
    told = _told(closing[1])
    due_words = told.pop("due", "")
    rhythm, due_on = due_of(due_words, year) if due_words else ("once", None)
    return ReadTask(
        title, rest, due_words=due_words[:80], rhythm=rhythm, due_on=due_on, place=node.place, **told
    )


def _title(words: str) -> tuple[str, str]:
    """The first sentence as a name, and what follows it."""
    first, _, rest = re.match(r"([^。；\n]*)([。；\n]?)(.*)", words.strip(), re.S).groups()
    if len(first) > _NAME_LENGTH:
        return first[:_NAME_LENGTH], words.strip()
    return first.strip() or words.strip()[:_NAME_LENGTH], rest.strip()


def _told(words: str) -> dict[str, Any]:
    """Lead, supporting units, time limit and measure of a closing bracket."""
    found: dict[str, Any] = {}
    for piece in re.split("[；;]", words):
        keyed = _KEYED.match(piece)
        if keyed:
            key = next((key for key, pattern in _KEYS if pattern.search(keyed[1])), "")
            if key == "supports":
                found[key] = (*found.get(key, ()), *_units(keyed[2]))
            elif key == "lead":
                lead, *others = _units(keyed[2])
                found.setdefault("lead", lead)
                found["supports"] = (*others, *found.get("supports", ()))
            elif key:
                found[key] = keyed[2].strip()
        elif both := _LEAD_AND.match(piece.strip()):
            found["lead"], found["supports"] = both[1].strip()[:120], tuple(_units(both[2]))
        elif piece.strip().endswith(("负责", "牵头")):
            lead, *others = _units(re.sub("(?:分工)?(?:负责|牵头)$", "", piece.strip())) or [""]
            found["lead"], found["supports"] = lead, (*others, *found.get("supports", ()))
        elif re.search(r"月|季度|年底|年末|长期|全年", piece):
            found["due"] = piece.strip()
    return found


def _units(words: str) -> list[str]:
    return [one.strip()[:120] for one in _LIST.split(words) if one.strip()] or [""]


# ---------------------------------------------------------------------------------------------------- tables

_COLUMNS: dict[str, tuple[str, ...]] = {
    "aspect": ("一级任务", "工作方面", "方面", "板块", "工作类别", "任务类别", "类别", "重点方向", "工作领域"),
    "task": (
        "二级任务", "具体任务", "具体任务/措施", "重点任务", "工作任务", "任务", "任务名称", "工作内容", "任务内容", "工作事项",
        "主要任务", "具体措施", "工作举措", "重点工作", "主要工作", "任务措施",
    ),
    "lead": ("牵头单位", "牵头部门", "牵头处室", "责任单位", "责任部门", "责任处室", "主办单位", "牵头单位(部门)", "承办单位"),
    "supports": ("配合单位", "配合部门", "协办单位", "参与单位", "配合处室", "参加单位", "协同单位"),
    "due": ("完成时限", "完成时间", "时限", "时限要求", "完成期限", "时间安排", "进度要求", "计划完成时间"),
    "success": ("成果形式", "考核指标", "成果形式/考核指标", "工作目标", "目标", "预期成果", "成效指标", "完成标准"),
    "detail": ("具体要求", "措施", "工作措施", "工作要求", "说明"),
}  # fmt: skip
_BY_HEADING = {heading: key for key, headings in _COLUMNS.items() for heading in headings}
_SILENT = frozenset({"序号", "编号", "备注", ""})
_HEADER_WITHIN = 20


def _heading(cell: Any) -> str:
    return re.sub(r"\s", "", folded(as_text(cell)))


def _from_sheets(data: bytes, name: str, year: int | None) -> ReadPlan:
    notes: list[str] = []
    sheets = open_spreadsheet(
        InMemory(name, data), LIMIT, notes, is_heading=lambda word: word.strip() in _BY_HEADING
    )
    plan = ReadPlan("", unread=notes)
    for sheet in sheets:
        if not any(any(as_text(cell) for cell in row) for row in sheet.cells):
            continue
        _read_rows(plan, sheet.cells, f"工作表“{sheet.name}”", sheet.first_row, year)
    plan.title = plan.title or PurePath(name).stem
    _from_the_title(plan, year)
    return plan


def _header(rows: Sequence[Sequence[Any]]) -> int | None:
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        keys = {_BY_HEADING.get(_heading(cell)) for cell in row}
        if "task" in keys and keys & {"lead", "due", "success"}:
            return place
    return None


def _read_rows(
    plan: ReadPlan, rows: Sequence[Sequence[Any]], where: str, first: int, year: int | None
) -> None:
    header = _header(rows)
    if header is None:
        plan.unread.append(f"{where}没有“任务”和“牵头单位”的表头，没有读")
        return
    for row in rows[:header]:
        for cell in row:
            text = as_text(cell).strip()
            _head_matter(plan, text, "", False) if text else None
    if plan.year is None and plan.title:
        _from_the_title(plan, year)
    columns: dict[int, str] = {}
    for place, cell in enumerate(rows[header]):
        heading = _heading(cell)
        if heading in _BY_HEADING and _BY_HEADING[heading] not in columns.values():
            columns[place] = _BY_HEADING[heading]
        elif heading not in _SILENT:
            plan.unread.append(f"{where}的列“{as_text(cell)}”没有读")
    known = {aspect.title: aspect for aspect in plan.aspects}
    aspect = ""
    for number, row in enumerate(rows[header + 1 :], start=first + header + 1):
        told = {key: row[place] for place, key in columns.items() if place < len(row)}
        aspect = as_text(told.get("aspect", "")).strip() or aspect
        words = as_text(told.get("task", "")).strip()
        if not words:
            left = "、".join(as_text(cell).strip() for cell in row if as_text(cell).strip())
            if left:
                plan.unread.append(f"{where}第{number}行没有写任务，没有读：{_short(left)}")
            continue
        title = _title(_stripped(aspect))[0] or "重点任务"
        if title not in known:
            known[title] = ReadAspect(title)
            plan.aspects.append(known[title])
        known[title].tasks.append(_row_task(told, words, f"{where}第{number}行", plan.year or year))


def _row_task(told: dict[str, Any], words: str, place: str, year: int | None) -> ReadTask:
    title, rest = _title(_stripped(words))
    lead, *others = _units(as_text(told.get("lead", "")))
    due = told.get("due", "")
    if isinstance(due, date):
        day = due.date() if isinstance(due, datetime) else due
        due_words, rhythm, due_on = day.isoformat(), "once", day
    else:
        due_words = as_text(due).strip()
        rhythm, due_on = due_of(due_words, year) if due_words else ("once", None)
    detail = "\n".join(part for part in (rest, as_text(told.get("detail", "")).strip()) if part)
    supports = tuple(one for one in (*others, *_units(as_text(told.get("supports", "")))) if one)
    success = as_text(told.get("success", "")).strip()[:300]
    return ReadTask(title, detail, lead, supports, due_words[:80], rhythm, due_on, success, place)


def _short(words: str) -> str:
    one = words.replace("\n", " ").strip()
    return one if len(one) <= 24 else f"{one[:24]}…"
