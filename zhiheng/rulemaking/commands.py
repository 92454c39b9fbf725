"""`provisions`, `compare_texts`, `amending_decision`, `apply_amendment`, `import_texts`: legal texts on the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

_FILE = "Markdown、docx 或者纯文本"


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("provisions", help="读出法规文本的编章节条款项和条文之间的引用")
    parser.add_argument("file", type=Path, help=f"法规文本：{_FILE}")
    parser.add_argument("--format", choices=("text", "json", "md", "docx"), default="text", help="输出形式")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件；docx 必须写明")
    parser.set_defaults(run=_provisions)

    parser = subparsers.add_parser("compare_texts", help="比较一件法规的两个文本，输出修改对照表")
    _two(parser)
    parser.add_argument("--format", choices=("text", "json", "docx"), default="text", help="输出形式")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件；docx 必须写明")
    parser.set_defaults(run=_compare)

    parser = subparsers.add_parser("amending_decision", help="按新旧两个文本起草修改决定")
    _two(parser)
    parser.add_argument("--issuer", default="", metavar="NAME", help="作出决定的机关，写在标题里")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="写入 .md、.txt 或 .docx 文件；不写时显示在屏幕上"
    )
    parser.set_defaults(run=_decide)

    parser = subparsers.add_parser("apply_amendment", help="读修改决定，得出修改后的文本")
    parser.add_argument("old", type=Path, metavar="OLD", help=f"修改前的文本：{_FILE}")
    parser.add_argument("decision", type=Path, metavar="DECISION", help=f"修改决定：{_FILE}")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="修改后的文本，写入 .md、.txt 或 .docx 文件"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="屏幕输出形式")
    parser.set_defaults(run=_apply)

    parser = subparsers.add_parser("import_texts", help="把法规原文存入本局的数据，供法规库查阅")
    parser.add_argument("directory", type=Path, metavar="目录", help="原文所在的目录：docx 或者 Markdown")
    parser.add_argument("--by", required=True, metavar="账号", help="导入人")
    parser.set_defaults(run=_import_texts, django=True)


def _two(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD", help=f"原文本：{_FILE}")
    parser.add_argument("new", type=Path, metavar="NEW", help=f"新文本：{_FILE}")


class _Stop(Exception):
    """Why a command ends without a result, in words."""


def _guarded(command):
    """0: done; 1: the decision does not fit; 2: a file cannot be read or written. Nothing is written but whole files."""

    def run(arguments: argparse.Namespace) -> int:
        from .texts import Unreadable

        try:
            return command(arguments) or 0
        except (Unreadable, _Stop) as error:
            print(error, file=sys.stderr)
            return 2
        except OSError as error:
            where = f"（{error.filename}）" if error.filename else ""
            print(f"写入失败{where}：{error.strerror or error}。没有留下未写完的文件。", file=sys.stderr)
            return 2

    return run


def _write(path: Path, data: bytes) -> None:
    """The whole file or none: what stood there before stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _rendered(text, path: Path) -> bytes:
    """A text in the form its file name asks for."""
    from .texts import to_docx, to_markdown

    if path.suffix.lower() == ".docx":
        return to_docx(text)
    if path.suffix.lower() in (".md", ".txt", ""):
        return to_markdown(text).encode()
    raise _Stop(f"不会写“{path.suffix}”文件。请用 .docx、.md 或者 .txt 作扩展名。")


def _put(output: Path | None, data: bytes) -> None:
    if output:
        _write(output, data)
    else:
        sys.stdout.write(data.decode())


