-- Run as {prefix}ledger_owner. Every index of the entries is paid for by each event: those of one
-- kind are walked by time, which one index does for both. Actor and subject are short, so that kind
-- and time stand within the first bytes of a body, and the subject within the last: less to encode.
DROP INDEX ledger.entry_kind;

CREATE OR REPLACE FUNCTION ledger.kind_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(substr(body, 1, 256), 'escape'), '"', 16);

CREATE OR REPLACE FUNCTION ledger.at_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(substr(body, 1, 128), 'escape'), '"', 8);

CREATE OR REPLACE FUNCTION ledger.subject_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(substr(body, greatest(1, octet_length(body) - 99)), 'escape'), '"', -4);

REINDEX TABLE ledger.entry;
