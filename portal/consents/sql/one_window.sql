-- The view of all consents has a clock in its columns, so a join with it is not pushed into it: each
-- statement over the vault went through every consent there is (135 ms a call with 100,000). A value
-- is pushed down.
CREATE OR REPLACE FUNCTION gate."window"()
RETURNS TABLE (firm uuid, first_month date, last_month date, categories text[])
STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 1
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.firm, s.first_month, s.last_month, s.categories
        FROM gate.consent_status s
        WHERE s.id = (
            SELECT e.consent FROM gate.entry e
            WHERE e.pid = pg_backend_pid() AND e.xid = pg_current_xact_id_if_assigned()
                AND e.opened_at = transaction_timestamp()
        ) AND s.state = 'active';
END $$;
