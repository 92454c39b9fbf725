from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_counts")]

    operations = [
        migrations.AlterField(
            model_name="rolegrant", name="role", field=models.CharField(max_length=20, verbose_name="角色")
        ),
    ]
