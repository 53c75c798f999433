"""What the e-CNY operator keeps beside its accounts: orders as they were answered, days ended."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS rail_order (
  id TEXT PRIMARY KEY,
  orderer TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS closed (day TEXT PRIMARY KEY) STRICT;

CREATE TRIGGER IF NOT EXISTS order_stays BEFORE UPDATE ON rail_order
  BEGIN SELECT RAISE(ABORT, 'an order stays as it was answered'); END;
"""
