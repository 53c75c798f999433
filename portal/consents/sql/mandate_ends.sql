-- The tax authority says that somebody no longer acts for a firm. That person's mandate ends, and when
-- it was the legal representative every consent of the firm is paused until the next one confirms it.
-- Stopping needs no signature: it fails safe.

-- The authority's clock, as its assertion said: what it ended before does not end this one.
ALTER TABLE sign.mandate
    ADD COLUMN asserted_at timestamptz,
    ADD COLUMN ended_because text
        CHECK (ended_because IN ('renewed', 'said_by_authority', 'taken_away', 'ran_out'));
CREATE INDEX mandate_of_firm ON sign.mandate (firm, ends_at);

-- What the authority has said so far, one number after the other. The newest is where to read on.
CREATE TABLE sign.mandate_end (
    serial bigint PRIMARY KEY CHECK (serial > 0),
    uscc text NOT NULL CHECK (uscc ~ '^[0-9A-Z]{18}$'),
    authority_person text NOT NULL CHECK (authority_person <> ''),
    role text NOT NULL CHECK (role IN ('legal_representative', 'finance_officer', 'clerk')),
    ended_at timestamptz NOT NULL,
    statement text NOT NULL,  -- the signed list that it stood in
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX end_of_person ON sign.mandate_end (uscc, authority_person);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON sign.mandate_end
    FOR EACH ROW EXECUTE FUNCTION sign.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON sign.mandate_end
    FOR EACH STATEMENT EXECUTE FUNCTION sign.no_change();
ALTER TABLE sign.mandate_end ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE sign.mandate_end ENABLE ALWAYS TRIGGER no_truncate;

-- Why a pause or an end came about, where it was not somebody's wish; and the last moment to confirm.
ALTER TABLE gate.event
    ADD COLUMN because text,
    ADD COLUMN confirm_by timestamptz,
    ADD CONSTRAINT known_causes CHECK (
        because IS NULL
        OR (kind = 'pause' AND because = 'representative_changed')
        OR (kind = 'withdraw' AND because = 'unconfirmed')),
    ADD CONSTRAINT confirmed_by_a_day CHECK (
        (confirm_by IS NOT NULL) = (because IS NOT DISTINCT FROM 'representative_changed'));
CREATE INDEX event_to_confirm ON gate.event (confirm_by) WHERE confirm_by IS NOT NULL;

-- Consents that wait for a new legal representative. Changed twice, the newest has its whole time.
CREATE VIEW gate.unconfirmed AS
SELECT p.consent, min(p.at) AS since, max(p.confirm_by) AS confirm_by
FROM gate.event p
WHERE p.confirm_by IS NOT NULL
    AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq)
    AND NOT EXISTS (SELECT FROM gate.event e WHERE e.consent = p.consent
        AND e.kind IN ('withdraw', 'release', 'supersede'))
GROUP BY p.consent;

