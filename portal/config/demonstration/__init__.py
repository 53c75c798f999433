"""Demonstration people, banks and products; names that can't be mistaken for real ones."""
