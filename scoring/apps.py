"""The Django side of scoring: what came out of the engine, and the job that runs it."""

from __future__ import annotations

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    label = "scoring"
