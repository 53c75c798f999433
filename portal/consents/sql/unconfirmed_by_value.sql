-- As in one_window.sql, and the oldest first: each consent's state is asked for by its id. OFFSET
-- keeps the subquery from becoming a join with the view of all consents.
CREATE OR REPLACE FUNCTION gate.note_unconfirmed() RETURNS TABLE (consent uuid, application uuid)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c record;
BEGIN
    PERFORM gate.check_read_committed();
    FOR c IN SELECT s.id, s.firm, s.bank, s.application
        FROM gate.unconfirmed w CROSS JOIN LATERAL (
            SELECT x.id, x.firm, x.bank, x.application, x.state
            FROM gate.consent_status x WHERE x.id = w.consent OFFSET 0
        ) s
        WHERE w.confirm_by <= clock_timestamp() AND s.state IN ('paused', 'not_yet')
        ORDER BY w.confirm_by, w.consent LIMIT 100
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
