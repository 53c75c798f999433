"""Tables that all have. Amounts are in fen; money only ever moves from account to account."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'bound', 'current', 'bank', 'issue', 'interest')),
  institution TEXT NOT NULL,
  owner TEXT NOT NULL,
  class INTEGER CHECK (class BETWEEN 1 AND 4),
  frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
  allowed TEXT NOT NULL DEFAULT '[]',
  returns_to TEXT REFERENCES account (id),
  fen INTEGER NOT NULL DEFAULT 0 CHECK (fen >= 0 OR kind IN ('issue', 'interest')),
  parts INTEGER NOT NULL DEFAULT 0 CHECK (parts >= 0),
  CHECK ((kind IN ('wallet', 'bound')) = (class IS NOT NULL)),
  CHECK ((kind = 'bound') = (returns_to IS NOT NULL))
) STRICT;
CREATE TABLE IF NOT EXISTS transfer (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  reference TEXT NOT NULL UNIQUE,
  payer TEXT NOT NULL REFERENCES account (id),
  payee TEXT NOT NULL REFERENCES account (id),
  fen INTEGER NOT NULL CHECK (fen > 0),
  day TEXT NOT NULL,
  why TEXT NOT NULL,
  CHECK (payer <> payee)
) STRICT;
CREATE INDEX IF NOT EXISTS transfer_payer ON transfer (payer);
CREATE INDEX IF NOT EXISTS transfer_payee ON transfer (payee);
CREATE TABLE IF NOT EXISTS mandate (
  wallet TEXT NOT NULL REFERENCES account (id),
  collector TEXT NOT NULL REFERENCES account (id),
  PRIMARY KEY (wallet, collector)
) STRICT;
CREATE TABLE IF NOT EXISTS callback (
  order_id TEXT PRIMARY KEY,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at REAL NOT NULL,
  is_done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS drill (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT;

CREATE TRIGGER IF NOT EXISTS transfer_posts AFTER INSERT ON transfer BEGIN
  UPDATE account SET fen = fen - new.fen WHERE id = new.payer;
  UPDATE account SET fen = fen + new.fen WHERE id = new.payee;
END;
CREATE TRIGGER IF NOT EXISTS transfer_stays BEFORE UPDATE ON transfer
  BEGIN SELECT RAISE(ABORT, 'a transfer stays as it was'); END;
CREATE TRIGGER IF NOT EXISTS transfer_is_kept BEFORE DELETE ON transfer
  BEGIN SELECT RAISE(ABORT, 'a transfer is kept'); END;
"""
