"""Who there is: people, organisations, and which person acts for which organisation until when."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.activity_models import ActivityRow
from portal.accounts.api_token_models import ApiToken
from portal.accounts.limit_models import CountedAct
from portal.core.actor import MACHINE_ROLES, OrganisationKind, Role

__all__ = [
    "ActivityRow",
    "ApiToken",
    "CountedAct",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "UsedAssertion",
    "User",
    "UserManager",
]

KINDS = [(kind.value, kind.value) for kind in OrganisationKind]
ROLES = [(role.value, role.value) for role in Role if role not in MACHINE_ROLES]


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail whatever the case; addresses are stored in lower case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person with one sign-in. Nobody acts by password alone: see ``portal.signer``."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(_("E-mail address"), max_length=254)
    real_name = models.CharField(_("Full name"), max_length=120)
    phone = models.CharField(_("Mobile phone number"), max_length=32)
    language = models.CharField(max_length=10, default="en")
    email_confirmed_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["real_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], name="accounts_user_email_unique"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="accounts_user_email_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(language__in=["en", "zh-hans"]), name="accounts_user_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(real_name=""), name="accounts_user_real_name_present"
            ),
        ]

    def __str__(self) -> str:
        return self.real_name

    @property
    def ref(self) -> str:
        """How the ledger and the job table name this person."""
        return f"person:{self.id}"


class Organisation(models.Model):
    """A firm, a bank, a regulator, or the operator of this portal."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=KINDS)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, blank=True, default="")
    licence = models.CharField(max_length=64, blank=True, default="")
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in OrganisationKind]),
                name="accounts_organisation_kind_known",
            ),
            models.CheckConstraint(
                condition=(Q(kind="firm") & Q(uscc__regex=r"^[0-9A-Z]{18}$"))
                | (~Q(kind="firm") & Q(uscc="")),
                name="accounts_organisation_uscc_for_firms",
            ),
            models.CheckConstraint(
                condition=~Q(kind="bank") | ~Q(licence=""),
                name="accounts_organisation_bank_licensed",
            ),
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(uscc=""), name="accounts_organisation_uscc_unique"
            ),
            models.UniqueConstraint(
                fields=["licence"],
                condition=~Q(licence=""),
                name="accounts_organisation_licence_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How the ledger names this organisation."""
        return f"{self.kind}:{self.id}"

    def name_in(self, language: str) -> str:
        """The legal name in the reader's language."""
        return self.name_zh if language.startswith("zh") and self.name_zh else self.name


_HAS_MANDATE = models.Func(
    F("user_id"),
    F("organisation_id"),
    F("role"),
    function="sign.acts_for",
    output_field=models.BooleanField(),
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by time."""

    def live(self, at: datetime | None = None) -> MembershipQuerySet:
        """Those begun and not ended at ``at`` (now, when not given).

        For a firm somebody acts only as long as the signer's record has a mandate: that ends in
        one moment everywhere, without anything to be brought up to date here.
        """
        at = at or timezone.now()
        in_time = self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
        return in_time.filter(~Q(role__startswith="firm_") | Q(_HAS_MANDATE))


class Membership(models.Model):
    """One person's role in one organisation, from a time until a time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=40, choices=ROLES)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ends_at=None),
                name="accounts_membership_one_open",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role for role, _name in ROLES]),
                name="accounts_membership_role_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="accounts_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.organisation_id}"


class Invitation(models.Model):
    """An operator's invitation of one person into one organisation; used once, then spent."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(max_length=254)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField(max_length=40, choices=ROLES)
    language = models.CharField(max_length=10, default="en")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=[role for role, _name in ROLES]),
                name="accounts_invitation_role_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accounts_invitation_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    @property
    def ref(self) -> str:
        """How the ledger names this invitation; never by its address."""
        return f"invitation:{self.id}"


class UsedAssertion(models.Model):
    """The id of a signed assertion that signed somebody in: never accepted a second time."""

    jti = models.CharField(primary_key=True, max_length=64)
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.jti
