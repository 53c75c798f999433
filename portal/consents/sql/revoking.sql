-- A revoked key ends its consents at once (their state follows from it); each end is on the ledger,
-- after whatever was being published under the consent. A publisher that hangs holds this up for a
-- second at most: a lost key can't wait for it.
CREATE OR REPLACE FUNCTION gate.revoke_key(p_kid text, p_reason text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE c gate.consent_status;
BEGIN
    PERFORM gate.check_read_committed();
    FOR c IN SELECT * FROM gate.consent_status s
        WHERE s.kid = p_kid AND s.state IN ('active', 'paused', 'not_yet')
    LOOP
        BEGIN
            PERFORM FROM gate.consent x WHERE x.id = c.id FOR NO KEY UPDATE;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
        CONTINUE WHEN NOT EXISTS (SELECT FROM gate.consent_status s
            WHERE s.id = c.id AND s.state IN ('active', 'paused', 'not_yet'));
        PERFORM gate.emit('consent.key_revoked', 'system:owner', c.id,
            jsonb_build_object('firm', c.firm, 'bank', c.bank, 'kid', p_kid));
    END LOOP;
    INSERT INTO gate.key_revocation (kid, reason) VALUES (p_kid, p_reason) ON CONFLICT DO NOTHING;
    PERFORM pg_notify('gate_stop', 'key:' || p_kid);
END $$;
