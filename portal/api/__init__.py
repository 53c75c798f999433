"""What banks' systems read over HTTP: the pages' queries and use cases as JSON (docs/api.md)."""
