"""Forms of drafts and of comments on them."""

from __future__ import annotations

from django import forms

from zhiheng.ui.forms import Form, UploadsField

from .comments import LONGEST
from .models import Answer, CommentGroup, Moderation


class WholeTextForm(Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label="草案全文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="第一行是名称，一段一行；“第一章 ……”“第一条 ……”照写",
    )
    file = UploadsField(
        most=1,
        label="或者上传文件",
        required=False,
        endings=(".docx", ".md", ".txt"),
        help_text="上传文件的，不读上面的文字",
    )
    note = forms.CharField(label="修改说明", required=False, max_length=400)
    file.wide = note.wide = True


class ProvisionForm(Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    act = forms.ChoiceField(
        label="怎样修改",
        choices=(("change", "修改本条"), ("insert", "在本条后面增加一条"), ("delete", "删去本条")),
        widget=forms.RadioSelect,
        initial="change",
    )
    words = forms.CharField(
        label="条文",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="不写“第×条”；一款一段，项照写“（一）”。增加一条的，改写成新的条文。序号和引用随之调整",
    )
    why = forms.CharField(
        label="本条的理由",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写入修改对照表和起草说明；随本条保留到以后各稿",
    )
    source = forms.CharField(
        label="本条的依据或者来源",
        required=False,
        max_length=400,
        help_text="例：专利法 65；借鉴某省条例第十二条；某单位建议",
    )
    note = forms.CharField(label="本次修改说明", required=False, max_length=300)
    act.wide = note.wide = source.wide = True


class NoteForm(Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="理由", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入修改对照表和起草说明；随这一处保留到以后各稿；两项都清空的，删去原来写的",
    )  # fmt: skip
    source = forms.CharField(
        label="依据或者来源", required=False, max_length=400, help_text="例：专利法 65(1)；借鉴某省条例第十二条第二款"
    )  # fmt: skip
    source.wide = why.wide = True


class DecisionForm(Form):
    base = forms.ChoiceField(label="所修改的文本")
    words = forms.CharField(
        label="修改决定",
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="照修改决定原文：将第三条修改为：“……”。增加一条，作为第十一条：“……”",
    )
    file = UploadsField(
        most=1,
        label="或者上传修改决定",
        required=False,
        endings=(".docx", ".md", ".txt"),
        help_text="上传文件的，不读上面的文字",
    )
    note = forms.CharField(label="修改说明", required=False, max_length=300)
    file.wide = note.wide = True

    def __init__(self, *args, bases, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = bases


class IssuerForm(Form):
    issuer = forms.CharField(label="作出决定的机关", required=False, max_length=60)


class CommentForm(Form):
    """What anybody may say. No field but the comment must be filled in."""

    columns = 1
    provision = forms.ChoiceField(label="针对", required=False)
    words = forms.CharField(label="意见", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))
    name = forms.CharField(
        label="姓名或者单位", required=False, max_length=80, help_text="可以不填；填写的不公开"
    )
    contact = forms.CharField(label="联系方式", required=False, max_length=80, help_text="可以不填；不公开")

    def __init__(self, *args, provisions=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provision"].choices = [("", "全文"), *((label, label) for label in provisions)]


class UnitCommentForm(Form):
    name = forms.CharField(label="单位", max_length=80)
    provision = forms.ChoiceField(label="针对", required=False)
    words = forms.CharField(label="意见", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    proposed = forms.CharField(
        label="建议的条文", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写出修改以后的条文，系统标出与草案的不同",
    )  # fmt: skip

    def __init__(self, *args, provisions=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provision"].choices = [("", "全文"), *((label, label) for label in provisions)]


class UnitFileForm(Form):
    name = forms.CharField(label="单位", max_length=80)
    file = UploadsField(
        most=1,
        label="修改稿",
        endings=(".docx", ".md", ".txt"),
        help_text="在征求意见稿上直接修改、修订或者批注的文件，或者有“条款”“修改意见”两栏的意见表（docx）",
    )


class ManyForm(Form):
    act = forms.ChoiceField(
        label="办理",
        choices=(("shown", "公开其中待审看的意见"), ("hidden", "全部不公开"), ("answer", "作同一答复")),
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label="不公开的理由", required=False, max_length=200, help_text="全部不公开的填写，例：辱骂他人，与草案无关"
    )  # fmt: skip
    answer = forms.ChoiceField(
        label="采纳情况", choices=Answer.choices, widget=forms.RadioSelect, required=False
    )
    why = forms.CharField(
        label="说明",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="作同一答复的填写；部分采纳、未采纳的须说明理由",
    )


class AnswerForm(Form):
    gist = forms.CharField(label="意见要点", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.ChoiceField(label="采纳情况", choices=Answer.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label="说明",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="部分采纳、未采纳的须说明理由",
    )


class ModerationForm(Form):
    state = forms.ChoiceField(
        label="公开情况",
        choices=[(Moderation.SHOWN, "公开"), (Moderation.HIDDEN, "不公开")],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label="不公开的理由", required=False, max_length=200, help_text="例：含有他人的个人信息"
    )


class JoinForm(Form):
    into = forms.ModelChoiceField(label="并入", queryset=CommentGroup.objects.none())

    def __init__(self, *args, groups, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = groups
