from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_roles_of_the_book"),
        ("outreach", "0003_base_review"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="activity",
            name="activity_figures",
        ),
        migrations.RemoveIndex(
            model_name="educationbase",
            name="base_named",
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                fields=["held_on", "voided_on", "kind", "unit", "reach", "open_days"], name="activity_figures"
            ),
        ),
        migrations.AddIndex(
            model_name="educationbase",
            index=models.Index(fields=["named_on", "voided_on", "withdrawn_on", "unit"], name="base_figures"),
        ),
    ]
