"""From the bytes of an uploaded file to an invoice: pure, and every refusal names its place."""
