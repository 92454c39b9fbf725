import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("proceedings", "0009_readings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "turn",
            "kind",
            models.CharField(
                choices=[
                    ("step", "办理"),
                    ("opinion", "审批"),
                    ("returned", "退回补正"),
                    ("countersign", "会签"),
                ],
                max_length=11,
                verbose_name="类别",
            ),
        ),
        migrations.CreateModel(
            "Countersign",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="请求日期")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="请会签的事项")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待会签"),
                            ("agrees", "同意"),
                            ("differs", "有不同意见"),
                            ("handed", "转办"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="会签情况",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=400, verbose_name="会签意见")),
                ("said_on", models.DateField(null=True, verbose_name="会签日期")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersigns",
                        to="proceedings.proposal",
                    ),
                ),
            ],
            options={"verbose_name": "会签", "verbose_name_plural": "会签", "ordering": ("id",)},
        ),
        migrations.AddConstraint(
            "countersign",
            models.UniqueConstraint(
                condition=Q(("state", "asked")), fields=("proposal", "person"), name="countersign_once"
            ),
        ),
    ]
