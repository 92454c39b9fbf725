from django.db import migrations, models


def fill(apps, schema_editor):
    """A part without a day of its own was laid down with its plan, a task with its part."""
    for name, above in (("Aspect", "plan__issued_on"), ("Task", "aspect__laid_on")):
        model = apps.get_model("plans", name)
        rows = model.objects.using(schema_editor.connection.alias).filter(laid_on__isnull=True)
        rows.update(laid_on=models.Subquery(rows.filter(pk=models.OuterRef("pk")).values(above)[:1]))


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_plans")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="aspect",
            name="laid_on",
            field=models.DateField(blank=True, help_text="不填即计划的印发日期", verbose_name="部署日期"),
        ),
        migrations.AlterField(
            model_name="task",
            name="laid_on",
            field=models.DateField(blank=True, help_text="不填即计划的印发日期", verbose_name="部署日期"),
        ),
    ]
