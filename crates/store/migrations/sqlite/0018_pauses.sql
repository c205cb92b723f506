-- That a session is to stand still: since when, who said so, and the order that says so to its
-- machine. It does stand still once its machine has said so, in its state.
ALTER TABLE sessions ADD COLUMN paused_at INTEGER;
ALTER TABLE sessions ADD COLUMN paused_by BLOB REFERENCES users (id);
ALTER TABLE sessions ADD COLUMN pause_command BLOB;

-- For how long it was to stand still before, in all: no time of its work passes meanwhile.
ALTER TABLE sessions ADD COLUMN paused_ms INTEGER NOT NULL DEFAULT 0;
