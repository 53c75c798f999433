"""Void an e-invoice that was handed out, as its seller could have done; the next list says so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.sandbox.taxauthority.models import EInvoice, EInvoiceStatus


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the 20 digits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse a number that was never handed out."""
        rows = EInvoice.objects.filter(number=options["number"])
        if not rows.update(status=EInvoiceStatus.VOID, changed_at=timezone.now()):
            raise CommandError(f"No e-invoice {options['number']} was handed out.")
        self.stdout.write(f"{options['number']} is void.")
