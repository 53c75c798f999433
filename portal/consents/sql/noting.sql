-- For the sweep: consents whose time ran out before anything else ended them. Narrowed by whole tables
-- of ids before a single row is looked up: the ids of all consents ever given pass here every time.
CREATE OR REPLACE FUNCTION gate.note_expired() RETURNS TABLE (consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record;
BEGIN
    FOR c IN WITH over AS MATERIALIZED (
            SELECT x.id FROM gate.consent x
            WHERE x.expires_at <= statement_timestamp()
                AND NOT EXISTS (SELECT FROM gate.expiry n WHERE n.consent = x.id)
                AND NOT EXISTS (SELECT FROM gate.event e WHERE e.consent = x.id
                    AND e.kind IN ('withdraw', 'release', 'supersede'))
        )
        SELECT x.id, x.firm, x.bank, x.application
        FROM over o JOIN gate.consent x ON x.id = o.id
        WHERE NOT EXISTS (SELECT FROM gate.key_revocation k
            WHERE k.kid = x.kid AND k.revoked_at < x.expires_at)
        LIMIT 100
    LOOP
        INSERT INTO gate.expiry (consent) VALUES (c.id) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        PERFORM gate.emit('consent.expired', 'system:watchdog', c.id,
            jsonb_build_object('firm', c.firm, 'bank', c.bank));
        RETURN QUERY SELECT c.id, c.application;
    END LOOP;
END $$;
