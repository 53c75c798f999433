-- What was seen stays as it was seen, whoever asks; an incident moves only forwards and is kept.
CREATE FUNCTION oversight_incident_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an incident is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.cause, NEW.place, NEW.detail, NEW.opened_at, NEW.due_at, NEW.salt)
       IS DISTINCT FROM
       (OLD.id, OLD.cause, OLD.place, OLD.detail, OLD.opened_at, OLD.due_at, OLD.salt)
    THEN
        RAISE EXCEPTION 'what was seen never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN (('open', 'reported'), ('reported', 'closed')) THEN
        RAISE EXCEPTION 'an incident moves only forwards' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'reported' AND (NEW.report_note, NEW.reported_by, NEW.reported_at)
       IS DISTINCT FROM (OLD.report_note, OLD.reported_by, OLD.reported_at)
    THEN
        RAISE EXCEPTION 'what was reported never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER oversight_incident_guard BEFORE UPDATE OR DELETE ON oversight_incident
    FOR EACH ROW EXECUTE FUNCTION oversight_incident_guard();
