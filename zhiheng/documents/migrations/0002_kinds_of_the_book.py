from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="evidence", name="kind", field=models.CharField(max_length=20, verbose_name="种类")
        ),
    ]
