"""The kinds of records of reviews and lawyers, declared."""

from __future__ import annotations

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct, Money
from zhiheng.figures.registry import Counting, Figure, Records
from zhiheng.matters import readings
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Door, Register, State, register

from . import drawn
from .models import (
    POINTS,
    CaseDraw,
    CaseReview,
    Finding,
    Lawyer,
    LawyerKind,
    LegalRequest,
    Review,
    ReviewKind,
    Verdict,
)


def _review_faults(review: Review, on):
    if review.verdict != Verdict.AGREE and not review.opinion:
        yield Reason("没有同意的，须写明意见", field="opinion")


def _review_figures(reviews: Records) -> tuple[Figure, ...]:
    figure, once = Counting(reviews), {"measure": Distinct("subject")}
    rule = "已出具意见的文件，按出具日期计入；同一文件不论审查几次、几种，只计一件"
    of_kind = "已出具{}意见的文件，按出具日期计入；同一文件只计一件"
    returned = "结论不是同意的审查意见，按出具日期计入；同一文件退回几次计几次"
    not_agreed = {"verdict": ("correct", "supplement", "other")}
    return (
        figure("rev.files", "合法性及公平竞争审查文件数", "件", rule, **once),
        *(
            figure(f"rev.files.{kind}", f"{title}文件数", "件", of_kind.format(title), where={"kind": (kind,)}, **once)
            for kind, title in ReviewKind.choices
        ),
        figure("rev.returned", "审查退回次数", "次", returned, where=not_agreed),
    )  # fmt: skip


register(
    Register(
        code="text-reviews",
        model=Review,
        noun="次",
        icon="circle-check",
        right=Right.KEEP_REVIEWS,
        day="reviewed_on",
        shows="subject kind text_kind drafted_by reviewer verdict reviewed_on exception_until state",
        finds="subject number drafted_by text_sha",
        states=(
            State("rechecked", "已再次审查", Q(rechecked_on__isnull=False), "green"),
            State("ended", "例外届满待审", lambda on: Q(exception_until__lte=on), "red"),
            State("exception", "例外实施中", Q(exception_until__isnull=False), "amber"),
            State("agreed", "同意", Q(verdict=Verdict.AGREE), "green"),
            State("returned", "退回", Q()),
        ),
        acts=(
            Begin(
                "enter",
                "登记文件审查",
                "subject kind text_kind drafted_by? number? text_sha? seq reviewer reviewed_on verdict opinion? "
                "exception_until? exception_why?",
                intro="在本系统起草的文件，审查意见在该事项中出具，自动登记到这里；这里登记纸质或者其他系统审查的文件。",
            ),
            Act(
                "recheck",
                "例外措施再次审查",
                "rechecked_on recheck_result",
                states="ended exception",
                article="公平竞争审查条例第十二条",
                intro="例外措施的实施期限届满，或者情况变化的，须再次审查：延续、修改或者废止。",
            ),
        ),
        check=_review_faults,
        past="reviewed_on",
        attachments="送审稿 审查意见 其他",
        figures=_review_figures,
    )
)


def _case_review_faults(review: CaseReview, on):
    faulty = [point for point in POINTS if getattr(review, point) in (Finding.MINOR, Finding.WRONG)]
    if faulty and not review.findings:
        yield Reason("有瑕疵或者错误的，须写明发现的问题", field="findings")
    if any(getattr(review, point) == Finding.WRONG for point in POINTS) and not review.mend_by:
        yield Reason("有错误的，须写明整改期限", field="mend_by")
    if review.mended_on and not review.mended_how:
        yield Reason("须写明整改情况", field="mended_how")
    yield from drawn.review_faults(review)


