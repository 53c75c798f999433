-- What was registered stays as it was, whoever asks; a version moves as `scoring.registry.transitions`
-- says; who acts is a person of the operator with that role now, and each activation is used once.
CREATE OR REPLACE FUNCTION scoring_person_may(person uuid, VARIADIC roles text[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = person AND m.role = ANY (roles) AND o.kind = 'operator'
          AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())
    )
$$;

CREATE OR REPLACE FUNCTION scoring_model_version_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a model version is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF encode(sha256(NEW.content), 'hex') IS DISTINCT FROM NEW.sha256 THEN
        RAISE EXCEPTION 'a model is named by the digest of its file'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_content_has_its_digest';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.is_shipped THEN
            IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
            THEN
                RAISE EXCEPTION 'only a release ships models'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'model_shipped_by_release';
            END IF;
        ELSIF NOT scoring_person_may(NEW.developed_by, 'model_developer') THEN
            RAISE EXCEPTION 'models are handed in by a model developer'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'model_developed_by_developer';
        END IF;
        IF NEW.status <> 'draft' OR NEW.validated_by IS NOT NULL OR NEW.activated_by IS NOT NULL THEN
            RAISE EXCEPTION 'a model begins as a draft'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'model_begins_as_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.version, NEW.sha256, NEW.content, NEW.is_shipped, NEW.note, NEW.developed_by, NEW.registered_at)
       IS DISTINCT FROM
       (OLD.id, OLD.version, OLD.sha256, OLD.content, OLD.is_shipped, OLD.note, OLD.developed_by, OLD.registered_at)
    THEN
        RAISE EXCEPTION 'a registered model never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN (
        ('draft', 'validated'), ('draft', 'retired'), ('validated', 'active'), ('validated', 'retired'),
        ('active', 'active'), ('active', 'retired'), ('retired', 'active')
    ) THEN
        -- A shipped model goes to work as its release was tested.
        IF NOT (NEW.is_shipped AND NEW.activated_by IS NULL AND (OLD.status, NEW.status) = ('draft', 'active')
                AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER'))
        THEN
            RAISE EXCEPTION 'a model version does not move from % to %', OLD.status, NEW.status
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.role = 'champion' AND NEW.role <> 'champion' AND NOT EXISTS (
        SELECT FROM scoring_model_activation a
        WHERE a.instead_of_id = OLD.id AND a.role = 'champion' AND a.version_id <> OLD.id
          AND a.xmin = pg_current_xact_id()::xid
    ) THEN
        RAISE EXCEPTION 'a champion goes when another one comes in its place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_champion_needed';
    END IF;
    IF OLD.validated_by IS NOT NULL
       AND (NEW.validated_by, NEW.validated_at, NEW.findings)
           IS DISTINCT FROM (OLD.validated_by, OLD.validated_at, OLD.findings)
    THEN
        RAISE EXCEPTION 'who validated, and what was found, stays on record'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'validated' AND NOT scoring_person_may(NEW.validated_by, 'model_validator') THEN
        RAISE EXCEPTION 'models are validated by a model validator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_validated_by_validator';
    END IF;
    IF NEW.status = 'active' AND (OLD.status, OLD.role) IS DISTINCT FROM (NEW.status, NEW.role) THEN
        PERFORM scoring_check_activation(OLD, NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION scoring_check_activation(
    old_row scoring_model_version, new_row scoring_model_version
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Nobody here validates what a release itself has put to work; everything else somebody does.
    IF new_row.validated_by IS NULL AND NOT (new_row.is_shipped AND EXISTS (
        SELECT FROM scoring_model_activation a
        WHERE a.version_id = new_row.id AND a.activated_by IS NULL
    )) THEN
        RAISE EXCEPTION 'only a validated model goes to work'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_active_is_validated';
    END IF;
    IF new_row.activated_by IS NOT NULL AND NOT scoring_person_may(new_row.activated_by, 'operator') THEN
        RAISE EXCEPTION 'models are activated by the operator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_activated_by_operator';
    END IF;
    IF new_row.activated_by IS NULL AND NOT (new_row.is_shipped AND old_row.status = 'draft') THEN
        RAISE EXCEPTION 'somebody activates a model'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_activated_by_operator';
    END IF;
    IF new_row.activation_id IS NOT DISTINCT FROM old_row.activation_id OR NOT EXISTS (
        SELECT FROM scoring_model_activation a
        WHERE a.id = new_row.activation_id AND a.version_id = new_row.id AND a.role = new_row.role
          AND a.activated_by IS NOT DISTINCT FROM new_row.activated_by
          AND a.xmin = pg_current_xact_id()::xid
    ) THEN
        RAISE EXCEPTION 'an activation is used once, when it is made'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_activation_used_once';
    END IF;
END $$;

CREATE TRIGGER scoring_model_version_guard BEFORE INSERT OR UPDATE OR DELETE ON scoring_model_version
    FOR EACH ROW EXECUTE FUNCTION scoring_model_version_guard();

CREATE OR REPLACE FUNCTION scoring_model_activation_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.activated_by IS NULL
           AND NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
        THEN
            RAISE EXCEPTION 'somebody activates a model'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_by_somebody';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an activation is kept as it was made' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER scoring_model_activation_guard BEFORE INSERT OR UPDATE OR DELETE ON scoring_model_activation
    FOR EACH ROW EXECUTE FUNCTION scoring_model_activation_guard();
