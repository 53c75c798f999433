-- The only way in which rows of the activity log go. The rule is in here, so that a taken-over web
-- process can't shorten it: six months are the least that the Cybersecurity Law allows, looks at what was
-- learnt from a firm's data stay three years, and days that an open request is about stay as they are.
CREATE FUNCTION accounts_erase_activity(p_days int, p_most int) RETURNS int
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_count int; v_before timestamptz;
BEGIN
    v_before := clock_timestamp() - GREATEST(make_interval(days => p_days), interval '184 days');
    WITH due AS (
        SELECT a.id FROM public.accounts_activity a
        WHERE a.at < v_before
            AND (a.at < clock_timestamp() - interval '3 years' OR a.activity NOT IN
                ('case_opened', 'document_opened', 'score_released', 'consent_opened'))
            AND NOT EXISTS (
                SELECT FROM public.disclosure_request r
                WHERE (r.status = 'waiting' OR r.status = 'approved' AND r.made_at IS NULL)
                    AND (a.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN r.since AND r.until)
        ORDER BY a.at LIMIT LEAST(p_most, 5000) FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.accounts_activity a USING due WHERE a.id = due.id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
REVOKE EXECUTE ON FUNCTION accounts_erase_activity(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_erase_activity(int, int) TO {prefix}web;
