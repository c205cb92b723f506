-- Sessions that are not over are counted every few seconds; those that are over pile up.
CREATE INDEX sessions_open ON sessions (kind, state) WHERE state NOT IN ('stopped', 'failed');
