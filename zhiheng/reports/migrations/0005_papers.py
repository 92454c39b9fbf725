from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_figures_from_an_index")]

    operations = [
        migrations.AddField(
            model_name="release",
            name="paper",
            field=models.CharField(
                choices=[("annual", "法治建设情况报告"), ("white_paper", "知识产权保护状况白皮书")],
                default="annual",
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.RemoveConstraint(model_name="release", name="release_once_on_its_way"),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published"), _negated=True),
                fields=("unit", "period", "paper"),
                name="release_once_on_its_way",
            ),
        ),
    ]
