-- Who may let a consent go on, and what else has to know that a mandate can end.

-- Called with the content of a verified assertion. One that is older than what the authority has said
-- since is refused: it can't bring back what has ended.
DROP FUNCTION sign.record_mandate(uuid, text, text, text, text, text, int);
CREATE FUNCTION sign.record_mandate(
    p_person uuid, p_uscc text, p_name text, p_name_zh text, p_authority_person text, p_role text,
    p_days int, p_asserted_at timestamptz DEFAULT clock_timestamp()
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
    -- Locks the row also where nothing changes: two sign-ins of one person at once would leave two
    -- live mandates. A firm goes by the name that the authority last gave it.
    INSERT INTO sign.firm AS f (uscc, name, name_zh) VALUES (p_uscc, p_name, p_name_zh)
        ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, name_zh = excluded.name_zh
        RETURNING f.id INTO v_firm;
    PERFORM FROM sign.mandate_end e WHERE e.uscc = p_uscc
        AND e.authority_person = p_authority_person AND e.role = p_role
        AND e.ended_at >= p_asserted_at;
    IF FOUND THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, 'mandate_over';
        RETURN;
    END IF;
    UPDATE sign.mandate m
        SET ends_at = greatest(clock_timestamp(), m.valid_from), ended_because = 'renewed'
        WHERE m.person = p_person AND m.firm = v_firm AND m.ends_at > clock_timestamp();
    INSERT INTO sign.mandate (person, firm, authority_person, role, ends_at, asserted_at)
        VALUES (p_person, v_firm, p_authority_person, p_role,
            clock_timestamp() + make_interval(days => p_days), p_asserted_at)
        RETURNING id INTO v_mandate;
    RETURN QUERY SELECT v_firm, v_mandate, NULL::text;
END $$;

CREATE FUNCTION sign.may_confirm(p_person uuid, p_firm uuid) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.mandate m
        WHERE m.person = p_person AND m.firm = p_firm AND m.role = 'legal_representative'
            AND clock_timestamp() >= m.valid_from AND clock_timestamp() < m.ends_at
    );
END;

-- The document names the pause it ends, so that it can't be played again for a later one. Lock first,
-- look second: a consent that has ended while this waited stays ended, and of two who resume it at
-- once the second finds nothing to resume. The firm's row comes first: a mandate that ends meanwhile
-- has ended before this looks. A pause that awaits the legal representative ends by no one else.
-- Replaced in still_acting.sql.
CREATE OR REPLACE FUNCTION gate.resume(payload text, jws text, p_actor text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE c gate.consent; p gate.event; v jsonb := payload::jsonb;
BEGIN
    PERFORM gate.check_read_committed();
    PERFORM gate.jws_header(jws, payload, 'taxbridge-resumption');
    SELECT * INTO c FROM gate.consent x WHERE x.id = (v->>'consent')::uuid;
    PERFORM FROM sign.firm f WHERE f.id = c.firm FOR SHARE;
    PERFORM FROM gate.consent x WHERE x.id = c.id FOR NO KEY UPDATE;
    SELECT * INTO p FROM gate.event x
        WHERE x.seq = (v->>'pause')::bigint AND x.consent = c.id AND x.kind = 'pause'
            AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = x.seq);
    IF NOT FOUND OR NOT sign.may_sign((v->>'person')::uuid, c.firm)
        OR NOT EXISTS (SELECT FROM gate.consent_status s WHERE s.id = c.id AND s.state = 'paused')
    THEN
        RAISE EXCEPTION 'gate: nothing_to_resume' USING ERRCODE = '42501';
    END IF;
    IF p.because = 'representative_changed' AND (clock_timestamp() >= p.confirm_by
        OR NOT sign.may_confirm((v->>'person')::uuid, c.firm))
    THEN
        RAISE EXCEPTION 'gate: representative_confirms' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, resumes, jws, actor)
        VALUES (c.id, 'resume', p.seq, jws, p_actor);
    PERFORM gate.emit('consent.resumed', p_actor, c.id,
        jsonb_build_object('firm', c.firm, 'bank', c.bank));
END $$;

-- The old consent ends in the transaction that grants the new one, and waits for its publishers as
-- a withdrawal does. To put a new one in the place of one that awaits the legal representative is to
-- confirm it.
CREATE OR REPLACE FUNCTION gate.supersede(p_new gate.consent) RETURNS void
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
    IF EXISTS (SELECT FROM gate.unconfirmed w WHERE w.consent = o.id)
        AND NOT sign.may_confirm(p_new.person, o.firm)
    THEN
        RAISE EXCEPTION 'gate: representative_confirms' USING ERRCODE = '42501';
    END IF;
    INSERT INTO gate.event (consent, kind, actor)
        VALUES (o.id, 'supersede', 'person:' || p_new.person);
    PERFORM gate.emit('consent.superseded', 'person:' || p_new.person, o.id,
        jsonb_build_object('firm', o.firm, 'bank', o.bank, 'by', p_new.id));
    PERFORM pg_notify('gate_stop', o.id::text);