register(
    Register(
        code="case-draws",
        model=CaseDraw,
        noun="次",
        icon="arrows-sort",
        right=Right.KEEP_REVIEWS,
        day="drawn_on",
        shows="name drawn_on closed_from closed_until many",
        finds="name seed",
        acts=(
            Begin(
                "draw",
                "抽取案件",
                "name drawn_on closed_from closed_until many",
                sets=drawn.outcome,
                intro="从本单位和下级单位这段时间办结的全部案件中抽取。种子由系统产生，与名单、结果一并留存；"
                "任何人按同一方法都能得出同一结果。抽取后不能改。",
            ),
        ),
        check=drawn.faults,
        leads=drawn.leads,
        doors=(Door("自动评查", "case-draw-check", icon="circle-check", first=True),),
        attachments="抽查方案 其他",
        noted=lambda person, draw, at: readings.note(actor=person, record=draw, at=at),
        figures=lambda draws: (
            Figure(
                "rev.cases.draws",
                "案件抽查次数",
                "次",
                "随机抽取已办结案件的次数，按抽取日期计入",
                of=draws,
                silent=True,
            ),
        ),
    )
)

register(
    Register(
        code="case-reviews",
        model=CaseReview,
        noun="件",
        icon="scale",
        right=Right.KEEP_REVIEWS,
        day="reviewed_on",
        shows="subject number case_unit reviewer reviewed_on mend_by state",
        finds="subject number case_unit draw_name",
        states=(
            State("mended", "已整改", Q(mended_on__isnull=False), "green"),
            State("late", "整改超期", lambda on: Q(mend_by__lt=on), "red"),
            State("mending", "待整改", Q(mend_by__isnull=False), "amber"),
            State("done", "已审查", Q(), "green"),
        ),
        acts=(
            Begin(
                "review",
                "登记案件审查",
                f"subject number case_unit draw_name? reviewer reviewed_on {' '.join(POINTS)} findings? mend_by?",
                intro="对已办结案件的内部监督审查，逐项写明七个方面；案件办理中的法制审核在案件里办理。",
            ),
            Act("mend", "登记整改", "mended_on mended_how", states="late mending"),
        ),
        check=_case_review_faults,
        attachments="审查意见 整改材料",
        noted=lambda person, review, at: readings.note(actor=person, record=review, at=at),
        figures=lambda reviews: (
            Figure(
                "rev.cases",
                "案件内部监督审查数",
                "件",
                "已办结案件的监督审查，按审查日期计入",
                of=reviews,
                silent=True,
            ),
            Figure(
                "rev.cases.drawn",
                "随机抽取的案件监督审查数",
                "件",
                "写明抽查批次的监督审查，按审查日期计入",
                of=reviews,
                only=~Q(draw_name=""),
                silent=True,
            ),
            Figure(
                "rev.cases.mended",
                "案件审查问题整改数",
                "件",
                "已完成整改的监督审查，按审查日期计入",
                of=reviews,
                only=Q(mended_on__isnull=False),
                silent=True,
            ),
        ),
    )
)


def _engaged(lawyer: Lawyer, on):
    if lawyer.account and lawyer.kind == LawyerKind.OUTSIDE and not lawyer.account.outside:
        yield Reason(
            f"{lawyer.account.name}不是外部人员，会看到本局的全部事项",
            field="account",
            way_out="请先由管理员新增登记为外部人员的账号",
        )
    if lawyer.ended_on and not lawyer.ended_because:
        yield Reason("须写明解聘原因", field="ended_because")


def _request_figures(requests: Records) -> tuple[Figure, ...]:
    figure = Counting(requests, "按提出日期计入")
    return (
        figure("rev.opinions", "书面法律意见数", "份", "律师已经答复的，{rule}", only=Q(answered_on__isnull=False)),
        figure("rev.opinions.used", "采纳的法律意见数", "份", "采纳和部分采纳的，{rule}", where={"used": ("full", "part")}),
        figure("rev.opinions.fee", "法律意见费用", "万元", "逐份登记的费用之和，{rule}；合同总价中不逐份计费的不计", measure=Money("fee_fen")),
    )  # fmt: skip


