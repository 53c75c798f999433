-- A statement over the vault asks the gate five times. That the consent lives is asked once for each
-- table; its terms never change, and stand beside the open window.

-- Windows that are open now go on in transactions that end: they are opened again.
DELETE FROM gate.entry;
ALTER TABLE gate.entry
    ADD COLUMN firm uuid NOT NULL,
    ADD COLUMN first_month date NOT NULL,
    ADD COLUMN last_month date NOT NULL,
    ADD COLUMN categories text[] NOT NULL;

-- Transaction 2: opens the window for this backend and this transaction only, and hands out the
-- signed documents and the number of this use, so that the reader can judge them by its own pinned
-- keys and by the document.
-- Replaced in closing.sql.
CREATE OR REPLACE FUNCTION gate.enter(p_ticket uuid)
RETURNS TABLE (consent uuid, jws text, pauses bigint[], resumptions text[], use_no int)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t gate.ticket; c gate.consent;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO t FROM gate.ticket k WHERE k.id = p_ticket;
    IF NOT FOUND OR t.xid = pg_current_xact_id() OR t.expires_at < clock_timestamp() THEN
        RAISE EXCEPTION 'gate: no_such_ticket' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO c FROM gate.consent x WHERE x.id = t.consent;
    -- Lock first, look second: either this sees the withdrawal, or the reaper sees this lock.
    IF NOT pg_try_advisory_xact_lock_shared(1952606053, c.no) THEN
        RAISE EXCEPTION 'gate: busy' USING ERRCODE = '55P03';
    END IF;
    PERFORM FROM gate.consent_status s WHERE s.id = t.consent AND s.state = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_live' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.entry AS e (pid, xid, opened_at, consent, ticket, firm, first_month,
            last_month, categories)
        VALUES (pg_backend_pid(), pg_current_xact_id(), transaction_timestamp(), t.consent, t.id,
            c.firm, c.first_month, c.last_month, c.categories)
        ON CONFLICT (pid) DO UPDATE SET xid = excluded.xid, opened_at = excluded.opened_at,
            consent = excluded.consent, ticket = excluded.ticket, firm = excluded.firm,
            first_month = excluded.first_month, last_month = excluded.last_month,
            categories = excluded.categories WHERE e.xid <> excluded.xid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: one_consent_per_transaction' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT c.id, c.jws,
        ARRAY(SELECT e.seq FROM gate.event e WHERE e.consent = c.id AND e.kind = 'pause'),
        ARRAY(SELECT e.jws FROM gate.event e WHERE e.consent = c.id AND e.kind = 'resume'),
        (SELECT u.use_no FROM gate.use u WHERE u.consent = c.id AND u.job = t.job);
END $$;

-- The terms this transaction has entered under. Says nothing about whether the consent still lives:
-- of any use only in a policy that asks gate.window() too.
CREATE FUNCTION gate.entered()
RETURNS TABLE (first_month date, last_month date, categories text[])
STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 1
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT e.first_month, e.last_month, e.categories FROM gate.entry e
        WHERE e.pid = pg_backend_pid() AND e.xid = pg_current_xact_id_if_assigned()
            AND e.opened_at = transaction_timestamp();
END $$;

REVOKE ALL ON FUNCTION gate.entered() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.entered() TO {prefix}vault;
