"""Mails carry links that count as their reader's word: only web and signer touch their jobs."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POLICIES = """
ALTER TABLE jobs_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_job ON jobs_job TO {prefix}web USING (true) WITH CHECK (true);
CREATE POLICY asking ON jobs_job FOR INSERT TO {prefix}signer WITH CHECK (true);
CREATE POLICY no_mail ON jobs_job TO {prefix}scorer, {prefix}intake, {prefix}watchdog
    USING (name <> 'notifications.send') WITH CHECK (name <> 'notifications.send');
"""
WITHOUT = """
DROP POLICY every_job ON jobs_job;
DROP POLICY asking ON jobs_job;
DROP POLICY no_mail ON jobs_job;
ALTER TABLE jobs_job DISABLE ROW LEVEL SECURITY;
"""


def _run(sql: str, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(sql.format(prefix=settings.ROLE_PREFIX), params=None)


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(POLICIES, editor)


def unprotect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(WITHOUT, editor)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_consent_jobs")]
    operations = [migrations.RunPython(protect, unprotect)]