-- Each consent's lock is taken as a withdrawal takes it: what is being published comes first, or not
-- at all. What the next representative has signed by then stays in force.
CREATE FUNCTION gate.await_confirmation(p_firm uuid, p_changed_at timestamptz)
RETURNS TABLE (consent uuid, application uuid)
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record; v_until timestamptz := clock_timestamp() + interval '30 days';
BEGIN
    FOR c IN SELECT s.id, s.bank, s.application FROM gate.consent_status s
        WHERE s.firm = p_firm AND s.state IN ('active', 'paused', 'not_yet')
            AND NOT EXISTS (SELECT FROM sign.mandate m
                WHERE m.person = s.person AND m.firm = s.firm AND m.role = 'legal_representative'
                    AND m.asserted_at > p_changed_at AND m.valid_from <= s.granted_at)
        ORDER BY s.id
    LOOP
        PERFORM FROM gate.consent x WHERE x.id = c.id FOR NO KEY UPDATE;
        CONTINUE WHEN NOT EXISTS (SELECT FROM gate.consent_status s
            WHERE s.id = c.id AND s.state IN ('active', 'paused', 'not_yet'));
        INSERT INTO gate.event (consent, kind, actor, because, confirm_by)
            VALUES (c.id, 'pause', 'system:intake', 'representative_changed', v_until);
        PERFORM gate.emit('consent.paused', 'system:intake', c.id, jsonb_build_object(
            'firm', p_firm, 'bank', c.bank, 'because', 'representative_changed', 'confirm_by',
            to_char(v_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        PERFORM pg_notify('gate_stop', c.id::text);
        RETURN QUERY SELECT c.id, c.application;
    END LOOP;
END $$;

-- One line of the authority's signed list, verified by the caller. Only the next number is taken, so
-- that none is left out and none counts twice. Returns a row for each person who acts no longer and for
-- each consent that this paused, and one with the firm alone when it is known here.
-- Replaced in still_acting.sql.
CREATE FUNCTION sign.end_mandate(
    p_serial bigint, p_uscc text, p_authority_person text, p_role text, p_ended_at timestamptz,
    p_statement text
) RETURNS TABLE (firm uuid, person uuid, consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE m record; v_firm uuid;
BEGIN
    PERFORM gate.check_read_committed();
    IF p_serial IS DISTINCT FROM (SELECT coalesce(max(e.serial), 0) + 1 FROM sign.mandate_end e) THEN
        RAISE EXCEPTION 'gate: not_the_next' USING ERRCODE = '42501';
    END IF;
    INSERT INTO sign.mandate_end (serial, uscc, authority_person, role, ended_at, statement)
        VALUES (p_serial, p_uscc, p_authority_person, p_role, p_ended_at, p_statement);
    -- Whoever signs for the firm holds its row: no consent slips in between the two steps below.
    SELECT f.id INTO v_firm FROM sign.firm f WHERE f.uscc = p_uscc FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR m IN UPDATE sign.mandate x
        SET ends_at = greatest(clock_timestamp(), x.valid_from), ended_because = 'said_by_authority'
        WHERE x.firm = v_firm AND x.authority_person = p_authority_person AND x.role = p_role
            AND x.ends_at > clock_timestamp()
            AND coalesce(x.asserted_at, x.valid_from) <= p_ended_at
        RETURNING x.person
    LOOP
        PERFORM ledger.emit('mandate.ended', 'system:intake', 'person:' || m.person,
            jsonb_build_object('firm', v_firm, 'role', p_role, 'because', 'said_by_authority'));
        RETURN QUERY SELECT v_firm, m.person, NULL::uuid, NULL::uuid;
    END LOOP;
    RETURN QUERY SELECT v_firm, NULL::uuid, NULL::uuid, NULL::uuid;
    IF p_role = 'legal_representative' THEN
        RETURN QUERY SELECT v_firm, NULL::uuid, w.consent, w.application
            FROM gate.await_confirmation(v_firm, p_ended_at) w;
    END IF;
END $$;

-- For the sweep: consents that nobody confirmed in time. They end as if withdrawn, for good.
-- Replaced in unconfirmed_by_value.sql.
CREATE FUNCTION gate.note_unconfirmed() RETURNS TABLE (consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c record;
BEGIN
    PERFORM gate.check_read_committed();
    FOR c IN SELECT s.id, s.firm, s.bank, s.application
        FROM gate.unconfirmed w JOIN gate.consent_status s ON s.id = w.consent
        WHERE w.confirm_by <= clock_timestamp() AND s.state IN ('paused', 'not_yet') LIMIT 100
    LOOP
        PERFORM FROM gate.consent x WHERE x.id = c.id FOR NO KEY UPDATE;
        CONTINUE WHEN NOT EXISTS (SELECT FROM gate.unconfirmed w
            WHERE w.consent = c.id AND w.confirm_by <= clock_timestamp());
        INSERT INTO gate.event (consent, kind, actor, because)
            VALUES (c.id, 'withdraw', 'system:watchdog', 'unconfirmed');
        PERFORM gate.emit('consent.withdrawn', 'system:watchdog', c.id, jsonb_build_object(
            'firm', c.firm, 'bank', c.bank, 'because', 'unconfirmed'));
        PERFORM pg_notify('gate_stop', c.id::text);
        RETURN QUERY SELECT c.id, c.application;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION gate.await_confirmation(uuid, timestamptz),
    sign.end_mandate(bigint, text, text, text, timestamptz, text), gate.note_unconfirmed()
    FROM PUBLIC;
GRANT USAGE ON SCHEMA sign TO {prefix}intake;
GRANT SELECT (id, uscc) ON sign.firm TO {prefix}intake;
GRANT SELECT (serial) ON sign.mandate_end TO {prefix}intake;
GRANT SELECT ON gate.unconfirmed TO {prefix}web, {prefix}signer;
GRANT EXECUTE ON FUNCTION sign.end_mandate(bigint, text, text, text, timestamptz, text)
    TO {prefix}intake;
GRANT EXECUTE ON FUNCTION gate.note_unconfirmed() TO {prefix}watchdog;
