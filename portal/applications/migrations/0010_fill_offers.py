"""Cases from before there were offers."""

from django.db import migrations

# Each application was a wish of its own. An approval that offered nothing can't be accepted: the
# firm can apply anew.
_FILL = """
    INSERT INTO applications_funding_request (id, firm_id, created_at)
        SELECT id, firm_id, created_at FROM applications_application;
    UPDATE applications_application SET funding_id = id;
    UPDATE applications_decision SET terms = jsonb_build_object('amount_fen', amount_fen,
        'annual_rate_bp', inputs -> 'product' -> 'annual_rate_bp', 'conditions', '[]'::jsonb)
        WHERE outcome = 'approve';
    UPDATE applications_proposal SET terms = jsonb_build_object(
        'amount_fen', inputs -> 'application' -> 'amount_fen',
        'annual_rate_bp', inputs -> 'product' -> 'annual_rate_bp', 'conditions', '[]'::jsonb);
    UPDATE applications_application a SET decision_id = d.id,
        status = CASE a.status WHEN 'approved' THEN 'expired' ELSE a.status END
        FROM applications_decision d WHERE d.application_id = a.id;
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_offers")]
    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
