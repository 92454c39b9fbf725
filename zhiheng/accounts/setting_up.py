"""An installation's first day: the units from a table, and the first administrator, who then adds everybody else."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from django.db import transaction

from zhiheng.audit import services as audit
from zhiheng.refusal import Reason, Refused

from .models import Person, RoleGrant, Unit, UnitKind
from .rights import Role
from .selectors import stated, stated_unit

REQUIRED = ("code", "name", "short_name", "kind", "parent", "number_prefix")
OPTIONAL = ("address", "phone", "review_organ", "court", "bank", "pay_code")


def read_units(path: Path) -> list[dict[str, str]]:
    """The rows of a csv of units (UTF-8, header as REQUIRED and OPTIONAL; `parent` is a code, empty for the office)."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise Refused.because(f"{path} 的表头缺少 {'、'.join(missing)}", way_out="请补上这些列")
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused.because(f"{path} 读不出来（{error}）", way_out="请存为 UTF-8 编码的 csv") from error


@transaction.atomic
def create_units(
    *, rows: Iterable[Mapping[str, str]], on: date, actor: Person | None = None
) -> dict[str, Unit]:
    """Create units, parents before children; code → unit. Refused names every faulty row, and then creates none."""
    rows = list(rows)
    faults: list[Reason] = []
    units: dict[str, Unit] = {u.code: u for u in Unit.objects.all()}
    created: dict[str, Unit] = {}
    for number, row in enumerate(rows, start=2):
        code, parent = row["code"].strip(), row["parent"].strip()
        blank = [name for name in REQUIRED if name != "parent" and not row[name].strip()]
        if blank:
            faults.append(Reason(f"第 {number} 行缺少 {'、'.join(blank)}"))
        elif code in units:
            faults.append(Reason(f"第 {number} 行：代码 {code} 已有单位"))
        elif row["kind"] not in UnitKind.values:
            faults.append(
                Reason(
                    f"第 {number} 行：类别“{row['kind']}”不可用",
                    way_out=f"可用：{'、'.join(UnitKind.values)}",
                )
            )
        elif parent and parent not in units:
            faults.append(
                Reason(f"第 {number} 行：上级 {parent} 不在表中或排在后面", way_out="请把上级排在前面")
            )
        elif not parent and any(u.parent_id is None for u in units.values()):
            faults.append(Reason(f"第 {number} 行没有上级，但已有一个最上级单位", way_out="请填写上级代码"))
        elif any(row["name"] == u.name or row["short_name"] == u.short_name for u in units.values()):
            faults.append(Reason(f"第 {number} 行：名称或简称与已有单位重复"))
        else:
            above = units.get(parent)
            units[code] = created[code] = Unit.objects.create(
                code=code,
                parent=above,
                path=f"{above.path if above else ''}{code}/",
                **{name: row[name].strip() for name in ("name", "short_name", "kind", "number_prefix")},
                **{name: (row.get(name) or "").strip() for name in OPTIONAL},
            )
    if faults:
        raise Refused(faults)
    if not created:
        raise Refused.because("表中没有单位", way_out="请按说明填写后再试")
    root = next(iter(created.values()))
    told = {"units": list(created), "stated": [stated_unit(unit) for unit in created.values()]}
    audit.record(actor=actor, on=on, action="建立单位", subject=root, data=told)
    return created


@transaction.atomic
def create_first_administrator(*, username: str, name: str, password: str, on: date) -> Person:
    """The office's first administrator, while there is nobody yet. Everyone after is added on the people's page."""
    root = Unit.objects.filter(parent__isnull=True).first()
    if root is None:
        raise Refused.because("还没有单位", way_out="请先用 --units 给出单位表")
    if Person.objects.exists():
        raise Refused.because("已经有人员", way_out="请由管理员在“人员”页新增")
    person = Person.objects.create_person(username, password, name=name, unit=root, must_change_password=True)
    RoleGrant.objects.create(person=person, role=Role.ADMIN, since=on)
    audit.record(
        actor=None, on=on, action="建立首位管理员", subject=person, data={"people": [stated(person)]}
    )
    return person
