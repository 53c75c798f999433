-- Transaction 2: opens the window for this backend and this transaction only, and hands out the
-- signed documents and the number of this use, so that the reader can judge them by its own pinned
-- keys and by the document.
DROP FUNCTION gate.enter(uuid);
-- Replaced in closing.sql.
CREATE FUNCTION gate.enter(p_ticket uuid)
RETURNS TABLE (consent uuid, jws text, pauses bigint[], resumptions text[], use_no int)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t gate.ticket; v_no int;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO t FROM gate.ticket k WHERE k.id = p_ticket;
    IF NOT FOUND OR t.xid = pg_current_xact_id() OR t.expires_at < clock_timestamp() THEN
        RAISE EXCEPTION 'gate: no_such_ticket' USING ERRCODE = '42501';
    END IF;
    SELECT c.no INTO v_no FROM gate.consent c WHERE c.id = t.consent;
    -- Lock first, look second: either this sees the withdrawal, or the reaper sees this lock.
    IF NOT pg_try_advisory_xact_lock_shared(1952606053, v_no) THEN
        RAISE EXCEPTION 'gate: busy' USING ERRCODE = '55P03';
    END IF;
    PERFORM FROM gate.consent_status s WHERE s.id = t.consent AND s.state = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_live' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.entry AS e (pid, xid, opened_at, consent, ticket)
        VALUES (pg_backend_pid(), pg_current_xact_id(), transaction_timestamp(), t.consent, t.id)
        ON CONFLICT (pid) DO UPDATE SET xid = excluded.xid, opened_at = excluded.opened_at,
            consent = excluded.consent, ticket = excluded.ticket WHERE e.xid <> excluded.xid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: one_consent_per_transaction' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT c.id, c.jws,
        ARRAY(SELECT e.seq FROM gate.event e WHERE e.consent = c.id AND e.kind = 'pause'),
        ARRAY(SELECT e.jws FROM gate.event e WHERE e.consent = c.id AND e.kind = 'resume'),
        (SELECT u.use_no FROM gate.use u WHERE u.consent = c.id AND u.job = t.job)
        FROM gate.consent c WHERE c.id = t.consent;
END $$;

REVOKE ALL ON FUNCTION gate.enter(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.enter(uuid) TO {prefix}vault;
