"""A draft's text, version by version: written as a whole, or a provision at a time, with the references following. Each change is a new
version under its hash, with an entry in the ledger of acts; what was there before stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.jobs import foreign
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.selectors import works_on
from zhiheng.refusal import Reason, Refused

from .models import Project, StatuteText, TextVersion
from .statutes import as_draft
from .texts import (
    Kind,
    Provision,
    Text,
    Unfit,
    Unreadable,
    apply_decision,
    carry_ids,
    read_bytes,
    references,
    to_markdown,
)
from .texts.amendments.following import Following
from .texts.model import places
from .texts.numbering import CN, NUMERAL

LONGEST = 400_000  # characters of a draft


# What may be said of an article, or of a 款 or 项 of it, beside its words, with the name of each.
NOTES = {"why": "理由", "source": "依据或者来源"}


def read(version: TextVersion) -> Text:
    return read_bytes(version.words.encode(), f"{version.project.title}.md")


def notes_by_place(version: TextVersion) -> dict[str, dict[str, str]]:
    """What is said of the provisions of a version (keys of `NOTES`), by their names (第五条, 第五条第二款), in the order of the text."""
    found: dict[str, dict[str, str]] = {}
    for article in read(version).articles() if version.notes else ():
        for one, name in places(article):
            if one.id in version.notes:
                found[name] = version.notes[one.id]
    return found


def reasons_by_article(version: TextVersion) -> dict[str, str]:
    """Why each article is as it is, by its label: its own reason, then those of what is in it, each with its place."""
    found: dict[str, list[str]] = {}
    for article in read(version).articles() if version.notes else ():
        for one, name in places(article):
            if why := version.notes.get(one.id, {}).get("why"):
                inside = name.removeprefix(article.label)
                found.setdefault(article.label, []).append(f"{inside}：{why}" if inside else why)
    return {label: "\n".join(reasons) for label, reasons in found.items()}


def latest(project: Project) -> TextVersion | None:
    return project.versions.select_related("made_by").order_by("-seq").first()


_LABEL = re.compile(rf"^(?:第{NUMERAL}条(?:之{NUMERAL})?[\s\u3000]+|[{CN}]{{1,4}}、\s*)")


def without_label(words: str) -> str:
    """An article as people write it, without the 第×条 before it; a point of a notice without its 一、."""
    return _LABEL.sub("", "\n".join(words.strip().splitlines()))


def continued(was: Text, now: Text) -> dict[str, str]:
    """The articles of a text by their ids, and the ids of those of a later one that continue them."""
    if was is now:
        return {one.id: one.id for one in now.articles()}
    followed = now.copy()
    carry_ids(was, followed)
    return {same.id: own.id for own, same in zip(now.articles(), followed.articles(), strict=True)}


def may_write(actor: Person, project: Project) -> str:
    """Why the actor may not change the draft's text, "" when they may."""
    if project.matter_id is None or project.closed_on:
        return "项目已经办结，文本不能再改"
    if _is_signed(project):
        return "文件已经签发，文本不能再改"
    if not works_on(actor, project):
        return "草案文本由起草项目的承办人修改"
    return ""


def _is_signed(project: Project) -> bool:
    """Whether the text stands signed: it was, and did not go back before that since."""
    if not project.signed_on:
        return False
    procedure = procedure_of(project.matter.proceeding.version)
    signed = [
        step.to
        for step in procedure.steps.values()
        if any(written.column == "signed_on" for written in step.records)
    ]
    line = list(procedure.line)
    if project.state not in line or not signed:
        return True
    return line.index(project.state) >= min(line.index(state) for state in signed)


@transaction.atomic
def write_text(
    *, actor: Person, project: Project, on: date, words: str, note: str = "", seen: str | None = None
) -> TextVersion:
    """The whole text anew, from Markdown or pasted words. `seen` is the hash of the text that the actor had before them, "" where there
    was none; None asks for no such check."""
    project = _lock(project)
    _refuse_who_may_not(actor, project)
    _refuse_unseen(project, seen)
    if not words.strip():
        raise Refused.because("没有文字", field="words", way_out="请粘贴草案全文，或者上传文件")
    try:
        text = read_bytes(words.encode(), f"{project.title}.md")
    except Unreadable as error:
        raise Refused.because(str(error), field="words") from None
    return _keep(actor, project, on, text, note or "写入全文")


