-- The document's own frequency: how many uses one calendar month of China may hold. A consent whose
-- frequency is "once" has none, and is held to its number of uses alone.

CREATE FUNCTION gate.uses_a_month(p_payload text) RETURNS int
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE WHEN f.frequency->>'unit' = 'month' THEN (f.frequency->>'value')::int END
    FROM (SELECT p_payload::jsonb->'frequency' AS frequency) f;
END;

-- The number of this job's use, counted on its first call; null when no use is left, or none this
-- month.
DROP FUNCTION gate.count_use(uuid, uuid, int);
CREATE FUNCTION gate.count_use(p_consent uuid, p_job uuid, p_max int, p_a_month int)
RETURNS gate.use
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE u gate.use; v_all int; v_used int; v_this_month int;
BEGIN
    LOOP
        SELECT * INTO u FROM gate.use x WHERE x.consent = p_consent AND x.job = p_job;
        EXIT WHEN FOUND;
        -- Other jobs' uses: this one's own may have committed since the look above.
        SELECT count(*), count(*) FILTER (WHERE x.job <> p_job),
                count(*) FILTER (WHERE x.job <> p_job
                    AND x.at >= date_trunc('month', clock_timestamp(), 'Asia/Shanghai'))
            INTO v_all, v_used, v_this_month
            FROM gate.use x WHERE x.consent = p_consent;
        EXIT WHEN v_used >= p_max OR v_this_month >= p_a_month;
        -- Waits for whoever claims the same number, and comes round again if that one commits.
        INSERT INTO gate.use (consent, use_no, job) VALUES (p_consent, v_all + 1, p_job)
            ON CONFLICT DO NOTHING RETURNING * INTO u;
        EXIT WHEN FOUND;
    END LOOP;
    RETURN u;
END $$;

-- Transaction 1, short, committed before any row is read: check, count, ledger, ticket.
-- A redelivered job is the same use; it may come back for a day.
-- Replaced in confirming.sql.
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
            WHEN clock_timestamp() >= u.at + interval '1 day' THEN 'use_over'
        END;
    END IF;
    IF v_reason IS NOT NULL THEN
        RETURN QUERY SELECT * FROM gate.take_refused(p_consent, p_job, v_reason);
        RETURN;
    END IF;
    INSERT INTO gate.ticket (consent, job, expires_at)
        VALUES (p_consent, p_job, clock_timestamp() + interval '10 minutes')
        RETURNING id INTO v_ticket;
    PERFORM gate.emit('data.used', 'system:vault-worker', p_consent, jsonb_build_object(
        'bank', p_bank, 'purpose', p_purpose, 'job', p_job, 'ticket', v_ticket, 'use_no', u.use_no));
    RETURN QUERY SELECT v_ticket, NULL::text;
END $$;

REVOKE ALL ON FUNCTION gate.uses_a_month(text), gate.count_use(uuid, uuid, int, int) FROM PUBLIC;
