"""Whatever column of whatever table is changed behind the services, `verify_audit` tells; what it need not hold is named here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import first_fault

# Tables that are nobody's act, with the reason.
NOT_HELD = {
    "auth.Group": "not used",
    "auth.Permission": "not used",
    "contenttypes.ContentType": "not used",
    "sessions.Session": "who is signed in; signing in is an entry",
    "accounts.SignInCount": "a count of failures within a window",
    "exchange.Delivery": "when a package is tried next; what comes of it is an act of the package",
    "jobs.Job": "work that waits; what comes of it is an act with entries of its own",
    "proceedings.Turn": "held, and its columns walked, in zhiheng/matters",
    "proceedings.Draft": "what is typed and not sent",
    "cases.CaseEntry": "derived: texts that are searched",
    "audit.EntryWords": "derived: texts that are searched",
    "proceedings.ProcedureVersion": "code and day repeat what the text says, whose hash the runs are pinned to",
}
# Columns of tables that are held.
NOT_SAID = {
    "accounts.Person.last_login": "signing in is an entry",
    "accounts.Person.must_change_password": "asks for more, permits nothing",
    "proceedings.StepTaken.at": "the moment of registering; its entry has one of its own",
    "proceedings.Proposal.next_role": "held while it waits: see the tamperings",
    "cases.LedgerImport.at": "the moment of registering; its entry has one of its own",
    "cases.LedgerImport.remarks": "hints for whoever imported",
    "proceedings.ClockState.trace": "how the day was counted, in the words of the version that counted it; the day is held",
    "figures.FrozenFigure.measure": "among plain sums; distinct numbers and ratios are in the digest",
    "cases.Share.party_name": "of the principal party: the name as it was; the case's own is held",
}


def other(row: models.Model, column: models.Field):
    """A value that the row does not have in the column."""
    value = getattr(row, column.attname)
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.DateTimeField):
        return (value or datetime(2024, 1, 1)) - timedelta(days=1)
    if isinstance(column, models.DateField):
        return (value or date(2024, 1, 1)) - timedelta(days=1)
    if isinstance(column, models.JSONField):
        return {"other": value}
    if isinstance(column, models.DecimalField | models.IntegerField):
        return (value or 0) + 1
    if isinstance(column, models.ForeignKey):
        others = column.related_model._base_manager.exclude(pk=value).order_by("pk")
        return others.values_list("pk", flat=True).first()
    return ("别" + (value or ""))[: column.max_length]


def held() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model is not Entry and model._meta.label not in NOT_HELD
    ]


def test_what_is_not_held_is_there_and_named_for_a_reason():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert NOT_HELD.keys() <= labels, NOT_HELD.keys() - labels
    assert {name.rpartition(".")[0] for name in NOT_SAID} <= labels


@pytest.mark.django_db
@pytest.mark.parametrize("model", held(), ids=lambda model: model._meta.label)
def test_a_change_of_any_column_is_found_out(office, model):
    row = model._base_manager.order_by("pk").first()
    if row is None:
        pytest.skip("the office has none")
    missed = []
    for column in model._meta.concrete_fields:
        if column.primary_key or f"{model._meta.label}.{column.name}" in NOT_SAID:
            continue
        value = other(row, column)
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**{column.attname: value})
                found = first_fault()
                transaction.set_rollback(True)
        except DatabaseError:
            continue  # the database itself keeps it from being written
        if not found:
            missed.append(column.name)
    assert missed == [], f"{model._meta.label}: a change of these columns is not found"
