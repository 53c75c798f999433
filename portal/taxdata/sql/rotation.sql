-- Changing the vault's key: wrapped data keys go out to the vault worker and come back wrapped to the
-- new one, only while the owner has opened a rotation to that key. No chunk is touched or read.

CREATE TABLE vault.rotation (
    vault_kid text PRIMARY KEY CHECK (vault_kid <> ''),
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closes_at timestamptz NOT NULL,
    CHECK (closes_at > opened_at)
);
ALTER TABLE vault.rotation ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.rotation FORCE ROW LEVEL SECURITY;
CREATE POLICY keep ON vault.rotation TO {prefix}vault_owner USING (true) WITH CHECK (true);
CREATE POLICY rewrap ON vault.firm_key FOR UPDATE TO {prefix}vault_owner
    USING (true) WITH CHECK (true);

-- For the owner: one hour, once a key. Opening it again later is another hour.
CREATE FUNCTION vault.open_rotation(p_kid text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO vault.rotation (vault_kid, closes_at)
        VALUES (p_kid, clock_timestamp() + interval '1 hour')
        ON CONFLICT (vault_kid) DO UPDATE SET closes_at = excluded.closes_at;
END $$;

CREATE FUNCTION vault.require_rotation(p_kid text) RETURNS void
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM vault.rotation r WHERE r.vault_kid = p_kid AND clock_timestamp() < r.closes_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'vault: no_rotation' USING ERRCODE = '42501';
    END IF;
END $$;

-- Keys wrapped to any other key than the new one, a hundred at a time.
CREATE FUNCTION vault.keys_to_rewrap(p_kid text)
RETURNS TABLE (import uuid, firm uuid, vault_kid text, wrapped bytea)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_rotation(p_kid);
    RETURN QUERY SELECT k.import, k.firm, k.vault_kid, k.wrapped FROM vault.firm_key k
        WHERE k.vault_kid <> p_kid ORDER BY k.import LIMIT 100;
END $$;

-- False when the key has gone meanwhile, or somebody else has wrapped it: nothing is overwritten.
CREATE FUNCTION vault.rewrap(p_import uuid, p_old_kid text, p_kid text, p_wrapped bytea)
RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_rotation(p_kid);
    UPDATE vault.firm_key k SET vault_kid = p_kid, wrapped = p_wrapped
        WHERE k.import = p_import AND k.vault_kid = p_old_kid;
    RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION vault.open_rotation(text), vault.require_rotation(text),
    vault.keys_to_rewrap(text), vault.rewrap(uuid, text, text, bytea) FROM PUBLIC;
GRANT USAGE ON SCHEMA vault TO {prefix}owner;
GRANT EXECUTE ON FUNCTION vault.open_rotation(text) TO {prefix}owner;
GRANT EXECUTE ON FUNCTION vault.keys_to_rewrap(text), vault.rewrap(uuid, text, text, bytea)
    TO {prefix}vault;
