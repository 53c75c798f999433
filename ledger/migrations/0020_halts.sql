-- Run as {prefix}ledger_owner. When and why the sequencer stopped signing (ledger/halts.py).

CREATE TABLE ledger.halt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason text NOT NULL CHECK (reason ~ '^[a-z_]+$'),
  size bigint NOT NULL CHECK (size >= 0),
  detail text NOT NULL CHECK (detail ~ '^[A-Za-z0-9_.-]{0,80}$')
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.halt
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.halt ENABLE ALWAYS TRIGGER append_only;

REVOKE ALL ON ledger.halt FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger.halt FROM {prefix}ledger_owner;
GRANT SELECT, INSERT (reason, size, detail) ON ledger.halt TO {prefix}sequencer;
GRANT SELECT ON ledger.halt TO {prefix}web;
