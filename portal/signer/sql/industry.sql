-- What a firm's trade is, as the authority last stated it with an assertion: one section letter of
-- GB/T 4754-2017. For statistics only; nothing about a consent or a mandate asks for it.

CREATE TABLE sign.firm_industry (
    firm uuid PRIMARY KEY REFERENCES sign.firm,
    section text NOT NULL CHECK (section ~ '^[A-T]$'),
    stated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Only the signer may call this, with an assertion that it has verified.
CREATE FUNCTION sign.note_industry(p_firm uuid, p_section text) RETURNS void
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO sign.firm_industry (firm, section) VALUES (p_firm, p_section)
    ON CONFLICT (firm) DO UPDATE SET section = excluded.section, stated_at = clock_timestamp();
$$;

REVOKE ALL ON FUNCTION sign.note_industry(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign.note_industry(uuid, text) TO {prefix}signer;
GRANT SELECT ON sign.firm_industry TO {prefix}web;