def _json(value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


@_guarded
def _provisions(arguments: argparse.Namespace) -> int:
    from .texts import read_file, to_docx, to_markdown

    text = read_file(arguments.file)
    if arguments.format == "docx":
        if not arguments.output:
            raise _Stop("请用 -o 写明 docx 文件的名称。")
        _write(arguments.output, to_docx(text))
    elif arguments.format == "md":
        _put(arguments.output, to_markdown(text).encode())
    elif arguments.format == "json":
        _put(arguments.output, _json(provisions_json(text)))
    else:
        _put(arguments.output, _listing(text).encode())
    return 0


def provisions_json(text) -> dict:
    """A text as data. Label and text of all provisions in their order are the whole text below the history."""
    from .texts import references

    paths = text.paths()
    found = []
    for reference in references(text):
        targets = reference.targets or [None]
        found.append(
            {
                "from": paths[id(reference.holder)],
                "to": "、".join(paths[id(target)] for target in targets if target is not None),
                "ok": reference.ok,
                "text": reference.words,
                "from_id": reference.holder.id,
                "to_ids": [target.id for target in targets if target is not None],
                **({"why": reference.why} if reference.why else {}),
            }
        )
    return {
        "title": text.title,
        "history": text.history,
        "provisions": [
            {"id": p.id, "kind": p.kind, "path": paths[id(p)], "label": p.label, "text": p.text}
            for p in text.walk()
        ],
        "references": found,
        "unread": text.unread,
        "doubts": text.doubts,
    }


def _listing(text) -> str:
    from .texts import Kind, references

    kinds = [p.kind for p in text.walk()]
    names = {Kind.PART: "编", Kind.CHAPTER: "章", Kind.SECTION: "节", Kind.ARTICLE: "条", Kind.POINT: "点", Kind.PARAGRAPH: "款", Kind.ITEM: "项", Kind.APPENDIX: "附件"}  # fmt: skip
    counted = "，".join(f"{kinds.count(kind)}{name}" for kind, name in names.items() if kind in kinds)
    found = references(text)
    wrong = [reference for reference in found if not reference.ok]
    paths = text.paths()
    lines = [text.title, f"{counted}；引用{len(found)}处，其中{len(wrong)}处没有着落。"]
    lines += [f"  {paths[id(one.holder)]}：“{one.words}”，{one.why}" for one in wrong]
    lines += [f"  存疑：{doubt}" for doubt in text.doubts] + [f"  没有读出：{one}" for one in text.unread]
    return "\n".join(lines) + "\n"


@_guarded
def _compare(arguments: argparse.Namespace) -> int:
    from .texts import compare, read_file
    from .texts.difference import WORDS, table_docx

    comparison = compare(read_file(arguments.old), read_file(arguments.new))
    if arguments.format == "docx":
        if not arguments.output:
            raise _Stop("请用 -o 写明 docx 文件的名称。")
        _write(arguments.output, table_docx(comparison))
    elif arguments.format == "json":
        _put(arguments.output, _json(comparison_json(comparison)))
    else:
        counted = "，".join(f"{WORDS[kind]}{n}处" for kind, n in comparison.counts().items())
        lines = [f"《{comparison.new.title}》：{counted}。" if counted else "两个文本相同。"]
        lines += [_change_line(change) for change in comparison.changes if change.kind != "unchanged"]
        _put(arguments.output, ("\n".join(lines) + "\n").encode())
    return 0


def _change_line(change) -> str:
    from .texts.difference import WORDS

    old, new = (
        change.part or "、".join(p.label or p.text for p in side) for side in (change.old, change.new)
    )
    where = old if old == new or not new else new if not old else f"{old}→{new}"
    parts = []
    for tag, was, now in change.edits:
        if tag == "~" and change.kind in ("changed", "moved"):
            parts.append((f"［{was}］" if was else "") + (f"＋{now}＋" if now else ""))
    words = "…".join(parts).replace("\n", " ")
    return f"  {WORDS[change.kind]}  {where}" + (f"  {words}" if words else "")


def comparison_json(comparison) -> dict:
    """A comparison as data: each change with its provisions and its words."""
    paths = comparison.old.paths() | comparison.new.paths()
    return {
        "old": comparison.old.title,
        "new": comparison.new.title,
        "summary": comparison.counts(),
        "changes": [
            {
                "kind": change.kind,
                **({"part": change.part} if change.part else {}),
                "old": [paths[id(p)] for p in change.old],
                "new": [paths[id(p)] for p in change.new],
                "old_text": "".join(was for _, was, _ in change.edits),
                "new_text": "".join(now for _, _, now in change.edits),
                "words": [
                    {"kept": was} if tag == "=" else {"deleted": was, "inserted": now}
                    for tag, was, now in change.edits
                ]
                if change.kind != "unchanged"
                else [],
            }
            for change in comparison.changes
        ],
    }


@_guarded
def _decide(arguments: argparse.Namespace) -> int:
    from .texts import read_file, write_decision

    old, new = read_file(arguments.old), read_file(arguments.new)
    try:
        decision = write_decision(old, new, issuer=arguments.issuer)
    except ValueError as error:
        raise _Stop(str(error)) from error
    _put(arguments.output, _rendered(decision, arguments.output or Path("决定.md")))
    return 0


@_guarded
def _apply(arguments: argparse.Namespace) -> int:
    from .texts import Unfit, apply_decision, read_file

    old, decision = read_file(arguments.old), read_file(arguments.decision)
    try:
        outcome = apply_decision(old, decision)
    except Unfit as unfit:
        if arguments.format == "json":
            refused = [{"instruction": one.said, "why": one.why} for one in unfit.refusals]
            sys.stdout.write(_json({"title": old.title, "applied": [], "refused": refused}).decode())
        print(f"修改决定与文本不合，没有写出文件（{len(unfit.refusals)}处）：", file=sys.stderr)
        for one in unfit.refusals:
            print(f"  {one.said}\n    {one.why}", file=sys.stderr)
        return 1
    if arguments.output:
        _write(arguments.output, _rendered(outcome.text, arguments.output))
    if arguments.format == "json":
        data = {
            "title": outcome.text.title,
            "applied": [one.said for one in outcome.done],
            "refused": [],
            "references_followed": outcome.followed,
            "references_broken": outcome.broken,
            **provisions_json(outcome.text),
        }
        sys.stdout.write(_json(data).decode())
        return 0
    if not arguments.output:
        sys.stdout.write(_rendered(outcome.text, Path("新文本.md")).decode())
    else:
        print(f"按决定的{len(outcome.done)}处修改，写出{arguments.output}。")
    for line in outcome.followed:
        print(f"  引用随条文序号调整：{line}", file=sys.stderr)
    for line in outcome.broken:
        print(f"  请核对引用：{line}", file=sys.stderr)
    return 0


def _import_texts(arguments: argparse.Namespace) -> int:
    """Take in every text of a directory that the law book cites; 2 when there is none, or nobody may."""
    from django.utils import timezone

    from zhiheng.accounts.selectors import account_named
    from zhiheng.audit import services as audit
    from zhiheng.law import current_book
    from zhiheng.law.texts import match
    from zhiheng.refusal import Refused

    from .services import take_in_text
    from .statutes import read_directory
    from .texts import Unreadable

    try:
        person = account_named(arguments.by)
        found, unread = read_directory(arguments.directory)
        texts = match([i for versions in current_book().instruments.values() for i in versions], found)
        for statute in dict.fromkeys(s.path for s in texts.values()):
            with audit.said_through(audit.on_the_command_line()):
                made = take_in_text(
                    actor=person, on=timezone.localdate(), data=statute.read_bytes(), name=statute.name
                )
            print(f"已导入：{made}")
    except (Unreadable, Refused) as refused:
        print(refused, file=sys.stderr)
        return 2
    for line in unread:
        print(f"读不出：{line}", file=sys.stderr)
    print(f"共导入 {len(texts)} 个版本；目录中另有 {len(found) - len(texts)} 件不是法规库所引的。")
    return 0 if texts else 2
