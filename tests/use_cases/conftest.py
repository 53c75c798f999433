"""Personas."""

from tests.personas import keys, people

__all__ = ["keys", "people"]
