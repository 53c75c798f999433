-- Version 2 of the consent artefact. A request says who asked, which consent it would supersede and
-- what the ceilings cut; the document has to say the same, and the person's name at the authority.

ALTER TABLE sign.request
    ADD COLUMN asked_by text NOT NULL DEFAULT 'firm' CHECK (asked_by IN ('firm', 'bank')),
    ADD COLUMN supersedes uuid,
    -- [{"rule": …, "asked": …, "granted": …}], as the document repeats it
    ADD COLUMN cuts jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(cuts) = 'array');
CREATE INDEX request_of_bank ON sign.request (bank, asked_at);
GRANT INSERT (asked_by, supersedes, cuts) ON sign.request TO {prefix}web;

-- A consent is superseded once, by one.
ALTER TABLE gate.consent ADD COLUMN supersedes uuid UNIQUE REFERENCES gate.consent;

-- The document says what was asked for, no more: the signer itself can't widen a request.
CREATE OR REPLACE FUNCTION gate.matches_request(p_consent gate.consent) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.request r
        WHERE r.id = p_consent.id AND r.firm = p_consent.firm AND r.bank = p_consent.bank
            AND r.purpose = p_consent.purpose AND r.categories = p_consent.categories
            AND r.first_month = p_consent.first_month AND r.last_month = p_consent.last_month
            AND r.max_uses = p_consent.max_uses AND r.storage_days = p_consent.storage_days
            AND r.application IS NOT DISTINCT FROM p_consent.application
            AND r.supersedes IS NOT DISTINCT FROM p_consent.supersedes
            AND r.cuts = p_consent.payload::jsonb->'cuts'
            AND p_consent.expires_at <= p_consent.not_before + make_interval(days => r.days)
            AND abs(extract(epoch FROM p_consent.not_before - clock_timestamp())) < 300
    );
END;

-- The person in the document is the one whom the authority knows by the name in the document.
CREATE FUNCTION gate.names_signatory(p_consent gate.consent) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.identity i
        WHERE i.person = p_consent.person
            AND i.authority_person = p_consent.payload::jsonb->>'authority_person'
    );
END;

-- The typed columns come out of the document itself: there is no second statement of the terms.
CREATE OR REPLACE FUNCTION gate.consent_from(p_payload text, p_jws text, p_kid text)
RETURNS gate.consent
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p_payload::jsonb; c gate.consent;
BEGIN
    IF v->>'typ' IS DISTINCT FROM 'taxbridge-consent' OR v->'v' IS DISTINCT FROM '2'::jsonb
        OR (SELECT count(*) <> count(DISTINCT k) FROM json_object_keys(p_payload::json) k)
    THEN
        RAISE EXCEPTION 'gate: wrong_type' USING ERRCODE = '42501';
    END IF;
    c.id := (v->>'id')::uuid;
    c.supersedes := (v->>'supersedes')::uuid;
    c.firm := (v->'firm'->>'id')::uuid;
    c.bank := (v->'bank'->>'id')::uuid;
    c.purpose := v->'purpose'->>'code';
    c.categories := ARRAY(SELECT jsonb_array_elements_text(v->'categories'));
    c.first_month := to_date(v->'months'->>'first', 'YYYY-MM');
    c.last_month := to_date(v->'months'->>'last', 'YYYY-MM');
    c.not_before := (v->>'not_before')::timestamptz;
    c.expires_at := (v->>'expires_at')::timestamptz;
    c.max_uses := (v->>'max_uses')::int;
    c.storage_days := (v->>'storage_days')::int;
    c.person := (v->>'person')::uuid;
    c.application := (v->>'application')::uuid;
    c.payload := p_payload;
    c.jws := p_jws;
    c.kid := p_kid;
    c.artefact_sha256 := encode(sha256(convert_to(p_jws, 'UTF8')), 'hex');
    RETURN c;
END $$;

-- Replaced in confirming.sql.
CREATE OR REPLACE FUNCTION gate.grant_consent(payload text, jws text) RETURNS uuid
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c gate.consent; v_refusal text;
BEGIN
    c := gate.consent_from(
        payload, jws, gate.jws_header(jws, payload, 'taxbridge-consent')->>'kid');
    v_refusal := CASE
        WHEN NOT EXISTS (SELECT FROM sign.request_state s WHERE s.id = c.id AND s.state = 'pending')
            THEN 'request_not_pending'
        WHEN NOT gate.matches_request(c) THEN 'not_as_requested'
        WHEN NOT sign.may_sign(c.person, c.firm) THEN 'no_mandate'
        WHEN NOT gate.names_signatory(c) THEN 'another_person'
        WHEN EXISTS (SELECT FROM gate.key_revocation k WHERE k.kid = c.kid) THEN 'key_revoked'
    END;
    IF v_refusal IS NOT NULL THEN
        RAISE EXCEPTION 'gate: %', v_refusal USING ERRCODE = '42501';
    END IF;
    -- The primary key of answers settles a double click: one answer per request, ever.
    INSERT INTO sign.answer (request, outcome, person) VALUES (c.id, 'granted', c.person);
    INSERT INTO gate.consent (id, supersedes, firm, bank, purpose, categories, first_month,
        last_month, not_before, expires_at, max_uses, storage_days, person, application, payload,
        jws, kid, artefact_sha256)
    VALUES (c.id, c.supersedes, c.firm, c.bank, c.purpose, c.categories, c.first_month,
        c.last_month, c.not_before, c.expires_at, c.max_uses, c.storage_days, c.person,
        c.application, c.payload, c.jws, c.kid, c.artefact_sha256);
    PERFORM gate.emit('consent.granted', 'person:' || c.person, c.id, jsonb_build_object(
        'firm', c.firm, 'bank', c.bank, 'purpose', c.purpose,
        'categories', array_to_string(c.categories, ','),
        'first_month', to_char(c.first_month, 'YYYY-MM'),
        'last_month', to_char(c.last_month, 'YYYY-MM'),
        'expires_at', to_char(c.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'max_uses', c.max_uses, 'artefact_sha256', c.artefact_sha256, 'kid', c.kid));
    RETURN c.id;
END $$;

REVOKE ALL ON FUNCTION gate.names_signatory(gate.consent) FROM PUBLIC;
