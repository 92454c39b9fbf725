import django.db.models.deletion
from django.db import migrations, models


def pin_to_bundles(apps, schema_editor):
    """Runs were pinned to the text of their procedure alone. The book's file of the same day says the same law; from now on they
    are pinned to it with the guards, fields, pauses and forms it names."""
    alias = schema_editor.connection.alias
    from zhiheng.law import current_book

    Proceeding = apps.get_model("proceedings", "Proceeding")
    ProcedureVersion = apps.get_model("proceedings", "ProcedureVersion")
    book = current_book()
    for kept in list(ProcedureVersion.objects.using(alias).all()):
        same = [p for p in book.procedure_versions.get(kept.code, ()) if p.effective == kept.effective]
        if not same:
            raise RuntimeError(
                f"运行中的事项所依据的程序版本 {kept.code}（{kept.effective}）不在法规库中；"
                "请把该版本的文件放回 procedures 目录后重试，数据没有改动"
            )
        procedure = same[0]
        if procedure.sha == kept.sha:
            continue
        ProcedureVersion.objects.using(alias).get_or_create(
            sha=procedure.sha,
            defaults={"code": procedure.code, "effective": procedure.effective, "text": procedure.text},
        )
        Proceeding.objects.using(alias).filter(version=kept.sha).update(version=procedure.sha)
        kept.delete(using=alias)


class Migration(migrations.Migration):
    dependencies = [("proceedings", "0003_matters"), ("cases", "0007_matters")]

    operations = [
        migrations.RunPython(pin_to_bundles, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="proceeding",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="proceedings.matter"
            ),
        ),
        migrations.RemoveField(model_name="proceeding", name="title"),
    ]
