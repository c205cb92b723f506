-- Unattended work: one prompt, queued, with a result.
CREATE TABLE jobs (
    id                BLOB PRIMARY KEY,
    tenant            BLOB NOT NULL REFERENCES tenants (id),
    owner             BLOB NOT NULL REFERENCES users (id),
    machine           BLOB NOT NULL REFERENCES machines (id),
    agent             TEXT NOT NULL,
    workspace         TEXT,
    model             TEXT,
    prompt_head       TEXT NOT NULL,
    prompt_is_longer  INTEGER NOT NULL,
    priority          INTEGER NOT NULL,
    timeout_ms        INTEGER,
    machine_wait_ms   INTEGER NOT NULL,
    state             TEXT NOT NULL,
    attempt           INTEGER NOT NULL,
    -- Names, not references: a session may be deleted before its job.
    session           BLOB,
    turn              BLOB,
    failure           TEXT,
    error             TEXT,
    log_seq           INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    queued_at         INTEGER NOT NULL,
    started_at        INTEGER,
    finished_at       INTEGER
) STRICT;
CREATE INDEX jobs_by_tenant ON jobs (tenant, created_at);
CREATE INDEX jobs_by_owner ON jobs (owner, created_at);
CREATE INDEX jobs_queued ON jobs (machine, priority, queued_at) WHERE state = 'queued';
CREATE INDEX jobs_running_on ON jobs (machine) WHERE state = 'running';
CREATE INDEX jobs_running_for ON jobs (owner) WHERE state = 'running';

-- What is long, apart, so that lists need not read it. Content is ACP blocks, where the prompt is
-- more than a text; the policy is what was asked for.
CREATE TABLE job_texts (
    job               BLOB PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    policy            TEXT NOT NULL,
    prompt            TEXT NOT NULL,
    content           TEXT,
    result            TEXT,
    result_is_longer  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE job_logs (
    job      BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    level    TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_attempts (
    job          BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    session      BLOB NOT NULL,
    turn         BLOB NOT NULL,
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    state        TEXT NOT NULL,
    error        TEXT,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
