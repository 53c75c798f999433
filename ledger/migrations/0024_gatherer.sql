-- Run as {prefix}ledger_owner. Whoever speaks with witnesses reads sizes and hashes, never a body,
-- and writes what they said, nothing else.
GRANT USAGE ON SCHEMA ledger TO {prefix}gatherer;
GRANT SELECT ON ledger.checkpoint, ledger.node TO {prefix}gatherer;
GRANT SELECT (seq, leaf_hash) ON ledger.entry TO {prefix}gatherer;
GRANT SELECT, INSERT ON ledger.cosignature, ledger.witnessed TO {prefix}gatherer;
GRANT SELECT, INSERT, UPDATE ON ledger.witness_state TO {prefix}gatherer;
