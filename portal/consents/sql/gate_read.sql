-- The way to the rows, in two transactions. In one, a reader could read and then ROLLBACK, and
-- the use and its record would be gone.

CREATE FUNCTION gate.take_refused(p_consent uuid, p_job uuid, p_reason text)
RETURNS TABLE (ticket uuid, refusal text)
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A value, not an error: the refusal itself has to be recorded.
    PERFORM gate.emit('data.refused', 'system:vault-worker', p_consent,
        jsonb_build_object('job', p_job, 'reason', p_reason));
    RETURN QUERY SELECT NULL::uuid, p_reason;
END $$;

-- The number of this job's use, counted on its first call; null when the uses are spent.
-- Replaced in frequency.sql.
CREATE FUNCTION gate.count_use(p_consent uuid, p_job uuid, p_max int) RETURNS gate.use
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE u gate.use; v_used int;
BEGIN
    LOOP
        SELECT * INTO u FROM gate.use x WHERE x.consent = p_consent AND x.job = p_job;
        EXIT WHEN FOUND;
        SELECT count(*) INTO v_used FROM gate.use x WHERE x.consent = p_consent;
        EXIT WHEN v_used >= p_max;
        -- Waits for whoever claims the same number, and comes round again if that one commits.
        INSERT INTO gate.use (consent, use_no, job) VALUES (p_consent, v_used + 1, p_job)
            ON CONFLICT DO NOTHING RETURNING * INTO u;
        EXIT WHEN FOUND;
    END LOOP;
    RETURN u;
END $$;

-- Transaction 1, short, committed before any row is read: check, count, ledger, ticket.
-- A redelivered job is the same use; it may come back for a day.
-- Replaced in confirming.sql.
CREATE FUNCTION gate.take(p_consent uuid, p_bank uuid, p_purpose text, p_job uuid)
RETURNS TABLE (ticket uuid, refusal text)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c gate.consent_status; u gate.use; v_ticket uuid; v_reason text;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO c FROM gate.consent_status s WHERE s.id = p_consent;
    v_reason := CASE
        WHEN c.id IS NULL THEN 'no_such_consent'
        WHEN c.bank IS DISTINCT FROM p_bank THEN 'another_bank'
        WHEN c.purpose IS DISTINCT FROM p_purpose THEN 'another_purpose'
        WHEN c.state <> 'active' THEN c.state
    END;
    IF v_reason IS NULL THEN
        u := gate.count_use(p_consent, p_job, c.max_uses);
        v_reason := CASE
            WHEN u.consent IS NULL THEN 'exhausted'
            WHEN clock_timestamp() >= u.at + interval '1 day' THEN 'use_over'
        END;
    END IF;
    IF v_reason IS NOT NULL THEN
        RETURN QUERY SELECT * FROM gate.take_refused(p_consent, p_job, v_reason);
        RETURN;
    END IF;
    INSERT INTO gate.ticket (consent, job, expires_at)
        VALUES (p_consent, p_job, clock_timestamp() + interval '10 minutes')
        RETURNING id INTO v_ticket;
    PERFORM gate.emit('data.used', 'system:vault-worker', p_consent, jsonb_build_object(
        'bank', p_bank, 'purpose', p_purpose, 'job', p_job, 'ticket', v_ticket, 'use_no', u.use_no));
    RETURN QUERY SELECT v_ticket, NULL::text;
END $$;

-- Transaction 2: opens the window for this backend and this transaction only, and hands out the
-- signed documents so that the reader can judge them by its own pinned keys.
-- Replaced in closing.sql.
CREATE FUNCTION gate.enter(p_ticket uuid)
RETURNS TABLE (consent uuid, jws text, pauses bigint[], resumptions text[])
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
        ARRAY(SELECT e.jws FROM gate.event e WHERE e.consent = c.id AND e.kind = 'resume')
        FROM gate.consent c WHERE c.id = t.consent;
END $$;

-- What this transaction may see, asked anew by every statement. No row when nothing.
-- Replaced in one_window.sql.
CREATE FUNCTION gate."window"()
RETURNS TABLE (firm uuid, first_month date, last_month date, categories text[])
STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 1
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.firm, s.first_month, s.last_month, s.categories
        FROM gate.entry e JOIN gate.consent_status s ON s.id = e.consent
        WHERE e.pid = pg_backend_pid() AND e.xid = pg_current_xact_id_if_assigned()
            AND e.opened_at = transaction_timestamp() AND s.state = 'active';
END $$;

-- For the vault's own triggers: may rows of this firm, category and span be stored now?
CREATE FUNCTION gate.covers(
    p_consent uuid, p_firm uuid, p_category text, p_first date, p_last date
) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM gate.consent_status s
        WHERE s.id = p_consent AND s.state = 'active' AND s.firm = p_firm
            AND p_category = ANY (s.categories)
            AND p_first >= s.first_month AND p_last <= s.last_month
    );
END;

-- What of a firm must not be erased: consents that live, or can live again.
-- Replaced in keeping.sql.
CREATE FUNCTION gate.standing(p_firm uuid)
RETURNS TABLE (categories text[], first_month date, last_month date)
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.categories, s.first_month, s.last_month FROM gate.consent_status s
    WHERE s.firm = p_firm AND s.state IN ('active', 'paused', 'not_yet');
END;

-- Replaced in erasing.sql.
CREATE FUNCTION gate.note_erased(p_firm uuid, p_chunks int) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.emit('data.erased', 'system:watchdog', 'firm:' || p_firm,
        jsonb_build_object('firm', p_firm, 'chunks', p_chunks));
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gate FROM PUBLIC;
GRANT USAGE ON SCHEMA gate TO {prefix}web, {prefix}signer, {prefix}vault, {prefix}scorer,
    {prefix}intake, {prefix}owner, {prefix}gate_reaper, {prefix}vault_owner;
GRANT SELECT ON gate.consent_status
    TO {prefix}web, {prefix}signer, {prefix}scorer, {prefix}intake, {prefix}gate_reaper;
GRANT SELECT ON gate.event, gate.use TO {prefix}web, {prefix}signer;
GRANT SELECT (id, no) ON gate.consent TO {prefix}gate_reaper;
GRANT EXECUTE ON FUNCTION gate.stop(uuid, text, text) TO {prefix}web, {prefix}signer;
GRANT EXECUTE ON FUNCTION gate.grant_consent(text, text), gate.resume(text, text, text)
    TO {prefix}signer;
GRANT EXECUTE ON FUNCTION gate.take(uuid, uuid, text, uuid), gate.enter(uuid), gate."window"()
    TO {prefix}vault;
GRANT EXECUTE ON FUNCTION gate.publish_check(uuid) TO {prefix}scorer, {prefix}intake;
GRANT EXECUTE ON FUNCTION gate."window"(), gate.covers(uuid, uuid, text, date, date),
    gate.standing(uuid), gate.note_erased(uuid, int) TO {prefix}vault_owner;
GRANT EXECUTE ON FUNCTION gate.revoke_key(text, text) TO {prefix}owner;
