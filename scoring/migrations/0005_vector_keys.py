"""The data key of a feature vector stands beside it, with the kid that it is wrapped to."""

from __future__ import annotations

from django.db import migrations, models

# The wrapped key used to be the first 80 bytes. Which vault key it was for, nobody wrote down.
SPLIT = """
    UPDATE scoring_feature_vector
    SET wrapped = substring(sealed FROM 1 FOR 80), sealed = substring(sealed FROM 81)
"""
JOINED = "UPDATE scoring_feature_vector SET sealed = wrapped || sealed"


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_disputes")]
    operations = [
        migrations.AddField(
            model_name="featurevector",
            name="vault_kid",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="featurevector",
            name="wrapped",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.RunSQL(SPLIT, JOINED),
    ]