END $$;

CREATE OR REPLACE FUNCTION gate.grant_consent(payload text, jws text) RETURNS uuid
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c gate.consent; v_refusal text;
BEGIN
    c := gate.consent_from(
        payload, jws, gate.jws_header(jws, payload, 'taxbridge-consent')->>'kid');
    -- Lock first, look second: a mandate can't end between the look at it and this consent's row.
    PERFORM FROM sign.firm f WHERE f.id = c.firm FOR SHARE;
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

-- For how long the consent was paused since a use of it was counted; pauses that overlap count once.
CREATE FUNCTION gate.paused_since(p_use gate.use) RETURNS interval
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT coalesce(sum(upper(x) - lower(x)), interval '0')
    FROM unnest((
        SELECT range_agg(tstzrange(greatest(p.at, (p_use).at), r.at))
        FROM gate.event p JOIN gate.event r ON r.resumes = p.seq
        WHERE p.consent = (p_use).consent AND r.at > (p_use).at
    )) AS x;
END;

-- Transaction 1, short, committed before any row is read: check, count, ledger, ticket.
-- A redelivered job is the same use; it may come back for a day, each time for a ticket of its own.
-- Days on which the consent was paused don't count: the job that was stopped goes on afterwards.
-- A ticket opens windows until it is a minute old. It can't be spent: the reader, who would have to
-- write that down in the transaction that reads, could roll it back.
CREATE OR REPLACE FUNCTION gate.take(p_consent uuid, p_bank uuid, p_purpose text, p_job uuid)
RETURNS TABLE (ticket uuid, refusal text)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c gate.consent_status; u gate.use; v_ticket uuid; v_reason text;
BEGIN
    PERFORM gate.check_read_committed();
    SELECT * INTO c FROM gate.consent_status s WHERE s.id = p_consent;
    v_reason := CASE
        WHEN c.id IS NULL THEN 'no_such_consent'
        WHEN c.bank IS DISTINCT FROM p_bank THEN 'another_bank'
        WHEN c.purpose IS DISTINCT FROM p_purpose THEN 'another_purpose'
        WHEN c.state <> 'active' THEN c.state
    END;
    IF v_reason IS NULL THEN
        u := gate.count_use(p_consent, p_job, c.max_uses, gate.uses_a_month(c.payload));
        v_reason := CASE
            WHEN u.consent IS NULL THEN CASE
                WHEN (SELECT count(*) FROM gate.use x WHERE x.consent = p_consent) >= c.max_uses
                    THEN 'exhausted'
                ELSE 'used_this_month'
            END
            WHEN clock_timestamp() >= u.at + interval '1 day'
                AND clock_timestamp() >= u.at + interval '1 day' + gate.paused_since(u) THEN 'use_over'
        END;
    END IF;
    IF v_reason IS NOT NULL THEN
        RETURN QUERY SELECT * FROM gate.take_refused(p_consent, p_job, v_reason);
        RETURN;
    END IF;
    INSERT INTO gate.ticket (consent, job, expires_at)
        VALUES (p_consent, p_job, clock_timestamp() + interval '1 minute')
        RETURNING id INTO v_ticket;
    PERFORM gate.emit('data.used', 'system:vault-worker', p_consent, jsonb_build_object(
        'bank', p_bank, 'purpose', p_purpose, 'job', p_job, 'ticket', v_ticket, 'use_no', u.use_no));
    RETURN QUERY SELECT v_ticket, NULL::text;
END $$;

REVOKE ALL ON FUNCTION sign.may_confirm(uuid, uuid), gate.paused_since(gate.use),
    sign.record_mandate(uuid, text, text, text, text, text, int, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    sign.record_mandate(uuid, text, text, text, text, text, int, timestamptz) TO {prefix}signer;

-- Whether a person acts for a firm in this role at this moment, for the portal's own pages: what they
-- show and let do ends with the mandate, whatever the portal's tables say.
CREATE FUNCTION sign.acts_for(p_person uuid, p_firm uuid, p_role text) RETURNS boolean
VOLATILE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM sign.mandate m
        WHERE m.person = p_person AND m.firm = p_firm AND p_role = 'firm_' || m.role
            AND clock_timestamp() >= m.valid_from AND clock_timestamp() < m.ends_at
    );
END;
REVOKE ALL ON FUNCTION sign.acts_for(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign.acts_for(uuid, uuid, text) TO {prefix}web, {prefix}signer;
