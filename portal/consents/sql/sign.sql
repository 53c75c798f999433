-- Everything the signer's decision rests on. The web log-in may ask, and change nothing else here:
-- with these rows writable it would forge a mandate or a bank's name instead of a consent.

CREATE TABLE sign.bank (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    name_zh text NOT NULL CHECK (name_zh <> ''),
    licence text NOT NULL UNIQUE CHECK (licence <> ''),
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE sign.firm (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    uscc text NOT NULL UNIQUE CHECK (uscc ~ '^[0-9A-Z]{18}$'),
    name text NOT NULL CHECK (name <> ''),
    name_zh text NOT NULL CHECK (name_zh <> ''),
    connected_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One person here is one person at the tax authority: both ways unique, for ever.
CREATE TABLE sign.identity (
    person uuid PRIMARY KEY,
    authority_person text NOT NULL UNIQUE CHECK (authority_person <> ''),
    linked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE sign.mandate (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person uuid NOT NULL REFERENCES sign.identity,
    firm uuid NOT NULL REFERENCES sign.firm,
    authority_person text NOT NULL,
    role text NOT NULL CHECK (role IN ('legal_representative', 'finance_officer', 'clerk')),
    valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
    ends_at timestamptz NOT NULL,
    CHECK (ends_at >= valid_from)
);
CREATE INDEX mandate_of_person ON sign.mandate (person, firm);

CREATE TABLE sign.request (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL DEFAULT 'consent' CHECK (kind = 'consent'),
    firm uuid NOT NULL REFERENCES sign.firm,
    bank uuid NOT NULL REFERENCES sign.bank,
    purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z0-9_]{0,39}$'),
    categories text[] NOT NULL CHECK (
        cardinality(categories) BETWEEN 1 AND 20
        AND array_to_string(categories, ',') ~ '^[a-z][a-z0-9_]{0,39}(,[a-z][a-z0-9_]{0,39})*$'
        AND cardinality(string_to_array(array_to_string(categories, ','), ',')) = cardinality(categories)
    ),
    first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
    last_month date NOT NULL CHECK (extract(day FROM last_month) = 1),
    days int NOT NULL CHECK (days BETWEEN 1 AND 400),
    storage_days int NOT NULL CHECK (storage_days BETWEEN 1 AND 400),
    max_uses int NOT NULL CHECK (max_uses BETWEEN 1 AND 1000),
    person uuid NOT NULL,
    application uuid,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last_month >= first_month)
);
CREATE INDEX request_of_firm ON sign.request (firm, asked_at);

CREATE TABLE sign.answer (
    request uuid PRIMARY KEY REFERENCES sign.request,
    outcome text NOT NULL CHECK (outcome IN ('granted', 'declined')),
    person uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A page of the portal sends a person over for a second factor: what for, and where to return.
CREATE TABLE sign.step (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person uuid NOT NULL,
    session_digest text NOT NULL CHECK (session_digest ~ '^[0-9a-f]{64}$'),
    purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z0-9_]{0,39}$'),
    next text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Assertions and codes that count once.
CREATE TABLE sign.used (
    jti text PRIMARY KEY CHECK (jti <> ''),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION sign.no_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'sign.%: rows are never changed or removed', tg_table_name USING ERRCODE = '42501';
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['request', 'answer', 'step', 'used', 'identity'] LOOP
        EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON sign.%I'
            ' FOR EACH ROW EXECUTE FUNCTION sign.no_change()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON sign.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION sign.no_change()', name);
        EXECUTE format('ALTER TABLE sign.%I ENABLE ALWAYS TRIGGER no_change', name);
        EXECUTE format('ALTER TABLE sign.%I ENABLE ALWAYS TRIGGER no_truncate', name);
    END LOOP;
END $$;

-- A request waits one day for its answer.
-- Replaced in ending.sql.
CREATE VIEW sign.request_state AS
SELECT r.id, r.firm, r.bank, r.application, r.asked_at, a.at AS answered_at,
    CASE
        WHEN a.outcome IS NOT NULL THEN a.outcome
        WHEN clock_timestamp() >= r.asked_at + interval '1 day' THEN 'expired'
        ELSE 'pending'
    END AS state
FROM sign.request r LEFT JOIN sign.answer a ON a.request = r.id;

CREATE FUNCTION sign.may_sign(p_person uuid, p_firm uuid) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.mandate m
        WHERE m.person = p_person AND m.firm = p_firm
            AND m.role IN ('legal_representative', 'finance_officer')
            AND clock_timestamp() >= m.valid_from AND clock_timestamp() < m.ends_at
    );
END;

-- Called with the content of a verified assertion of the tax authority. Refusals come back as a
-- code, not an error. A person keeps one role per firm: a changed role ends the old mandate.
-- Replaced in confirming.sql.
CREATE FUNCTION sign.record_mandate(
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
    INSERT INTO sign.firm (uscc, name, name_zh) VALUES (p_uscc, p_name, p_name_zh)
        ON CONFLICT (uscc) DO NOTHING;
    -- Locked: two sign-ins of one person at once would leave two live mandates.
    SELECT f.id INTO v_firm FROM sign.firm f WHERE f.uscc = p_uscc FOR NO KEY UPDATE;
    UPDATE sign.mandate m SET ends_at = greatest(clock_timestamp(), m.valid_from)
        WHERE m.person = p_person AND m.firm = v_firm AND m.ends_at > clock_timestamp();
    INSERT INTO sign.mandate (person, firm, authority_person, role, ends_at)
        VALUES (p_person, v_firm, p_authority_person, p_role,
            clock_timestamp() + make_interval(days => p_days))
        RETURNING id INTO v_mandate;
    RETURN QUERY SELECT v_firm, v_mandate, NULL::text;
END $$;

CREATE FUNCTION sign.decline(p_request uuid, p_person uuid) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_request sign.request;
BEGIN
    SELECT * INTO v_request FROM sign.request r WHERE r.id = p_request;
    IF NOT FOUND OR NOT sign.may_sign(p_person, v_request.firm) THEN
        RAISE EXCEPTION 'gate: no_mandate' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM sign.request_state s WHERE s.id = p_request AND s.state = 'pending';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: request_not_pending' USING ERRCODE = '42501';
    END IF;
    INSERT INTO sign.answer (request, outcome, person) VALUES (p_request, 'declined', p_person);
    PERFORM ledger.emit('consent.declined', 'person:' || p_person, 'request:' || p_request,
        jsonb_build_object('request', p_request));
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sign FROM PUBLIC;
GRANT USAGE ON SCHEMA sign TO {prefix}web, {prefix}signer, {prefix}owner;
GRANT SELECT, INSERT (id, name, name_zh, licence) ON sign.bank TO {prefix}owner;
GRANT SELECT ON sign.bank, sign.firm, sign.mandate, sign.request, sign.answer, sign.request_state
    TO {prefix}web, {prefix}signer;
GRANT INSERT (id, kind, firm, bank, purpose, categories, first_month, last_month, days,
    storage_days, max_uses, person, application) ON sign.request TO {prefix}web;
GRANT INSERT (id, person, session_digest, purpose, next) ON sign.step TO {prefix}web;
GRANT SELECT ON sign.step TO {prefix}web, {prefix}signer;
GRANT SELECT, INSERT ON sign.used TO {prefix}signer;
GRANT EXECUTE ON FUNCTION sign.record_mandate(uuid, text, text, text, text, text, int),
    sign.decline(uuid, uuid) TO {prefix}signer;
