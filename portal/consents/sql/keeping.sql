-- What of a firm's records may stay, and the firm's word that they shall go after all.

-- Once per consent, and never taken back.
CREATE TABLE gate.erase_wish (
    consent uuid PRIMARY KEY REFERENCES gate.consent,
    person uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.erase_wish
    FOR EACH ROW EXECUTE FUNCTION gate.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.erase_wish
    FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change();
ALTER TABLE gate.erase_wish ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE gate.erase_wish ENABLE ALWAYS TRIGGER no_truncate;

-- Whether records may stay for this consent's sake: within the storage time that was signed, counted
-- from its start, while it lives or can live again; or when it has run out by time, or its firm
-- wished so, until the firm wishes them erased.
CREATE FUNCTION gate.keeps_records(p_consent uuid) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM gate.consent_status s
        WHERE s.id = p_consent
            AND clock_timestamp() < s.not_before + make_interval(days => s.storage_days)
            AND (s.state IN ('active', 'paused', 'not_yet')
                OR (s.state = 'expired' OR (s.state = 'withdrawn' AND s.keeps))
                    AND NOT EXISTS (SELECT FROM gate.erase_wish w WHERE w.consent = s.id))
    );
END;

-- What of a firm must not be erased.
CREATE OR REPLACE FUNCTION gate.standing(p_firm uuid)
RETURNS TABLE (categories text[], first_month date, last_month date)
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT c.categories, c.first_month, c.last_month FROM gate.consent c
    WHERE c.firm = p_firm AND gate.keeps_records(c.id);
END;

-- For vault.erase: what the consent covered. Refuses one for whose sake records may stay. Its row is
-- held, so that two erasers of one consent come one after the other.
CREATE OR REPLACE FUNCTION gate.begin_erasing(p_consent uuid)
RETURNS TABLE (firm uuid, categories text[], first_month date, last_month date)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM FROM gate.consent c WHERE c.id = p_consent FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_consent' USING ERRCODE = '42501';
    END IF;
    IF gate.keeps_records(p_consent) THEN
        RAISE EXCEPTION 'gate: still_covered' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT c.firm, c.categories, c.first_month, c.last_month
        FROM gate.consent c WHERE c.id = p_consent;
END $$;

-- For the sweep: consents whose records have to go and whose erasing nobody has reported. Those that
-- are over, or past their storage time, by index; of them, those that nobody has reported; and only
-- of these, the ones for whose sake nothing may stay.
CREATE OR REPLACE FUNCTION gate.due_erasures() RETURNS SETOF uuid
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH over AS MATERIALIZED (
        SELECT e.consent AS id FROM gate.event e
            WHERE e.kind IN ('withdraw', 'release', 'supersede')
                AND NOT EXISTS (SELECT FROM gate.erasure x WHERE x.consent = e.consent)
        UNION SELECT c.id FROM gate.consent c
            WHERE c.expires_at <= statement_timestamp()
                AND NOT EXISTS (SELECT FROM gate.erasure x WHERE x.consent = c.id)
        UNION SELECT c.id FROM gate.consent c
            WHERE c.expires_at > statement_timestamp()
                AND (c.not_before + make_interval(days => c.storage_days) <= statement_timestamp()
                    OR c.kid IN (SELECT k.kid FROM gate.key_revocation k))
                AND NOT EXISTS (SELECT FROM gate.erasure x WHERE x.consent = c.id)
    )
    SELECT o.id FROM over o WHERE NOT gate.keeps_records(o.id) LIMIT 100;
END;
DROP FUNCTION gate.keeps_records(gate.consent_status);

-- The firm wishes that what is kept for an ended consent's sake goes now. True when this changed
-- something. Refuses a consent that lives or can live again.
CREATE FUNCTION gate.wish_erased(p_consent uuid, p_person uuid) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record;
BEGIN
    SELECT s.firm, s.bank INTO c FROM gate.consent_status s
        WHERE s.id = p_consent AND s.state NOT IN ('active', 'paused', 'not_yet');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_ended' USING ERRCODE = '42501';
    END IF;
    IF NOT gate.keeps_records(p_consent) THEN
        RETURN false;
    END IF;
    INSERT INTO gate.erase_wish (consent, person) VALUES (p_consent, p_person)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM gate.emit('consent.erasure_wished', 'person:' || p_person, p_consent,
        jsonb_build_object('firm', c.firm, 'bank', c.bank));
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION gate.keeps_records(uuid), gate.wish_erased(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.keeps_records(uuid), gate.wish_erased(uuid, uuid) TO {prefix}web;
