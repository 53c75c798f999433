"""The personas, for tests of pages."""

from tests.personas import browser_of, keys, people

__all__ = ["browser_of", "keys", "people"]