def take_file(
    *,
    actor: Person,
    project: Project,
    on: date,
    data: bytes,
    name: str,
    note: str = "",
    seen: str | None = None,
) -> tuple[TextVersion, list[str]]:
    """The whole text from a file: Word, Markdown or plain words. Read in a process of its own. Answers also what of the file is not in
    the text (comments, notes, boxes, pictures) or only its look tells, in words; how much that is stays with the version. `seen` as in
    `write_text`."""
    _refuse_who_may_not(actor, project)
    words, told = _file(data, name)
    said = note or f"上传“{name}”"
    if told:
        said = f"{said[:300]}；文件中有{len(told)}处没有读入或者须核对"
    text = read_bytes(words.encode(), name)
    with transaction.atomic():
        project = _lock(project)
        _refuse_who_may_not(actor, project)
        _refuse_unseen(project, seen)
        return _keep(actor, project, on, text, said), told


def _refuse_unseen(project: Project, seen: str | None) -> None:
    """A whole text does not take the place of one that its writer has not seen."""
    now = latest(project)
    if seen is not None and seen != (now.sha if now else ""):
        raise Refused.because(
            f"您打开本页以后，{now.made_by.name}已把草案改为第{now.seq}稿，这次没有保存",
            way_out="请先核对新的文本；仍要以这里的全文作为新的一稿的，再保存一次",
        )


def _file(data: bytes, name: str) -> tuple[str, list[str]]:
    """The words of a file that somebody sent, read in a process of its own, and what is not in them. Called before a transaction:
    nobody else waits for a file that is slow to read."""
    try:
        return foreign.read(as_draft, data, name, raises=(Unreadable,))
    except Unreadable as error:
        raise Refused.because(str(error), field="file") from None


@transaction.atomic
def change_provision(
    *,
    actor: Person,
    project: Project,
    on: date,
    provision: str,
    seen: str,
    words: str,
    act: str = "change",
    note: str = "",
    why: str = "",
    source: str = "",
) -> tuple[TextVersion, list[str]]:
    """One article changed, deleted, or a new one put behind it (`act`: change, delete, insert). `seen` is the hash of the text the
    actor looked at; `why` and `source` are kept beside the article (`NOTES`) from this version on. Articles behind take new numbers,
    and references follow; answers also what could not follow, in words.
    """
    project = _lock(project)
    _refuse_who_may_not(actor, project)
    version = latest(project)
    if version is None or version.sha != seen:
        raise Refused.because(
            "您打开本页以后，草案已由他人修改，这次没有保存",
            way_out="请核对新的文本后再改；您写的文字还在下面",
        )
    old = read(version)
    new = old.copy()
    twin = dict(zip((id(one) for one in old.walk()), new.walk(), strict=True))
    target = next((one for one in new.articles() if one.id == provision), None)
    if target is None:
        raise Refused.because("草案中没有这一条", way_out="请刷新后再改")
    label, written = target.label, None if act == "delete" else target
    if act == "delete":
        holder = _holder(new, target)
        holder[:] = [one for one in holder if one is not target]  # another may say the same
        said = f"删去{label}"
    elif act == "insert":
        number = target.number
        added = _like(target, words, (number[0] + 1, 0) if not number[1] else (number[0], number[1] + 1))
        holder = _holder(new, target)
        holder.insert(next(n for n, one in enumerate(holder) if one is target) + 1, added)
        written = added
        said = f"在{label}后增加一条"
    else:
        changed = _like(target, words, target.number)
        target.children = changed.children
        said = f"修改{label}"
    _number_anew(new)
    following = Following(new, twin, {})
    following.follow(
        [one for one in references(old) if act != "change" or id(one.holder) not in _below(old, provision)],
        rewrite=True,
    )
    said += f"；{note}" if note else ""
    noted = {"why": why.strip(), "source": source.strip()}
    place = next((n for n, one in enumerate(new.articles()) if one is written), None)

    def of_the_article(fresh: Text) -> dict[str, dict[str, str]]:
        return {} if place is None else {fresh.articles()[place].id: noted}

    return _keep(actor, project, on, new, said, of_the_article), following.broken


