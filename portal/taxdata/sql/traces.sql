-- A month of invoices has a third chunk: what signals need to know of it. Erasing goes by whatever
-- chunks there are, and reading by the same policy, so nothing else has to know the kind.
ALTER TABLE vault.chunk DROP CONSTRAINT chunk_kind_check,
    ADD CONSTRAINT chunk_kind_check CHECK (kind IN ('records', 'summary', 'traces'));
