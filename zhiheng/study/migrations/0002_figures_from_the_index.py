from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_roles_of_the_book"),
        ("study", "0001_study_session"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="studysession",
            name="study_session_day",
        ),
        migrations.AddIndex(
            model_name="studysession",
            index=models.Index(fields=["held_on", "voided_on", "unit", "attended"], name="study_figures"),
        ),
    ]
