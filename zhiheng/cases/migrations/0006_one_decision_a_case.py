"""Every case decided so far gets its decision, under the case's own number, so that published snapshots still name it.

A case worked here has one where a step decided it; the day that a decided recusal left on a case is taken away again.
Decisions that a later step recorded as revoked end on that step's day.
"""

from django.core.management.color import no_style
from django.db import migrations

_DECIDES = ("decide_penalty", "decide_no_penalty", "exempt_on_spot")
_UNDOES = ("change_decision", "conclude_revoked")
_KINDS = {
    "penalty": "penalty",
    "no_penalty": "no_penalty",
    "ruled": "ruling",
    "mediated": "mediation",
    "withdrawn": "withdrawal",
}
_HOW = (("变更", ""), ("撤销", "revoked"), ("无效", "invalid"), ("确认违法", "unlawful"))


def make(apps, schema_editor):
    alias = schema_editor.connection.alias
    Case, Decision = apps.get_model("cases", "Case"), apps.get_model("cases", "Decision")
    StepTaken = apps.get_model("proceedings", "StepTaken")
    decided = StepTaken.objects.using(alias).filter(step__in=_DECIDES).values("proceeding_id")
    Case.objects.using(alias).filter(proceeding__isnull=False, decided_on__isnull=False).exclude(
        proceeding_id__in=decided
    ).update(decided_on=None)
    kind = "CASE outcome " + " ".join(f"WHEN '{o}' THEN '{k}'" for o, k in _KINDS.items()) + " ELSE '' END"
    copied = "unit_id, cause, decided_on, case_value_fen, fine_fen, confiscated_gains_fen, forfeit_fen"
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_decision "
            f"(id, case_id, number, number_printed, kind, changed_how, changed_by, {copied}) "
            f"SELECT id, id, doc_no, doc_no_printed, {kind}, '', '', {copied} "
            "FROM cases_case WHERE decided_on IS NOT NULL"
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [Decision]):
            cursor.execute(statement)
    for taken in StepTaken.objects.using(alias).filter(step__in=_UNDOES).order_by("id"):
        said = taken.data.get("change_result") or ""
        how = next((how for word, how in _HOW if word in said), "")
        decision = (
            Decision.objects.using(alias)
            .filter(case__proceeding_id=taken.proceeding_id, changed_how="")
            .first()
        )
        if not how or decision is None:
            continue
        decision.changed_how, decision.changed_on = how, taken.on
        decision.changed_by = str(taken.data.get("changed_by") or "")[:200]
        if how != "unlawful":
            decision.ended_on = taken.on
            Case.objects.using(alias).filter(pk=decision.case_id).update(
                outcome="withdrawn", fine_fen=None, confiscated_gains_fen=None, forfeit_fen=None
            )
        decision.save(using=alias)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_decisions"),
        ("proceedings", "0002_proposals_per_measure"),
    ]
    operations = [migrations.RunPython(make, lambda apps, schema_editor: None)]
