-- For the vault: unfinished months of a consent were erased. No report of the consent's end, so
-- gate.erasure has nothing of it.
CREATE FUNCTION gate.note_dropped(p_consent uuid, p_chunks int) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_chunks > 0 THEN
        PERFORM gate.emit('data.erased', 'system:eraser', p_consent, jsonb_build_object(
            'firm', (SELECT c.firm FROM gate.consent c WHERE c.id = p_consent),
            'chunks', p_chunks));
    END IF;
END $$;

REVOKE ALL ON FUNCTION gate.note_dropped(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.note_dropped(uuid, int) TO {prefix}vault_owner;
