-- Times are milliseconds since the Unix epoch. Identifiers are the 16 bytes of a UUID version 7.
-- Secrets appear as SHA-256 of a high-entropy secret, as an Argon2id string, or sealed; never plain.

-- What the installation must remember of itself, such as its identity key.
CREATE TABLE settings (
    name   TEXT PRIMARY KEY,
    value  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    id          BLOB PRIMARY KEY,
    number      INTEGER NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id               BLOB PRIMARY KEY,
    number           INTEGER NOT NULL UNIQUE,
    tenant           BLOB NOT NULL REFERENCES tenants (id),
    username         TEXT NOT NULL,
    username_folded  TEXT NOT NULL UNIQUE,
    display_name     TEXT NOT NULL,
    kind             TEXT NOT NULL,
    role             TEXT NOT NULL,
    state            TEXT NOT NULL,
    password_hash    TEXT,
    created_at       INTEGER NOT NULL
) STRICT;

-- Failed sign-ins, per account and per source, so that throttling survives a restart.
CREATE TABLE throttles (
    subject     TEXT PRIMARY KEY,
    failures    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE logins (
    id            BLOB PRIMARY KEY,
    secret_hash   BLOB NOT NULL,
    user          BLOB NOT NULL REFERENCES users (id),
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    user_agent    TEXT NOT NULL
) STRICT;
CREATE INDEX logins_by_user ON logins (user);

CREATE TABLE api_tokens (
    id            BLOB PRIMARY KEY,
    secret_hash   BLOB NOT NULL,
    user          BLOB NOT NULL REFERENCES users (id),
    name          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user);

-- One-time sign-in links. Without a user it is the setup link that makes the first administrator.
CREATE TABLE sign_in_links (
    id           BLOB PRIMARY KEY,
    secret_hash  BLOB NOT NULL,
    user         BLOB REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE enrolments (
    id           BLOB PRIMARY KEY,
    secret_hash  BLOB NOT NULL,
    tenant       BLOB NOT NULL REFERENCES tenants (id),
    created_by   BLOB NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    consumed_by  BLOB,
    consumed_at  INTEGER
) STRICT;
CREATE INDEX enrolments_by_tenant ON enrolments (tenant, created_at);

CREATE TABLE machines (
    id            BLOB PRIMARY KEY,
    tenant        BLOB NOT NULL REFERENCES tenants (id),
    name          TEXT NOT NULL,
    public_key    BLOB NOT NULL,
    epoch         INTEGER NOT NULL DEFAULT 0,
    command_seq   INTEGER NOT NULL DEFAULT 0,
    report_seq    INTEGER NOT NULL DEFAULT 0,
    facts         TEXT NOT NULL,
    enrolled_at   INTEGER NOT NULL,
    last_seen_at  INTEGER,
    removed_at    INTEGER
) STRICT;
CREATE INDEX machines_by_tenant ON machines (tenant) WHERE removed_at IS NULL;

CREATE TABLE assignments (
    machine     BLOB NOT NULL REFERENCES machines (id),
    user        BLOB NOT NULL REFERENCES users (id),
    level       TEXT NOT NULL,
    granted_by  BLOB NOT NULL,
    granted_at  INTEGER NOT NULL,
    PRIMARY KEY (machine, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_user ON assignments (user);

CREATE TABLE sessions (
    id              BLOB PRIMARY KEY,
    tenant          BLOB NOT NULL REFERENCES tenants (id),
    owner           BLOB NOT NULL REFERENCES users (id),
    machine         BLOB NOT NULL REFERENCES machines (id),
    kind            TEXT NOT NULL,
    agent           TEXT,
    workspace       TEXT NOT NULL,
    model           TEXT,
    preset          TEXT NOT NULL,
    title           TEXT NOT NULL,
    state           TEXT NOT NULL,
    detail          TEXT,
    created_at      INTEGER NOT NULL,
    last_active_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_tenant ON sessions (tenant, last_active_at);
CREATE INDEX sessions_by_machine ON sessions (machine, last_active_at);

-- Orders to machines. The body is dropped as soon as the machine has it in its journal.
CREATE TABLE commands (
    id           BLOB PRIMARY KEY,
    machine      BLOB NOT NULL REFERENCES machines (id),
    seq          INTEGER NOT NULL,
    session      BLOB NOT NULL,
    actor        TEXT NOT NULL,
    body         BLOB,
    not_after    INTEGER,
    state        TEXT NOT NULL,
    code         TEXT,
    message      TEXT,
    created_at   INTEGER NOT NULL,
    accepted_at  INTEGER,
    finished_at  INTEGER,
    UNIQUE (machine, seq)
) STRICT;
CREATE INDEX commands_unfinished ON commands (session) WHERE finished_at IS NULL;

CREATE TABLE turns (
    id           BLOB PRIMARY KEY,
    session      BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    author       BLOB NOT NULL REFERENCES users (id),
    command      BLOB NOT NULL,
    state        TEXT NOT NULL,
    outcome      TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;
CREATE INDEX turns_by_session ON turns (session, created_at);
CREATE INDEX turns_by_command ON turns (command) WHERE finished_at IS NULL;

CREATE TABLE permission_requests (
    id           BLOB PRIMARY KEY,
    tenant       BLOB NOT NULL REFERENCES tenants (id),
    machine      BLOB NOT NULL REFERENCES machines (id),
    session      BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    turn         BLOB,
    title        TEXT NOT NULL,
    details      TEXT NOT NULL,
    digest       BLOB NOT NULL,
    state        TEXT NOT NULL,
    answer       TEXT,
    note         TEXT,
    answered_by  BLOB,
    command      BLOB,
    asked_at     INTEGER NOT NULL,
    answered_at  INTEGER
) STRICT;
CREATE INDEX permission_requests_open ON permission_requests (tenant, asked_at)
    WHERE state IN ('pending', 'answered', 'delivered');
CREATE INDEX permission_requests_by_session ON permission_requests (session, asked_at);
CREATE INDEX permission_requests_by_command ON permission_requests (command)
    WHERE state = 'answered';

CREATE TABLE provider_keys (
    id          BLOB PRIMARY KEY,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    provider    TEXT NOT NULL,
    name        TEXT NOT NULL,
    base_url    TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    hint        TEXT NOT NULL,
    created_by  BLOB NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    UNIQUE (tenant, provider, name)
) STRICT;

CREATE TABLE proxy_tokens (
    id           BLOB PRIMARY KEY,
    secret_hash  BLOB NOT NULL,
    tenant       BLOB NOT NULL REFERENCES tenants (id),
    user         BLOB NOT NULL REFERENCES users (id),
    machine      BLOB NOT NULL REFERENCES machines (id),
    session      BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    model        TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX proxy_tokens_by_session ON proxy_tokens (session) WHERE revoked_at IS NULL;

-- One row for each call attempt. Names, not references: the ledger outlives what it names.
CREATE TABLE usage_records (
    id              BLOB PRIMARY KEY,
    tenant          BLOB NOT NULL,
    user            BLOB NOT NULL,
    machine         BLOB NOT NULL,
    session         BLOB NOT NULL,
    proxy_token     BLOB NOT NULL,
    provider_key    BLOB,
    provider        TEXT NOT NULL,
    model_asked     TEXT,
    model_answered  TEXT,
    input           INTEGER NOT NULL,
    cache_read      INTEGER NOT NULL,
    cache_write     INTEGER NOT NULL,
    output          INTEGER NOT NULL,
    reasoning       INTEGER NOT NULL,
    status          TEXT NOT NULL,
    http_status     INTEGER,
    started_at      INTEGER NOT NULL,
    first_byte_ms   INTEGER,
    duration_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_records_by_tenant ON usage_records (tenant, started_at);
CREATE INDEX usage_records_by_session ON usage_records (session);

-- Append-only: each record carries the hash of the one before it in its chain.
CREATE TABLE audit_records (
    id        BLOB PRIMARY KEY,
    chain     BLOB NOT NULL,
    position  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    object    TEXT NOT NULL,
    result    TEXT NOT NULL,
    facts     TEXT NOT NULL,
    hash      BLOB NOT NULL,
    UNIQUE (chain, position)
) STRICT;

CREATE TRIGGER audit_records_are_not_changed BEFORE UPDATE ON audit_records
BEGIN
    SELECT RAISE(ABORT, 'audit records are append-only');
END;
CREATE TRIGGER audit_records_are_not_deleted BEFORE DELETE ON audit_records
BEGIN
    SELECT RAISE(ABORT, 'audit records are append-only');
END;

-- Answers to requests that carried an idempotency key, for the same request sent again.
CREATE TABLE idempotent_answers (
    user          BLOB NOT NULL,
    key           TEXT NOT NULL,
    request_hash  BLOB NOT NULL,
    answer        TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;
