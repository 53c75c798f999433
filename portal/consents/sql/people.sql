-- The people of a firm: the legal representative takes somebody's access here away, and a mandate that
-- runs out is put on record. Both only end something.

-- What ended before causes were written down had been renewed.
UPDATE sign.mandate SET ended_because = 'renewed'
    WHERE ended_because IS NULL AND ends_at <= clock_timestamp();

-- True when this changed something. Refuses somebody who isn't the firm's legal representative now, and
-- a legal representative's own mandate: that is the tax authority's alone to end.
CREATE FUNCTION sign.take_away(p_mandate uuid, p_by uuid) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE m sign.mandate;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO m FROM sign.mandate x WHERE x.id = p_mandate;
    IF NOT FOUND OR m.role = 'legal_representative' OR NOT sign.may_confirm(p_by, m.firm) THEN
        RAISE EXCEPTION 'gate: no_mandate' USING ERRCODE = '42501';
    END IF;
    -- Whoever signs for the firm holds its row: what was not signed before this is not signed after it.
    PERFORM FROM sign.firm f WHERE f.id = m.firm FOR NO KEY UPDATE;
    UPDATE sign.mandate x
        SET ends_at = greatest(clock_timestamp(), x.valid_from), ended_because = 'taken_away'
        WHERE x.id = p_mandate AND x.ends_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM ledger.emit('mandate.ended', 'person:' || p_by, 'person:' || m.person,
        jsonb_build_object('firm', m.firm, 'role', m.role, 'because', 'taken_away'));
    RETURN true;
END $$;

-- For the sweep: mandates whose time ran out. That they have ended doesn't wait for this.
CREATE FUNCTION gate.note_mandates() RETURNS TABLE (person uuid, firm uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record;
BEGIN
    FOR m IN UPDATE sign.mandate x SET ended_because = 'ran_out'
        WHERE x.id IN (SELECT y.id FROM sign.mandate y
            WHERE y.ended_because IS NULL AND y.ends_at <= clock_timestamp() LIMIT 100)
            AND x.ended_because IS NULL
        RETURNING x.person, x.firm, x.role
    LOOP
        PERFORM ledger.emit('mandate.ended', 'system:watchdog', 'person:' || m.person,
            jsonb_build_object('firm', m.firm, 'role', m.role, 'because', 'ran_out'));
        RETURN QUERY SELECT m.person, m.firm;
    END LOOP;
END $$;
CREATE INDEX mandate_open ON sign.mandate (ends_at) WHERE ended_because IS NULL;

REVOKE ALL ON FUNCTION sign.take_away(uuid, uuid), gate.note_mandates() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign.take_away(uuid, uuid) TO {prefix}web;
GRANT EXECUTE ON FUNCTION gate.note_mandates() TO {prefix}watchdog;
