-- The signed word by which the firm's new legal representative took over what the former one signed:
-- the authority serves under the old document only to somebody who holds a mandate today.
CREATE FUNCTION gate.confirmation(p_consent uuid) RETURNS text
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT r.jws FROM gate.event p JOIN gate.event r ON r.resumes = p.seq
    WHERE p.consent = p_consent AND p.because = 'representative_changed'
    ORDER BY r.seq DESC LIMIT 1;
END;
REVOKE ALL ON FUNCTION gate.confirmation(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.confirmation(uuid) TO {prefix}intake;
