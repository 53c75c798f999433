-- Run as {prefix}ledger_owner.

-- The text between fixed quotes of a canonical body, for the explorer's indexes: no parsing, so
-- that they never fail, whatever the bytes have become. Actor and subject contain no quotes.
CREATE FUNCTION ledger.kind_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(body, 'escape'), '"', 16);

CREATE FUNCTION ledger.subject_of(body bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN split_part(encode(body, 'escape'), '"', -4);

CREATE INDEX entry_kind ON ledger.entry (ledger.kind_of(body), seq DESC);
CREATE INDEX entry_subject ON ledger.entry (ledger.subject_of(body), seq DESC);

CREATE FUNCTION ledger.written_time(moment timestamptz) RETURNS text
  LANGUAGE sql STABLE
  RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- The canonical text of a payload; refuses a value that breaks its rule as ValueRule.allows does
-- in ledger/format/values.py. Keys without a rule are left out. Rules are sorted by key, and what
-- they allow needs no escape, so that jsonb's spelling of one value is RFC 8785's.
CREATE FUNCTION ledger.payload_text(payload jsonb, rules ledger.value_rule[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  rule ledger.value_rule;
  value text;
  written text := '';
BEGIN
  FOREACH rule IN ARRAY rules LOOP
    value := payload -> rule.key;
    IF coalesce(value, 'null') = 'null' THEN
      IF NOT rule.optional THEN
        RAISE EXCEPTION 'ledger: % is missing', rule.key USING ERRCODE = 'check_violation';
      END IF;
    ELSIF value !~ rule.pattern OR length(value) NOT BETWEEN rule.shortest AND rule.longest THEN
      RAISE EXCEPTION 'ledger: % may not be written like this', rule.key
        USING ERRCODE = 'check_violation';
    END IF;
    IF value IS NOT NULL THEN
      written := written || ',"' || rule.key || '":' || value;
    END IF;
  END LOOP;
  RETURN '{' || substr(written, 2) || '}';
END $$;

-- The same text as Event.encode in ledger/format/event.py, for references without quotes.
CREATE FUNCTION ledger.event_text(
  actor text, at text, event_id text, kind text, payload text, subject text
) RETURNS text
  LANGUAGE sql IMMUTABLE
  RETURN '{"actor":"' || actor || '","at":"' || at || '","event_id":"' || event_id
    || '","kind":"' || kind || '","payload":' || payload
    || ',"subject":"' || subject || '","v":1}';

-- Runs as the inserting role: current_user tells an INSERT of its own from one through the gate.
CREATE FUNCTION ledger.check_event() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  written text := convert_from(NEW.body, 'UTF8');
  event jsonb := written;
  actor text := event ->> 'actor';
  at text := event ->> 'at';
  moment timestamptz := at;
  subject text := event ->> 'subject';
  rules ledger.kind_right;
BEGIN
  SELECT r.* INTO rules FROM ledger.kind_right r WHERE r.kind = event ->> 'kind';
  IF rules.kind IS NULL OR NOT session_user = ANY (rules.writers)
     OR (rules.gate_only AND current_user <> '{prefix}ledger_owner') THEN
    RAISE EXCEPTION 'ledger: % may not write %', session_user, event ->> 'kind'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF actor || ' ' || subject !~ ('^[a-z]+:[A-Za-z0-9._-]+ '
       '[a-z]+:[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$')
     OR length(actor) > 80 OR length(subject) > 80
     OR position(':' IN subject) <> length(subject) - 36 THEN
    RAISE EXCEPTION 'ledger: actor and subject must be references'
      USING ERRCODE = 'check_violation';
  END IF;
  IF at <> ledger.written_time(moment)
     OR moment NOT BETWEEN clock_timestamp() - interval '5 minutes'
                       AND clock_timestamp() + interval '5 minutes' THEN
    RAISE EXCEPTION 'ledger: the time is not now' USING ERRCODE = 'check_violation';
  END IF;
  IF written IS DISTINCT FROM ledger.event_text(
       actor, at, NEW.event_id::text, rules.kind,
       ledger.payload_text(event -> 'payload', rules.payload), subject) THEN
    RAISE EXCEPTION 'ledger: the body is not the canonical one, or says more than its kind may'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'ledger: % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- For the gate's own functions: the event of session_user, composed here. Refuses an unknown
-- kind, a key without a rule and a value outside it; the trigger checks the rest.
CREATE FUNCTION ledger.emit(kind text, actor text, subject text, payload jsonb) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  new_id uuid := gen_random_uuid();
  rules ledger.value_rule[] := (SELECT r.payload FROM ledger.kind_right r WHERE r.kind = emit.kind);
  surplus text;
BEGIN
  SELECT p.key INTO surplus FROM jsonb_object_keys(payload) AS p(key)
    WHERE p.key NOT IN (SELECT r.key FROM unnest(rules) r);
  IF rules IS NULL OR surplus IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: % may not say %', kind, surplus USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO ledger.outbox (event_id, body)
  VALUES (new_id, convert_to(ledger.event_text(
    actor, ledger.written_time(clock_timestamp()), new_id::text, kind,
    ledger.payload_text(payload, rules), subject), 'UTF8'));
  RETURN new_id;
END $$;

CREATE TRIGGER check_event BEFORE INSERT OR UPDATE ON ledger.outbox
  FOR EACH ROW EXECUTE FUNCTION ledger.check_event();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.checkpoint
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.chain_check
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
-- ALWAYS: they hold under session_replication_role = replica too.
ALTER TABLE ledger.outbox ENABLE ALWAYS TRIGGER check_event;
ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.chain_check ENABLE ALWAYS TRIGGER append_only;
