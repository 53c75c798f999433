"""The personas, for tests about people."""

from tests.personas import browser_of, keys, people

__all__ = ["browser_of", "keys", "people"]
