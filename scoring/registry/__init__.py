"""Which models there are, who answers for each, and which of them scores."""
