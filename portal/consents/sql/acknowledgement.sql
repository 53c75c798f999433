-- A bank's word that it knows a consent has ended: one a consent, only about one that has.

CREATE TABLE gate.acknowledgement (
    consent uuid PRIMARY KEY REFERENCES gate.consent,
    person uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON gate.acknowledgement
    FOR EACH ROW EXECUTE FUNCTION gate.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON gate.acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION gate.no_change();
ALTER TABLE gate.acknowledgement ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE gate.acknowledgement ENABLE ALWAYS TRIGGER no_truncate;

GRANT SELECT, INSERT (consent, person) ON gate.acknowledgement TO {prefix}web;
