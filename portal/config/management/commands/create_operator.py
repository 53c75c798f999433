"""Make the operator's own organisation and invite its first person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.create_organisation import create_organisation
from portal.accounts.invite_person import invite_person
from portal.accounts.models import Organisation
from portal.core.actor import OrganisationKind, Role
from portal.core.errors import Refused


class Command(BaseCommand):
    help = "Make the operator (once) and invite EMAIL to act for it. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="TaxBridge operator")
        parser.add_argument("--name-zh", default="税信桥运营方")
        parser.add_argument("--language", default="en", choices=[c for c, _ in settings.LANGUAGES])

    def handle(
        self, *args: Any, email: str, name: str, name_zh: str, language: str, **options: Any
    ) -> None:
        """Print the invitation's link; refuses a second operator organisation."""
        operator = Organisation.objects.filter(kind=OrganisationKind.OPERATOR).first()
        try:
            if operator is None:
                operator = create_organisation(
                    kind=OrganisationKind.OPERATOR, name=name, name_zh=name_zh
                )
            token = invite_person(
                email=email, organisation_id=operator.id, role=Role.OPERATOR, language=language
            )
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(f"{settings.PORTAL_URL}/account/invitation/{token}/")
