-- What was proposed stays as it was, whoever asks; a version moves only forwards.
CREATE OR REPLACE FUNCTION products_version_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a version of a product is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.product_id, NEW.number, NEW.document, NEW.sha256, NEW.proposed_by, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.id, OLD.product_id, OLD.number, OLD.document, OLD.sha256, OLD.proposed_by, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'a proposed version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN
       (('proposed', 'in_force'), ('proposed', 'rejected'), ('in_force', 'retired'))
    THEN
        RAISE EXCEPTION 'a version moves only forwards' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.decided_by IS NOT NULL
       AND (NEW.decided_by, NEW.decided_at) IS DISTINCT FROM (OLD.decided_by, OLD.decided_at)
    THEN
        RAISE EXCEPTION 'who decided stays on record' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER products_version_guard BEFORE UPDATE OR DELETE ON products_version
    FOR EACH ROW EXECUTE FUNCTION products_version_guard();
