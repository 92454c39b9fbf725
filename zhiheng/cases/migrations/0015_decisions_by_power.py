from django.db import migrations, models


def say_delegated(apps, schema_editor):
    apps.get_model("cases", "Decision").objects.using(schema_editor.connection.alias).filter(
        delegated=True
    ).update(power="delegated")


def mark_delegated(apps, schema_editor):
    apps.get_model("cases", "Decision").objects.using(schema_editor.connection.alias).filter(
        power="delegated"
    ).update(delegated=True)


FIGURES = [
    "cause",
    "decided_on",
    "unit",
    "case_value_fen",
    "forfeit_fen",
    "ended_on",
    "since",
    "kind",
    "power",
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_figures_by_filing_and_kind")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="power",
            field=models.CharField(
                choices=[("own", "本机关的权限"), ("delegated", "下放的权限")],
                db_default="own",
                default="own",
                max_length=10,
                verbose_name="权限",
            ),
        ),
        migrations.RunPython(say_delegated, mark_delegated),
        migrations.RemoveIndex(model_name="decision", name="decision_figures"),
        migrations.AddIndex(
            model_name="decision", index=models.Index(fields=FIGURES, name="decision_figures")
        ),
        migrations.RemoveField(model_name="decision", name="delegated"),
    ]
