-- The last word on a bank's signature: on an accepted offer of its own, by somebody who works there
-- now. Going back on the offer holds the application's row too: whoever comes second sees it.
CREATE FUNCTION applications_agreement_guard() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_bank uuid;
    v_status text;
BEGIN
    SELECT o.bank_id, a.status INTO v_bank, v_status
        FROM public.applications_offer o
            JOIN public.applications_application a ON a.id = o.application_id
            JOIN public.applications_acceptance t ON t.offer_id = o.id
        WHERE o.id = NEW.offer_id FOR SHARE OF a;
    IF NEW.bank_id IS DISTINCT FROM v_bank THEN
        RAISE EXCEPTION 'an agreement is signed by the bank that made the offer'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF v_status IS DISTINCT FROM 'accepted' THEN
        RAISE EXCEPTION 'the agreement no longer waits for a signature'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.accounts_membership m
        WHERE m.user_id = NEW.person_id AND m.organisation_id = NEW.bank_id
            AND m.role IN ('bank_officer', 'bank_approver') AND m.starts_at <= clock_timestamp()
            AND (m.ends_at IS NULL OR m.ends_at > clock_timestamp())
    ) THEN
        RAISE EXCEPTION 'an agreement is signed by who works at the bank'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION applications_agreement_guard() FROM PUBLIC;

CREATE TRIGGER applications_agreement_guard BEFORE INSERT ON applications_bank_signature
    FOR EACH ROW EXECUTE FUNCTION applications_agreement_guard();
CREATE TRIGGER applications_never_changes BEFORE UPDATE OR DELETE ON applications_bank_signature
    FOR EACH ROW EXECUTE FUNCTION applications_never_changes();
