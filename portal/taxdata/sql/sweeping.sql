-- Whoever holds a consent's row or an import's up makes its erasing wait for this long and no more:
-- the sweep goes on with the next one and comes back.
ALTER FUNCTION vault.erase(uuid) SET lock_timeout = '1s';
ALTER FUNCTION vault.drop_staged(uuid) SET lock_timeout = '1s';
