"""The ledger's bytes, pure: canonical JSON, events, the tree, signed notes. No Django, no clock."""
