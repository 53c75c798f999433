-- When the window of each ticket was opened and closed. A reader could roll back what it writes in
-- the transaction that reads, and a killed one writes nothing: so it is written after the end of that
-- transaction, by the reader or, when the reader is gone, by the watchdog.

CREATE TABLE gate.closing (
    ticket uuid PRIMARY KEY REFERENCES gate.ticket,
    outcome text NOT NULL CHECK (outcome IN ('left', 'broken_off', 'lost')),
    opened_at timestamptz,
    closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- nothing was open from then on
    CHECK ((outcome = 'lost') = (opened_at IS NULL)),
    CHECK (opened_at <= closed_at)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.closing
    FOR EACH ROW EXECUTE FUNCTION gate.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.closing
    FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change();
ALTER TABLE gate.closing ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE gate.closing ENABLE ALWAYS TRIGGER no_truncate;

-- The tickets whose closing is owed, so that nobody has to search all that there ever were.
CREATE TABLE gate.unclosed (
    ticket uuid PRIMARY KEY REFERENCES gate.ticket,
    expires_at timestamptz NOT NULL
);
CREATE INDEX unclosed_by_end ON gate.unclosed (expires_at);

CREATE FUNCTION gate.owe_closing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO gate.unclosed (ticket, expires_at) VALUES (new.id, new.expires_at);
    RETURN NULL;
END $$;
CREATE TRIGGER owe_closing AFTER INSERT ON gate.ticket
    FOR EACH ROW EXECUTE FUNCTION gate.owe_closing();

ALTER TABLE gate.entry ADD COLUMN entered_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- What an open window holds, and its closing waits for.
CREATE FUNCTION gate.ticket_lock(p_ticket uuid) RETURNS int
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT hashtext(p_ticket::text);
END;

-- Transaction 2: opens the window for this backend and this transaction only, and hands out the
-- signed documents and the number of this use, so that the reader can judge them by its own pinned
-- keys and by the document.
CREATE OR REPLACE FUNCTION gate.enter(p_ticket uuid)
RETURNS TABLE (consent uuid, jws text, pauses bigint[], resumptions text[], use_no int)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t gate.ticket; c gate.consent;
BEGIN
    PERFORM gate.check_read_committed();
    -- Lock first, look second, here too: a ticket that is closed, or too old, opens nothing more.
    IF NOT pg_try_advisory_xact_lock_shared(1952606055, gate.ticket_lock(p_ticket)) THEN
        RAISE EXCEPTION 'gate: busy' USING ERRCODE = '55P03';
    END IF;
    SELECT * INTO t FROM gate.ticket k WHERE k.id = p_ticket
        AND NOT EXISTS (SELECT FROM gate.closing x WHERE x.ticket = k.id);
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
    INSERT INTO gate.entry AS e (pid, xid, opened_at, entered_at, consent, ticket, firm,
            first_month, last_month, categories)
        VALUES (pg_backend_pid(), pg_current_xact_id(), transaction_timestamp(), clock_timestamp(),
            t.consent, t.id, c.firm, c.first_month, c.last_month, c.categories)
        ON CONFLICT (pid) DO UPDATE SET xid = excluded.xid, opened_at = excluded.opened_at,
            entered_at = excluded.entered_at, consent = excluded.consent,
            ticket = excluded.ticket, firm = excluded.firm,
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

CREATE FUNCTION gate.close_ticket(p_ticket uuid, p_outcome text, p_opened timestamptz)
RETURNS void
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO gate.closing (ticket, outcome, opened_at) VALUES (p_ticket, p_outcome, p_opened)
        ON CONFLICT DO NOTHING;
    DELETE FROM gate.unclosed u WHERE u.ticket = p_ticket;
END;

-- Transaction 3: the reader is done. Its transaction is over when the ticket's lock is free. One that
-- committed has left the moment at which it entered; of one that was rolled back the reader says it,
-- between the taking and now.
CREATE FUNCTION gate.leave(p_ticket uuid, p_opened timestamptz) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE t gate.ticket; v_entered timestamptz;
BEGIN
    PERFORM gate.check_read_committed();
    IF EXISTS (SELECT FROM gate.entry e
            WHERE e.ticket = p_ticket AND e.xid = pg_current_xact_id_if_assigned()) THEN
        RAISE EXCEPTION 'gate: still_open' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(1952606055, gate.ticket_lock(p_ticket));
    SELECT * INTO t FROM gate.ticket k WHERE k.id = p_ticket;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_ticket' USING ERRCODE = '42501';
    END IF;
    SELECT e.entered_at INTO v_entered FROM gate.entry e WHERE e.ticket = p_ticket;
    PERFORM gate.close_ticket(p_ticket,
        CASE WHEN v_entered IS NULL THEN 'broken_off' ELSE 'left' END,
        COALESCE(v_entered, LEAST(GREATEST(p_opened, t.taken_at), clock_timestamp())));
END $$;

-- The readers that never said so: their ticket is too old to open anything, and nothing is open under
-- it. When they ended is not known; that it was before this moment is.
CREATE FUNCTION gate.close_lost() RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v record; v_count int := 0;
BEGIN
    PERFORM gate.check_read_committed();
    FOR v IN SELECT u.ticket FROM gate.unclosed u WHERE u.expires_at < clock_timestamp()
            ORDER BY u.expires_at LIMIT 500 FOR UPDATE SKIP LOCKED LOOP
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(1952606055, gate.ticket_lock(v.ticket));
        PERFORM gate.close_ticket(v.ticket, 'lost', NULL);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

REVOKE ALL ON FUNCTION gate.owe_closing(), gate.ticket_lock(uuid), gate.enter(uuid),
    gate.close_ticket(uuid, text, timestamptz), gate.leave(uuid, timestamptz), gate.close_lost()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.enter(uuid), gate.leave(uuid, timestamptz) TO {prefix}vault;
GRANT EXECUTE ON FUNCTION gate.close_lost() TO {prefix}watchdog;
GRANT SELECT ON gate.closing TO {prefix}web;
GRANT SELECT (id, consent, job, taken_at) ON gate.ticket TO {prefix}web;
GRANT SELECT (ticket) ON gate.unclosed TO {prefix}web;
