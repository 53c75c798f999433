-- The document names the pause it ends, so that it can't be played again for a later one. Lock first,
-- look second: a consent that has ended while this waited stays ended, and of two who resume it at
-- once the second finds nothing to resume.
-- Replaced in still_acting.sql.
CREATE OR REPLACE FUNCTION gate.resume(payload text, jws text, p_actor text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; v jsonb := payload::jsonb; v_pause bigint := (payload::jsonb->>'pause')::bigint;
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM gate.jws_header(jws, payload, 'taxbridge-resumption');
    SELECT * INTO c FROM gate.consent x WHERE x.id = (v->>'consent')::uuid FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT sign.may_sign((v->>'person')::uuid, c.firm)
        OR NOT EXISTS (SELECT FROM gate.consent_status s WHERE s.id = c.id AND s.state = 'paused')
        OR NOT EXISTS (
            SELECT FROM gate.event p WHERE p.seq = v_pause AND p.consent = c.id AND p.kind = 'pause'
                AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq))
    THEN
        RAISE EXCEPTION 'gate: nothing_to_resume' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, resumes, jws, actor)
        VALUES (c.id, 'resume', v_pause, jws, p_actor);
    PERFORM gate.emit('consent.resumed', p_actor, c.id,
        jsonb_build_object('firm', c.firm, 'bank', c.bank));
END $$;
