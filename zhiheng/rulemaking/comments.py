"""What people say about a draft: received from the public page or entered for a consulted unit, grouped, shown or hidden, answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Left
from django.http import Http404
from django.utils.crypto import salted_hmac

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import acting_roles
from zhiheng.audit import services as audit
from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.docx import pack
from zhiheng.jobs import foreign
from zhiheng.matters.engine import Standing, procedure_of
from zhiheng.matters.selectors import works_on
from zhiheng.refusal import Refused

from . import drafting
from .alike import likeness_key, near
from .models import OPEN_TO_ALL, Answer, Comment, CommentGroup, Moderation, Project, TextVersion
from .texts import Unreadable
from .texts.numbering import NUMERAL, value
from .texts.returned import read_returned

LONGEST = 4000  # characters of one comment
_PER_SENDER = 10  # comments of one address within the window
_PER_DRAFT = 20_000  # of all within a day: above it somebody floods the page; a campaign of thousands does not reach it
_WINDOW = timedelta(hours=1)


def open_drafts(on: date) -> QuerySet[Project]:
    """Drafts that anybody may comment on that day."""
    return (
        Project.objects.filter(
            open_to_all=OPEN_TO_ALL, comment_from__lte=on, comment_until__gte=on, closed_on__isnull=True
        )
        .select_related("unit")
        .order_by("comment_until", "id")
    )


def ended_drafts(on: date) -> QuerySet[Project]:
    """Drafts whose last day is over, the latest first: their answers stay to be read."""
    return published_drafts().filter(comment_until__lt=on).order_by("-comment_until", "-id")


def published_drafts() -> QuerySet[Project]:
    """Drafts that are or were open to everybody: an answer stays to be read after the last day."""
    return Project.objects.filter(open_to_all=OPEN_TO_ALL, comment_from__isnull=False).select_related("unit")


def public_draft(pk: int, on: date) -> Project:
    found = published_drafts().filter(pk=pk, comment_from__lte=on).first()
    if found is None:
        raise Http404("没有这件征求意见稿，或者还没有开始征求意见。")
    return found


def text_in_public(project: Project) -> TextVersion | None:
    """The version that was put to the public: later changes do not show before they are decided."""
    return project.versions.filter(sha=project.comment_sha).order_by("seq").first()


def said_with_the_draft(project: Project, on: date) -> str:
    """The explanation that was put to the public with the draft."""
    return str(Standing.of(project.matter.proceeding, on).value("comment_note") or "")


def sender_of(address: str, on: date) -> str:
    """What is kept of an address: a hash under the site's key that changes every day."""
    return salted_hmac(
        "zhiheng.comments", f"{on}{address}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


@transaction.atomic
def comment(
    *,
    project: Project,
    on: date,
    at: datetime,
    address: str,
    words: str,
    provision: str = "",
    name: str = "",
    contact: str = "",
) -> Comment:
    """A comment by anybody. Refused after the closing day, when it is empty or too long, or when too many came from one sender."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if not project.takes_comments(on):
        raise Refused.because(
            f"征求意见已于{project.comment_until:%Y-%m-%d}截止", way_out="意见可以用其他方式向起草单位反映"
        )
    sender = sender_of(address, on)
    recent = Comment.objects.filter(sender=sender, at__gt=at - _WINDOW).count()
    if recent >= _PER_SENDER:
        raise Refused.because("提交过于频繁，请一小时后再提交", way_out="较多的意见可以合并在一次提交")
    if Comment.objects.filter(project=project, by_unit=False, on=on).count() >= _PER_DRAFT:
        raise Refused.because(
            "今天收到的意见过多，请明天再提交", way_out="意见也可以用邮寄等方式向起草单位反映"
        )
    made = _keep(
        project, on, words, provision=provision, text_sha=project.comment_sha, name=name, contact=contact, sender=sender
    )  # fmt: skip
    audit.record(
        actor=None,
        on=on,
        action="收到公众意见",
        subject=project,
        data=_said(made),
    )
    return made


@transaction.atomic
def enter_for_unit(
    *,
    actor: Person,
    project: Project,
    on: date,
    name: str,
    words: str,
    provision: str = "",
    proposed: str = "",
) -> Comment:
    """What a consulted unit said, with the words it proposes for a provision."""
    version, reviews = _text_for(actor, project, on)
    return _enter(actor, project, on, name, words, provision, proposed, version, reviews)


def enter_file(
    *, actor: Person, project: Project, on: date, name: str, data: bytes, file_name: str
) -> list[Comment]:
    """What a consulted unit changed in the draft and noted beside it, from the file it sent back: every change a suggestion of its own,
    every comment an opinion. Refused as a whole where the file is another text, or says nothing."""
    version, _ = _text_for(actor, project, on)
    if version is None:
        raise Refused.because("还没有草案文本，无从对照", way_out="请先写入草案全文")
    try:  # before the transaction: nobody else waits for a file that is slow to read
        found = foreign.read(read_returned, version.words, data, file_name, raises=(Unreadable,))
    except Unreadable as error:
        raise Refused.because(str(error), field="file") from None
    if not found:
        raise Refused.because(
            f"“{file_name}”与第{version.seq}稿相同，也没有批注",
            field="file",
            way_out="没有意见的，用“登记单位意见”写明没有意见",
        )
    with transaction.atomic():
        _, reviews = _text_for(actor, project, on)
        return [
            _enter(actor, project, on, name, words, provision, proposed, version, reviews)
            for provision, words, proposed in found
        ]


def reviews_now(actor: Person, project: Project, on: date) -> bool:
    """Whether the text waits for an opinion that the actor gives: then they may mark it up."""
    if project.matter_id is None or project.closed_on or actor.unit_id != project.unit_id:
        return False
    steps = procedure_of(project.matter.proceeding.version).steps.values()
    asked = {role for step in steps if step.reviews and project.state in step.sources for role in step.by}
    return bool(asked and asked & acting_roles(actor, on)) and not works_on(actor, project)


def asked_about(actor: Person, project: Project, on: date) -> tuple[TextVersion | None, bool]:
    """The text that somebody's suggestions speak of, and whether they make them as who reviews it. Who reviews it speaks of the latest,
    which was sent; consulted units speak of the one that was put to the public, else of the latest."""
    reviews = reviews_now(actor, project, on)
    public = None if reviews else text_in_public(project)
    return public or drafting.latest(project), reviews


def _text_for(actor: Person, project: Project, on: date) -> tuple[TextVersion | None, bool]:
    """The same, refused for whoever neither reviews the text nor works on it."""
    version, reviews = asked_about(actor, project, on)
    if not reviews:
        refuse_stranger(actor, project)
    return version, reviews


def _enter(
    actor: Person,
    project: Project,
    on: date,
    name: str,
    words: str,
    provision: str,
    proposed: str,
    version: TextVersion | None,
    reviews: bool,
) -> Comment:
    if not name.strip():
        raise Refused.because("没有写明是哪个单位的意见", field="name")
    about = version.sha if version else ""
    made = _keep(
        project, on, words, provision=provision, text_sha=about, name=name, proposed=proposed, by_unit=True, by_reviewer=reviews
    )  # fmt: skip
    audit.record(
        actor=actor,
        on=on,
        action="标注审核意见" if reviews else "登记单位意见",
        subject=project,
        data={"name": made.name, "review": reviews, **_said(made)},
    )
    return made


def _said(made: Comment) -> dict[str, object]:
    """What an entry says of a comment that came. Who said it is not written into the ledger, only the digest of it all."""
    return {
        "comment": made.pk,
        "group": made.group_id,
        "provision": made.provision,
        "text": made.text_sha,
        "sha256": _digest(made.words),
        "content": content_of(made),
    }


def content_of(one: Comment) -> str:
    """The digest of everything that a comment was received with."""
    return audit.digest(audit.canonical([one.words, one.proposed, one.name, one.contact, one.sender]))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _keep(project: Project, on: date, words: str, *, provision: str = "", **more) -> Comment:
    words = words.replace("\0", "").strip()
    if not words:
        raise Refused.because("没有写意见", field="words")
    if len(words) > LONGEST:
        raise Refused.because(
            f"意见超过{LONGEST}字", field="words", way_out="请分几次提交，或者用邮寄等方式提交全文"
        )
    group = _group_for(project, provision, words)
    state = Moderation.SHOWN if more.get("by_unit") else Moderation.WAITING
    return Comment.objects.create(
        project=project,
        unit=project.unit,
        group=group,
        provision=provision,
        words=words,
        state=state,
        on=on,
        **more,
    )


def mark_of(words: str) -> str:
    """By which a group knows comments that say the same."""
    return _digest(likeness_key(words))


def _group_for(project: Project, provision: str, words: str) -> CommentGroup:
    """The group of comments that say the same, or nearly so, on the same provision and is not answered yet, or a new one."""
    mark = mark_of(words)
    # What was set apart by hand knows its own words only.
    open_ = CommentGroup.objects.filter(project=project, provision=provision, answer="").exclude(likeness="")
    # Held until the comment is kept: a group that is being joined to another takes no comment any more.
    held = open_.select_for_update(no_key=True)
    same = held.filter(likeness=mark).order_by("id").first()
    if same is not None:
        return same
    wanted = likeness_key(words)
    for pk, gist in open_.order_by("-id").values_list("pk", "gist")[:_LOOKED_AT]:
        if near(wanted, likeness_key(gist)) and (group := held.filter(pk=pk).first()):
            return group
    return CommentGroup.objects.create(project=project, provision=provision, gist=words[:GIST], likeness=mark)


GIST = 400
_LOOKED_AT = 200  # of the groups of one provision, the latest are compared at once; all of them by `grouping`


def refuse_stranger(actor: Person, project: Project) -> None:
    """Comments are worked by the officers of the project."""
    if project.matter_id is None or not works_on(actor, project):
        raise Refused.because("意见由起草项目的承办人处理")


@transaction.atomic
def moderate(
    *, actor: Person, project: Project, comment: Comment, on: date, state: str, because: str = ""
) -> Comment:
    """Show a comment to everybody, or keep it from them with a reason. Nothing is deleted."""
    refuse_stranger(actor, project)
    if state not in (Moderation.SHOWN, Moderation.HIDDEN):
        raise Refused.because("没有选择公开还是不公开")
    if state == Moderation.HIDDEN and not because.strip():
        raise Refused.because("不公开的，须写明理由", field="because")
    before = comment.state
    comment.state, comment.hidden_because = state, because.strip()[:200] if state == Moderation.HIDDEN else ""
    comment.save(update_fields=["state", "hidden_because"])
    data = {"comment": comment.pk, "from": before, "to": state, "why": comment.hidden_because}
    if state == Moderation.HIDDEN and (gist := _gist_without(comment)):
        data["gist"] = gist
    audit.record(actor=actor, on=on, action="审看意见", subject=project, data=data)
    return comment


UNSAID = "（不公开的意见）"


def _gist_without(hidden: Comment) -> str:
    """A group is not named by words that are kept from everybody: another of its comments names it. Answers the new gist, "" where the
    group was named otherwise."""
    group = CommentGroup.objects.select_for_update().get(pk=hidden.group_id)
    if group.gist != hidden.words[:GIST]:
        return ""
    others = group.comments.exclude(state=Moderation.HIDDEN).exclude(words=hidden.words)
    other = others.order_by("-state", "id").first()  # one that was looked at, before one that waits
    group.gist = other.words[:GIST] if other else UNSAID
    group.save(update_fields=["gist"])
    return group.gist


@transaction.atomic
def moderate_all(
    *, actor: Person, project: Project, groups: Sequence[int], on: date, state: str, because: str = ""
) -> int:
    """Show everybody what still waits in these groups, or keep all of them from everybody for one reason (a campaign of abuse). One entry
    for all; answers how many comments."""
    refuse_stranger(actor, project)
    if not groups:
        raise Refused.because("没有勾选分组", way_out="请看过后勾选")
    hides = state == Moderation.HIDDEN
    if hides and not because.strip():
        raise Refused.because("不公开的，须写明理由", field="because")
    wanted = ~Q(state=Moderation.HIDDEN) if hides else Q(state=Moderation.WAITING)
    rows = Comment.objects.filter(wanted, project=project, group__in=groups)
    found = list(rows.order_by("pk").values_list("pk", "group_id"))
    if not found:
        raise Refused.because("勾选的分组中没有要处理的意见")
    why = because.strip()[:200] if hides else ""
    rows.update(state=state, hidden_because=why)
    data = {"moderated": [pk for pk, _ in found], "to": str(state), "why": why}
    if hides:  # nobody is named by what is kept from everybody, nor whoever joins the group later
        data["unsaid"] = sorted({group for _, group in found})
        CommentGroup.objects.filter(pk__in=data["unsaid"]).update(gist=UNSAID)
    audit.record(actor=actor, on=on, action="审看意见", subject=project, data=data)
    return len(found)


@transaction.atomic
def answer_all(
    *, actor: Person, project: Project, groups: Sequence[int], on: date, answer: str, why: str
) -> int:
    """The same answer to several groups that have none yet, one entry for all. Answers how many groups."""
    refuse_stranger(actor, project)
    if not groups:
        raise Refused.because("没有勾选分组", way_out="请看过后勾选")
    _refuse_answer(answer, why)
    open_ = CommentGroup.objects.select_for_update().filter(project=project, pk__in=groups, answer="")
    found = list(open_.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise Refused.because("勾选的分组都已经答复", way_out="要改答复的，请到该分组的页面")
    given = {"answer": answer, "why": why.strip(), "answered_on": on, "answered_by": actor}
    CommentGroup.objects.filter(pk__in=found).update(**given)
    audit.record(
        actor=actor,
        on=on,
        action="答复意见",
        subject=project,
        data={"groups": found, "answer": answer, "why": why.strip()},
    )
    return len(found)


def _refuse_answer(answer: str, why: str) -> None:
    if answer not in Answer.values:
        raise Refused.because("没有选择采纳情况", field="answer")
    if answer != Answer.FULL and not why.strip():
        raise Refused.because(
            "部分采纳、未采纳的，须说明理由", field="why", article="优化营商环境条例第六十二条"
        )


@transaction.atomic
def join(*, actor: Person, project: Project, on: date, group: CommentGroup, into: CommentGroup) -> None:
    """Two groups that say the same become one."""
    refuse_stranger(actor, project)
    if group.pk == into.pk or group.answer:
        raise Refused.because("已经答复的分组不能并入其他分组")
    if into.answer or into.provision != group.provision:
        raise Refused.because("只能并入同一条文、还没有答复的分组")
    moved = list(group.comments.order_by("pk").values_list("pk", flat=True))
    group.comments.update(group=into)
    gone, gist = group.pk, group.gist
    group.delete()
    audit.record(
        actor=actor,
        on=on,
        action="合并意见分组",
        subject=project,
        data={"joined": [[into.pk, moved]], "gone": [gone], "gist": gist},
    )


@transaction.atomic
def set_apart(*, actor: Person, project: Project, on: date, comment: Comment) -> CommentGroup:
    """A comment that was grouped with what it does not say becomes a group of its own, which nothing is joined to by its words again. The
    one that began a group stays: the others are set apart from it."""
    refuse_stranger(actor, project)
    group = CommentGroup.objects.select_for_update().get(pk=comment.group_id)
    if group.answer:
        raise Refused.because("本组已经答复，不能移出意见")
    if comment.pk == begun_by(group):
        raise Refused.because("本组由这条意见开始，不能移出", way_out="请把不是同一意见的其他各条移出")
    gist = UNSAID if comment.state == Moderation.HIDDEN else comment.words[:GIST]
    made = CommentGroup.objects.create(project=project, provision=comment.provision, gist=gist)
    comment.group = made
    comment.save(update_fields=["group"])
    audit.record(
        actor=actor,
        on=on,
        action="移出意见分组",
        subject=project,
        data={"apart": comment.pk, "group": made.pk, "from": group.pk, "gist": gist},
    )
    return made


def begun_by(group: CommentGroup) -> int | None:
    """The comment that a group is named by; its first one where somebody named it otherwise."""
    named = Case(When(begins=group.gist, then=0), default=1)
    rows = group.comments.annotate(begins=Left("words", GIST)).order_by(named, "pk")
    return rows.values_list("pk", flat=True).first()


@transaction.atomic
def answer(
    *, actor: Person, project: Project, on: date, group: CommentGroup, answer: str, why: str, gist: str = ""
) -> CommentGroup:
    """The one answer to a group: adopted, in part, or not; anything but a full adoption says why."""
    refuse_stranger(actor, project)
    _refuse_answer(answer, why)
    group.answer, group.why, group.answered_on, group.answered_by = answer, why.strip(), on, actor
    group.gist = gist.strip()[:400] or group.gist
    group.save()
    audit.record(
        actor=actor,
        on=on,
        action="答复意见",
        subject=project,
        data={"group": group.pk, "answer": answer, "why": group.why, "gist": group.gist},
    )
    return group


def comments_of(project: Project) -> QuerySet[Comment]:
    return Comment.objects.filter(project=project).select_related("group")


def comment_of(project: Project, pk: int) -> Comment:
    found = comments_of(project).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这条意见。")
    return found


def group_of(project: Project, pk: int) -> CommentGroup:
    found = CommentGroup.objects.filter(project=project, pk=pk).first()
    if found is None:
        raise Http404("没有这组意见。")
    return found


def joinable(group: CommentGroup) -> QuerySet[CommentGroup]:
    """The groups that a group may be joined to: of the same provision, not answered yet."""
    same = CommentGroup.objects.filter(project=group.project_id, answer="", provision=group.provision)
    return same.exclude(pk=group.pk)


def groups_of(project: Project, *, received: bool = False) -> QuerySet[CommentGroup]:
    """The groups with how many comments each has, those without answer and with most comments first. `received`: only what came from the
    public and from consulted units is counted."""
    counted = ~Q(comments__state=Moderation.HIDDEN)
    if received:
        counted &= Q(comments__by_reviewer=False)
    return (
        CommentGroup.objects.filter(project=project)
        .annotate(
            many=Count("comments", filter=counted),
            waiting=Count("comments", filter=Q(comments__state=Moderation.WAITING)),
        )
        .select_related("answered_by")
        .order_by("answered_on", "-many", "id")
    )


def said_in_public(project: Project, first: int, many: int) -> tuple[list[CommentGroup], int]:
    """So many of the groups that everybody may read, from the `first` on, in the order of the text: those with a comment of the public
    that is shown, answered or not yet, each with `said`, the words everybody may read. Answers also how many there are."""
    shown = Count("comments", filter=Q(comments__state=Moderation.SHOWN, comments__by_unit=False))
    found = CommentGroup.objects.filter(project=project).annotate(many=shown).filter(many__gt=0)
    places = sorted(found.values_list("provision", "pk"), key=lambda one: (place_in_text(one[0]), one[1]))
    wanted = [pk for _, pk in places[first : first + many]]
    own = Comment.objects.filter(group=OuterRef("pk"))
    looked_at = own.filter(state=Moderation.SHOWN, by_unit=False).order_by("pk").values("words")[:1]
    # A group is named by the words that began it: they are not shown before they were looked at.
    named = own.annotate(begins=Left("words", GIST)).filter(begins=OuterRef("gist"))
    rows = found.filter(pk__in=wanted).annotate(
        first_shown=Subquery(looked_at),
        named_unseen=Exists(named.exclude(state=Moderation.SHOWN, by_unit=False)),
        named_shown=Exists(named.filter(state=Moderation.SHOWN, by_unit=False)),
    )
    by_pk = {one.pk: one for one in rows}
    for one in by_pk.values():
        one.said = one.first_shown[:GIST] if one.named_unseen and not one.named_shown else one.gist
    return [by_pk[pk] for pk in wanted], len(places)


_LABEL = re.compile(rf"第?({NUMERAL})(?:条|、)(?:之({NUMERAL}))?")


def place_in_text(provision: str) -> tuple[int, int]:
    """Where a provision stands among others by its label; the whole text comes first, what has no number last."""
    if not provision:
        return (0, 0)
    match = _LABEL.match(provision)
    number = value(match[1]) if match else None
    return (number, (value(match[2]) or 0) if match[2] else 0) if number else (10_000, 0)


def table_docx(project: Project, on: date) -> bytes:
    """意见采纳情况表 as a Word file: provision, what was said, by how many, adopted or not, why."""
    columns = w.share((2, 6, 1, 2, 5))
    rows = [w.header_row(columns, ("条文", "意见", "件数", "采纳情况", "说明"))]
    groups = [group for group in groups_of(project, received=True) if group.many]
    for group in sorted(groups, key=lambda one: (place_in_text(one.provision), one.pk)):
        cells = (
            group.provision or "全文",
            group.gist,
            str(group.many),
            group.get_answer_display() or "未答复",
            group.why,
        )
        rows.append(
            w.row_open(7, splits=True)
            + "".join(
                f"{w.cell_open(width, align='top')}{w.paragraph(w.FINE, text)}</w:tc>"
                for text, width in zip(cells, columns, strict=True)
            )
            + "</w:tr>"
        )
    title = f"《{project.title}》意见采纳情况表"
    total = sum(group.many for group in groups)
    taken = sum(group.many for group in groups if group.answer in (Answer.FULL, Answer.PART))
    note = f"注：共收到意见{total}条，采纳和部分采纳{taken}条；不公开的意见不计。"
    body = (
        w.paragraph(w.TITLE, title)
        + w.table_open(columns)
        + "".join(rows)
        + "</w:tbl>"
        + w.paragraph(w.NOTE, note)
    )
    return pack(body, title=title, author="", on=on)
