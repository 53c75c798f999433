-- Run as {prefix}ledger_owner. Roots of full subtrees: node (level, index) stands for the 256^level
-- entries from index * 256^level on, and 256 of them in a row are a tile. They follow from the entries.

CREATE TABLE ledger.node (
  level smallint NOT NULL CHECK (level BETWEEN 1 AND 7),
  index bigint NOT NULL CHECK (index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, index)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.node
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.node ENABLE ALWAYS TRIGGER append_only;

REVOKE ALL ON ledger.node FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger.node FROM {prefix}ledger_owner;
GRANT SELECT, INSERT ON ledger.node TO {prefix}sequencer;
GRANT SELECT ON ledger.node TO {prefix}web;
