-- A bank's word that it knows an end is taken by the gate, which looks at the state itself and puts it
-- on record. True when this call changed something.
CREATE FUNCTION gate.acknowledge(p_consent uuid, p_person uuid) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_bank uuid;
BEGIN
    SELECT s.bank INTO v_bank FROM gate.consent_status s
        WHERE s.id = p_consent AND s.state NOT IN ('active', 'paused', 'not_yet');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_ended' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.acknowledgement (consent, person) VALUES (p_consent, p_person)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM gate.emit('consent.end_acknowledged', 'person:' || p_person, p_consent,
        jsonb_build_object('bank', v_bank));
    RETURN true;
END $$;

REVOKE INSERT (consent, person) ON gate.acknowledgement FROM {prefix}web;
REVOKE ALL ON FUNCTION gate.acknowledge(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.acknowledge(uuid, uuid) TO {prefix}web;
