"""What must hold of an invoice that was read: pure; each failure is one code."""
