from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="frozenfigure",
            name="value",
            field=models.DecimalField(decimal_places=6, max_digits=26, verbose_name="数值"),
        ),
    ]
