-- Run as {prefix}ledger_owner. Which entries a check hashed again: from this one on. All checks
-- before this column hashed all.
ALTER TABLE ledger.chain_check
  ADD COLUMN from_seq bigint NOT NULL DEFAULT 0 CHECK (from_seq >= 0);
GRANT INSERT (from_seq) ON ledger.chain_check TO {prefix}web;
