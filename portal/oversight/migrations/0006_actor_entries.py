"""Whose act an entry records; the lists are made anew from the first entry on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def begin_again(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is on a list already stays there once."""
    apps.get_model("oversight", "PartyMark").objects.update(next_seq=0)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0005_erased_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActorEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor", models.CharField(max_length=80)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "oversight_actor_entry",
                "constraints": [
                    models.UniqueConstraint(fields=("actor", "seq"), name="actor_entry_once")
                ],
            },
        ),
        migrations.RunPython(begin_again, migrations.RunPython.noop),
    ]
