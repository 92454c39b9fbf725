import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="rests",
            field=models.BooleanField(default=False, verbose_name="待核实"),
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=20, verbose_name="角色")),
                ("since", models.DateField(null=True, verbose_name="起")),
                ("asked_on", models.DateField(verbose_name="提请日期")),
                ("decided_on", models.DateField(null=True, verbose_name="核实日期")),
                ("agreed", models.BooleanField(null=True, verbose_name="属实")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提请人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "核实",
                "verbose_name_plural": "核实",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_on__isnull", True)),
                        fields=("person", "role"),
                        name="confirmation_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="confirmation_by_a_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role", ""), ("since__isnull", False), _connector="OR"),
                        name="confirmation_role_since",
                    ),
                ],
            },
        ),
    ]
