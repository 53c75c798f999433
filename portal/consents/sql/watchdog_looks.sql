-- The watchdog asks again for figures that an ended consent still has: it has to know which ended.
GRANT SELECT (id, state) ON gate.consent_status TO {prefix}watchdog;
