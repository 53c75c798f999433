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

-- The same bytes as ledger/format/event.py: jsonb writes strings as RFC 8785 does.
CREATE FUNCTION ledger.canonical_body(
  actor text, at text, event_id text, kind text, payload jsonb, subject text
) RETURNS bytea
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  RETURN convert_to(
    '{"actor":' || to_json(actor) || ',"at":' || to_json(at) || ',"event_id":' || to_json(event_id)
    || ',"kind":' || to_json(kind) || ',"payload":{'
    || coalesce((SELECT string_agg(to_json(p.key) || ':' || p.value, ',' ORDER BY p.key COLLATE "C")
                 FROM jsonb_each(payload) p), '')
    || '},"subject":' || to_json(subject) || ',"v":1}', 'UTF8');

-- The first payload key that breaks its kind's rules, or null. Same answers as
-- ledger/format/values.py.
CREATE FUNCTION ledger.forbidden_key(payload jsonb, rules jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  name text;
  rule jsonb;
  content text;
BEGIN
  FOR name, rule IN SELECT * FROM jsonb_each(rules) LOOP
    content := payload ->> name;
    IF content IS NULL THEN
      IF NOT (rule -> 'optional')::boolean THEN RETURN name; END IF;
    ELSIF jsonb_typeof(payload -> name) <> rule ->> 'type'
       OR length(content) NOT BETWEEN (rule -> 'shortest')::int AND (rule -> 'longest')::int
       OR content !~ (rule ->> 'pattern') THEN
      RETURN name;
    END IF;
  END LOOP;
  RETURN (SELECT key FROM jsonb_object_keys(payload) key WHERE NOT rules ? key LIMIT 1);
END $$;

CREATE FUNCTION ledger.written_time(moment timestamptz) RETURNS text
  LANGUAGE sql STABLE
  RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- Runs as the inserting role: current_user tells an INSERT of its own from one through the gate.
CREATE FUNCTION ledger.check_event() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  event jsonb := convert_from(NEW.body, 'UTF8')::jsonb;
  writer text := CASE WHEN starts_with(session_user, '{prefix}')
                      THEN substr(session_user, length('{prefix}') + 1) END;
  rules ledger.kind_right;
  bad_key text;
BEGIN
  SELECT r.* INTO rules FROM ledger.kind_right r WHERE r.kind = event ->> 'kind';
  IF rules IS NULL OR writer IS NULL OR NOT writer = ANY (rules.writers)
     OR (rules.gate_only AND current_user <> '{prefix}ledger_owner') THEN
    RAISE EXCEPTION 'ledger: % may not write %', session_user, event ->> 'kind'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.body IS DISTINCT FROM ledger.canonical_body(
       event ->> 'actor', event ->> 'at', event ->> 'event_id', event ->> 'kind',
       event -> 'payload', event ->> 'subject')
     OR NEW.event_id::text IS DISTINCT FROM event ->> 'event_id' THEN
    RAISE EXCEPTION 'ledger: the body is not canonical' USING ERRCODE = 'check_violation';
  END IF;
  IF event ->> 'actor' !~ '^[a-z]+:[A-Za-z0-9._-]+$' OR length(event ->> 'actor') > 80
     OR event ->> 'subject' !~ '^[a-z]+:[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$'
     OR length(split_part(event ->> 'subject', ':', 2)) <> 36
     OR length(event ->> 'subject') > 80 THEN
    RAISE EXCEPTION 'ledger: actor and subject must be references'
      USING ERRCODE = 'check_violation';
  END IF;
  IF event ->> 'at' IS DISTINCT FROM ledger.written_time((event ->> 'at')::timestamptz)
     OR abs(extract(epoch FROM clock_timestamp() - (event ->> 'at')::timestamptz)) > 300 THEN
    RAISE EXCEPTION 'ledger: the time is not now' USING ERRCODE = 'check_violation';
  END IF;
  bad_key := ledger.forbidden_key(event -> 'payload', rules.payload);
  IF bad_key IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: % may not say % like this', event ->> 'kind', bad_key
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- After the insert, so that it has waited for a sequencer that is moving the same event. READ
-- COMMITTED only: an older snapshot would not see the entry just made.
CREATE FUNCTION ledger.refuse_known_event() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'ledger: read committed only' USING ERRCODE = 'active_sql_transaction';
  END IF;
  IF EXISTS (SELECT FROM ledger.entry e WHERE e.event_id = NEW.event_id) THEN
    RAISE EXCEPTION 'ledger: this event is already recorded' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'ledger: % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- For the gate's own functions: the event of session_user, composed here.
CREATE FUNCTION ledger.emit(kind text, actor text, subject text, payload jsonb) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  new_id uuid := gen_random_uuid();
  now_utc text := ledger.written_time(clock_timestamp());
BEGIN
  INSERT INTO ledger.outbox (event_id, body)
  VALUES (new_id, ledger.canonical_body(actor, now_utc, new_id::text, kind, payload, subject));
  RETURN new_id;
END $$;

CREATE TRIGGER check_event BEFORE INSERT OR UPDATE ON ledger.outbox
  FOR EACH ROW EXECUTE FUNCTION ledger.check_event();
CREATE TRIGGER refuse_known_event AFTER INSERT ON ledger.outbox
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_known_event();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.checkpoint
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.chain_check
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
-- ALWAYS: they hold under session_replication_role = replica too.
ALTER TABLE ledger.outbox ENABLE ALWAYS TRIGGER check_event;
ALTER TABLE ledger.outbox ENABLE ALWAYS TRIGGER refuse_known_event;
ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.chain_check ENABLE ALWAYS TRIGGER append_only;
