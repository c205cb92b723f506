-- After how long without anything happening a session ends by itself; NULL: never.
ALTER TABLE sessions ADD COLUMN idle_limit_ms INTEGER;
CREATE INDEX sessions_that_may_idle_out ON sessions (last_active_at)
    WHERE idle_limit_ms IS NOT NULL AND state = 'idle';

-- Whether a person may answer what the agent of a job asks.
ALTER TABLE jobs ADD COLUMN interactive INTEGER NOT NULL DEFAULT 0;

-- Jobs whose time of being kept is over are found by when they ended.
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
