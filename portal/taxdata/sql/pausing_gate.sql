-- For vault.staged_leftovers: may what was staged since then yet be completed? While the consent is
-- paused (time runs, so until its expiry), and for a day of its being active: a fetch gives up
-- earlier.
CREATE FUNCTION gate.may_complete(p_consent uuid, p_started timestamptz) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM gate.consent_status s
        WHERE s.id = p_consent AND (s.state = 'paused' OR s.state = 'active'
            AND clock_timestamp() < interval '1 day' + greatest(p_started, (
                SELECT max(r.at) FROM gate.event r WHERE r.consent = s.id AND r.kind = 'resume')))
    );
END;

REVOKE ALL ON FUNCTION gate.may_complete(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.may_complete(uuid, timestamptz) TO {prefix}vault_owner;
