from django.db import migrations, models

_FIELDS = {
    "application_unit_stage": ("unit", "stage", "id", "reply_by", "received"),
    "application_list_stage": ("received", "stage", "unit", "answer"),
    "application_figures": (
        "listed_on",
        "answer",
        "unit",
        "accepted",
        "recovered_fen",
        "received",
        "agency",
        "section",
    ),
}


class Migration(migrations.Migration):
    """The same indexes, wide enough that what pages count is read from them alone."""

    dependencies = [("screening", "0003_figures_from_an_index")]
    operations = [
        operation
        for name, fields in _FIELDS.items()
        for operation in (
            migrations.RemoveIndex("application", name),
            migrations.AddIndex("application", models.Index(fields=fields, name=name)),
        )
    ]
