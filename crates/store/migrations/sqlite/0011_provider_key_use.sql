-- What a key serves, when it is chosen, and what came of trying it out. Models and aliases are JSON;
-- without a list of models a key serves all.
ALTER TABLE provider_keys ADD COLUMN models TEXT;
ALTER TABLE provider_keys ADD COLUMN aliases TEXT NOT NULL DEFAULT '{}';
ALTER TABLE provider_keys ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE provider_keys ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;
ALTER TABLE provider_keys ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE provider_keys ADD COLUMN secret_set_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE provider_keys ADD COLUMN trial TEXT;
ALTER TABLE provider_keys ADD COLUMN tried_at INTEGER;
UPDATE provider_keys SET secret_set_at = created_at;
