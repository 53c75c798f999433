"""What people ask for on a loan: a payment, the money once more, a stopped order looked up."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "91a22e6f5f4126b2c29ec7b0c5cc0df240e648e27960725f14c6ead9a08225fe"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0037_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
