-- More ways for a consent to end: its firm withdraws it, its bank gives it back, a newer one takes
-- its place. It ends once.

ALTER TABLE gate.event
    -- The firm wishes its records to stay, sealed, for the storage time it had agreed to.
    ADD COLUMN keeps boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT event_kind_check,
    ADD CONSTRAINT event_kind_check
        CHECK (kind IN ('withdraw', 'release', 'supersede', 'pause', 'resume')),
    ADD CONSTRAINT only_a_withdrawal_keeps CHECK (NOT keeps OR kind = 'withdraw');
DROP INDEX gate.one_withdrawal;
CREATE UNIQUE INDEX one_end ON gate.event (consent) WHERE kind IN ('withdraw', 'release', 'supersede');

-- The one place that says what state a consent is in. Live means state = 'active'.
-- Each pause needs its own signed resume: independent of the order in which they commit.
-- Replaced in key_ends.sql.
CREATE OR REPLACE VIEW gate.consent_status AS
SELECT c.id, c.firm, c.bank, c.purpose, c.categories, c.first_month, c.last_month, c.not_before,
    c.expires_at, c.max_uses, c.storage_days, c.person, c.application, c.payload, c.jws, c.kid,
    c.artefact_sha256, c.granted_at,
    (SELECT count(*)::int FROM gate.use u WHERE u.consent = c.id) AS uses,
    CASE WHEN e.kind <> 'supersede' THEN e.at END AS withdrawn_at,
    CASE
        WHEN e.kind = 'supersede' THEN 'superseded'
        WHEN e.kind IS NOT NULL THEN 'withdrawn'
        WHEN EXISTS (SELECT FROM gate.key_revocation k WHERE k.kid = c.kid) THEN 'key_revoked'
        WHEN clock_timestamp() >= c.expires_at THEN 'expired'
        WHEN clock_timestamp() < c.not_before THEN 'not_yet'
        WHEN EXISTS (
            SELECT FROM gate.event p WHERE p.consent = c.id AND p.kind = 'pause'
                AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq)
        ) THEN 'paused'
        ELSE 'active'
    END AS state,
    c.supersedes, e.kind AS end_kind, e.at AS ended_at, coalesce(e.keeps, false) AS keeps
FROM gate.consent c
    LEFT JOIN gate.event e
    ON e.consent = c.id AND e.kind IN ('withdraw', 'release', 'supersede');

-- Stopping needs no signature: it fails safe. True when this call changed something. A bank gives a
-- consent back by the same door as a firm withdraws it.
-- Waits (at most the lock time-out) for a result that is being published under the consent: its
-- entry was put in the outbox, and commits, before the withdrawal's. The row lock, unlike an
-- advisory one, can be held only through gate.publish_check: nobody else can hold up a withdrawal.
DROP FUNCTION gate.stop(uuid, text, text);
CREATE FUNCTION gate.stop(
    p_consent uuid, p_kind text, p_actor text, p_keeps boolean DEFAULT false
) RETURNS boolean
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; v_state text;
BEGIN
    PERFORM gate.check_read_committed();
    -- 'supersede' is not for asking: only a newer signed document brings it about.
    IF p_kind IS NULL OR p_kind NOT IN ('withdraw', 'release', 'pause') THEN
        RAISE EXCEPTION 'gate: unknown_stop' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO c FROM gate.consent x WHERE x.id = p_consent FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no_such_consent' USING ERRCODE = '42501';
    END IF;
    SELECT s.state INTO v_state FROM gate.consent_status s WHERE s.id = p_consent;
    IF v_state IN ('withdrawn', 'superseded', 'expired')
        OR (p_kind = 'pause' AND v_state <> 'active')
    THEN
        RETURN false;
    END IF;
    INSERT INTO gate.event (consent, kind, actor, keeps)
        VALUES (p_consent, p_kind, p_actor, p_keeps AND p_kind = 'withdraw');
    PERFORM gate.emit(CASE p_kind WHEN 'withdraw' THEN 'consent.withdrawn'
            WHEN 'release' THEN 'consent.released' ELSE 'consent.paused' END,
        p_actor, p_consent, jsonb_build_object('firm', c.firm, 'bank', c.bank));
    PERFORM pg_notify('gate_stop', p_consent::text);  -- delivered at commit; the watchdog evicts
    RETURN true;
END $$;

-- The old consent ends in the transaction that grants the new one, and waits for its publishers as
-- a withdrawal does.
-- Replaced in confirming.sql.
CREATE FUNCTION gate.supersede(p_new gate.consent) RETURNS void
VOLATILE LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE o gate.consent;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO o FROM gate.consent x WHERE x.id = p_new.supersedes FOR NO KEY UPDATE;
    IF NOT FOUND OR o.firm <> p_new.firm OR o.bank <> p_new.bank OR o.purpose <> p_new.purpose
        OR o.application IS DISTINCT FROM p_new.application
        OR NOT EXISTS (SELECT FROM gate.consent_status s
            WHERE s.id = o.id AND s.state IN ('active', 'paused', 'not_yet'))
    THEN
        RAISE EXCEPTION 'gate: nothing_to_supersede' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, actor)
        VALUES (o.id, 'supersede', 'person:' || p_new.person);
    PERFORM gate.emit('consent.superseded', 'person:' || p_new.person, o.id,
        jsonb_build_object('firm', o.firm, 'bank', o.bank, 'by', p_new.id));
    PERFORM pg_notify('gate_stop', o.id::text);
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
    IF c.supersedes IS NOT NULL THEN
        PERFORM gate.supersede(c);
    END IF;
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

-- A revoked key ends its consents at once (their state follows from it); each end is on the ledger.
-- Replaced in revoking.sql.
CREATE OR REPLACE FUNCTION gate.revoke_key(p_kid text, p_reason text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c gate.consent_status;
BEGIN
    FOR c IN SELECT * FROM gate.consent_status s
        WHERE s.kid = p_kid AND s.state IN ('active', 'paused', 'not_yet')
    LOOP
        PERFORM gate.emit('consent.key_revoked', 'system:owner', c.id,
            jsonb_build_object('firm', c.firm, 'bank', c.bank, 'kid', p_kid));
    END LOOP;
    INSERT INTO gate.key_revocation (kid, reason) VALUES (p_kid, p_reason) ON CONFLICT DO NOTHING;
    PERFORM pg_notify('gate_stop', 'key:' || p_kid);
END $$;

REVOKE ALL ON FUNCTION gate.stop(uuid, text, text, boolean), gate.supersede(gate.consent)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gate.stop(uuid, text, text, boolean) TO {prefix}web, {prefix}signer;

-- A bank's request waits two weeks for its answer, one of the firm's own a day.
CREATE OR REPLACE VIEW sign.request_state AS
SELECT r.id, r.firm, r.bank, r.application, r.asked_at, a.at AS answered_at,
    CASE
        WHEN a.outcome = 'granted' THEN 'approved'
        WHEN a.outcome = 'declined' THEN 'rejected'
        WHEN clock_timestamp() >= r.asked_at + w.patience THEN 'expired'
        ELSE 'pending'
    END AS state,
    r.asked_at + w.patience AS answer_by
FROM sign.request r
    LEFT JOIN sign.answer a ON a.request = r.id
    CROSS JOIN LATERAL (SELECT CASE r.asked_by WHEN 'bank' THEN interval '14 days'
        ELSE interval '1 day' END AS patience) AS w;

-- Saying no needs no signature either: a person with a mandate may do it in the portal.
GRANT EXECUTE ON FUNCTION sign.decline(uuid, uuid) TO {prefix}web;
