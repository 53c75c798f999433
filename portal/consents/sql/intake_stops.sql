-- The intake worker hears of ended mandates first, and ends what they leave behind.
GRANT USAGE ON SCHEMA reaper TO {prefix}intake;
GRANT EXECUTE ON FUNCTION reaper.evict(), reaper.evict_publishers(uuid) TO {prefix}intake;
