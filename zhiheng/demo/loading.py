"""The demonstration year loaded by the system's own doors: closed cases through the ledger import, open ones step by step."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhiheng.accounts.models import Certificate, Person, RoleGrant, Unit
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import stated
from zhiheng.accounts.setting_up import create_units
from zhiheng.accounts.words import title_of
from zhiheng.audit import services as audit
from zhiheng.cases import importing
from zhiheng.cases.models import Case
from zhiheng.jobs import foreign
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.facts import ATTESTED, attested_guards
from zhiheng.matters.models import MatterRecord, Proposal
from zhiheng.registers.declaration import find
from zhiheng.rulemaking import comments as commenting
from zhiheng.rulemaking import drafting

from . import families, rules
from .around import of_year
from .entering import Cast, begin, enter, take
from .exchanging import load_exchange
from .filing_loading import load_filings
from .plan_loading import keep_last_years_measures, load_plans
from .publicity import OFFICE, activities, bases
from .reviewing import review_cases
from .year import LAST_DAY, YEAR, YEARS, DemoCase, DemoYear, OpenCase, demonstration_year
from .year import units as unit_rows

# One password for the whole invented cast: it opens nothing but invented data on this machine.
PASSWORD = "zhiheng-2024"
SINCE = date(2021, 1, 1)
CERTIFIED = (date(2021, 7, 15), date(2029, 7, 14))
BEGUN_ON = date(YEARS[0] - 1, 12, 31)

# Who works in each unit: sign-in suffix, roles.
_CAST: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("handler", (Role.HANDLER,)),
    ("handler2", (Role.HANDLER,)),
    ("head", (Role.UNIT_HEAD,)),
    ("reviewer", (Role.CASE_REVIEWER,)),
    ("legal", (Role.LEGALITY_REVIEWER, Role.HEARING_CHAIR)),
    ("leader", (Role.LEADER, Role.CHIEF, Role.COLLECTIVE)),
    ("planner", (Role.PLANNER, Role.UNIT_ADMIN)),
)
_OFFICE_CAST = (*_CAST, ("auditor", (Role.AUDITOR,)), ("admin", (Role.ADMIN,)))
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "文清明德正平安定国栋立群思远若谷慎言守信秉公持衡致知行健自强厚载景行弘毅"


class AlreadyLoaded(Exception):
    """The data directory already holds cases."""


def load(say: Callable[[str], None] = lambda text: None) -> None:
    """Load the demonstration years into an empty database. Deterministic; a minute or so.

    Raises AlreadyLoaded when there are cases already, so that nobody mixes invented cases with real ones.
    """
    if Case.objects.exists() or Unit.objects.exists():
        raise AlreadyLoaded
    book = current_book()
    with transaction.atomic():
        units = create_units(rows=map(_unit_row, unit_rows()), on=BEGUN_ON)
        say(f"单位 {len(units)} 个")
        _people(units)
        say(f"人员 {Person.objects.count()} 人")
    cast = _cast()
    for number in YEARS:
        year = demonstration_year(book, year=number)
        _closed_cases(year, number, cast, units, say)
        _open_cases(year, number, cast, say)
        if number == YEAR:
            _publicity(cast, units, say)
            with foreign.written_here():
                load_filings(cast, say)
            _rules(cast[OFFICE], say)
            load_plans(cast, units, say)
        say(f"{number}年案件审查 {review_cases(cast[OFFICE]['legal'], number)} 件，都是抽取的")
        entered = enter(of_year(number), cast, units)
        say(f"{number}年其他登记 {entered} 条")
    with transaction.atomic():
        keep_last_years_measures(cast[OFFICE]["planner"])
    load_exchange(cast[OFFICE], say)


def _unit_row(row: dict[str, str]) -> dict[str, str]:
    """A unit of the demonstration with what its papers print: invented but for the names of organs."""
    place = row["name"].removeprefix("重庆市").split("市场监督")[0].split("知识产权")[0]
    district = bool(row["parent"])
    return row | {
        "address": f"重庆市{place}示范路1号",
        "phone": "023-00000000",
        # 行政复议法 24: the people's government of the same level.
        "review_organ": f"重庆市{place}人民政府" if district else "重庆市人民政府",
        "court": f"重庆市{place}人民法院" if district else "重庆知识产权法庭",
        "bank": "示范银行罚没款专户",
        "pay_code": f"{row['code']}00",
    }


def _valid_to(person: Person) -> date:
    """Most certificates hold for years; a few end soon after the day on which the demonstration begins, one has ended before."""
    suffix = person.username.partition(".")[2]
    if suffix == "auditor":
        return LAST_DAY - timedelta(days=184)
    ends_soon = suffix == "legal" and int(person.unit.code) % 7 == 3
    return LAST_DAY + timedelta(days=26) if ends_soon else CERTIFIED[1]


def _people(units: dict[str, Unit]) -> None:
    rng = Random(YEAR)
    password = make_password(PASSWORD)  # hashed once: the hash is slow on purpose
    people, roles, grants = [], [], []
    for unit in units.values():
        for suffix, held in _CAST if unit.parent_id else _OFFICE_CAST:
            name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))
            people.append(
                Person(
                    username=f"{unit.code}.{suffix}",
                    name=name,
                    unit=unit,
                    password=password,
                    law_qualified=suffix == "legal",
                )
            )
            roles.append(held)
    Person.objects.bulk_create(people)
    for person, held in zip(people, roles, strict=True):
        if person.username == f"{OFFICE}.reviewer":  # a panel takes three (裁决调解办法 20)
            held += (Role.HANDLER,)
        grants += [RoleGrant(person=person, role=role, since=SINCE) for role in held]
    RoleGrant.objects.bulk_create(grants)
    Certificate.objects.bulk_create(
        Certificate(
            person=person,
            number=f"示范{person.unit.code}{n:04d}",
            valid_from=CERTIFIED[0],
            valid_to=_valid_to(person),
        )
        for n, person in enumerate(people, start=1)
        if Role.PLANNER not in roles[n - 1]
    )
    audit.record(
        actor=None,
        on=BEGUN_ON,
        action="建立人员",
        subject=people[0],
        data={
            "people": [
                stated(p)
                for p in Person.objects.select_related("unit").prefetch_related("grants", "certificates")
            ]
        },
    )


_COLUMNS: tuple[tuple[str, Callable], ...] = (
    ("案件名称", lambda c: c.title),
    ("当事人", lambda c: c.party_name),
    ("当事人类型", lambda c: title_of("party_types", c.party_type) if c.party_type else ""),
    ("统一社会信用代码", lambda c: c.party_id),
    ("经营者", lambda c: c.party_operator),
    ("案由", lambda c: title_of("causes", c.cause)),
    ("案件来源", lambda c: title_of("sources", c.source)),
    ("涉案商品", lambda c: c.goods),
    ("线索日期", lambda c: c.lead_on),
    ("立案号", lambda c: c.case_no),
    ("立案日期", lambda c: c.filed_on),
    ("决定书文号", lambda c: c.doc_no),
    ("决定日期", lambda c: c.decided_on),
    ("送达日期", lambda c: c.served_on),
    ("公示日期", lambda c: c.published_on),
    ("结案日期", lambda c: c.closed_on),
    ("案值（元）", lambda c: c.case_value_fen if c.value_computable else "无法计算"),
    ("违法经营额（元）", lambda c: c.turnover_fen),
    ("违法所得（元）", lambda c: c.gains_fen),
    ("罚款金额（元）", lambda c: c.fine_fen),
    ("没收违法所得（元）", lambda c: c.confiscated_gains_fen),
    ("罚没款（元）", lambda c: c.forfeit_fen),
    ("备注", lambda c: c.note),
)


def _closed_cases(
    year: DemoYear, number: int, cast: Cast, units: dict[str, Unit], say: Callable[[str], None]
) -> None:
    """Each unit's year as the ledger it keeps, imported by its planner on the last day of the year."""
    on = date(number, 12, 31)
    by_unit = defaultdict(list)
    for case in year.closed:
        by_unit[case.unit].append(case)
    with tempfile.TemporaryDirectory() as directory, foreign.written_here():
        for code, cases in sorted(by_unit.items()):
            unit = units[code]
            path = Path(directory) / f"{code}.xlsx"
            _write_ledger(path, f"{unit.name}{number}年知识产权案件台账", cases, on)
            result = importing.import_ledger(
                actor=cast[code]["planner"],
                path=path,
                file_name=f"{unit.short_name}{number}年知识产权案件台账.xlsx",
                on=on,
                unit=unit,
            )
            if result.rejected or result.imported != len(cases):
                raise RuntimeError(f"{unit.name}的示范台账没有全部读入：{result.rejected[:3]}")
    say(f"{number}年已结案件 {len(year.closed)} 件，由 {len(by_unit)} 份区县台账导入")


