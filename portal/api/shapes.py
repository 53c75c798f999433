"""What the answers look like. Nothing here names the firm: the bank has that on its pages."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

from portal.applications.case_filter import Show
from portal.applications.transitions import BANK_SEES, Tone
from portal.core.paging import Place
from portal.products.reason_codes import REASONS, Outcome
from scoring.models import ScoreStatus


class ListParameters(serializers.Serializer[Any]):
    """What a list may be asked for."""

    show = serializers.ChoiceField(
        choices=[str(show) for show in Show], default=Show.ALL, help_text="Cases in these states."
    )
    since = serializers.DateField(required=False, help_text="First day of sending, UTC+8.")
    until = serializers.DateField(required=False, help_text="Last day of sending, UTC+8.")
    after = serializers.CharField(
        required=False, help_text="Where the last page ended; taken from its `next`."
    )

    def validate_after(self, value: str) -> Place:
        """A place that was printed; ValidationError for anything else."""
        place = Place.read(value)
        if place is None:
            raise serializers.ValidationError(code="not_a_place")
        return place


class ProductSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    """What was decided; the reasons are ranked as they were given."""

    outcome = serializers.ChoiceField(choices=Outcome.values)
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=list(REASONS)))
    decided_at = serializers.DateTimeField(default_timezone=UTC)


class ApplicationSerializer(serializers.Serializer[Any]):
    """One application as its bank sees it now; money in fen."""

    id = serializers.UUIDField(source="application.id")
    reference = serializers.CharField(source="application.reference")
    status = serializers.ChoiceField(choices=sorted(str(status) for status in BANK_SEES))
    display = serializers.ChoiceField(
        source="display.tone",
        choices=[str(tone) for tone in Tone],
        help_text="The group of states that the pages show it in.",
    )
    product = ProductSerializer(source="application.product")
    amount_fen = serializers.IntegerField(source="application.amount_fen")
    term_months = serializers.IntegerField(source="application.term_months")
    sent_at = serializers.DateTimeField(source="application.submitted_at", default_timezone=UTC)
    decision = DecisionSerializer(allow_null=True)


class ApplicationPageSerializer(serializers.Serializer[Any]):
    """Up to 20 applications, the first sent first; ``next`` leads to those that follow."""

    results = ApplicationSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """One coded reason for the score; the firm's own figure stays on the page."""

    code = serializers.CharField()
    feature = serializers.CharField()
    direction = serializers.CharField()
    rank = serializers.IntegerField()
    points = serializers.IntegerField()


class ScoreSerializer(serializers.Serializer[Any]):
    """A score, or why there is none: then ``value`` is null and ``detail_code`` says why."""

    status = serializers.ChoiceField(choices=ScoreStatus.values)
    detail_code = serializers.CharField(allow_blank=True)
    value = serializers.IntegerField(allow_null=True)
    band = serializers.CharField(allow_blank=True)
    reasons = ReasonSerializer(many=True)
    as_of_month = serializers.CharField()
    model_version = serializers.CharField()
    computed_at = serializers.DateTimeField(source="created_at", default_timezone=UTC)
