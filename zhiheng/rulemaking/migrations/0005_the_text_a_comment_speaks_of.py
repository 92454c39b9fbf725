from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulemaking", "0004_figures_from_an_index")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="text_sha",
            field=models.CharField(blank=True, max_length=64, verbose_name="所针对的文本"),
        ),
        migrations.AddField(
            model_name="comment",
            name="by_reviewer",
            field=models.BooleanField(default=False, verbose_name="审核人员"),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_figures"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["on", "unit", "state", "by_reviewer", "group"], name="comment_figures"
            ),
        ),
    ]
