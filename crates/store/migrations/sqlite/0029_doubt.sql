-- Since when the server does not know which sessions a machine has: it was restored from a backup, or
-- reports of the machine are missing. The machine is asked when it is there.
ALTER TABLE machines ADD COLUMN in_doubt_since INTEGER;
CREATE INDEX machines_in_doubt ON machines (id) WHERE in_doubt_since IS NOT NULL;
