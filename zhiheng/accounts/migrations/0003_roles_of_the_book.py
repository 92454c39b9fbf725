from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_must_change_password")]

    operations = [
        migrations.AlterField(
            model_name="rolegrant", name="role", field=models.CharField(max_length=20, verbose_name="角色")
        ),
    ]
