"""Loans say what became of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0012_loans"),
    ]

    operations = [
        migrations.AlterField(
            model_name="jobrow",
            name="name",
            field=models.CharField(
                choices=[
                    ("taxdata.fetch", "taxdata.fetch"),
                    ("taxdata.notify_authority", "taxdata.notify_authority"),
                    ("taxdata.erase", "taxdata.erase"),
                    ("consents.tell_ended", "consents.tell_ended"),
                    ("consents.tell_event", "consents.tell_event"),
                    ("consents.tell_mandate_ended", "consents.tell_mandate_ended"),
                    ("scoring.score", "scoring.score"),
                    ("scoring.replay", "scoring.replay"),
                    ("scoring.erase_features", "scoring.erase_features"),
                    ("scoring.rescore_portfolio", "scoring.rescore_portfolio"),
                    ("invoices.fetch_statuses", "invoices.fetch_statuses"),
                    ("invoices.apply_statuses", "invoices.apply_statuses"),
                    ("applications.advance", "applications.advance"),
                    ("applications.settle_acceptance", "applications.settle_acceptance"),
                    ("servicing.move_money", "servicing.move_money"),
                    ("servicing.begin_loan", "servicing.begin_loan"),
                    ("servicing.close_loan", "servicing.close_loan"),
                    ("servicing.end_monitoring", "servicing.end_monitoring"),
                    ("notifications.send", "notifications.send"),
                    ("ledger.check", "ledger.check"),
                    ("disclosure.make", "disclosure.make"),
                    ("oversight.doubt_mandates", "oversight.doubt_mandates"),
                    ("oversight.doubt_model", "oversight.doubt_model"),
                    ("modelwatch.take_outcome", "modelwatch.take_outcome"),
                ],
                max_length=60,
            ),
        ),
    ]
