-- What was said in a complaint stays as it was said until all of it is forgotten; it ends once.
CREATE FUNCTION oversight_complaint_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a complaint is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.reference, NEW.about, NEW.subject_id, NEW.look, NEW.firm_id, NEW.bank_id,
        NEW.filed_by)
       IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.about, OLD.subject_id, OLD.look, OLD.firm_id, OLD.bank_id,
        OLD.filed_by)
    THEN
        RAISE EXCEPTION 'what was filed never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at THEN
        RAISE EXCEPTION 'words are forgotten once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.erased_at IS NULL AND
       ((NEW.words, NEW.key) IS DISTINCT FROM (OLD.words, OLD.key)
        OR OLD.statement <> '' AND NEW.statement <> OLD.statement
        OR OLD.answer <> '' AND NEW.answer <> OLD.answer)
    THEN
        RAISE EXCEPTION 'what was said never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('answered', 'withdrawn') AND
       (NEW.status, NEW.outcome, NEW.ended_by) IS DISTINCT FROM
       (OLD.status, OLD.outcome, OLD.ended_by)
    THEN
        RAISE EXCEPTION 'a complaint ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER oversight_complaint_guard BEFORE UPDATE OR DELETE ON oversight_complaint
    FOR EACH ROW EXECUTE FUNCTION oversight_complaint_guard();
