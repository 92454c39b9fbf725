import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# The kinds of the book when cases became one family among others: disputes are adjudicated, everything else is a penalty.
_DISPUTE, _ADJUDICATION, _PENALTY = "patent_dispute", "adjudication.patent", "penalty"


def tie_to_matters(apps, schema_editor):
    """Each case that is worked here gets its matter: folder, runs and officers move there."""
    alias = schema_editor.connection.alias
    Case = apps.get_model("cases", "Case")
    CaseOfficer = apps.get_model("cases", "CaseOfficer")
    Matter = apps.get_model("proceedings", "Matter")
    Officer = apps.get_model("proceedings", "Officer")
    Proceeding = apps.get_model("proceedings", "Proceeding")
    StepTaken = apps.get_model("proceedings", "StepTaken")
    Case.objects.using(alias).filter(cause=_DISPUTE).update(kind=_ADJUDICATION)
    Case.objects.using(alias).exclude(cause=_DISPUTE).update(kind=_PENALTY)
    for case in (
        Case.objects.using(alias)
        .filter(proceeding__isnull=False)
        .select_related("proceeding", "on_spot_proceeding")
    ):
        first = case.on_spot_proceeding or case.proceeding
        matter = Matter.objects.using(alias).create(
            unit_id=case.unit_id,
            kind=_PENALTY,
            title=case.title,
            opened_on=first.opened_on,
            folder_id=case.folder_id,
            record_id=case.pk,
            proceeding_id=case.proceeding_id,
        )
        runs = [pk for pk in (case.proceeding_id, case.on_spot_proceeding_id) if pk]
        Proceeding.objects.using(alias).filter(pk__in=runs).update(matter=matter)
        Officer.objects.using(alias).bulk_create(
            Officer(matter=matter, person_id=o.person_id, lead=o.lead, since=o.since, until=o.until)
            for o in CaseOfficer.objects.using(alias).filter(case=case).order_by("id")
        )
        imposed = (
            StepTaken.objects.using(alias)
            .filter(proceeding_id__in=runs, step="impose_surcharge")
            .order_by("-id")
            .first()
        )
        case.matter, case.kind = matter, _PENALTY
        case.surcharge_fen = imposed.data.get("surcharge") if imposed else None
        case.save(using=alias, update_fields=["matter", "kind", "surcharge_fen"])


# A decision's kind is the outcome it makes.
_OUTCOME_OF = {"ruling": "ruled", "mediation": "mediated", "withdrawal": "withdrawn"}


def name_decisions_by_outcome(apps, schema_editor):
    alias = schema_editor.connection.alias
    Decision = apps.get_model("cases", "Decision")
    for kind, outcome in _OUTCOME_OF.items():
        Decision.objects.using(alias).filter(kind=kind).update(kind=outcome)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_one_decision_a_case"), ("proceedings", "0003_matters")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="kind",
            field=models.CharField(default="penalty", max_length=40, verbose_name="事项种类"),
        ),
        migrations.AddField(
            model_name="case",
            name="matter",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="proceedings.matter",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="surcharge_fen",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="加处罚款（分）"),
        ),
        migrations.RunPython(tie_to_matters, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(name_decisions_by_outcome, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="decision", name="cause", field=models.CharField(max_length=30, verbose_name="案由")
        ),
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(blank=True, max_length=20, verbose_name="种类"),
        ),
        migrations.RemoveConstraint(model_name="case", name="case_proceeding_once"),
        migrations.RemoveConstraint(model_name="case", name="case_on_spot_proceeding_once"),
        migrations.RemoveConstraint(model_name="case", name="case_folder_once"),
        migrations.RemoveField(model_name="case", name="folder"),
        migrations.RemoveField(model_name="case", name="on_spot_proceeding"),
        migrations.RemoveField(model_name="case", name="proceeding"),
        migrations.DeleteModel(name="CaseOfficer"),
        migrations.AlterField(
            model_name="case", name="cause", field=models.CharField(max_length=30, verbose_name="案由")
        ),
        migrations.AlterField(
            model_name="case",
            name="outcome",
            field=models.CharField(blank=True, max_length=20, verbose_name="处理结果"),
        ),
        migrations.AlterField(
            model_name="case",
            name="party_type",
            field=models.CharField(max_length=20, verbose_name="当事人类型"),
        ),
        migrations.AlterField(
            model_name="case",
            name="source",
            field=models.CharField(default="other", max_length=20, verbose_name="案件来源"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(surcharge_fen__isnull=True) | Q(surcharge_fen__gte=0),
                name="case_surcharge_fen_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=Q(matter__isnull=False), fields=("matter",), name="case_matter_once"
            ),
        ),
    ]
