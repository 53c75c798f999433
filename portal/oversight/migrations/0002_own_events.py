"""Which entries an organisation is party to, and how far that list has come."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def begin(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The list is made from entry 0 on."""
    apps.get_model("oversight", "PartyMark").objects.create(next_seq=0)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_incidents"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartyMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_seq", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "oversight_party_mark",
            },
        ),
        migrations.CreateModel(
            name="PartyEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organisation_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("kind", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=80)),
            ],
            options={
                "db_table": "oversight_party_entry",
                "indexes": [
                    models.Index(
                        fields=["subject", "organisation_id", "seq"], name="party_entry_subject"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "seq"), name="party_entry_once"
                    )
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
