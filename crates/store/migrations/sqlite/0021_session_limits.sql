-- What a tenant allows its sessions; NULL: no limit. After how long without anything happening a chat is
-- stopped, how many prompts a session takes, and how many may be open on a machine and of a user.
ALTER TABLE tenants ADD COLUMN idle_limit_ms INTEGER;
ALTER TABLE tenants ADD COLUMN max_turns INTEGER;
ALTER TABLE tenants ADD COLUMN max_sessions_per_machine INTEGER;
ALTER TABLE tenants ADD COLUMN max_sessions_per_user INTEGER;

-- Open sessions are counted before each new one.
CREATE INDEX sessions_open_on_machine ON sessions (machine) WHERE state NOT IN ('stopped', 'failed');
CREATE INDEX sessions_open_of_owner ON sessions (owner) WHERE state NOT IN ('stopped', 'failed');

-- Any idle chat may have a limit, its own or its tenant's.
DROP INDEX sessions_that_may_idle_out;
CREATE INDEX sessions_idle ON sessions (last_active_at) WHERE kind = 'chat' AND state = 'idle';
