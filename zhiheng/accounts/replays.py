"""What the ledger says of people: who they are, what they may do, and that nobody set a password or a role behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import Replay, replay

from .models import Confirmation, Delegation, Person, Unit
from .selectors import stated, stated_unit

_WORDS = {
    "name": "姓名",
    "unit": "单位",
    "phone": "电话",
    "law_qualified": "法律职业资格",
    "outside": "外部人员",
    "is_active": "是否在用",
    "rests": "是否待核实",
    "password": "密码",
    "roles": "角色",
    "certificates": "执法证",
}


@replay
class People(Replay):
    """Everybody's state is small: it is kept whole while the ledger is read."""

    def __init__(self) -> None:
        self._people: dict[str, dict] = {}
        self._names: dict[int, str] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == "accounts.person":
                self._take(entry)
        return iter(())

    def _take(self, entry: Entry) -> None:
        data, pk = entry.data, int(entry.subject_id)
        for whole in data.get("people", ()):
            if isinstance(whole, dict):
                self._people[whole["username"]] = {**whole, "roles": _pairs(whole["roles"])}
        if entry.action == "新增人员":
            self._names[pk] = data["username"]
            self._people[data["username"]] = {
                "name": entry.subject_name,
                "is_active": True,
                "rests": "confirmation" in data,
                "roles": {},
                "certificates": [],
                **{
                    key: data[key]
                    for key in ("username", "unit", "phone", "law_qualified", "outside", "password")
                    if key in data
                },
            }
            return
        person = self._people.get(self._name(pk))
        if person is None:
            return
        if entry.action == "修改人员信息":
            person.update({key: value["to"] for key, value in data.items()})
        elif entry.action in {"停用人员", "恢复使用"}:
            person["is_active"] = entry.action == "恢复使用"
        elif entry.action == "授予角色":
            person["roles"][data["role"], data["since"]] = ""
        elif entry.action == "结束任职":
            person["roles"][data["role"], data["since"]] = data["until"]
        elif entry.action == "登记执法证":
            person["certificates"].append([data["number"], data["valid_from"], data["valid_to"]])
        elif entry.action == "收回执法证":
            for one in person["certificates"]:
                if one[0] == data["number"]:
                    one += [data["revoked_on"], data["reason"]]
        if entry.action in {"修改密码", "重设密码", "登录"}:
            if "password" in data:
                person["password"] = data["password"]
            elif entry.action != "登录":
                person.pop("password", None)  # from before entries said it: nothing is known
        if entry.action == "核实账号" or (entry.action == "重设密码" and "confirmation" in data):
            person["rests"] = entry.action == "重设密码"

    def _name(self, pk: int) -> str:
        if pk not in self._names:
            self._names[pk] = Person.objects.filter(pk=pk).values_list("username", flat=True).first() or ""
        return self._names[pk]

    def close(self) -> Iterator[str]:
        unknown = 0
        rows = Person.objects.select_related("unit").prefetch_related("grants", "certificates").order_by("pk")
        for person in rows:
            said = self._people.pop(person.username, None)
            if said is None:
                yield f"人员“{person.name}”（{person.username}）在留痕账上没有新增的条目：是直接写进数据库的。"
                continue
            now = stated(person)
            said = {**said, "roles": _listed(said["roles"]), "certificates": sorted(said["certificates"])}
            unknown += "password" not in said
            for key, words in _WORDS.items():
                if key in said and said[key] != now[key]:
                    shown = (
                        "" if key == "password" else f"：账上是{_shown(said[key])}，现在是{_shown(now[key])}"
                    )
                    yield f"人员“{person.name}”（{person.username}）的{words}不是经系统改的{shown}。"
        for said in self._people.values():
            yield f"人员“{said['name']}”（{said['username']}）的记录不见了，账上没有删除。"
        if unknown:
            self.unchecked = (
                f"{unknown} 人的密码设于留痕账记密码摘要之前，看不出是否被改过；本人修改密码后即可核对。"
            )


