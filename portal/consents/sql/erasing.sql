-- How long records may stay, when they have to go, and that they are gone.

CREATE TABLE gate.erasure (
    consent uuid PRIMARY KEY REFERENCES gate.consent,
    chunks int NOT NULL CHECK (chunks >= 0),
    kept int NOT NULL CHECK (kept >= 0),  -- chunks that another consent still covers
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- An expiry happens by itself; here stands that it was put on record.
CREATE TABLE gate.expiry (
    consent uuid PRIMARY KEY REFERENCES gate.consent,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE gate.request_expiry (
    request uuid PRIMARY KEY REFERENCES sign.request,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['erasure', 'expiry', 'request_expiry'] LOOP
        EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.%I'
            ' FOR EACH ROW EXECUTE FUNCTION gate.no_change()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change()', name);
        EXECUTE format('ALTER TABLE gate.%I ENABLE ALWAYS TRIGGER no_change', name);
        EXECUTE format('ALTER TABLE gate.%I ENABLE ALWAYS TRIGGER no_truncate', name);
    END LOOP;
END $$;

-- Whether records may stay for this consent's sake: within the storage time that was signed, counted
-- from its start, while it lives, can live again or has run out by time, or if the firm wished so.
-- Replaced in keeping.sql.
CREATE FUNCTION gate.keeps_records(s gate.consent_status) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT clock_timestamp() < s.not_before + make_interval(days => s.storage_days)
        AND (s.state IN ('active', 'paused', 'not_yet', 'expired')
            OR (s.state = 'withdrawn' AND s.keeps));
END;

-- What of a firm must not be erased.
-- Replaced in keeping.sql.
CREATE OR REPLACE FUNCTION gate.standing(p_firm uuid)
RETURNS TABLE (categories text[], first_month date, last_month date)
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.categories, s.first_month, s.last_month FROM gate.consent_status s
    WHERE s.firm = p_firm AND gate.keeps_records(s);
END;

-- For vault.erase: what the consent covered. Refuses one for whose sake records may stay. Its row is
-- held, so that two erasers of one consent come one after the other.
-- Replaced in keeping.sql.
CREATE FUNCTION gate.begin_erasing(p_consent uuid)
RETURNS TABLE (firm uuid, categories text[], first_month date, last_month date)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM FROM gate.consent c WHERE c.id = p_consent FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_consent' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM gate.consent_status s WHERE s.id = p_consent AND gate.keeps_records(s);
    IF FOUND THEN
        RAISE EXCEPTION 'gate: still_covered' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT c.firm, c.categories, c.first_month, c.last_month
        FROM gate.consent c WHERE c.id = p_consent;
END $$;

-- Reported once, and again only if there was something left after all.
DROP FUNCTION gate.note_erased(uuid, int);
CREATE FUNCTION gate.note_erased(p_consent uuid, p_chunks int, p_kept int) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO gate.erasure (consent, chunks, kept) VALUES (p_consent, p_chunks, p_kept)
        ON CONFLICT DO NOTHING;
    IF FOUND OR p_chunks > 0 THEN
        PERFORM gate.emit('data.erased', 'system:eraser', p_consent, jsonb_build_object(
            'firm', (SELECT c.firm FROM gate.consent c WHERE c.id = p_consent),
            'chunks', p_chunks, 'kept', p_kept));
    END IF;
END $$;

-- For the sweep: consents whose records have to go and whose erasing nobody has reported.
-- Replaced in keeping.sql.
CREATE FUNCTION gate.due_erasures() RETURNS SETOF uuid
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.id FROM gate.consent_status s
    WHERE NOT EXISTS (SELECT FROM gate.erasure e WHERE e.consent = s.id)
        AND NOT gate.keeps_records(s)
    ORDER BY s.granted_at LIMIT 100;
END;

-- For the sweep: put on record, once each, what has run out; the consents among it.
-- Replaced in noting.sql.
CREATE FUNCTION gate.note_expired() RETURNS SETOF uuid
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v record;
BEGIN
    FOR v IN SELECT r.id, r.firm, r.bank FROM sign.request_state r
        WHERE r.state = 'expired'
            AND NOT EXISTS (SELECT FROM gate.request_expiry x WHERE x.request = r.id) LIMIT 100
    LOOP
        INSERT INTO gate.request_expiry (request) VALUES (v.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        PERFORM ledger.emit('request.expired', 'system:watchdog', 'request:' || v.id,
            jsonb_build_object('firm', v.firm, 'bank', v.bank));
    END LOOP;
    FOR v IN SELECT s.id, s.firm, s.bank FROM gate.consent_status s
        WHERE s.state = 'expired'
            AND NOT EXISTS (SELECT FROM gate.expiry x WHERE x.consent = s.id) LIMIT 100
    LOOP
        INSERT INTO gate.expiry (consent) VALUES (v.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        PERFORM gate.emit('consent.expired', 'system:watchdog', v.id,
            jsonb_build_object('firm', v.firm, 'bank', v.bank));
        RETURN NEXT v.id;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION gate.keeps_records(gate.consent_status), gate.begin_erasing(uuid),
    gate.note_erased(uuid, int, int), gate.due_erasures(), gate.note_expired() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.begin_erasing(uuid), gate.note_erased(uuid, int, int)
    TO {prefix}vault_owner;
GRANT USAGE ON SCHEMA gate TO {prefix}watchdog;
GRANT EXECUTE ON FUNCTION gate.due_erasures(), gate.note_expired() TO {prefix}watchdog;
GRANT SELECT ON gate.erasure, gate.expiry TO {prefix}web;
