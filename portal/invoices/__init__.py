"""E-invoices that a firm attaches to an application: read strictly, checked, and answered for."""
