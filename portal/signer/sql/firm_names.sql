-- A firm goes by the name that the authority last gave it: the name in every later signed document.
-- Only the signer may call this, with an assertion that it has verified.
-- Replaced in portal/consents/sql/confirming.sql.
CREATE OR REPLACE FUNCTION sign.record_mandate(
    p_person uuid, p_uscc text, p_name text, p_name_zh text, p_authority_person text, p_role text,
    p_days int
) RETURNS TABLE (firm uuid, mandate uuid, refusal text)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_firm uuid; v_mandate uuid;
BEGIN
    INSERT INTO sign.identity (person, authority_person) VALUES (p_person, p_authority_person)
        ON CONFLICT DO NOTHING;
    PERFORM FROM sign.identity i
        WHERE i.person = p_person AND i.authority_person = p_authority_person;
    IF NOT FOUND THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, CASE
            WHEN EXISTS (SELECT FROM sign.identity i WHERE i.person = p_person)
            THEN 'linked_to_another_identity' ELSE 'identity_taken' END;
        RETURN;
    END IF;
    -- Locks the row also where nothing changes: two sign-ins of one person at once would leave two
    -- live mandates.
    INSERT INTO sign.firm AS f (uscc, name, name_zh) VALUES (p_uscc, p_name, p_name_zh)
        ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, name_zh = excluded.name_zh
        RETURNING f.id INTO v_firm;
    UPDATE sign.mandate m SET ends_at = greatest(clock_timestamp(), m.valid_from)
        WHERE m.person = p_person AND m.firm = v_firm AND m.ends_at > clock_timestamp();
    INSERT INTO sign.mandate (person, firm, authority_person, role, ends_at)
        VALUES (p_person, v_firm, p_authority_person, p_role,
            clock_timestamp() + make_interval(days => p_days))
        RETURNING id INTO v_mandate;
    RETURN QUERY SELECT v_firm, v_mandate, NULL::text;
END $$;
