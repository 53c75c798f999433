"""The only ways to one application: same answer for absent and for somebody else's."""

from __future__ import annotations

from uuid import UUID

from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.errors import NotFound

_BESIDE = ("product", "bank", "firm", "assigned_to", "decision")


def application_for(actor: Actor, application_id: UUID) -> LoanApplication:
    """The application with its product and bank; NotFound unless it is visible to the actor."""
    visible = LoanApplication.objects.visible_to(actor)
    found = visible.filter(id=application_id).select_related(*_BESIDE).first()
    return _present(found)


def lock_application(actor: Actor, application_id: UUID) -> LoanApplication:
    """As ``application_for``, holding the row until the transaction ends.

    Whatever is decided by the row's state is decided after this line: a concurrent change has
    either committed and is seen, or waits.
    """
    visible = LoanApplication.objects.visible_to(actor).filter(id=application_id)
    locked = visible.select_for_update(no_key=True, of=("self",))
    return _present(locked.select_related("product", "bank", "firm").first())


def lock_for_worker(application_id: UUID) -> LoanApplication:
    """As ``lock_application`` for a job, which acts for no organisation."""
    locked = LoanApplication.objects.select_for_update(no_key=True, of=("self",))
    return _present(locked.filter(id=application_id).select_related("product").first())


def _present(application: LoanApplication | None) -> LoanApplication:
    if application is None:
        raise NotFound(code="application_not_found")
    return application