@transaction.atomic
def note(
    *, actor: Person, project: Project, on: date, provision: str, seen: str, why: str = "", source: str = ""
) -> TextVersion:
    """Why an article, or a 款 or 项 of one, is as it is, and where it comes from: a version of the same words. `seen` is the hash of the
    text the actor looked at; nothing given takes away what was said before."""
    project = _lock(project)
    _refuse_who_may_not(actor, project)
    version = latest(project)
    if version is None or version.sha != seen:
        raise Refused.because(
            "您打开本页以后，草案已由他人修改，这次没有保存",
            way_out="请核对新的文本后再写；您写的文字还在下面",
        )
    text = read(version)
    named = {one.id: name for article in text.articles() for one, name in places(article)}
    if provision not in named:
        raise Refused.because("草案中没有这一处", way_out="请刷新后再写")
    said = {"why": why.strip(), "source": source.strip()}
    return _keep(actor, project, on, text, f"写明{named[provision]}的理由和依据", lambda _: {provision: said})


def follow_decision(
    *,
    actor: Person,
    project: Project,
    on: date,
    words: str = "",
    data: bytes = b"",
    name: str = "",
    base: StatuteText | None = None,
    note: str = "",
) -> tuple[TextVersion, list[str]]:
    """The draft as an amending decision makes it: of the draft as it stands, or of a law that was taken in (`base`). The decision is
    pasted (`words`) or a file (`data`, `name`). Every instruction that does not fit is named, and then nothing is changed; answers also
    the references that could not follow, in words.
    """
    _refuse_who_may_not(actor, project)
    field = "file" if data else "words"
    if not data and not words.strip():
        raise Refused.because("没有修改决定", field=field, way_out="请粘贴修改决定的全文，或者上传文件")
    words = _file(data, name)[0] if data else words
    with transaction.atomic():
        return _followed(actor, _lock(project), on, words, name, field, base, note)


def _followed(
    actor: Person,
    project: Project,
    on: date,
    words: str,
    name: str,
    field: str,
    base: StatuteText | None,
    note: str,
) -> tuple[TextVersion, list[str]]:
    _refuse_who_may_not(actor, project)
    version = latest(project)
    if base is None and version is None:
        raise Refused.because(
            "还没有写入草案文本，没有可以修改的", way_out="请先写入全文，或者选择所修改的法规"
        )
    old = read_bytes(base.words.encode(), base.title) if base else read(version)
    try:
        outcome = apply_decision(old, read_bytes(words.encode(), name or "修改决定"))
    except Unreadable as error:
        raise Refused.because(str(error), field=field) from None
    except Unfit as unfit:
        raise Refused(
            Reason(f"“{one.said}”：{one.why}", field=field if not place else "")
            for place, one in enumerate(unfit.refusals)
        ) from None
    if not outcome.done:
        raise Refused.because("没有读出修改内容", field=field, way_out="请核对是不是修改决定的全文")
    said = f"按修改决定修改{len(outcome.done)}处" + (f"（以{base}为底本）" if base else "")
    return _keep(actor, project, on, outcome.text, f"{said}；{note}" if note else said), outcome.broken


def _below(text: Text, provision: str) -> set[int]:
    """The provisions of one article, whose words were just written anew."""
    found = next((one for one in text.walk() if one.id == provision), None)
    return {id(one) for one in found.walk()} if found else set()


def _holder(text: Text, wanted: Provision) -> list[Provision]:
    """The list in which a provision stands."""
    holders = [text.body, *(one.children for one in text.walk())]
    return next(holder for holder in holders if any(one is wanted for one in holder))


