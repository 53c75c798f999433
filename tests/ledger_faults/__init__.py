"""What becomes of the ledger when processes die and databases are put back."""
