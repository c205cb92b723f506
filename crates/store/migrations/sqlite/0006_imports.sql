-- Transcripts that are being given to machines, for sessions that are not there yet. What is left
-- here by a server that broke off is what a machine must forget.
CREATE TABLE imports (
    session   BLOB PRIMARY KEY,
    machine   BLOB NOT NULL REFERENCES machines (id),
    begun_at  INTEGER NOT NULL
) STRICT;

-- When it was taken in; NULL for sessions that were held here. It can be read and not continued.
ALTER TABLE sessions ADD COLUMN imported_at INTEGER;
