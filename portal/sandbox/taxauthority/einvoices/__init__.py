"""E-invoices: the signed XML of the records that the authority holds, and their statuses."""
