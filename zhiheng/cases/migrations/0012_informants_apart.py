"""Names of informants leave the table of cases: they are kept encrypted beside the matter."""

from django.db import migrations

from zhiheng.matters.protection import sealed


def move(apps, schema_editor):
    db = schema_editor.connection.alias
    answers = apps.get_model("proceedings", "ProtectedAnswer").objects.using(db)
    cases = apps.get_model("cases", "Case").objects.using(db)
    named = cases.exclude(informant="").filter(matter__isnull=False)
    steps = apps.get_model("proceedings", "StepTaken").objects.using(db)
    for matter, informant in named.values_list("matter", "informant").iterator():
        first = steps.filter(proceeding__matter=matter).order_by("proceeding", "seq").first()
        if first is not None:
            answers.create(
                matter_id=matter,
                field="informant",
                sealed=sealed(matter, "informant", informant),
                on=first.on,
                kept_by_id=first.taken_by_id,
            )


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_party_number_index"), ("proceedings", "0007_protected_answers")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="case", name="informant"),
    ]
