"""Keeping packets: a whole run of reading goes in by one transaction, or nothing of it does."""
