"""Guessing passwords must not pay: failures are counted for a name at an address, an address, a name, and over all.

Each count has a limit within a window; over it, signing in waits for the window to end. Offices share one address and
people mistype, so only name and address together have a low limit. Over the limit for all or for a name, addresses from which
somebody signed in lately go on: guesses from elsewhere lock out those who guess, not the office nor anybody in it. A success forgets the failures of
its name at its address. The ledger of acts is told of the first failures one by one and of the others in sums, so that
nobody can make it grow at will.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.db.models import F, Q

from zhiheng.audit import services as audit

from .models import Person, SignInCount

WINDOW = timedelta(minutes=15)
LIMITS = {"both": 5, "address": 100, "name": 50, "all": 1000}
KNOWN_FOR = timedelta(days=30)
"""How long an address counts as one of ours after somebody signed in from it."""
_TOLD_ONE_BY_ONE = 10
_KEPT = timedelta(days=1)
"""How long a count that has come to its end stays: names that somebody makes up must not fill the table."""


class FewArgon2(Argon2PasswordHasher):
    """Argon2id with the cost OWASP names (19 MiB, two passes, one lane): fifty people at nine o'clock sign in at once,
    and a flood of guesses takes 19 MiB a thread. Stronger hashes from before stay valid and are made anew at sign-in."""

    time_cost, memory_cost, parallelism = 2, 19456, 1


@dataclass(frozen=True)
class Pause:
    """Why and until when nobody signs in so."""

    kind: str  # key of LIMITS
    until: datetime


def _keys(username: str, address: str) -> dict[str, str]:
    name = username.strip()[:100]
    return {"both": f"{name}\n{address}", "address": f"\n{address}", "name": f"{name}\n", "all": "\n"}


def pause(*, username: str, address: str, at: datetime) -> Pause | None:
    """Whether signing in with this name from this address has to wait; asked before any password is looked at."""
    keys = _keys(username, address)
    found = {one.key: one for one in SignInCount.objects.filter(key__in=keys.values())}
    here = found.get(keys["address"])
    known = here is not None and here.succeeded is not None and here.succeeded > at - KNOWN_FOR
    for kind, key in keys.items():
        count = found.get(key)
        if count is None or count.since <= at - WINDOW or count.failures < LIMITS[kind]:
            continue
        if kind in {"all", "name"} and known:
            continue
        return Pause(kind, count.since + WINDOW)
    return None


@transaction.atomic
def failed(*, username: str, address: str, at: datetime, on: date) -> Pause | None:
    """Count a failure and tell the ledger what it should know; the pause it leads to, if any."""
    keys = _keys(username, address)
    counts = {kind: _locked(keys[kind], at) for kind in sorted(keys)}
    for kind, count in counts.items():
        if count.since <= at - WINDOW:
            if kind == "address" and count.failures > count.told:
                _tell_sum(count, address, on)
            count.since, count.failures, count.told = at, 0, 0
        count.failures += 1
    both, here = counts["both"], counts["address"]
    paused = both.failures == LIMITS["both"]
    # One by one while they are few, afterwards at every doubling.
    if (both.failures == 1 or paused) and (
        here.told < _TOLD_ONE_BY_ONE or here.failures & (here.failures - 1) == 0
    ):
        here.told = here.failures
        person = Person.objects.filter(username=username).first()
        audit.record(
            actor=None,
            on=on,
            action="登录失败，暂停登录" if paused else "登录失败",
            subject=person or Person(pk=0),
            name=str(person or username or "（空）"),
            data={"username": username[:150], "address": address, "failures": here.failures},
        )
    for count in counts.values():
        count.save()
    return pause(username=username, address=address, at=at)


@transaction.atomic
def succeeded(*, actor: Person, address: str, at: datetime) -> int:
    """Forget the failures of this name here, remember the address; how many failures of the name there were."""
    keys = _keys(actor.username, address)
    here = _locked(keys["address"], at)
    here.succeeded = at
    here.save()
    mine = SignInCount.objects.filter(key__in=(keys["both"], keys["name"]), since__gt=at - WINDOW)
    failures = max(mine.values_list("failures", flat=True), default=0)
    mine.delete()
    return failures


@transaction.atomic
def forget(*, at: datetime, on: date) -> None:
    """Counts whose windows ended long ago, and addresses nobody of ours has come from since. What an address failed without
    the ledger having been told is told now."""
    ended = SignInCount.objects.filter(since__lt=at - WINDOW)
    of_an_address = ended.filter(key__startswith="\n", failures__gt=F("told")).exclude(key="\n")
    for count in of_an_address.select_for_update().order_by("key"):
        _tell_sum(count, count.key.removeprefix("\n"), on)
        count.told = count.failures
        count.save(update_fields=["told"])
    known = Q(succeeded__isnull=False, succeeded__gt=at - KNOWN_FOR)
    ended.filter(since__lt=at - _KEPT).exclude(known).delete()


def _locked(key: str, at: datetime) -> SignInCount:
    SignInCount.objects.get_or_create(key=key, defaults={"since": at})
    return SignInCount.objects.select_for_update().get(key=key)


def _tell_sum(count: SignInCount, address: str, on: date) -> None:
    audit.record(
        actor=None,
        on=on,
        action="登录失败合计",
        subject=Person(pk=0),
        name=address or "（未知地址）",
        data={"address": address, "failures": count.failures, "since": count.since},
    )
