"""Loans after the yes. So far what is owed and how payments count; pure, used by nobody yet."""
