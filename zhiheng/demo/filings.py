"""Received lists of the demonstration year: 1,408 invented applications in four batches, some of them planted to belong together.

Pure and deterministic. Every text is put together from the words of `filings.yaml`; nothing of it was ever filed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
import yaml

from zhiheng import canonical

from .year import YEAR, units

HEADINGS = (
    "序号", "申请号", "专利类型", "发明名称", "申请人", "申请人地址", "区县", "发明人", "联系人电话", "代理机构", "申请日", "IPC主分类",
    "非正常情形", "案情说明", "答复期限", "摘要", "核查人", "核查日期", "联系方式", "是否联系到", "核查结果", "撤回日期", "撤回凭证", "核查意见",
)  # fmt: skip


@cache
def script() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class DemoList:
    """One batch: its letter, its days, its rows under HEADINGS, the file as it comes, and how far it is by the year's end."""

    batch: str
    received_on: dt.date
    due_on: dt.date
    rows: tuple[tuple[str, ...], ...]
    form: str
    process: str

    @property
    def file_name(self) -> str:
        return f"{self.batch}非正常专利申请名单.{self.form}"


@cache
def lists() -> tuple[DemoList, ...]:
    rng = Random(YEAR)
    maker = _Maker(rng)
    return tuple(
        DemoList(
            one["batch"],
            one["received"],
            one["due"],
            tuple(maker.rows(one)),
            one["form"],
            one["process"],
        )
        for one in script()["lists"]
    )