def _write_ledger(path: Path, title: str, cases: list[DemoCase], on: date) -> None:
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False})
    # A fixed moment: the same year gives the same bytes.
    book.set_properties({"created": on, "title": title})
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet.merge_range(0, 0, 0, len(_COLUMNS) - 1, title, book.add_format({"bold": True, "align": "center"}))
    for column, (header, _) in enumerate(_COLUMNS):
        sheet.write_string(1, column, header)
    for row, case in enumerate(cases, start=2):
        for column, (_, value_of) in enumerate(_COLUMNS):
            value = value_of(case)
            if isinstance(value, date):
                # What has not happened on the day the ledgers are taken in is not in them yet.
                if value <= on:
                    sheet.write_datetime(row, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(row, column, value / 100, money)
            elif value:
                sheet.write_string(row, column, value)
    book.close()


def _cast() -> dict[str, dict[str, Person]]:
    """Everybody, by unit and by what their sign-in ends in."""
    cast: dict[str, dict[str, Person]] = defaultdict(dict)
    for person in Person.objects.select_related("unit"):
        code, _, suffix = person.username.partition(".")
        cast[code][suffix] = person
    return cast


def _open_cases(year: DemoYear, number: int, cast: Cast, say: Callable[[str], None]) -> None:
    """Of the published year those that were decided in it, with their end in the year after; at the end of the last year those that
    are under way when the demonstration begins."""
    if number not in (YEAR, LAST_DAY.year):
        return
    played = [one for one in year.open if one.decided == (number == YEAR)]
    for one in played:
        with transaction.atomic():
            _play(one, cast[one.unit])
    if number == YEAR:
        say(f"逐步办理的案件 {len(played)} 件，次年办结")
    else:
        say(f"在办案件 {len(played)} 件，其中 {sum(one.late for one in played)} 件已超期")
        say(f"裁决、调解、代理监管、移送的事项 {len(families.play(cast, play_step))} 件")


_BY_ROLE = {
    "handler": "handler",
    "unit_head": "head",
    "case_reviewer": "reviewer",
    "legality_reviewer": "legal",
    "leader": "leader",
    "chief": "leader",
    "collective": "leader",
    "hearing_chair": "legal",
}


def _play(open_case: OpenCase, cast: dict[str, Person]) -> None:
    """Take the case's steps as its officers did, approvals included."""
    handlers = [cast["handler"], cast["handler2"]]
    case: Case | None = None
    for taken in (*open_case.steps, *open_case.ending):
        data = dict(taken.data)
        if case is None:
            case = services.open_matter(actor=handlers[0], on=taken.on, kind=open_case.kind, data=data)
            services.assign_officers(actor=handlers[0], record=case, people=handlers, on=taken.on)
            continue
        play_step(case, taken.code, data, taken.on, cast)


def play_step(record: MatterRecord, code: str, data: dict, on: date, cast: dict[str, Person]) -> None:
    """One step of a matter as the cast of its unit takes it, whoever has to agree agreeing."""
    step = procedure_of(record.matter.proceeding.version).steps[code]
    if "handlers" in step.asks:
        data["handlers"] = [cast["handler"].pk, cast["handler2"].pk]
    if ticks := attested_guards(step):
        data[ATTESTED] = ticks
    result = services.take_step(actor=cast[_BY_ROLE[step.by[0]]], record=record, step=code, data=data, on=on)
    while isinstance(result, Proposal):
        result = services.give_opinion(
            actor=cast[_BY_ROLE[result.next_role]],
            record=record,
            proposal=result,
            agrees=True,
            text="同意",
            on=on,
        )
    record.refresh_from_db()


def _publicity(cast: Cast, units: dict[str, Unit], say: Callable[[str], None]) -> None:
    """Bases named by the office, activities registered by the units that held them."""
    for kind, rows in (("bases", bases()), ("activities", activities())):
        register = find(kind)
        with transaction.atomic():
            for row in rows:
                by = row["unit"] if kind == "activities" else OFFICE
                answers = {name: value for name, value in row.items() if name in register.begin.columns}
                if "unit" in answers:
                    answers["unit"] = units[row["unit"]]
                on = row.get("ended_on") or row[register.day]
                begin(cast[by]["planner"], kind, on, answers)
        say(f"{register.title} {len(rows)} {register.noun}")


def _rules(office: Mapping[str, Person], say: Callable[[str], None]) -> None:
    """Documents issued, texts reviewed, the legislative plan, lawyers; and a draft that is open for comment."""
    handler, legal, planner = office["handler"], office["legal"], office["planner"]

    def entered(kind: str, actor: Person, answers: dict, parent=None):
        return begin(actor, kind, answers[find(kind).day], answers, parent)

    with transaction.atomic():
        for answers in rules.documents():
            entered("documents", handler, answers)
        for answers in rules.reviews():
            entered("text-reviews", legal, answers | {"reviewer": legal})
        for answers, stages in rules.projects():
            item = entered("legislation", planner, answers)
            for stage in stages:
                entered("legislation-stages", planner, stage, parent=item)
        for answers, asked in rules.lawyers():
            lawyer = entered("lawyers", legal, answers)
            for one in asked:
                request = entered("legal-opinions", legal, one["ask"], parent=lawyer)
                on = one["answer"]["answered_on"]
                for code in ("clear", "answer", "use"):
                    take(legal, "legal-opinions", request, code, on, one[code])
    _draft_in_public(handler)
    say(f"规范性文件 {len(rules.documents())} 件，审查意见 {len(rules.reviews())} 次")


def _draft_in_public(handler: Person) -> None:
    draft = rules.draft()
    with transaction.atomic():
        project = services.open_matter(
            actor=handler, on=draft["begun"], kind=draft["kind"], data=draft["door"]
        )
        given = {"actor": handler, "project": project, "on": draft["begun"]}
        version = drafting.write_text(words=draft["text"], **given)
        for taken in draft["steps"]:
            step = procedure_of(project.matter.proceeding.version).steps[taken["step"]]
            data = {"text_sha": version.sha, ATTESTED: attested_guards(step), **taken["answers"]}
            services.take_step(actor=handler, record=project, step=step.code, data=data, on=taken["day"])
        project.refresh_from_db()
        for number, said in enumerate(rules.comments()):
            commenting.comment(
                project=project,
                at=datetime.combine(said["on"], time(10), UTC),
                address=f"demo-{number}",
                **said,
            )
