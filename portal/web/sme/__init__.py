"""Pages of the firm: overview, tax data, consents, applications."""
