-- What becomes of a call that a quota stops: it waits and its session asks, or it is refused.
ALTER TABLE quotas ADD COLUMN at_stop TEXT NOT NULL DEFAULT 'ask';

-- A session's call for more: one at a time for each quota that stops it.
CREATE TABLE budget_requests (
    id           BLOB PRIMARY KEY,
    tenant       BLOB NOT NULL REFERENCES tenants (id),
    session      BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    quota        BLOB NOT NULL REFERENCES quotas (id) ON DELETE CASCADE,
    account      TEXT NOT NULL,
    allowed      INTEGER NOT NULL,
    spent        INTEGER NOT NULL,
    asked        INTEGER NOT NULL,
    model        TEXT,
    state        TEXT NOT NULL,
    asked_at     INTEGER NOT NULL,
    answered_by  BLOB REFERENCES users (id),
    answered_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX budget_requests_open ON budget_requests (session, quota)
    WHERE state = 'pending';
CREATE INDEX budget_requests_of_session ON budget_requests (session, quota, answered_at);
CREATE INDEX budget_requests_by_tenant ON budget_requests (tenant, asked_at);
CREATE INDEX budget_requests_by_quota ON budget_requests (quota);
