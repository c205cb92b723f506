-- How people find sessions again. A name that was given by a person stands before the title, which
-- the agent may change; tags are a JSON array of texts, sorted.
ALTER TABLE sessions ADD COLUMN name TEXT;
ALTER TABLE sessions ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sessions ADD COLUMN archived_at INTEGER;
