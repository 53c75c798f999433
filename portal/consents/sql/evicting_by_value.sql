-- As in one_window.sql: the state of a consent is asked for by its id, never by a join with the view
-- of all there are (200 ms a call with 100,000, as soon as one reader is at work).
CREATE OR REPLACE FUNCTION reaper.evict() RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT count(pg_terminate_backend(l.pid))::int
    FROM pg_locks l JOIN gate.consent c ON c.no = l.objid::bigint
    WHERE l.locktype = 'advisory' AND l.classid::bigint = 1952606053 AND l.objsubid = 2
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        AND l.pid <> pg_backend_pid()
        AND EXISTS (SELECT FROM pg_stat_activity a
            WHERE a.pid = l.pid AND a.usename = '{prefix}vault')
        AND (SELECT s.state FROM gate.consent_status s WHERE s.id = c.id)
            IS DISTINCT FROM 'active';
END;
