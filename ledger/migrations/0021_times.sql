-- Run as {prefix}ledger_owner. When an event was recorded, read from its body as the kind is: of one
-- fixed length, so that text in C order is order in time.
CREATE FUNCTION ledger.at_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(body, 'escape'), '"', 8);
REVOKE ALL ON FUNCTION ledger.at_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.at_of TO {prefix}web, {prefix}sequencer;

CREATE INDEX entry_at ON ledger.entry (ledger.at_of(body) COLLATE "C", seq);
CREATE INDEX entry_kind_at ON ledger.entry
  (ledger.kind_of(body), ledger.at_of(body) COLLATE "C", seq);
