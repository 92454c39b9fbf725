"""`zhiheng import_ledger` and `zhiheng render_form`."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from zhiheng.numbers import say

_SHOWN = 20


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("import_ledger", help="导入案件台账（xlsx、xls、csv）")
    parser.add_argument("file", type=Path, help="台账文件")
    parser.add_argument("--dry-run", action="store_true", help="只试读，不写入")
    parser.add_argument("--unit", metavar="CODE", help="文件未写明单位的行归入哪个单位")
    parser.add_argument("--year", type=int, help="台账年度")
    parser.add_argument(
        "--answer",
        metavar="列=回答",
        action="append",
        default=[],
        help="回答试读时提出的问题，如 案值=万元；几张表的同名列回答不同时写作 工作表/列=万元；可多次使用",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_import, django=True)
    form = subparsers.add_parser("render_form", help="生成一件案件的文书，或者全部文书的样张（docx、pdf）")
    form.add_argument(
        "code", nargs="?", metavar="文书", help="文书代码，见 check_book 或者法规库；与 --all 二者取一"
    )
    form.add_argument("--case", metavar="编号", help="案件的登记号、案号或者决定书文号")
    form.add_argument("--all", action="store_true", help="全部文书，须与 --demo 同用")
    form.add_argument("--demo", action="store_true", help="用虚构的案件填写，生成样张")
    form.add_argument(
        "-o", "--output", type=Path, required=True, metavar="路径", help="文件（.docx、.pdf）；--all 时为目录"
    )
    form.set_defaults(run=_render, django=True)


def _import(arguments: argparse.Namespace) -> int:
    from django.db import DatabaseError
    from django.utils import timezone

    from zhiheng.accounts.selectors import NoOfficeAccount, office_account
    from zhiheng.refusal import Refused

    from . import importing

    try:
        actor = office_account()
    except NoOfficeAccount as missing:
        print(missing, file=sys.stderr)
        return 2
    except DatabaseError as error:
        # Tables are made by `serve` and `demo`; before that there is nobody to import for either.
        print(
            f"数据库打不开或还没有建立（{error}）；请先运行 zhiheng serve 或 zhiheng demo。", file=sys.stderr
        )
        return 2
    try:
        if not arguments.file.is_file():
            raise Refused.because(f"没有文件 {arguments.file}", way_out="请核对路径")
        answers = dict(_answer(text) for text in arguments.answer)
        result = importing.import_ledger(
            actor=actor,
            path=arguments.file,
            file_name=arguments.file.name,
            on=timezone.localdate(),
            unit=importing.unit_by_code(arguments.unit) if arguments.unit else None,
            year=arguments.year,
            answers=answers,
            dry_run=arguments.dry_run,
        )
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"文件 {arguments.file} 读不了（{error.strerror}）；请核对权限。", file=sys.stderr)
        return 2
    rejects = _write_rejects(arguments.file, result.rejects) if result.rejects else None
    if arguments.format == "json":
        print(json.dumps(_document(result, rejects), ensure_ascii=False))
    else:
        _tell(result, rejects)
    return 0


def _answer(text: str) -> tuple[str, str]:
    from zhiheng.refusal import Refused

    column, sign, answer = (part.strip() for part in text.replace("＝", "=").rpartition("="))
    if not (column and sign and answer):
        raise Refused.because(f"看不懂回答“{text}”", way_out="请写成 列=回答，如 案值=万元")
    return column, answer


def _write_rejects(file: Path, data: bytes) -> str:
    """The rejected rows beside nobody's data; two ledgers of one name do not overwrite each other's."""
    from django.conf import settings

    folder = settings.DATA_DIR / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file.stem[:60]}-退回-{hashlib.sha256(data).hexdigest()[:8]}.xlsx"
    path.write_bytes(data)
    return str(path)


def _columns(header) -> list[dict]:
    """Each column as understood: what it was taken for, and in which unit."""
    from .ledger.money import name
    from .pages import field_title

    return [
        {
            "sheet": column.sheet,
            "column": column.printed,
            "field": column.field,
            "taken_as": field_title(column.field) or None,
            "unit": name(column.fen_per_unit) if column.fen_per_unit else None,
            "unit_from": column.unit_from or None,
            "year": column.year,
            "year_from": column.year_from or None,
        }
        for column in header
    ]


def _document(result, rejects: str | None) -> dict:
    return {
        "rows": result.rows,
        "imported": result.imported,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected_rows": result.rejected_rows,
        "repeated": result.ledger.repeated,
        "rejected": [
            {
                "sheet": r.sheet,
                "row": r.row,
                "column": r.column,
                "value": r.value,
                "reason": f"{r.reason}；{r.remedy}",
            }
            for r in result.rejected
        ],
        "asks": [
            {"sheet": a.sheet, "column": a.column, "why": a.why, "choices": list(a.choices)}
            for a in result.asks
        ],
        "waiting": result.ledger.waiting,
        "columns": _columns(result.ledger.header),
        "unread_columns": [
            {"sheet": c.sheet, "column": c.printed} for c in result.ledger.header if c.field is None
        ],
        "sums": [
            {
                "sheet": s.sheet,
                "column": s.column,
                "sum": say(s.fen),
                "stated": None if s.stated_fen is None else say(s.stated_fen),
                "agrees": s.agrees,
            }
            for s in result.ledger.sums
        ],
        "rejects_file": rejects,
        "remarks": [str(remark) for remark in result.ledger.remarks],
        "notes": result.ledger.notes,
        "dry_run": result.dry_run,
    }


def _tell(result, rejects: str | None) -> None:
    verbs = ("将导入", "将更新", "将退回") if result.dry_run else ("已导入", "更新", "退回")
    print(
        f"读到 {result.rows} 行：{verbs[0]} {result.imported} 行，{verbs[1]} {result.changed} 行，"
        f"未变 {result.unchanged} 行，{verbs[2]} {result.rejected_rows} 行。"
    )
    for title, items in (
        ("请回答", result.asks),
        ("退回", result.rejected),
        ("请核对", result.ledger.remarks),
        ("说明", result.ledger.notes),
    ):
        for item in items[:_SHOWN]:
            print(f"  {title}：{item}")
        if len(items) > _SHOWN:
            print(f"  {title}：另有 {len(items) - _SHOWN} 处")
    if result.asks:
        print(
            f"有 {result.ledger.waiting} 行在等回答，还没有导入；请加 --answer 列=回答 再运行，如 --answer {result.asks[0].column}={result.asks[0].choices[0]}"
        )
    if rejects:
        print(f"退回表：{rejects}")


def _render(arguments: argparse.Namespace) -> int:
    from zhiheng.law import LawError
    from zhiheng.refusal import Refused

    try:
        for path, data in _rendered(arguments):
            _write(path, data)
    except (Refused, LawError) as refused:
        print(refused, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{arguments.output} 写不进去（{error}）；请核对路径和权限。", file=sys.stderr)
        return 2
    return 0


def _rendered(arguments: argparse.Namespace) -> Iterator[tuple[Path, bytes]]:
    """Every file that is to be written, with its bytes. Raises Refused for what cannot be done."""
    from zhiheng.refusal import Refused

    versions = _book_forms()
    if arguments.all != (arguments.code is None) or arguments.demo == bool(arguments.case):
        raise Refused.because(
            "请写明文书和案件，或者全部样张",
            way_out="例如 render_form 文书代码 --case 编号 -o 文件.docx，或者 render_form --all --demo -o 目录",
        )
    if not arguments.all and arguments.code not in versions:
        raise Refused.because(f"没有文书“{arguments.code}”", way_out=f"可用：{'、'.join(sorted(versions))}")
    if arguments.all:
        for code in sorted(versions):
            for ending in _ENDINGS:
                yield arguments.output / f"{code}{ending}", _specimen(versions[code][-1], ending)
        return
    ending = arguments.output.suffix.lower()
    if ending not in _ENDINGS:
        raise Refused.because(
            f"不能生成“{ending or '没有后缀'}”文件", way_out="文件名请以 .docx 或者 .pdf 结尾"
        )
    if arguments.demo:
        yield arguments.output, _specimen(versions[arguments.code][-1], ending)
        return
    yield arguments.output, _of_case(arguments, ending)


_ENDINGS = (".docx", ".pdf")


def _book_forms():
    """Every form of the book, with its versions."""
    from zhiheng.law import current_book

    return current_book().form_versions


def _specimen(form, ending: str) -> bytes:
    from zhiheng.documents.rendering import forms, specimen, typeset

    context = specimen.context(form)
    file = forms.render(form, context)
    return (
        file if ending == ".docx" else typeset.paper(typeset.body_of(file), title=forms.title(form, context))
    )


def _of_case(arguments: argparse.Namespace, ending: str) -> bytes:
    from django.utils import timezone

    from zhiheng.accounts.selectors import NoOfficeAccount, office_account
    from zhiheng.matters import readings
    from zhiheng.matters.printing import paper_of
    from zhiheng.refusal import Refused

    from .selectors import by_number

    try:
        actor = office_account()
    except NoOfficeAccount as missing:
        raise Refused.because(str(missing)) from None
    case = by_number(actor, arguments.case)
    printed = paper_of(case, arguments.code, actor=actor, on=timezone.localdate())
    readings.note(actor=actor, record=case, at=timezone.now())
    if printed.wanting:
        print(f"《{printed.title}》留空：{'、'.join(printed.wanting)}", file=sys.stderr)
    return printed.docx if ending == ".docx" else printed.pdf


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
