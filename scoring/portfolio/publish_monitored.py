"""A firm's new score leaves the vault worker, beside what it changes."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.publishing import require_live
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from scoring.engine.assess import Assessment, NotEnoughData
from scoring.engine.model import Model
from scoring.models import Score, ScoreStatus
from scoring.portfolio.comparing import compared
from scoring.portfolio.models import ItemStatus, PortfolioItem
from scoring.reading import Read
from scoring.signals import codes_by_strength, put_signals, signals_of
from scoring.storing import stored_once


@transaction.atomic(durable=True)
def publish_monitored(
    actor: SystemActor,
    *,
    item_id: UUID,
    read: Read,
    answer: Assessment | NotEnoughData,
    model: Model,
    rival: Model | None = None,
) -> PortfolioItem:
    """Store and record an answer once, and settle its item with the change since the last score.

    Holds the consent live until the commit: ConsentRefused when it has been stopped meanwhile,
    and then nothing is stored. NotFound for an unknown item; a settled one stays as it is.
    """
    item = PortfolioItem.objects.select_for_update(no_key=True).filter(id=item_id).first()
    if item is None:
        raise NotFound(code="portfolio_missing")
    if item.status != ItemStatus.WAITING:
        return item
    require_live(item.consent_id)
    score, created = stored_once(read, answer, model, rival=rival)
    if created:
        signals = signals_of(read)
        put_signals(score, signals)
        _record(actor, score, codes_by_strength(signals))
    _settle(item, score, is_new=created)
    return item


def _settle(item: PortfolioItem, score: Score, *, is_new: bool) -> None:
    item.score_id, item.settled_at = score.id, timezone.now()
    item.status = ItemStatus.SCORED if is_new else ItemStatus.UNCHANGED
    if score.status == ScoreStatus.NOT_ENOUGH_DATA:
        item.status, item.code = ItemStatus.REFUSED, score.detail_code
    elif is_new:
        for column, value in compared(score).items():
            setattr(item, column, value)
    item.save()


def _record(actor: SystemActor, score: Score, signals: dict[str, str]) -> None:
    subject = f"consent:{score.consent_id}"
    common = {"firm": str(score.firm_id), "bank": str(score.bank_id)}
    if score.status == ScoreStatus.NOT_ENOUGH_DATA:
        payload = {**common, "code": score.detail_code}
        record(EventKind.SCORE_NOT_MONITORED, actor=actor.ref, subject=subject, payload=payload)
        return
    record(
        EventKind.SCORE_MONITORED,
        actor=actor.ref,
        subject=subject,
        payload={
            **common,
            "model": score.model_version,
            "model_sha256": score.model_sha256,
            "input_digest": score.input_digest,
            "commitment": score.commitment,
            "score": score.value,
            "band": score.band,
            **signals,
        },
    )
