"""What was answered, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiheng.ui.templatetags.zh import yuan

from .declared import acts
from .models import ApplicationAct, Stage

STATEMENT = "以下是文字和申请情况上的线索，供核查参考，不是结论；是否属于非正常申请由国家知识产权局认定。点数是线索的多少，不是可能性的大小。"


def told(act: ApplicationAct) -> list[tuple[str, str]]:
    """The answers of an act as (title, words), in the order they were asked; files are told by their names."""
    return answered(act.act, act.data)


def entered(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an entry of the ledger says of an act, in words."""
    stage = data.get("stage")
    return [
        ("申请", f"{len(data['applications'])} 件（编号 {'、'.join(map(str, data['applications'][:20]))}）"),
        *answered(data["act"], data["answers"]),
        *([("之后阶段", Stage(stage).label)] if stage else []),
    ]


def answered(act: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    declared = acts().get(act)
    found: list[tuple[str, str]] = []
    for asked in declared.fields if declared else ():
        value: Any = data.get(asked.code)
        if value in (None, "", []):
            continue
        if asked.type == "files":
            value = "、".join(kept["name"] for kept in value)
        elif asked.type == "money":
            value = f"{yuan(value)} 元"
        else:
            value = asked.choices.get(value, value)
        found.append((asked.title, str(value)))
    return found
