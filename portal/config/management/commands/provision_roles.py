"""Make the log-ins, schema owners, databases and schemas that the other processes rely on."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.config import env
from portal.config.databases import LOGINS
from portal.config.provisioning import (
    ProvisioningRefused,
    provision,
    provision_separate,
)


class Command(BaseCommand):
    help = "Make roles, databases and schemas, as DATABASE_URL_ADMIN. Safe to run again."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Provision for each DATABASE_URL_<LOG-IN> that is set; refuses forbidden attributes."""
        admin_url = env.text("DATABASE_URL_ADMIN")
        urls = {
            login: url
            for login in LOGINS
            if (url := os.environ.get(f"DATABASE_URL_{login.upper()}"))
        }
        try:
            names = provision(admin_url=admin_url, urls=urls, prefix=settings.ROLE_PREFIX)
            if url := os.environ.get("DATABASE_URL_TAX_AUTHORITY"):
                provision_separate(admin_url=admin_url, url=url)
        except ProvisioningRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Provisioned {len(urls)} log-ins for {', '.join(names)}.")
