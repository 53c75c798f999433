"""Loan applications: from a draft to a bank's decision."""
