-- Whether the consent lives, each table asks once (for the firm); its terms stand beside the window.
ALTER POLICY read ON vault.import
    USING (firm = (SELECT w.firm FROM gate."window"() w)
        AND category = ANY ((SELECT t.categories FROM gate.entered() t)::text[]));
ALTER POLICY read ON vault.chunk
    USING (firm = (SELECT w.firm FROM gate."window"() w)
        AND month BETWEEN (SELECT t.first_month FROM gate.entered() t)
            AND (SELECT t.last_month FROM gate.entered() t)
        AND category = ANY ((SELECT t.categories FROM gate.entered() t)::text[])
        AND import = ANY (ARRAY(SELECT c.import FROM vault.completion c)));
