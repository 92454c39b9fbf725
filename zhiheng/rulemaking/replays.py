"""What the ledger says of the words of the law that were taken in, of the versions of drafts, of comments and their groups: whose they
are, when they came, that they are those still."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiheng.audit.models import Entry
from zhiheng.audit.services import canonical, digest
from zhiheng.audit.verification import Replay, Spoken, replay

from .comments import GIST, UNSAID, content_of, mark_of
from .models import Comment, CommentGroup, Moderation, Project, StatuteText, TextVersion

_PROJECT = Project._meta.label_lower


@replay
class StatuteTexts(Replay):
    """Each text is the one that was taken in last for its version."""

    def __init__(self) -> None:
        self._said: dict[int, Entry] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == StatuteText._meta.label_lower:
                self._said[int(entry.subject_id)] = entry
        return iter(())

    def close(self) -> Iterator[str]:
        unknown = 0
        for row in StatuteText.objects.order_by("pk").iterator(chunk_size=50):
            entry = self._said.pop(row.pk, None)
            if entry is None:
                yield f"法规原文“{row}”（{row.pk}）在留痕账上没有导入的条目：是直接写进数据库的。"
                continue
            data = entry.data
            now = (row.sha256, row.file_name, row.taken_in_on, row.taken_in_by_id, str(row))
            if now != (data["sha256"], data["file"][:200], entry.on, entry.actor_id, entry.subject_name):
                yield f"法规原文“{row}”的登记与账上不符：被改过。"
            if "content" not in data:
                unknown += 1
            elif [row.instrument, str(row.effective), digest(row.words.encode())] != [
                *data["version"],
                data["content"],
            ]:
                yield f"法规原文“{row}”的文字或者所属版本与账上不符：被改过。"
        for pk, entry in self._said.items():
            yield f"法规原文“{entry.subject_name}”（{pk}）不见了，账上没有删除。"
        if unknown:
            self.unchecked = f"{unknown} 部法规原文导入于留痕账记文字摘要之前，文字未核对。"


@replay
class Versions(Replay):
    """Versions of drafts are only ever added: each is what one entry says, with its words and what is said of its articles."""

    def __init__(self) -> None:
        self._spoken, self._untold = Spoken(), 0

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        entries = [one for one in entries if one.subject_kind == _PROJECT and "seq" in one.data]
        projects = {int(entry.subject_id) for entry in entries}
        kept = {(one.project_id, one.seq): one for one in TextVersion.objects.filter(project__in=projects)}
        for entry in entries:
            row, data = kept.get((int(entry.subject_id), entry.data["seq"])), entry.data
            where = f"“{entry.subject_name}”的第{data['seq']}稿（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            self._spoken.add(row.pk)
            said = (data["sha"], data["note"], entry.actor_id, entry.on)
            if (row.sha, row.note, row.made_by_id, row.on) != said:
                yield f"{where}的登记与账上不符：被改过。"
            if hashlib.sha256(row.words.encode()).hexdigest() != data["sha"]:
                yield f"{where}的文字与账上的指纹不符：被改过。"
            if "notes" not in data:
                self._untold += 1
            elif digest(canonical(row.notes)) != data["notes"]:
                yield f"{where}的逐条理由和来源与账上不符：被改过。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(TextVersion.objects.all()):
            yield f"草案文本 {pk} 在留痕账上没有条目：是直接写进数据库的。"
        if self._untold:
            self.unchecked = f"{self._untold} 稿草案写入于留痕账记逐条理由之前，理由和来源未核对。"


@dataclass
class _Said:
    """A comment as the entries left it: of which project, in which group (0: from before entries said so), received how, shown or not."""

    project: int
    group: int
    provision: str
    words: str
    content: str
    by_unit: bool
    on: date
    state: tuple[str, str]
    text: str | None
    by_reviewer: bool


@dataclass
class _Answered:
    """A group as the entries left it; it is named by the comment that began it until it is answered."""

    project: int
    provision: str
    begun_by: int
    gist: str = ""
    answer: tuple[Any, ...] = ("", "", None, None)
    apart: bool = False


@replay
class Comments(Replay):
    """Comments are kept as they came: each in the group the entries put it into, shown or hidden as they say, answered as they say."""

    def __init__(self) -> None:
        self._said: dict[int, _Said] = {}
        self._groups: dict[int, _Answered] = {}
        self._untold = 0

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind != _PROJECT:
                continue
            data = entry.data
            if "joined" in data:
                yield from self._join(entry)
            elif "apart" in data:
                self._set_apart(entry)
            elif "comment" in data and "sha256" in data:
                self._receive(entry)
            elif "comment" in data and data["comment"] in self._said:
                said = self._said[data["comment"]]
                said.state = (data["to"], data["why"])
                if "gist" in data and said.group in self._groups:
                    self._groups[said.group].gist = data["gist"]
            elif "moderated" in data:
                for pk in data["moderated"]:
                    if pk in self._said:
                        self._said[pk].state = (data["to"], data["why"])
                for pk in data.get("unsaid", ()):
                    if pk in self._groups:
                        self._groups[pk].gist = UNSAID
            elif "groups" in data:
                for pk in data["groups"]:
                    if pk in self._groups:
                        self._groups[pk].answer = (data["answer"], data["why"], entry.on, entry.actor_id)
            elif "group" in data and data["group"] in self._groups:
                group = self._groups[data["group"]]
                group.answer = (data["answer"], data["why"], entry.on, entry.actor_id)
                group.gist = data["gist"]

    def _receive(self, entry: Entry) -> None:
        data, project = entry.data, int(entry.subject_id)
        by_unit = "name" in data
        state = (Moderation.SHOWN if by_unit else Moderation.WAITING, "")
        self._said[data["comment"]] = _Said(
            project, data.get("group", 0), data["provision"], data["sha256"], data.get("content", ""), by_unit,
            entry.on, state, data.get("text"), data.get("review", False),
        )  # fmt: skip
        if data.get("group", 0) not in (0, *self._groups):
            self._groups[data["group"]] = _Answered(project, data["provision"], data["comment"])

    def _set_apart(self, entry: Entry) -> None:
        data = entry.data
        said = self._said.get(data["apart"])
        if said is None or said.group != data["from"]:
            return  # the comment itself is then not what the entries say
        said.group = data["group"]
        self._groups[data["group"]] = _Answered(
            said.project, said.provision, data["apart"], data["gist"], apart=True
        )

    def _join(self, entry: Entry) -> Iterator[str]:
        for group, comments in entry.data["joined"]:
            for pk in comments:
                if pk not in self._said or self._said[pk].project != int(entry.subject_id):
                    yield f"第 {entry.seq} 条归并的意见 {pk} 在账上没有收到的条目。"
                    continue
                self._said[pk].group = group
        for pk in entry.data["gone"]:
            self._groups.pop(pk, None)

    def close(self) -> Iterator[str]:
        beginners = {group.begun_by for group in self._groups.values()}
        named: dict[int, tuple[str, str]] = {}
        untold: set[int] = set()
        units = dict(Project.objects.values_list("pk", "unit_id"))
        for row in Comment.objects.order_by("pk").iterator(chunk_size=500):
            said = self._said.pop(row.pk, None)
            if said is None:
                yield f"意见 {row.pk} 在留痕账上没有条目：是直接写进数据库的。"
                continue
            if not said.group:
                untold.add(row.group_id)
                self._untold += 1
            if row.pk in beginners:
                named[row.pk] = (row.words[:GIST], mark_of(row.words))
            for words in self._faults(row, said, units):
                yield f"意见 {row.pk} 的{words}与账上不符：被改过。"
        for pk in self._said:
            yield f"意见 {pk} 不见了，账上没有删除。"
        yield from self._hold_groups(named, untold)
        if self._untold:
            self.unchecked = f"{self._untold} 条意见收到于留痕账记分组之前，分组和提出人未核对。"

    @staticmethod
    def _faults(row: Comment, said: _Said, units: dict[int, int]) -> Iterator[str]:
        now = (row.project_id, row.provision, row.by_unit, row.by_reviewer, row.on, row.unit_id)
        given = (said.project, said.provision, said.by_unit, said.by_reviewer, said.on)
        if now != (*given, units.get(row.project_id)):
            yield "登记"
        if row.text_sha != (said.text or ""):
            yield "所针对的文本"
        if said.content and (row.group_id, content_of(row)) != (said.group, said.content):
            yield "内容、提出人或者分组"
        if not said.content and hashlib.sha256((row.words + row.proposed).encode()).hexdigest() != said.words:
            yield "内容"
        if (row.state, row.hidden_because) != said.state:
            yield "公开情况"

    def _hold_groups(self, named: dict[int, tuple[str, str]], untold: set[int]) -> Iterator[str]:
        """`named`: gist and mark of groups by the comment that began them; `untold`: groups from before entries spoke of them."""
        for row in CommentGroup.objects.order_by("pk").iterator(chunk_size=500):
            said = self._groups.pop(row.pk, None)
            if row.pk in untold:
                continue
            if said is None or said.begun_by not in named:
                yield f"意见分组 {row.pk} 在留痕账上没有条目：是直接写进数据库的。"
                continue
            gist, mark = named[said.begun_by]
            mark = "" if said.apart else mark
            now = (row.project_id, row.provision, row.gist, row.likeness, row.answer, row.why)
            if now != (said.project, said.provision, said.gist or gist, mark, *said.answer[:2]) or (
                (row.answered_on, row.answered_by_id) != said.answer[2:]
            ):
                yield f"意见分组 {row.pk} 与账上不符：被改过。"
        for pk in self._groups:
            yield f"意见分组 {pk} 不见了，账上没有归并。"
