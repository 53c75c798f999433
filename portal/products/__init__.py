"""Loan products: what a bank offers, at which terms, and which tax data it needs for that."""
