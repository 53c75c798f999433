-- A bank asks a firm by its USCC. What it asked is kept whether or not that firm is here, and looks
-- the same to the bank: only a firm that is here gets a request, and only its answer shows.

CREATE TABLE sign.ask (
    id uuid PRIMARY KEY,
    bank uuid NOT NULL REFERENCES sign.bank,
    uscc text NOT NULL CHECK (uscc ~ '^[0-9A-Z]{18}$'),
    purpose text NOT NULL,
    categories text[] NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    days int NOT NULL,
    cuts jsonb NOT NULL CHECK (jsonb_typeof(cuts) = 'array'),
    person uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ask_of_bank ON sign.ask (bank, asked_at);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON sign.ask
    FOR EACH ROW EXECUTE FUNCTION sign.no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON sign.ask
    FOR EACH STATEMENT EXECUTE FUNCTION sign.no_change();
ALTER TABLE sign.ask ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE sign.ask ENABLE ALWAYS TRIGGER no_truncate;

-- For the bank's pages. An ask without a request waits as long as one with it.
-- Replaced in reasons.sql.
CREATE VIEW sign.ask_state AS
SELECT a.*, s.answered_at, a.asked_at + interval '14 days' AS answer_by,
    coalesce(s.state, CASE WHEN clock_timestamp() >= a.asked_at + interval '14 days'
        THEN 'expired' ELSE 'pending' END) AS state
FROM sign.ask a LEFT JOIN sign.request_state s ON s.id = a.id;

GRANT INSERT (id, bank, uscc, purpose, categories, first_month, last_month, days, cuts, person)
    ON sign.ask TO {prefix}web;
GRANT SELECT ON sign.ask_state TO {prefix}web;
