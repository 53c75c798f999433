-- Months as they come in. A session's key dies with the process that made it, so a fetch may take
-- several sessions; each is an import of its own, with its own data key, and holds the months that
-- it finished. Nothing of a fetch is seen before its completion rows, all in one commit.

-- The default makes every import that stands alone a fetch of its own.
ALTER TABLE vault.import ADD COLUMN fetch_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX import_of_fetch ON vault.import (fetch_id);

-- What intake may know again of its own unfinished work, which it can't read.
CREATE TABLE vault.staged (
    import uuid NOT NULL,
    firm uuid NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    records int NOT NULL CHECK (records > 0),
    chunks int NOT NULL CHECK (chunks > 0),
    version text NOT NULL CHECK (length(version) BETWEEN 1 AND 128),
    PRIMARY KEY (import, month),
    FOREIGN KEY (import, firm) REFERENCES vault.import (id, firm) ON DELETE CASCADE
);
ALTER TABLE vault.staged ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.staged FORCE ROW LEVEL SECURITY;
CREATE POLICY put ON vault.staged FOR INSERT TO {prefix}intake WITH CHECK (true);
CREATE POLICY keep ON vault.staged FOR SELECT TO {prefix}vault_owner USING (true);
CREATE POLICY erase ON vault.staged FOR DELETE TO {prefix}vault_owner USING (true);
GRANT INSERT ON vault.staged TO {prefix}intake;

CREATE OR REPLACE FUNCTION vault.check_import() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gate.covers(new.consent, new.firm, new.category, new.first_month, new.last_month) THEN
        RAISE EXCEPTION 'vault: not_covered' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM vault.import i WHERE i.fetch_id = new.fetch_id
        AND (i.firm, i.consent, i.category) IS DISTINCT FROM (new.firm, new.consent, new.category);
    IF FOUND THEN
        RAISE EXCEPTION 'vault: another_fetch' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;

-- Also for each month, not only at both ends: a withdrawal ends a fetch at its next month.
CREATE OR REPLACE FUNCTION vault.check_chunk() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE i vault.import;
BEGIN
    SELECT * INTO i FROM vault.import x WHERE x.id = new.import AND x.firm = new.firm
        AND x.category = new.category AND new.month BETWEEN x.first_month AND x.last_month;
    IF NOT FOUND OR EXISTS (SELECT FROM vault.completion c WHERE c.import = new.import) THEN
        RAISE EXCEPTION 'vault: not_of_this_import' USING ERRCODE = '42501';
    END IF;
    IF NOT gate.covers(i.consent, i.firm, i.category, new.month, new.month) THEN
        RAISE EXCEPTION 'vault: not_covered' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;

-- A month is staged in the transaction that put its chunks in.
CREATE FUNCTION vault.check_staged() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF new.chunks <> (SELECT count(*) FROM vault.chunk c
        WHERE c.import = new.import AND c.firm = new.firm AND c.month = new.month)
    THEN
        RAISE EXCEPTION 'vault: incomplete' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER check_staged BEFORE INSERT ON vault.staged
    FOR EACH ROW EXECUTE FUNCTION vault.check_staged();

-- The months that an unfinished fetch has staged, oldest session first.
CREATE FUNCTION vault.staged_of(p_fetch uuid)
RETURNS TABLE (import uuid, month date, records int, chunks int, version text)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.import, s.month, s.records, s.chunks, s.version
    FROM vault.staged s JOIN vault.import i ON i.id = s.import
    WHERE i.fetch_id = p_fetch
        AND NOT EXISTS (SELECT FROM vault.completion c WHERE c.import = i.id)
    ORDER BY i.started_at, i.id, s.month;
END;

-- Imports without completion, keys first; the number of chunks erased.
CREATE FUNCTION vault.drop_imports(p_imports uuid[]) RETURNS int
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_chunks int; v_open uuid[] := ARRAY(
    SELECT i.id FROM vault.import i WHERE i.id = ANY (p_imports)
        AND NOT EXISTS (SELECT FROM vault.completion c WHERE c.import = i.id));
BEGIN
    DELETE FROM vault.firm_key k WHERE k.import = ANY (v_open);
    DELETE FROM vault.chunk c WHERE c.import = ANY (v_open);
    GET DIAGNOSTICS v_chunks = ROW_COUNT;
    DELETE FROM vault.import i WHERE i.id = ANY (v_open);
    RETURN v_chunks;
END $$;

-- For intake: what an ended or restarted fetch has staged. A completed import is never touched.
-- Replaced in counted.sql.
CREATE FUNCTION vault.drop_fetch(p_fetch uuid) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN vault.drop_imports(ARRAY(SELECT i.id FROM vault.import i WHERE i.fetch_id = p_fetch));
END $$;

-- Unfinished imports that nobody will finish: their consent is not live, or they are a day old
-- (a fetch gives up much earlier).
-- Replaced in pausing.sql.
CREATE FUNCTION vault.staged_leftovers()
RETURNS TABLE (import uuid, firm uuid, category text, consent uuid, started_at timestamptz)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT i.id, i.firm, i.category, i.consent, i.started_at FROM vault.import i
    WHERE NOT EXISTS (SELECT FROM vault.completion c WHERE c.import = i.id)
        AND (i.started_at < clock_timestamp() - interval '1 day'
            OR NOT gate.covers(i.consent, i.firm, i.category, i.first_month, i.last_month))
    ORDER BY i.firm, i.started_at;
END;

-- For the erasing sweep: the leftovers of one firm, or of all; the number of chunks erased.
-- Replaced in counted.sql.
CREATE FUNCTION vault.drop_staged(p_firm uuid DEFAULT NULL) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN vault.drop_imports(ARRAY(
        SELECT l.import FROM vault.staged_leftovers() l WHERE l.firm = coalesce(p_firm, l.firm)));
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.staged_of(uuid), vault.drop_fetch(uuid) TO {prefix}intake;
GRANT EXECUTE ON FUNCTION vault.staged_leftovers(), vault.drop_staged(uuid) TO {prefix}watchdog;