@replay
class Units(Replay):
    """Each unit is what the entry says that established it: nothing on a page changes one."""

    def __init__(self) -> None:
        self._said: dict[str, dict | None] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == "accounts.unit" and entry.action == "建立单位":
                self._said |= dict.fromkeys(entry.data["units"])
                self._said |= {one["code"]: one for one in entry.data.get("stated", ())}
        return iter(())

    def close(self) -> Iterator[str]:
        unknown = 0
        for unit in Unit.objects.select_related("parent").order_by("pk"):
            if unit.code not in self._said:
                yield f"单位 {unit.code} 在留痕账上没有建立的条目。"
                continue
            said, now = self._said.pop(unit.code), stated_unit(unit)
            if said is None:
                unknown += 1
                continue
            for name, value in said.items():
                if now.get(name) != value:
                    words = Unit._meta.get_field(name).verbose_name
                    yield f"单位“{unit.name}”的{words}不是经系统改的：账上是“{value}”，现在是“{now.get(name)}”。"
        for code in self._said:
            yield f"单位 {code} 的记录不见了，账上没有删除。"
        if unknown:
            self.unchecked = f"{unknown} 个单位建立于留痕账记明其全部内容之前，名称、缴款银行等未核对。"


@replay
class Delegations(Replay):
    """Who acts for whom: each row is what one entry says, taken back by another."""

    def __init__(self) -> None:
        self._said: dict[int, tuple] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            data = entry.data
            if entry.subject_kind != "accounts.person" or "delegation" not in data:
                continue
            if entry.action == "委托代行":
                told = (data["deputy"], data["role"], data["since"], data["until"], data["reason"])
                self._said[data["delegation"]] = (entry.actor_id, *told, None)
            elif data["delegation"] in self._said:
                self._said[data["delegation"]] = (*self._said[data["delegation"]][:-1], data["revoked_on"])
        return iter(())

    def close(self) -> Iterator[str]:
        for row in Delegation.objects.select_related("giver", "deputy").order_by("pk"):
            revoked = row.revoked_on.isoformat() if row.revoked_on else None
            days = (row.since.isoformat(), row.until.isoformat())
            now = (row.giver_id, row.deputy.username, row.role, *days, row.reason, revoked)
            said = self._said.pop(row.pk, None)
            if said is None:
                yield f"{row.giver.name}委托{row.deputy.name}代行在留痕账上没有条目：是直接写进数据库的。"
            elif said != now:
                yield f"{row.giver.name}委托{row.deputy.name}代行的记录与账上不符：被改过。"
        for pk in self._said:
            yield f"委托代行 {pk} 的记录不见了，账上没有删除。"


@replay
class Confirmations(Replay):
    """What one asked for and a second one decided: each row is what their entries say."""

    def __init__(self) -> None:
        self._said: dict[int, dict] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            data = entry.data
            if entry.subject_kind != "accounts.person" or "confirmation" not in data:
                continue
            if entry.action in {"新增人员", "重设密码", "提请授予角色"}:
                self._said[data["confirmation"]] = {
                    "person": int(entry.subject_id),
                    "role": data.get("role", ""),
                    "since": data.get("since"),
                    "asked": (entry.actor_id, entry.on.isoformat()),
                    "decided": (None, None, None, ""),
                }
            elif data["confirmation"] in self._said:
                decided = (entry.actor_id, entry.on.isoformat(), entry.action != "不予核实", data["reason"])
                self._said[data["confirmation"]]["decided"] = decided
        return iter(())

    def close(self) -> Iterator[str]:
        for row in Confirmation.objects.select_related("person").order_by("pk"):
            now = {
                "person": row.person_id,
                "role": row.role,
                "since": row.since.isoformat() if row.since else None,
                "asked": (row.asked_by_id, row.asked_on.isoformat()),
                "decided": (
                    row.decided_by_id,
                    row.decided_on.isoformat() if row.decided_on else None,
                    row.agreed,
                    row.reason,
                ),
            }
            said = self._said.pop(row.pk, None)
            if said is None:
                yield f"对{row.person.name}的核实在留痕账上没有条目：是直接写进数据库的。"
            elif said != now:
                yield f"对{row.person.name}的核实与账上不符：被改过。"
        for pk in self._said:
            yield f"核实 {pk} 的记录不见了，账上没有删除。"


def _pairs(roles: list) -> dict[tuple[str, str], str]:
    return {(role, since): until for role, since, until in roles}


def _listed(roles: dict[tuple[str, str], str]) -> list:
    return sorted([role, since, until] for (role, since), until in roles.items())


def _shown(value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(" ".join(filter(None, one)) for one in value) or "（无）"
    return f"“{value}”"
