"""Invented firms for the demonstration, drawn from quantiles of real ones (`calibration.json`)."""
