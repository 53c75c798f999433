-- Run as {prefix}ledger_owner. The operator's command to change the key looks at the newest note.
GRANT SELECT ON ledger.checkpoint TO {prefix}owner;
