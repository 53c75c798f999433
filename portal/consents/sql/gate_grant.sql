-- Making, stopping and resuming a consent.

CREATE FUNCTION gate.base64url(p_bytes bytea) RETURNS text
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT translate(encode(p_bytes, 'base64'), E'+/=\n', '-_');
END;

CREATE FUNCTION gate.from_base64url(p_text text) RETURNS bytea
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT decode(rpad(translate(p_text, '-_', '+/'), (length(p_text) + 3) / 4 * 4, '='), 'base64');
END;

CREATE FUNCTION gate.check_read_committed() RETURNS void
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- An older snapshot would go on seeing a consent that has been withdrawn since.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'gate: read_committed_only' USING ERRCODE = '25001';
    END IF;
END $$;

-- The header of a compact JWS over exactly these bytes; refuses any other text.
CREATE FUNCTION gate.jws_header(p_jws text, p_payload text, p_typ text) RETURNS jsonb
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_header jsonb;
BEGIN
    IF p_jws !~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]{86}$'
        OR split_part(p_jws, '.', 2) <> gate.base64url(convert_to(p_payload, 'UTF8'))
    THEN
        RAISE EXCEPTION 'gate: not_the_signed_document' USING ERRCODE = '42501';
    END IF;
    v_header := convert_from(gate.from_base64url(split_part(p_jws, '.', 1)), 'UTF8')::jsonb;
    IF v_header->>'typ' IS DISTINCT FROM p_typ OR v_header->>'alg' IS DISTINCT FROM 'Ed25519'
        OR coalesce(v_header->>'kid', '') = ''
    THEN
        RAISE EXCEPTION 'gate: wrong_type' USING ERRCODE = '42501';
    END IF;
    RETURN v_header;
END $$;

-- The document says what was asked for, no more: the signer itself can't widen a request.
-- Replaced in artefact_v2.sql.
CREATE FUNCTION gate.matches_request(p_consent gate.consent) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.request r
        WHERE r.id = p_consent.id AND r.firm = p_consent.firm AND r.bank = p_consent.bank
            AND r.purpose = p_consent.purpose AND r.categories = p_consent.categories
            AND r.first_month = p_consent.first_month AND r.last_month = p_consent.last_month
            AND r.max_uses = p_consent.max_uses AND r.storage_days = p_consent.storage_days
            AND r.application IS NOT DISTINCT FROM p_consent.application
            AND p_consent.expires_at <= p_consent.not_before + make_interval(days => r.days)
            AND abs(extract(epoch FROM p_consent.not_before - clock_timestamp())) < 300
    );
END;

-- The typed columns come out of the document itself: there is no second statement of the terms.
-- Replaced in artefact_v2.sql.
CREATE FUNCTION gate.consent_from(p_payload text, p_jws text, p_kid text) RETURNS gate.consent
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p_payload::jsonb; c gate.consent;
BEGIN
    IF v->>'typ' IS DISTINCT FROM 'taxbridge-consent' OR v->'v' IS DISTINCT FROM '1'::jsonb
        OR (SELECT count(*) <> count(DISTINCT k) FROM json_object_keys(p_payload::json) k)
    THEN
        RAISE EXCEPTION 'gate: wrong_type' USING ERRCODE = '42501';
    END IF;
    c.id := (v->>'id')::uuid;
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

CREATE FUNCTION gate.emit(p_kind text, p_actor text, p_consent uuid, p_payload jsonb) RETURNS uuid
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ledger.emit(p_kind, p_actor, 'consent:' || p_consent, p_payload);
END $$;

