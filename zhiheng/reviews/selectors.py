"""Reads over reviews."""

from __future__ import annotations

from datetime import date

from django.db.models import Min, QuerySet
from django.http import Http404

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.matters.models import Turn, TurnKind
from zhiheng.matters.selectors import hidden_kinds
from zhiheng.registers.declaration import find
from zhiheng.registers.models import Attachment
from zhiheng.registers.selectors import attachments_of

from .models import LegalRequest, Review


def sent_to(actor: Person) -> QuerySet[LegalRequest]:
    """What was sent to the lawyer who signs in with this account, nothing else."""
    return LegalRequest.objects.standing().filter(lawyer__account=actor).select_related("lawyer")


def request_sent_to(actor: Person, pk: int, on: date) -> LegalRequest:
    """One of them, with its `state`. 404 for everybody else."""
    found = find("legal-opinions").rows(on).filter(lawyer__account=actor, pk=pk, voided_on__isnull=True)
    one = found.select_related("lawyer", "unit").first()
    if one is None:
        raise Http404("没有这件事项，或者它没有送给您。")
    return one


def files_sent(asked: LegalRequest) -> QuerySet[Attachment]:
    """The materials, for a lawyer who said that no conflict stands against it."""
    files = attachments_of(find("legal-opinions"), asked)
    return files.filter(set_aside_on__isnull=True) if asked.conflict == "none" else files.none()


def file_sent(asked: LegalRequest, pk: int) -> Attachment:
    found = files_sent(asked).filter(pk=pk).first()
    if found is None:
        raise Http404("这件事项没有这个附件。")
    return found


# Who gives the opinion of a review: of texts, of cases before their decision.
REVIEW_ROLES = (Role.LEGALITY_REVIEWER, Role.CASE_REVIEWER)


def waiting(actor: Person, on: date) -> QuerySet[Turn]:
    """Matters that wait for the opinion of a reviewer, each once, in the units that the actor sees."""
    rows = Turn.objects.filter(
        unit_id__in=actor.unit_ids, kind=TurnKind.STEP, person__isnull=True, role__in=REVIEW_ROLES
    )
    if hidden := hidden_kinds(actor, on):
        rows = rows.exclude(proceeding__matter__kind__in=hidden)
    once = rows.order_by().values("proceeding").annotate(first=Min("id")).values("first")
    return Turn.objects.filter(pk__in=once).select_related("proceeding__matter", "unit")


def exceptions_over(actor: Person, on: date) -> int:
    """公平竞争审查条例 12: exceptions whose end has come and that nobody has looked at again, in the units that the actor sees."""
    rows = Review.objects.standing().visible_to(actor)
    return rows.filter(exception_until__lte=on, rechecked_on__isnull=True).count()
