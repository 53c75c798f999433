"""Invite a person into a bank, a regulator or the operator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import invite_person
from portal.core.actor import Role
from portal.core.errors import Refused


class Command(BaseCommand):
    help = "Mail and print an invitation: EMAIL --organisation ID --role ROLE. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--organisation", type=UUID, required=True)
        parser.add_argument("--role", type=Role, choices=list(Role), required=True)
        parser.add_argument("--language", default="en", choices=[c for c, _ in settings.LANGUAGES])

    def handle(
        self, *args: Any, email: str, organisation: UUID, role: Role, language: str, **options: Any
    ) -> None:
        """Print the link; refuses an unknown organisation and a role its kind doesn't have."""
        try:
            token = invite_person.invite_person(
                email=email, organisation_id=organisation, role=role, language=language
            )
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(f"{settings.PORTAL_URL}/account/invitation/{token}/")