def _request_faults(request: LegalRequest, on):
    lawyer = request.lawyer
    asked = request.asked_on
    if asked and (asked < lawyer.engaged_on or (lawyer.ended_on and asked >= lawyer.ended_on)):
        yield Reason(
            f"{lawyer.name}在{asked}没有受聘", field="asked_on", way_out="请核对日期，或者改问其他律师"
        )
    if asked and lawyer.engaged_until and asked > lawyer.engaged_until:
        yield Reason(
            f"{lawyer.name}的聘期已于{lawyer.engaged_until}届满", field="asked_on", way_out="请先登记新的聘任"
        )
    if request.used and not request.answered_on:
        yield Reason("律师还没有答复，不能登记采纳情况", field="used")
    if request.used in ("part", "none") and not request.used_how:
        yield Reason("部分采纳或者未采纳的，须写明理由", field="used_how")


register(
    Register(
        code="lawyers",
        model=Lawyer,
        noun="名",
        icon="users",
        right=Right.KEEP_LAWYERS,
        day="engaged_on",
        shows="name kind firm licence engaged_on engaged_until state",
        finds="name firm licence contract_no",
        states=(
            State("ended", "已解聘", Q(ended_on__isnull=False)),
            State("over", "聘期届满", lambda on: Q(engaged_until__lt=on), "red"),
            State("engaged", "在聘", Q(), "green"),
        ),
        acts=(
            Begin(
                "engage",
                "登记聘任",
                "name kind firm? licence engaged_on engaged_until? contract_no? fee_fen?",
            ),
            Act(
                "account",
                "指定账号",
                "account",
                states="engaged",
                intro="律师用这个账号登录，只能看到送给本人的事项。",
            ),
            Act("end", "登记解聘", "ended_on ended_because", states="engaged over"),
        ),
        check=_engaged,
        attachments="聘任合同 执业证 其他",
        until="ended_on",
        figures=lambda lawyers: (
            Figure(
                "rev.lawyers",
                "在聘法律顾问和公职律师",
                "名",
                "期末在聘的，已解聘的不计",
                of=lawyers,
                stock=True,
                silent=True,
            ),
            *(
                Figure(
                    id_,
                    title,
                    "人",
                    f"期末在聘的{kind.label}，已解聘的不计；同一执业证只计一人",
                    of=lawyers,
                    where={"kind": (kind,)},
                    measure=Distinct("licence"),
                    stock=True,
                    silent=True,
                )
                for id_, title, kind in (
                    ("law.counsel", "外聘法律顾问", LawyerKind.OUTSIDE),
                    ("law.public", "公职律师", LawyerKind.PUBLIC),
                )
            ),
        ),
    ),
    Register(
        code="legal-opinions",
        model=LegalRequest,
        noun="份",
        icon="message-report",
        right=Right.KEEP_LAWYERS,
        parent="lawyer",
        day="asked_on",
        shows="title lawyer asked_on answer_by answered_on used state",
        finds="subject lawyer__name lawyer__firm",
        states=(
            State("conflict", "有冲突，已撤回", Q(conflict="found")),
            State("used", "已采纳登记", ~Q(used=""), "green"),
            State("answered", "已答复", Q(answered_on__isnull=False), "blue"),
            State("late", "答复超期", lambda on: Q(answer_by__lt=on), "red"),
            State("waiting", "待答复", Q(), "amber"),
        ),
        acts=(
            Begin("ask", "咨询律师", "subject question asked_on answer_by parties?"),
            Act(
                "clear",
                "核查利益冲突",
                "conflict conflict_note?",
                states="waiting late",
                right=Right.GIVE_LEGAL_OPINION,
            ),
            Act(
                "answer",
                "登记法律意见",
                "answered_on opinion",
                states="waiting late",
                right=Right.GIVE_LEGAL_OPINION,
            ),
            Act("pay", "登记费用", "fee_fen", states="answered used"),
            Act("use", "登记采纳情况", "used used_how?", states="answered"),
        ),
        check=_request_faults,
        attachments="咨询材料 法律意见书 其他",
        figures=_request_figures,
    ),
)
