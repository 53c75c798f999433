-- The last word on an acceptance. Withdrawing and expiring hold the application's row too: whoever
-- comes second sees what the first has done. A mandate that ends meanwhile holds the firm's.
CREATE OR REPLACE FUNCTION applications_acceptance_guard() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_offer public.applications_offer%ROWTYPE;
    v_status text;
    v_funding uuid;
BEGIN
    SELECT * INTO v_offer FROM public.applications_offer o WHERE o.id = NEW.offer_id;
    SELECT a.status, a.funding_id INTO v_status, v_funding
        FROM public.applications_application a WHERE a.id = v_offer.application_id FOR SHARE;
    IF (NEW.firm_id, NEW.funding_id, NEW.funding_id)
       IS DISTINCT FROM (v_offer.firm_id, v_offer.funding_id, v_funding)
    THEN
        RAISE EXCEPTION 'an offer is accepted by the firm that it was made to'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF v_status IS DISTINCT FROM 'offered' OR clock_timestamp() >= v_offer.valid_until THEN
        RAISE EXCEPTION 'the offer no longer waits for an answer'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT sign.still_signs(NEW.person_id, NEW.firm_id) THEN
        RAISE EXCEPTION 'an offer is accepted by who may sign for the firm'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
