-- What a session may do without a person, as it was resolved when the session was started: JSON.
-- Sessions of earlier releases have none.
ALTER TABLE sessions ADD COLUMN policy TEXT;

-- Why a turn ended, for programs: the agent's stop reason, or a word of the machine's.
ALTER TABLE turns ADD COLUMN stop_reason TEXT;

-- Presets that administrators have made, as the options they stand for: JSON.
CREATE TABLE policy_presets (
    tenant       BLOB NOT NULL REFERENCES tenants (id),
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    options      TEXT NOT NULL,
    changed_by   BLOB NOT NULL REFERENCES users (id),
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;

-- What is answered without asking. Without an owner a rule is for everybody in the tenant; without
-- a machine, a workspace or a session it is for all of them.
CREATE TABLE policy_rules (
    id            BLOB PRIMARY KEY,
    tenant        BLOB NOT NULL REFERENCES tenants (id),
    effect        TEXT NOT NULL,
    tool          TEXT NOT NULL,
    matches       TEXT NOT NULL,
    title         TEXT NOT NULL,
    owner         BLOB REFERENCES users (id),
    machine       BLOB REFERENCES machines (id),
    workspace     TEXT,
    session       BLOB REFERENCES sessions (id) ON DELETE CASCADE,
    request       BLOB,
    created_by    BLOB NOT NULL REFERENCES users (id),
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER,
    revoked_by    BLOB REFERENCES users (id),
    last_used_at  INTEGER,
    uses          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX policy_rules_in_force ON policy_rules (tenant, created_at) WHERE revoked_at IS NULL;
CREATE INDEX policy_rules_by_session ON policy_rules (session) WHERE session IS NOT NULL;
