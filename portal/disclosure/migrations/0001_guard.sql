-- What was asked stays as it was asked; it is decided once, and each later step is taken once.
CREATE FUNCTION disclosure_request_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a request for records is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.reference, NEW.organisation_id, NEW.what, NEW.person_id, NEW.party_id,
        NEW.since, NEW.until, NEW.basis, NEW.words, NEW.key, NEW.tell_at, NEW.tell_reason,
        NEW.asked_by, NEW.asked_at, NEW.lapses_at)
       IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.organisation_id, OLD.what, OLD.person_id, OLD.party_id,
        OLD.since, OLD.until, OLD.basis, OLD.words, OLD.key, OLD.tell_at, OLD.tell_reason,
        OLD.asked_by, OLD.asked_at, OLD.lapses_at)
    THEN
        RAISE EXCEPTION 'what was asked never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'waiting' AND
       (NEW.status, NEW.decided_by, NEW.decided_at, NEW.decision_words)
       IS DISTINCT FROM (OLD.status, OLD.decided_by, OLD.decided_at, OLD.decision_words)
    THEN
        RAISE EXCEPTION 'it is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.made_at IS NOT NULL AND
       (NEW.made_at, NEW.manifest_digest, NEW.row_count, NEW.entry_count)
       IS DISTINCT FROM (OLD.made_at, OLD.manifest_digest, OLD.row_count, OLD.entry_count)
    THEN
        RAISE EXCEPTION 'the file is made once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.told_at IS NOT NULL AND NEW.told_at IS DISTINCT FROM OLD.told_at
       OR OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at
    THEN
        RAISE EXCEPTION 'told and erased once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER disclosure_request_guard BEFORE UPDATE OR DELETE ON disclosure_request
    FOR EACH ROW EXECUTE FUNCTION disclosure_request_guard();
