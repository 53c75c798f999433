-- Run as {prefix}ledger_owner. Nobody but that role, which can't log in, may UPDATE, DELETE or
-- TRUNCATE an entry; only the sequencer may take events out of the outbox.

REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger.entry, ledger.checkpoint, ledger.chain_check
  FROM {prefix}ledger_owner;

GRANT USAGE ON SCHEMA ledger TO {prefix}owner, {prefix}web, {prefix}signer, {prefix}intake,
  {prefix}scorer, {prefix}sequencer, {prefix}gate_owner, {prefix}vault_owner, {prefix}gate_reaper;

-- Writers: a process inserts its own kinds, the gate's functions use emit.
GRANT INSERT (event_id, body) ON ledger.outbox
  TO {prefix}owner, {prefix}web, {prefix}signer, {prefix}intake, {prefix}scorer;
GRANT SELECT ON ledger.kind_right
  TO {prefix}owner, {prefix}web, {prefix}signer, {prefix}intake, {prefix}scorer;
GRANT EXECUTE ON FUNCTION ledger.event_text, ledger.payload_text, ledger.written_time
  TO {prefix}owner, {prefix}web, {prefix}signer, {prefix}intake, {prefix}scorer;
GRANT EXECUTE ON FUNCTION ledger.emit
  TO {prefix}gate_owner, {prefix}vault_owner, {prefix}gate_reaper;

-- The sequencer moves outbox rows to entries.
GRANT SELECT, DELETE ON ledger.outbox TO {prefix}sequencer;
GRANT SELECT, INSERT ON ledger.entry, ledger.checkpoint TO {prefix}sequencer;

-- The portal's pages read, and keep the results of checks.
GRANT SELECT ON ledger.entry, ledger.checkpoint, ledger.chain_check TO {prefix}web;
GRANT SELECT (id) ON ledger.outbox TO {prefix}web;
GRANT INSERT (checked_at, ok, entries, first_bad_seq, problem, seconds) ON ledger.chain_check
  TO {prefix}web;
GRANT EXECUTE ON FUNCTION ledger.kind_of, ledger.subject_of TO {prefix}web, {prefix}sequencer;
