-- Encrypted tax records: one chunk per firm, category, month and kind. The intake log-in adds, the
-- vault log-in reads what its open window allows, nobody else has any right here.

CREATE TABLE vault.import (
    id uuid PRIMARY KEY,
    firm uuid NOT NULL,
    consent uuid NOT NULL,
    category text NOT NULL,
    first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
    last_month date NOT NULL CHECK (extract(day FROM last_month) = 1),
    as_of_month date NOT NULL,
    manifest_sha256 text NOT NULL CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$'),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last_month >= first_month),
    UNIQUE (id, firm)
);
CREATE INDEX import_of_firm ON vault.import (firm, category);

-- The data key of one import, wrapped to the vault worker's X25519 key. Without it its chunks are
-- noise: deleting the row erases them, in every backup whose key row is gone too.
CREATE TABLE vault.firm_key (
    import uuid PRIMARY KEY,
    firm uuid NOT NULL,
    vault_kid text NOT NULL,
    wrapped bytea NOT NULL,
    FOREIGN KEY (import, firm) REFERENCES vault.import (id, firm)
);

CREATE TABLE vault.chunk (
    import uuid NOT NULL,
    firm uuid NOT NULL,
    category text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    kind text NOT NULL CHECK (kind IN ('records', 'summary')),
    version smallint NOT NULL CHECK (version > 0),
    nonce bytea NOT NULL CHECK (length(nonce) = 12),
    ciphertext bytea NOT NULL,
    PRIMARY KEY (firm, category, month, kind, import),
    FOREIGN KEY (import, firm) REFERENCES vault.import (id, firm)
);

-- The swap: an import's chunks are seen from the commit of this row on, and no more can be added.
CREATE TABLE vault.completion (
    no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    import uuid PRIMARY KEY,
    firm uuid NOT NULL,
    chunks int NOT NULL,
    completed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (import, firm) REFERENCES vault.import (id, firm)
);

-- Stored only what a live consent covers, checked here and not only by the fetching process.
-- Replaced in staging.sql.
CREATE FUNCTION vault.check_import() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gate.covers(new.consent, new.firm, new.category, new.first_month, new.last_month) THEN
        RAISE EXCEPTION 'vault: not_covered' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;

-- Replaced in staging.sql.
CREATE FUNCTION vault.check_chunk() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM vault.import i WHERE i.id = new.import AND i.firm = new.firm
        AND i.category = new.category AND new.month BETWEEN i.first_month AND i.last_month;
    IF NOT FOUND OR EXISTS (SELECT FROM vault.completion c WHERE c.import = new.import) THEN
        RAISE EXCEPTION 'vault: not_of_this_import' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;

CREATE FUNCTION vault.check_completion() RETURNS trigger
SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM vault.import i WHERE i.id = new.import
        AND gate.covers(i.consent, i.firm, i.category, i.first_month, i.last_month);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'vault: not_covered' USING ERRCODE = '42501';
    END IF;
    IF new.chunks <> (SELECT count(*) FROM vault.chunk c WHERE c.import = new.import)
        OR NOT EXISTS (SELECT FROM vault.firm_key k WHERE k.import = new.import)
    THEN
        RAISE EXCEPTION 'vault: incomplete' USING ERRCODE = '42501';
    END IF;
    RETURN new;
END $$;

CREATE TRIGGER check_import BEFORE INSERT ON vault.import
    FOR EACH ROW EXECUTE FUNCTION vault.check_import();
CREATE TRIGGER check_chunk BEFORE INSERT ON vault.chunk
    FOR EACH ROW EXECUTE FUNCTION vault.check_chunk();
CREATE TRIGGER check_completion BEFORE INSERT ON vault.completion
    FOR EACH ROW EXECUTE FUNCTION vault.check_completion();

-- Which import a month is read from: the newest complete one that covers it, so that a month the
-- firm has since corrected to nothing isn't filled up from an older import.
CREATE VIEW vault.current_month WITH (security_invoker = true) AS
SELECT DISTINCT ON (i.firm, i.category, m.month)
    i.firm, i.category, m.month::date AS month, i.id AS import, i.as_of_month
