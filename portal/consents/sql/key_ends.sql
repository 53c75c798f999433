-- Ends that nobody asks for: time that runs out, a key that is revoked. The watchdog finds them, puts
-- them on record once each, and has followed up what follows from any end.

-- A key's revocation ends its consents by itself; here stands that the rest was asked for.
CREATE TABLE gate.key_end (
    consent uuid PRIMARY KEY REFERENCES gate.consent,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.key_end
    FOR EACH ROW EXECUTE FUNCTION gate.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.key_end
    FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change();
ALTER TABLE gate.key_end ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE gate.key_end ENABLE ALWAYS TRIGGER no_truncate;
CREATE INDEX consent_of_key ON gate.consent (kid);
CREATE INDEX consent_by_expiry ON gate.consent (expires_at);

-- The one place that says what state a consent is in. Live means state = 'active'.
-- Each pause needs its own signed resume: independent of the order in which they commit.
CREATE OR REPLACE VIEW gate.consent_status AS
SELECT c.id, c.firm, c.bank, c.purpose, c.categories, c.first_month, c.last_month, c.not_before,
    c.expires_at, c.max_uses, c.storage_days, c.person, c.application, c.payload, c.jws, c.kid,
    c.artefact_sha256, c.granted_at,
    (SELECT count(*)::int FROM gate.use u WHERE u.consent = c.id) AS uses,
    CASE WHEN e.kind <> 'supersede' THEN e.at END AS withdrawn_at,
    CASE
        WHEN e.kind = 'supersede' THEN 'superseded'
        WHEN e.kind IS NOT NULL THEN 'withdrawn'
        WHEN k.kid IS NOT NULL THEN 'key_revoked'
        WHEN clock_timestamp() >= c.expires_at THEN 'expired'
        WHEN clock_timestamp() < c.not_before THEN 'not_yet'
        WHEN EXISTS (
            SELECT FROM gate.event p WHERE p.consent = c.id AND p.kind = 'pause'
                AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq)
        ) THEN 'paused'
        ELSE 'active'
    END AS state,
    -- When it was ended before its time; a key revoked after the expiry ended nothing.
    c.supersedes, e.kind AS end_kind,
    coalesce(e.at, CASE WHEN k.revoked_at < c.expires_at THEN k.revoked_at END) AS ended_at,
    coalesce(e.keeps, false) AS keeps
FROM gate.consent c
    LEFT JOIN gate.event e
    ON e.consent = c.id AND e.kind IN ('withdraw', 'release', 'supersede')
    LEFT JOIN gate.key_revocation k ON k.kid = c.kid;

-- For the sweep: requests that nobody answered in time.
CREATE FUNCTION gate.note_expired_requests() RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE r record;
BEGIN
    FOR r IN SELECT s.id, s.firm, s.bank FROM sign.request_state s
        WHERE s.state = 'expired'
            AND NOT EXISTS (SELECT FROM gate.request_expiry x WHERE x.request = s.id) LIMIT 100
    LOOP
        INSERT INTO gate.request_expiry (request) VALUES (r.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        PERFORM ledger.emit('request.expired', 'system:watchdog', 'request:' || r.id,
            jsonb_build_object('firm', r.firm, 'bank', r.bank));
    END LOOP;
END $$;

-- For the sweep: consents whose time ran out before anything else ended them. Plain columns and
-- indexes only: the rows of all consents ever given pass here every time.
DROP FUNCTION gate.note_expired();
-- Replaced in noting.sql.
CREATE FUNCTION gate.note_expired() RETURNS TABLE (consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record; v_now timestamptz := clock_timestamp();
BEGIN
    FOR c IN SELECT x.id, x.firm, x.bank, x.application FROM gate.consent x
        WHERE x.expires_at <= v_now
            AND NOT EXISTS (SELECT FROM gate.expiry n WHERE n.consent = x.id)
            AND NOT EXISTS (SELECT FROM gate.event e WHERE e.consent = x.id
                AND e.kind IN ('withdraw', 'release', 'supersede'))
            AND NOT EXISTS (SELECT FROM gate.key_revocation k
                WHERE k.kid = x.kid AND k.revoked_at < x.expires_at)
        ORDER BY x.expires_at LIMIT 100
    LOOP
        INSERT INTO gate.expiry (consent) VALUES (c.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        PERFORM gate.emit('consent.expired', 'system:watchdog', c.id,
            jsonb_build_object('firm', c.firm, 'bank', c.bank));
        RETURN QUERY SELECT c.id, c.application;
    END LOOP;
END $$;

-- For the sweep: consents that a revoked key ended. gate.revoke_key has put each on the ledger.
CREATE FUNCTION gate.note_key_ends() RETURNS TABLE (consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record;
BEGIN
    FOR c IN SELECT x.id, x.application
        FROM gate.key_revocation k JOIN gate.consent x ON x.kid = k.kid
        WHERE k.revoked_at < x.expires_at
            AND NOT EXISTS (SELECT FROM gate.key_end n WHERE n.consent = x.id)
            AND NOT EXISTS (SELECT FROM gate.event e WHERE e.consent = x.id
                AND e.kind IN ('withdraw', 'release', 'supersede'))
        LIMIT 100
    LOOP
        INSERT INTO gate.key_end (consent) VALUES (c.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        RETURN QUERY SELECT c.id, c.application;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION gate.note_expired_requests(), gate.note_expired(), gate.note_key_ends()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.note_expired_requests(), gate.note_expired(), gate.note_key_ends()
    TO {prefix}watchdog;
