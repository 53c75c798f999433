-- Ending the backends that a dead consent leaves behind. Harmless in anybody's hands: a reader
-- under a live consent isn't touched.

-- An open cursor goes on after a withdrawal, and pg_cancel_backend doesn't stop an idle one.
-- Replaced in evicting_by_value.sql.
CREATE FUNCTION reaper.evict() RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT count(pg_terminate_backend(l.pid))::int
    FROM pg_locks l JOIN gate.consent c ON c.no = l.objid::bigint
    WHERE l.locktype = 'advisory' AND l.classid::bigint = 1952606053 AND l.objsubid = 2
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        AND l.pid <> pg_backend_pid()
        AND EXISTS (SELECT FROM pg_stat_activity a
            WHERE a.pid = l.pid AND a.usename = '{prefix}vault')
        AND NOT EXISTS (SELECT FROM gate.consent_status s WHERE s.id = c.id AND s.state = 'active');
END;

-- A publisher that hangs holds up a withdrawal: after a second the withdrawal has its way.
CREATE FUNCTION reaper.evict_publishers(p_consent uuid) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT count(pg_terminate_backend(l.pid))::int
    FROM pg_locks l
        JOIN gate.consent c ON c.no = l.objid::bigint
        JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE c.id = p_consent
        AND l.locktype = 'advisory' AND l.classid::bigint = 1952608373 AND l.objsubid = 2
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        AND a.usename IN ('{prefix}scorer', '{prefix}intake')
        AND a.xact_start < clock_timestamp() - interval '1 second';
END;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA reaper FROM PUBLIC;
GRANT USAGE ON SCHEMA reaper TO {prefix}web, {prefix}signer, {prefix}watchdog;
GRANT EXECUTE ON FUNCTION reaper.evict() TO {prefix}web, {prefix}signer, {prefix}watchdog;
GRANT EXECUTE ON FUNCTION reaper.evict_publishers(uuid)
    TO {prefix}web, {prefix}signer, {prefix}watchdog;
