-- Whatever is erased is on the ledger, under the consent that it was fetched for.

-- For intake: what an ended or restarted fetch has staged. A completed import is never touched.
CREATE OR REPLACE FUNCTION vault.drop_fetch(p_fetch uuid) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_chunks int; v_consent uuid;
BEGIN
    -- A fetch is of one consent.
    SELECT i.consent INTO v_consent FROM vault.import i WHERE i.fetch_id = p_fetch LIMIT 1;
    v_chunks := vault.drop_imports(
        ARRAY(SELECT i.id FROM vault.import i WHERE i.fetch_id = p_fetch));
    PERFORM gate.note_dropped(v_consent, v_chunks);
    RETURN v_chunks;
END $$;

-- For the erasing sweep: the leftovers of one consent; the number of chunks erased.
DROP FUNCTION vault.drop_staged(uuid);
CREATE FUNCTION vault.drop_staged(p_consent uuid) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE v_chunks int;
BEGIN
    v_chunks := vault.drop_imports(ARRAY(
        SELECT l.import FROM vault.staged_leftovers() l WHERE l.consent = p_consent));
    PERFORM gate.note_dropped(p_consent, v_chunks);
    RETURN v_chunks;
END $$;

-- Imports without a chunk say that the firm had nothing to report. They go when no consent may ask
-- for any of their months.
CREATE FUNCTION vault.drop_empty(p_firm uuid, p_categories text[]) RETURNS void
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_empty uuid[];
BEGIN
    WITH standing AS MATERIALIZED (SELECT * FROM gate.standing(p_firm))
    SELECT coalesce(array_agg(i.id), '{}') INTO v_empty FROM vault.import i
    WHERE i.firm = p_firm AND i.category = ANY (p_categories)
        AND EXISTS (SELECT FROM vault.completion d WHERE d.import = i.id)
        AND NOT EXISTS (SELECT FROM vault.chunk x WHERE x.import = i.id)
        AND NOT EXISTS (SELECT FROM standing s WHERE i.category = ANY (s.categories)
            AND i.first_month <= s.last_month AND i.last_month >= s.first_month);
    DELETE FROM vault.firm_key k WHERE k.import = ANY (v_empty);
    DELETE FROM vault.completion d WHERE d.import = ANY (v_empty);
    DELETE FROM vault.import i WHERE i.id = ANY (v_empty);
END $$;

CREATE OR REPLACE FUNCTION vault.erase(p_consent uuid) RETURNS TABLE (erased int, kept int)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE c record; v_erased int; v_kept int; v_imports uuid[];
BEGIN
    SELECT * INTO c FROM gate.begin_erasing(p_consent);
    -- This consent's own; another's are counted for that one.
    v_erased := vault.drop_imports(ARRAY(
        SELECT l.import FROM vault.staged_leftovers() l WHERE l.consent = p_consent));
    -- One statement, one answer to what is still covered. With its key an import's chunks become
    -- noise in every copy; it goes with them, unless another chunk of the import stays.
    WITH gone AS MATERIALIZED (
        SELECT * FROM vault.erasable(c.firm, c.categories, c.first_month, c.last_month) e
        WHERE EXISTS (SELECT FROM vault.completion d WHERE d.import = e.import)
    ), keys AS (
        DELETE FROM vault.firm_key k WHERE k.import IN (SELECT g.import FROM gone g)
            AND NOT EXISTS (
                SELECT x.import, x.category, x.month, x.kind FROM vault.chunk x
                    WHERE x.import = k.import
                EXCEPT SELECT g.import, g.category, g.month, g.kind FROM gone g)
    ), chunks AS (
        DELETE FROM vault.chunk x USING gone g
        WHERE x.firm = c.firm AND x.import = g.import AND x.category = g.category
            AND x.month = g.month AND x.kind = g.kind
        RETURNING x.import
    ) SELECT v_erased + count(*)::int, coalesce(array_agg(DISTINCT d.import), '{}')
        INTO v_erased, v_imports FROM chunks d;
    -- An import whose key is gone is nothing but its name.
    DELETE FROM vault.completion d WHERE d.import = ANY (v_imports)
        AND NOT EXISTS (SELECT FROM vault.firm_key k WHERE k.import = d.import);
    DELETE FROM vault.import i WHERE i.id = ANY (v_imports)
        AND NOT EXISTS (SELECT FROM vault.firm_key k WHERE k.import = i.id);
    PERFORM vault.drop_empty(c.firm, c.categories);
    SELECT count(*)::int INTO v_kept FROM vault.chunk x
        WHERE x.firm = c.firm AND x.category = ANY (c.categories)
            AND x.month BETWEEN c.first_month AND c.last_month
            AND EXISTS (SELECT FROM vault.completion d WHERE d.import = x.import);
    PERFORM gate.note_erased(p_consent, v_erased, v_kept);
    RETURN QUERY SELECT v_erased, v_kept;
END $$;

REVOKE ALL ON FUNCTION vault.drop_staged(uuid), vault.drop_empty(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.drop_staged(uuid) TO {prefix}watchdog;