def _like(target: Provision, words: str, number: tuple[int, int]) -> Provision:
    """An article, or a point of a notice, of these words, their label left out. Refused where they hold none or more than one."""
    lines = [line.strip() for line in without_label(words).splitlines() if line.strip()]
    if not lines:
        raise Refused.because("条文是空的", field="words", way_out="请写条文；不要这一条的，用“删去本条”")
    first = target.label if target.kind is Kind.POINT else "第一条 "
    text = read_bytes("\n\n".join(["# 条文", f"{first}{lines[0]}", *lines[1:]]).encode(), "条文")
    if len(text.articles()) != 1 or len(text.body) != 1:
        raise Refused.because(
            "写了不止一条，或者写进了章节、附件",
            field="words",
            way_out="每次只写一条，不写“第×条”；另一条用“在后面增加一条”",
        )
    made = text.articles()[0]
    made.number, made.written, made.id = number, "", ""
    return made


def _number_anew(text: Text) -> None:
    """Articles numbered through in their order; a text that has 第×条之一 keeps its numbers. What was left without one has one now."""
    articles = [one for one in text.walk() if one.kind is Kind.ARTICLE]
    for one in articles:
        if one.written and not re.search(NUMERAL, one.written):
            one.written = ""
    if not any(one.number[1] for one in articles):
        for place, article in enumerate(articles, start=1):
            article.renumber((place, 0))
    for holder in (text.body, *(one.children for one in text.walk())):  # points begin anew under each heading
        points = [one for one in holder if one.kind is Kind.POINT]
        for place, point in enumerate(points, start=points[0].number[0] if points else 1):
            point.renumber((place, 0))


def _keep(
    actor: Person,
    project: Project,
    on: date,
    text: Text,
    note: str,
    noted: Callable[[Text], Mapping[str, Mapping[str, str]]] = lambda fresh: {},
) -> TextVersion:
    """A new version. `noted`: what is said of provisions from now on, by their ids in the text as it is kept; what was said of the
    others goes with them."""
    words = to_markdown(text)
    if len(words) > LONGEST:
        raise Refused.because(
            f"草案超过{LONGEST // 10_000}万字，不像一件文件", field="words", way_out="请核对文本"
        )
    sha = hashlib.sha256(words.encode()).hexdigest()
    before = latest(project)
    fresh = read_bytes(words.encode(), f"{project.title}.md")
    notes = _carried(before, fresh)
    for provision, given in noted(fresh).items():
        notes.pop(provision, None)
        if said := {name: value for name, value in given.items() if value}:
            notes[provision] = said
    if before is not None and before.sha == sha and before.notes == notes:
        raise Refused.because(
            f"与第{before.seq}稿相同，没有另存", way_out="请核对是否已经修改", field="words"
        )
    version = TextVersion.objects.create(
        project=project,
        seq=before.seq + 1 if before else 1,
        sha=sha,
        words=words,
        note=note[:400],
        notes=notes,
        made_by=actor,
        on=on,
    )
    audit.record(
        actor=actor,
        on=on,
        action="修改草案文本",
        subject=project,
        data={
            "seq": version.seq,
            "sha": sha,
            "before": before.sha if before else "",
            "note": version.note,
            "notes": audit.digest(audit.canonical(notes)),
        },
    )
    return version


def _carried(before: TextVersion | None, fresh: Text) -> dict[str, dict[str, str]]:
    """What was said of provisions of the version before, by their ids in the new one: changed and moved ones keep it."""
    if before is None or not before.notes:
        return {}
    followed = fresh.copy()
    carry_ids(read(before), followed)
    both = zip(fresh.walk(), followed.walk(), strict=True)
    notes = {own.id: before.notes[same.id] for own, same in both if same.id in before.notes}
    for article in fresh.articles():
        only = [one for one in article.children if one.kind is Kind.PARAGRAPH]
        if (
            len(only) == 1 and only[0].id in notes
        ):  # a 款 that became an article of its own is the article now
            notes[article.id] = _both(notes.get(article.id, {}), notes.pop(only[0].id))
    return notes


def _both(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    both = {name: dict.fromkeys(filter(None, (one.get(name), other.get(name)))) for name in NOTES}
    return {name: "；".join(words) for name, words in both.items() if words}


def _refuse_who_may_not(actor: Person, project: Project) -> None:
    if reason := may_write(actor, project):
        raise Refused.because(reason)


def _lock(project: Project) -> Project:
    return Project.objects.select_for_update(of=("self",)).select_related("unit", "matter").get(pk=project.pk)
