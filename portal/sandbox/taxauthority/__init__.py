"""The demonstration tax authority: another organisation's process, database and keys."""