FROM vault.import i
    JOIN vault.completion c ON c.import = i.id
    CROSS JOIN LATERAL generate_series(
        i.first_month::timestamp, i.last_month::timestamp, interval '1 month') AS m (month)
ORDER BY i.firm, i.category, m.month, c.no DESC;

-- Scalar sub-queries are evaluated once per statement; EXISTS would be per row (2.4 to 3.6 times).
CREATE POLICY read ON vault.completion FOR SELECT TO {prefix}vault
    USING (firm = (SELECT w.firm FROM gate."window"() w));
-- Replaced in entered_terms.sql.
CREATE POLICY read ON vault.import FOR SELECT TO {prefix}vault
    USING (firm = (SELECT w.firm FROM gate."window"() w)
        AND category = ANY ((SELECT w.categories FROM gate."window"() w)::text[]));
CREATE POLICY read ON vault.firm_key FOR SELECT TO {prefix}vault
    USING (firm = (SELECT w.firm FROM gate."window"() w)
        AND import = ANY (ARRAY(SELECT c.import FROM vault.completion c)));
-- Replaced in entered_terms.sql.
CREATE POLICY read ON vault.chunk FOR SELECT TO {prefix}vault
    USING (firm = (SELECT w.firm FROM gate."window"() w)
        AND month BETWEEN (SELECT w.first_month FROM gate."window"() w)
            AND (SELECT w.last_month FROM gate."window"() w)
        AND category = ANY ((SELECT w.categories FROM gate."window"() w)::text[])
        AND import = ANY (ARRAY(SELECT c.import FROM vault.completion c)));

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['import', 'firm_key', 'chunk', 'completion'] LOOP
        EXECUTE format('ALTER TABLE vault.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE vault.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY put ON vault.%I FOR INSERT TO {prefix}intake'
            ' WITH CHECK (true)', name);
        -- For the triggers above and for erasing; ciphertext without a key.
        EXECUTE format('CREATE POLICY keep ON vault.%I FOR SELECT TO {prefix}vault_owner'
            ' USING (true)', name);
        EXECUTE format('CREATE POLICY erase ON vault.%I FOR DELETE TO {prefix}vault_owner'
            ' USING (true)', name);
        EXECUTE format('GRANT SELECT ON vault.%I TO {prefix}vault', name);
        EXECUTE format('GRANT INSERT ON vault.%I TO {prefix}intake', name);
    END LOOP;
END $$;

-- Everything of a firm, keys first; the number of chunks erased. Refuses while a consent that lives,
-- or can live again, covers a chunk.
-- Replaced in counted.sql.
CREATE FUNCTION vault.erase(p_firm uuid) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_chunks int;
BEGIN
    PERFORM FROM vault.chunk c JOIN gate.standing(p_firm) s
        ON c.category = ANY (s.categories) AND c.month BETWEEN s.first_month AND s.last_month
        WHERE c.firm = p_firm;
    IF FOUND THEN
        RAISE EXCEPTION 'vault: still_covered' USING ERRCODE = '42501';
    END IF;
    DELETE FROM vault.firm_key k WHERE k.firm = p_firm;
    DELETE FROM vault.chunk c WHERE c.firm = p_firm;
    GET DIAGNOSTICS v_chunks = ROW_COUNT;
    DELETE FROM vault.completion c WHERE c.firm = p_firm;
    DELETE FROM vault.import i WHERE i.firm = p_firm;
    PERFORM gate.note_erased(p_firm, v_chunks);
    RETURN v_chunks;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
GRANT SELECT ON vault.current_month TO {prefix}vault;
GRANT USAGE ON SCHEMA vault TO {prefix}vault, {prefix}intake, {prefix}watchdog;
GRANT EXECUTE ON FUNCTION vault.erase(uuid) TO {prefix}watchdog;
