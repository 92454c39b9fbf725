import hashlib
import re
import unicodedata

from django.db import migrations, models

_NOISE = re.compile(r"[\W_]+")


def mark(apps, schema_editor):
    """Groups made before have the mark of the comment that began them."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("rulemaking", "CommentGroup").objects.using(alias)
    comments = apps.get_model("rulemaking", "Comment").objects.using(alias)
    for group in groups.filter(likeness="").iterator():
        first = comments.filter(group=group).order_by("pk").first()
        words = _NOISE.sub("", unicodedata.normalize("NFKC", first.words if first else group.gist)).lower()
        group.likeness = hashlib.sha256(words.encode()).hexdigest()
        group.save(using=alias, update_fields=["likeness"])


class Migration(migrations.Migration):
    dependencies = [("rulemaking", "0002_drafts_comments_documents_plan")]

    operations = [
        migrations.AddField(
            "textversion",
            "notes",
            models.JSONField(blank=True, default=dict, verbose_name="逐条理由和来源"),
        ),
        migrations.AddField(
            "commentgroup",
            "likeness",
            models.CharField(blank=True, default="", max_length=64, verbose_name="相同意见的标记"),
            preserve_default=False,
        ),
        migrations.AddField(
            "normativedocument",
            "form_codes",
            models.JSONField(
                blank=True,
                default=list,
                help_text="本系统法规库中的文书格式代码，每行一个",
                verbose_name="所附文书格式",
            ),
        ),
        migrations.AddField(
            "planitem",
            "draft_no",
            models.CharField(
                blank=True,
                default="",
                help_text="在本系统起草的，为该项目的登记号",
                max_length=60,
                verbose_name="起草项目登记号",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "commentgroup", models.Index(fields=["project", "likeness"], name="comment_group_likeness")
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
