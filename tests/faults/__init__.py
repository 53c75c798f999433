"""Faults in number: CI samples them, `make faults` runs them at full length."""
