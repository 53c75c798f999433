-- Unfinished imports that nobody will finish. A paused consent's are not among them: its fetch goes
-- on from there when it is resumed.
CREATE OR REPLACE FUNCTION vault.staged_leftovers()
RETURNS TABLE (import uuid, firm uuid, category text, consent uuid, started_at timestamptz)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT i.id, i.firm, i.category, i.consent, i.started_at FROM vault.import i
    WHERE NOT EXISTS (SELECT FROM vault.completion c WHERE c.import = i.id)
        AND NOT gate.may_complete(i.consent, i.started_at)
    ORDER BY i.firm, i.started_at;
END;
