-- Transaction 1, short, committed before any row is read: check, count, ledger, ticket.
-- A redelivered job is the same use; it may come back for a day, each time for a ticket of its own.
-- A ticket opens windows until it is a minute old. It can't be spent: the reader, who would have to
-- write that down in the transaction that reads, could roll it back.
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
        VALUES (p_consent, p_job, clock_timestamp() + interval '1 minute')
        RETURNING id INTO v_ticket;
    PERFORM gate.emit('data.used', 'system:vault-worker', p_consent, jsonb_build_object(
        'bank', p_bank, 'purpose', p_purpose, 'job', p_job, 'ticket', v_ticket, 'use_no', u.use_no));
    RETURN QUERY SELECT v_ticket, NULL::text;
END $$;
