import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Matters, their officers and parties. The rows come with the records of the families (cases 0007)."""

    dependencies = [
        ("accounts", "0004_roles_of_the_book"),
        ("documents", "0002_kinds_of_the_book"),
        ("proceedings", "0002_proposals_per_measure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", _ID),
                ("kind", models.CharField(max_length=40, verbose_name="事项种类")),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("opened_on", models.DateField(verbose_name="启动日期")),
                ("record_id", models.BigIntegerField(default=0, verbose_name="记录")),
                (
                    "folder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.folder"
                    ),
                ),
                (
                    "proceeding",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项",
                "verbose_name_plural": "事项",
                "indexes": [
                    models.Index(fields=["unit", "kind", "opened_on"], name="matter_unit_kind"),
                    models.Index(fields=["kind", "record_id"], name="matter_record"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Officer",
            fields=[
                ("id", _ID),
                ("lead", models.BooleanField(default=False, verbose_name="主办")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(null=True, verbose_name="止")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="officers",
                        to="proceedings.matter",
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
            ],
            options={
                "verbose_name": "承办人",
                "verbose_name_plural": "承办人",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("matter", "person"),
                        name="officer_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", _ID),
                ("role", models.CharField(max_length=20, verbose_name="角色")),
                ("seq", models.PositiveSmallIntegerField(default=1, verbose_name="序号")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="名称或者姓名")),
                ("type", models.CharField(blank=True, max_length=20, verbose_name="类型")),
                (
                    "id_no",
                    models.CharField(blank=True, max_length=30, verbose_name="统一社会信用代码或者证件号码"),
                ),
                (
                    "legal_rep",
                    models.CharField(blank=True, max_length=60, verbose_name="法定代表人、负责人或者经营者"),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住所或者住址")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="联系电话")),
                ("agent", models.CharField(blank=True, max_length=120, verbose_name="代理人")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="proceedings.matter",
                    ),
                ),
            ],
            options={
                "verbose_name": "参加人",
                "verbose_name_plural": "参加人",
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "role", "seq"), name="party_role_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="proceeding",
            name="adopted",
            field=models.JSONField(default=list, verbose_name="此前版本"),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="matter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="proceedings.matter",
            ),
        ),
        migrations.AddIndex(
            model_name="proceeding", index=models.Index(fields=["version"], name="proceeding_version")
        ),
    ]
