-- Erasing what no consent covers any more, consent by consent as each one ends.

-- Chunks that one consent covered and that may not stay for another's sake.
CREATE FUNCTION vault.erasable(p_firm uuid, p_categories text[], p_first date, p_last date)
RETURNS TABLE (import uuid, category text, month date, kind text)
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH standing AS MATERIALIZED (SELECT * FROM gate.standing(p_firm))
    SELECT c.import, c.category, c.month, c.kind FROM vault.chunk c
    WHERE c.firm = p_firm AND c.category = ANY (p_categories) AND c.month BETWEEN p_first AND p_last
        AND NOT EXISTS (SELECT FROM standing s
            WHERE c.category = ANY (s.categories) AND c.month BETWEEN s.first_month AND s.last_month);
END;

-- The counts are also on the ledger, in the same transaction. Called again it finds nothing.
-- Refuses a consent for whose sake records may stay; keeps what another one covers.
DROP FUNCTION vault.erase(uuid);
-- Replaced in counted.sql.
CREATE FUNCTION vault.erase(p_consent uuid) RETURNS TABLE (erased int, kept int)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record; v_erased int; v_kept int; v_imports uuid[];
BEGIN
    SELECT * INTO c FROM gate.begin_erasing(p_consent);
    -- Months of fetches that will never be finished.
    v_erased := vault.drop_staged(c.firm);
    -- One statement, one answer to what is still covered. With its key an import's chunks become
    -- noise in every copy; it goes with them, unless another chunk of the import stays.
    WITH gone AS MATERIALIZED (
        SELECT * FROM vault.erasable(c.firm, c.categories, c.first_month, c.last_month)
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
    -- An import whose key is gone is nothing but its name. One that came back empty stays while
    -- somebody may ask for its months: it says that the firm had nothing to report.
    DELETE FROM vault.completion d WHERE d.import = ANY (v_imports)
        AND NOT EXISTS (SELECT FROM vault.firm_key k WHERE k.import = d.import);
    DELETE FROM vault.import i WHERE i.id = ANY (v_imports)
        AND NOT EXISTS (SELECT FROM vault.firm_key k WHERE k.import = i.id);
    SELECT count(*)::int INTO v_kept FROM vault.chunk x
        WHERE x.firm = c.firm AND x.category = ANY (c.categories)
            AND x.month BETWEEN c.first_month AND c.last_month;
    PERFORM gate.note_erased(p_consent, v_erased, v_kept);
    RETURN QUERY SELECT v_erased, v_kept;
END $$;

REVOKE ALL ON FUNCTION vault.erasable(uuid, text[], date, date), vault.erase(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.erase(uuid) TO {prefix}intake, {prefix}watchdog;
