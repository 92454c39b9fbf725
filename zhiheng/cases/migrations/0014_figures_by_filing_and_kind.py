from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_decisions_by_delegated_power")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_cause_decided"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["cause", "filed_on", "closed_on", "unit", "outcome"],
                name="case_figures",
            ),
        ),
        migrations.RemoveIndex(model_name="case", name="case_in_outcome"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["outcome", "id", "cause", "closed_on", "unit"], name="case_in_outcome"
            ),
        ),
        migrations.RemoveIndex(model_name="case", name="case_in_source"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["source", "id", "cause", "lead_on", "unit"], name="case_in_source"),
        ),
        migrations.RemoveIndex(model_name="decision", name="decision_figures"),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=[
                    "cause",
                    "decided_on",
                    "unit",
                    "case_value_fen",
                    "forfeit_fen",
                    "ended_on",
                    "since",
                    "kind",
                    "delegated",
                ],
                name="decision_figures",
            ),
        ),
    ]