class _Maker:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.words = script()
        self.serial = 0
        # What addresses call the districts: the bureaus' names without what kind of organ they are.
        self.places: list[str] = []
        self.everywhere = [
            unit["name"].removeprefix("重庆市").split("市场监督")[0].split("知识产权")[0]
            for unit in units()
            if unit["parent"]
        ]

    # ---- words

    def sentence(self, terms: list[str], pattern: str = "") -> str:
        slots = {name: self.rng.choice(words) for name, words in self.words["slots"].items()}
        return (pattern or self.rng.choice(self.words["clauses"])).format(*self.rng.sample(terms, 3), **slots)

    def text(self, terms: list[str], sentences: int = 6) -> str:
        patterns = self.rng.sample(self.words["clauses"], sentences)
        return "。".join(self.sentence(terms, pattern) for pattern in patterns) + "。"

    def title(self, terms: list[str]) -> str:
        return self.rng.choice(self.words["titles"]).format(*self.rng.sample(terms, 2))

    def terms(self, field: dict[str, Any]) -> list[str]:
        """Terms of a field made one's own, so that two strangers of it do not speak of the same parts."""
        signs = "主副内外上下左右前后双单"
        return [f"{self.rng.choice(signs)}{term}" for term in self.rng.sample(field["words"], 8)]

    def person(self) -> str:
        return self.rng.choice(self.words["surnames"]) + self.rng.choice(self.words["given"])

    def firm(self, place: str) -> str:
        self.serial += 1
        words = self.words
        return f"重庆{place[:2]}{self.rng.choice(words['firms'])}{self.serial}号{self.rng.choice(words['trades'])}有限公司"

    def address(self, place: str) -> str:
        road = self.rng.choice(self.words["places"])
        return f"重庆市{place}{road}{self.rng.randint(1, 300)}号{self.rng.randint(1, 30)}楼{self.rng.randint(1, 12)}室"

    def number(self, filed_on: dt.date, kind: int) -> str:
        self.serial += 1
        digits = f"{filed_on.year}{kind}{self.serial:07d}"
        return f"{digits}.{canonical.check_digit(digits)}"

    # ---- rows

    def applicant(self, place: str | None = None) -> dict[str, str]:
        place = place or self.rng.choice(self.places)
        return {
            "name": self.firm(place),
            "place": place,
            "address": self.address(place),
            "phone": f"138{self.rng.randint(10_000_000, 99_999_999)}",
            "inventors": "；".join(sorted({self.person() for _ in range(self.rng.randint(2, 4))})),
            "agency": self.rng.choice(self.words["agencies"]),
        }

    def row(
        self,
        one: dict[str, Any],
        who: dict[str, str],
        field: dict[str, Any],
        text: str,
        terms: list[str],
        **said: str,
    ) -> list[str]:
        filed_on = said.pop("filed_on", None) or one["received"] - dt.timedelta(
            days=self.rng.randint(60, 420)
        )
        kind = self.rng.choice((1, 2))
        number = self.number(filed_on, kind)
        printed = self.rng.choice((number, number, number.replace(".", ""), f"CN{number}"))
        due = one["due"] - dt.timedelta(days=14)
        row = dict.fromkeys(HEADINGS, "")
        row |= {
            "申请号": printed,
            "专利类型": "发明" if kind == 1 else "实用新型",
            "发明名称": self.title(terms),
            "申请人": who["name"],
            "申请人地址": who["address"],
            "发明人": who["inventors"],
            "联系人电话": who["phone"],
            "代理机构": who["agency"],
            "申请日": filed_on.isoformat(),
            "IPC主分类": f"{field['ipc']} {self.rng.randint(1, 40)}/{self.rng.randint(0, 30):02d}",
            "非正常情形": said.get("stated", "第（五）项"),
            "案情说明": said.get("facts", "短期内提交的申请较多，请核查研发情况。"),
            "答复期限": due.isoformat(),
            "摘要": text,
        }
        return list(row.values())

    def rows(self, one: dict[str, Any]):
        """The batch's rows in their order. Lists come from some districts at a time, not from all."""
        made: list[list[str]] = []
        self.places = self.rng.sample(self.everywhere, self.words["districts"])
        for planted in self.words["planted"]:
            made += getattr(self, f"planted_{planted['kind']}")(one, planted["size"], planted["applicants"])
        while len(made) < one["number"]:
            who, field = self.applicant(), self.rng.choice(self.words["fields"])
            # Some addresses say no district: a person has to decide.
            if self.rng.random() < 0.01:
                who["address"] = re.sub(r"^重庆市\S+?(?=[创平文同滨学产示])", "重庆市", who["address"])
            for _ in range(min(self.rng.randint(1, 4), one["number"] - len(made))):
                terms = self.terms(field)
                made.append(self.row(one, who, field, self.text(terms), terms))
        self.rng.shuffle(made)
        for place, row in enumerate(made, 1):
            row[0] = str(place)
            yield tuple(row)

    def planted_frame(self, one: dict[str, Any], size: int, applicants: int) -> list[list[str]]:
        """One drafting frame, its terms swapped from application to application, within a week, by one agency."""
        field = self.rng.choice(self.words["fields"])
        patterns = [
            pattern.format(
                *(f"{{{n}}}" for n in range(3)),
                **{s: self.rng.choice(w) for s, w in self.words["slots"].items()},
            )
            for pattern in self.rng.sample(self.words["clauses"], 6)
        ]
        agency, start = self.rng.choice(self.words["agencies"]), one["received"] - dt.timedelta(days=200)
        people = [{**self.applicant(), "agency": agency} for _ in range(applicants)]
        made = []
        for number in range(size):
            terms = self.terms(field)
            text = "。".join(pattern.format(*self.rng.sample(terms, 3)) for pattern in patterns) + "。"
            made.append(
                self.row(
                    one, people[number % applicants], field, text, terms, filed_on=start + dt.timedelta(days=self.rng.randint(0, 6)),
                    stated="第（一）项、第（二）项", facts="多件申请句式相同，仅替换部件名称。",
                )
            )  # fmt: skip
        return made

    def planted_copies(self, one: dict[str, Any], size: int, applicants: int) -> list[list[str]]:
        """One text copied with a few words changed, by several applicants."""
        field = self.rng.choice(self.words["fields"])
        terms = self.terms(field)
        source = self.text(terms, 7)
        people = [self.applicant() for _ in range(applicants)]
        made = []
        for number in range(size):
            text = source.replace(self.rng.choice(terms), self.rng.choice(terms))
            made.append(
                self.row(
                    one,
                    people[number % applicants],
                    field,
                    text,
                    terms,
                    stated="第（二）项",
                    facts="与他人申请内容高度相近。",
                )
            )
        return made

    def planted_shells(self, one: dict[str, Any], size: int, applicants: int) -> list[list[str]]:
        """Firms of one address, phone and inventor, each with texts of its own."""
        shared = self.applicant()
        people = [
            {**shared, "name": self.firm(shared["place"]), "inventors": shared["inventors"]}
            for _ in range(applicants)
        ]
        field = self.rng.choice(self.words["fields"])
        made = []
        for number in range(size):
            terms = self.terms(field)
            made.append(
                self.row(
                    one, people[number % applicants], field, self.text(terms), terms, stated="第（六）项",
                    facts="多个申请人的地址、电话和发明人相同。",
                )
            )  # fmt: skip
        return made

    def planted_series(self, one: dict[str, Any], size: int, applicants: int) -> list[list[str]]:
        """An honest series of one applicant: one product improved, filed over a year."""
        field = self.rng.choice(self.words["fields"])
        who, terms = self.applicant(), self.terms(field)
        head = self.text(terms, 3)
        return [
            self.row(
                one, who, field, head + self.text(self.terms(field), 4), terms,
                filed_on=one["received"] - dt.timedelta(days=60 + 25 * number), stated="第（一）项",
            )
            for number in range(size)
        ]  # fmt: skip


def as_file(one: DemoList) -> bytes:
    """The list as it comes: xlsx, csv or json."""
    if one.form == "csv":
        made = io.StringIO(newline="")
        csv.writer(made).writerows([HEADINGS, *one.rows])
        return made.getvalue().encode("utf-8-sig")
    if one.form == "json":
        rows = [dict(zip(HEADINGS, row, strict=True)) for row in one.rows]
        return json.dumps({"批次": one.batch, "名单": rows}, ensure_ascii=False, indent=2).encode()
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"created": dt.datetime(YEAR, 1, 1), "title": one.batch})
    sheet = book.add_worksheet("名单")
    sheet.merge_range(
        0, 0, 0, len(HEADINGS) - 1, f"{one.batch}非正常专利申请名单", book.add_format({"bold": True})
    )
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(1, place, heading)
    for number, row in enumerate(one.rows, 2):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell)
    book.close()
    return kept.getvalue()
