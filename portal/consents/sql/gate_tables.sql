-- The gate's rows. Nothing here is ever changed: what a consent is worth follows from what was added.

CREATE TABLE gate.consent (
    id uuid PRIMARY KEY,
    no int GENERATED ALWAYS AS IDENTITY UNIQUE,  -- the number its locks go by
    firm uuid NOT NULL,
    bank uuid NOT NULL,
    purpose text NOT NULL,
    categories text[] NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    not_before timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    max_uses int NOT NULL CHECK (max_uses > 0),
    storage_days int NOT NULL CHECK (storage_days > 0),
    person uuid NOT NULL,
    application uuid,
    payload text NOT NULL,  -- the signed document, byte for byte
    jws text NOT NULL,
    kid text NOT NULL,
    artefact_sha256 text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last_month >= first_month),
    CHECK (expires_at > not_before)
);
CREATE INDEX consent_of_firm ON gate.consent (firm, granted_at);
CREATE INDEX consent_of_bank ON gate.consent (bank, firm);

CREATE TABLE gate.event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consent uuid NOT NULL REFERENCES gate.consent,
    kind text NOT NULL CHECK (kind IN ('withdraw', 'pause', 'resume')),
    resumes bigint UNIQUE REFERENCES gate.event,
    jws text,
    actor text NOT NULL,
    by_role name NOT NULL DEFAULT session_user,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((kind = 'resume') = (resumes IS NOT NULL AND jws IS NOT NULL))
);
CREATE INDEX event_of_consent ON gate.event (consent);
CREATE UNIQUE INDEX one_withdrawal ON gate.event (consent) WHERE kind = 'withdraw';

-- The unique numbers do the counting: twenty jobs at once can't all be use 1.
CREATE TABLE gate.use (
    consent uuid NOT NULL REFERENCES gate.consent,
    use_no int NOT NULL CHECK (use_no > 0),
    job uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consent, use_no),
    UNIQUE (consent, job)
);

CREATE TABLE gate.ticket (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    consent uuid NOT NULL,
    job uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (consent, job) REFERENCES gate.use (consent, job)
);
CREATE INDEX ticket_of_job ON gate.ticket (consent, job);

CREATE TABLE gate.key_revocation (
    kid text PRIMARY KEY,
    reason text NOT NULL,
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Open windows, one per backend; good for one transaction, worthless after a crash.
CREATE UNLOGGED TABLE gate.entry (
    pid int PRIMARY KEY,
    xid xid8 NOT NULL,
    opened_at timestamptz NOT NULL,
    consent uuid NOT NULL,
    ticket uuid NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION gate.no_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'gate.%: rows are never changed or removed', tg_table_name USING ERRCODE = '42501';
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['consent', 'event', 'use', 'ticket', 'key_revocation'] LOOP
        EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.%I'
            ' FOR EACH ROW EXECUTE FUNCTION gate.no_change()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change()', name);
        EXECUTE format('ALTER TABLE gate.%I ENABLE ALWAYS TRIGGER no_change', name);
        EXECUTE format('ALTER TABLE gate.%I ENABLE ALWAYS TRIGGER no_truncate', name);
    END LOOP;
END $$;

-- The one place that says what state a consent is in. Live means state = 'active'.
-- Each pause needs its own signed resume: independent of the order in which they commit.
-- Replaced in key_ends.sql.
CREATE VIEW gate.consent_status AS
SELECT c.id, c.firm, c.bank, c.purpose, c.categories, c.first_month, c.last_month, c.not_before,
    c.expires_at, c.max_uses, c.storage_days, c.person, c.application, c.payload, c.jws, c.kid,
    c.artefact_sha256, c.granted_at,
    (SELECT count(*)::int FROM gate.use u WHERE u.consent = c.id) AS uses,
    (SELECT e.at FROM gate.event e WHERE e.consent = c.id AND e.kind = 'withdraw') AS withdrawn_at,
    CASE
        WHEN EXISTS (SELECT FROM gate.event e WHERE e.consent = c.id AND e.kind = 'withdraw')
            THEN 'withdrawn'
        WHEN EXISTS (SELECT FROM gate.key_revocation k WHERE k.kid = c.kid) THEN 'key_revoked'
        WHEN clock_timestamp() >= c.expires_at THEN 'expired'
        WHEN clock_timestamp() < c.not_before THEN 'not_yet'
        WHEN EXISTS (
            SELECT FROM gate.event p WHERE p.consent = c.id AND p.kind = 'pause'
                AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq)
        ) THEN 'paused'
        ELSE 'active'
    END AS state
FROM gate.consent c;