-- Replaced in confirming.sql.
CREATE FUNCTION gate.grant_consent(payload text, jws text) RETURNS uuid
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
        WHEN EXISTS (SELECT FROM gate.key_revocation k WHERE k.kid = c.kid) THEN 'key_revoked'
    END;
    IF v_refusal IS NOT NULL THEN
        RAISE EXCEPTION 'gate: %', v_refusal USING ERRCODE = '42501';
    END IF;
    -- The primary key of answers settles a double click: one answer per request, ever.
    INSERT INTO sign.answer (request, outcome, person) VALUES (c.id, 'granted', c.person);
    INSERT INTO gate.consent (id, firm, bank, purpose, categories, first_month, last_month,
        not_before, expires_at, max_uses, storage_days, person, application, payload, jws, kid,
        artefact_sha256)
    VALUES (c.id, c.firm, c.bank, c.purpose, c.categories, c.first_month, c.last_month,
        c.not_before, c.expires_at, c.max_uses, c.storage_days, c.person, c.application, c.payload,
        c.jws, c.kid, c.artefact_sha256);
    PERFORM gate.emit('consent.granted', 'person:' || c.person, c.id, jsonb_build_object(
        'firm', c.firm, 'bank', c.bank, 'purpose', c.purpose,
        'categories', array_to_string(c.categories, ','),
        'first_month', to_char(c.first_month, 'YYYY-MM'),
        'last_month', to_char(c.last_month, 'YYYY-MM'),
        'expires_at', to_char(c.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'max_uses', c.max_uses, 'artefact_sha256', c.artefact_sha256, 'kid', c.kid));
    RETURN c.id;
END $$;

-- Stopping needs no signature: it fails safe. True when this call changed something.
-- Waits (at most the lock time-out) for a result that is being published under the consent: its
-- entry was put in the outbox, and commits, before the withdrawal's. The row lock, unlike an
-- advisory one, can be held only through gate.publish_check: nobody else can hold up a withdrawal.
-- Replaced in ending.sql.
CREATE FUNCTION gate.stop(p_consent uuid, p_kind text, p_actor text) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; v_state text;
BEGIN
    PERFORM gate.check_read_committed();
    IF p_kind IS NULL OR p_kind NOT IN ('withdraw', 'pause') THEN
        RAISE EXCEPTION 'gate: unknown_stop' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO c FROM gate.consent x WHERE x.id = p_consent FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_consent' USING ERRCODE = '42501';
    END IF;
    SELECT s.state INTO v_state FROM gate.consent_status s WHERE s.id = p_consent;
    IF v_state IN ('withdrawn', 'expired') OR (p_kind = 'pause' AND v_state <> 'active') THEN
        RETURN false;
    END IF;
    INSERT INTO gate.event (consent, kind, actor) VALUES (p_consent, p_kind, p_actor);
    PERFORM gate.emit(CASE p_kind WHEN 'withdraw' THEN 'consent.withdrawn' ELSE 'consent.paused' END,
        p_actor, p_consent, jsonb_build_object('firm', c.firm, 'bank', c.bank));
    PERFORM pg_notify('gate_stop', p_consent::text);  -- delivered at commit; the watchdog evicts
    RETURN true;
END $$;

-- The document names the pause it ends, so that it can't be played again for a later one.
-- Replaced in still_acting.sql.
CREATE FUNCTION gate.resume(payload text, jws text, p_actor text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; v jsonb := payload::jsonb; v_pause bigint := (payload::jsonb->>'pause')::bigint;
BEGIN
    PERFORM gate.jws_header(jws, payload, 'taxbridge-resumption');
    SELECT * INTO c FROM gate.consent x WHERE x.id = (v->>'consent')::uuid FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM gate.event e WHERE e.seq = v_pause AND e.consent = c.id AND e.kind = 'pause')
        OR NOT sign.may_sign((v->>'person')::uuid, c.firm)
    THEN
        RAISE EXCEPTION 'gate: nothing_to_resume' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, resumes, jws, actor)
        VALUES (c.id, 'resume', v_pause, jws, p_actor);
    PERFORM gate.emit('consent.resumed', p_actor, c.id,
        jsonb_build_object('firm', c.firm, 'bank', c.bank));
END $$;

-- For whoever makes a result of the data known (a score, a finished fetch): within the caller's
-- transaction, the consent can't be stopped until it ends. Refuses when the consent isn't live.
CREATE FUNCTION gate.publish_check(p_consent uuid) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE v_no int;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT x.no INTO v_no FROM gate.consent x WHERE x.id = p_consent FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_consent' USING ERRCODE = '42501';
    END IF;
    -- Holds nothing up: it shows the reaper which backend publishes under which consent.
    IF NOT pg_try_advisory_xact_lock_shared(1952608373, v_no) THEN
        RAISE EXCEPTION 'gate: busy' USING ERRCODE = '55P03';
    END IF;
    PERFORM FROM gate.consent_status s WHERE s.id = p_consent AND s.state = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: not_live' USING ERRCODE = '42501';
    END IF;
END $$;

-- Replaced in revoking.sql.
CREATE FUNCTION gate.revoke_key(p_kid text, p_reason text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO gate.key_revocation (kid, reason) VALUES (p_kid, p_reason) ON CONFLICT DO NOTHING;
    PERFORM pg_notify('gate_stop', 'key:' || p_kid);
END $$;
