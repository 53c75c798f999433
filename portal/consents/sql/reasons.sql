-- Why a bank asks, in its own words: for the firm to read before it answers, no part of what is signed.

ALTER TABLE sign.ask ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500);
ALTER TABLE sign.request ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500);

CREATE OR REPLACE VIEW sign.ask_state AS
SELECT a.id, a.bank, a.uscc, a.purpose, a.categories, a.first_month, a.last_month, a.days, a.cuts,
    a.person, a.asked_at, s.answered_at, a.asked_at + interval '14 days' AS answer_by,
    coalesce(s.state, CASE WHEN clock_timestamp() >= a.asked_at + interval '14 days'
        THEN 'expired' ELSE 'pending' END) AS state,
    a.reason
FROM sign.ask a LEFT JOIN sign.request_state s ON s.id = a.id;

GRANT INSERT (reason) ON sign.ask, sign.request TO {prefix}web;
