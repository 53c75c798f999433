-- Two changes of the legal representative within one deadline, two readers of the authority's list at
-- once, and an acceptance at the moment at which its signatory's mandate ends.

-- The document names the pause it ends, so that it can't be played again for a later one. Lock first,
-- look second: a consent that has ended while this waited stays ended, and of two who resume it at
-- once the second finds nothing to resume. The firm's row comes first: a mandate that ends meanwhile
-- has ended before this looks. A pause that awaits the legal representative ends by no one else, and
-- of several that do the last one has the deadline: each new representative has the whole time.
CREATE OR REPLACE FUNCTION gate.resume(payload text, jws text, p_actor text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; p gate.event; v jsonb := payload::jsonb;
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM gate.jws_header(jws, payload, 'taxbridge-resumption');
    SELECT * INTO c FROM gate.consent x WHERE x.id = (v->>'consent')::uuid;
    PERFORM FROM sign.firm f WHERE f.id = c.firm FOR SHARE;
    PERFORM FROM gate.consent x WHERE x.id = c.id FOR NO KEY UPDATE;
    SELECT * INTO p FROM gate.event x
        WHERE x.seq = (v->>'pause')::bigint AND x.consent = c.id AND x.kind = 'pause'
            AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = x.seq);
    IF NOT FOUND OR NOT sign.may_sign((v->>'person')::uuid, c.firm)
        OR NOT EXISTS (SELECT FROM gate.consent_status s WHERE s.id = c.id AND s.state = 'paused')
    THEN
        RAISE EXCEPTION 'gate: nothing_to_resume' USING ERRCODE = '42501';
    END IF;
    IF p.because = 'representative_changed' AND (NOT sign.may_confirm((v->>'person')::uuid, c.firm)
        OR NOT EXISTS (SELECT FROM gate.event x WHERE x.consent = c.id
            AND x.because = 'representative_changed' AND x.confirm_by > clock_timestamp()))
    THEN
        RAISE EXCEPTION 'gate: representative_confirms' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, resumes, jws, actor)
        VALUES (c.id, 'resume', p.seq, jws, p_actor);
    PERFORM gate.emit('consent.resumed', p_actor, c.id,
        jsonb_build_object('firm', c.firm, 'bank', c.bank));
END $$;

-- One line of the authority's signed list, verified by the caller. Only the next number is taken, so
-- that none is left out and none counts twice: of two readers at once the second waits for the first
-- one's line and is refused then. Returns a row for each person who acts no longer and for each
-- consent that this paused, and one with the firm alone when it is known here.
CREATE OR REPLACE FUNCTION sign.end_mandate(
    p_serial bigint, p_uscc text, p_authority_person text, p_role text, p_ended_at timestamptz,
    p_statement text
) RETURNS TABLE (firm uuid, person uuid, consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE m record; v_firm uuid; v_last bigint;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT coalesce(max(e.serial), 0) INTO v_last FROM sign.mandate_end e;
    INSERT INTO sign.mandate_end (serial, uscc, authority_person, role, ended_at, statement)
        SELECT p_serial, p_uscc, p_authority_person, p_role, p_ended_at, p_statement
        WHERE p_serial = v_last + 1
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_the_next' USING ERRCODE = '42501';
    END IF;
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

-- For what is signed outside this room: whether the person may sign for the firm, true until the end
-- of the caller's transaction. A mandate that ends meanwhile ends before this looks, or after it all.
CREATE FUNCTION sign.still_signs(p_person uuid, p_firm uuid) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM FROM sign.firm f WHERE f.id = p_firm FOR SHARE;
    RETURN sign.may_sign(p_person, p_firm);
END $$;
REVOKE ALL ON FUNCTION sign.still_signs(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign.still_signs(uuid, uuid) TO {prefix}owner;
