-- Every read of the vault looks up its firm's finished imports and their keys: without these it
-- would read those of all firms.
CREATE INDEX completion_of_firm ON vault.completion (firm) INCLUDE (import);
CREATE INDEX firm_key_of_firm ON vault.firm_key (firm);
