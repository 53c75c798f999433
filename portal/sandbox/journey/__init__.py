"""A person's way through the portal over plain HTTP, for the demonstration and for tests."""
