"""Loans after the yes: paid out, collected, in arrears, settled and closed (ADR 0028)."""
