"""What the clearing keeps beside its accounts: instructions, and what became of each."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS instruction (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  orderer TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'debit')),
  fen INTEGER NOT NULL CHECK (fen > 0),
  debtor TEXT NOT NULL,
  creditor TEXT NOT NULL,
  purpose TEXT NOT NULL,
  accepted_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'accepted' CHECK (state IN ('accepted', 'settled', 'rejected')),
  reason TEXT NOT NULL DEFAULT '',
  settled_on TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'rejected') = (reason <> '')),
  CHECK ((state = 'settled') = (settled_on <> ''))
) STRICT;
CREATE INDEX IF NOT EXISTS instruction_waits ON instruction (no) WHERE state = 'accepted';

CREATE TRIGGER IF NOT EXISTS instruction_stays
  BEFORE UPDATE OF no, id, orderer, kind, fen, debtor, creditor, purpose, accepted_at ON instruction
  BEGIN SELECT RAISE(ABORT, 'an instruction stays as it was'); END;
CREATE TRIGGER IF NOT EXISTS instruction_ends_once BEFORE UPDATE ON instruction
  WHEN old.state <> 'accepted'
  BEGIN SELECT RAISE(ABORT, 'an instruction ends once'); END;
"""
