-- What signs the webhooks of a person's jobs, sealed. One is current; the one before it may go on
-- signing beside it until it retires.
CREATE TABLE webhook_secrets (
    id          BLOB PRIMARY KEY,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    user        BLOB NOT NULL REFERENCES users (id),
    sealed      BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    retires_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX webhook_secrets_current ON webhook_secrets (user) WHERE retires_at IS NULL;
CREATE INDEX webhook_secrets_by_user ON webhook_secrets (user);

-- Who is to be told of the end of a job. The parts are words, separated by blanks.
CREATE TABLE job_webhooks (
    job      BLOB PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    url      TEXT NOT NULL,
    include  TEXT NOT NULL
) STRICT;

-- One end of a job that is to be told, written together with it. Owner and destination make the
-- lane in which it waits; the body is last because it may be long.
CREATE TABLE webhook_deliveries (
    id           BLOB PRIMARY KEY,
    job          BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    owner        BLOB NOT NULL REFERENCES users (id),
    destination  TEXT NOT NULL,
    url          TEXT NOT NULL,
    event        TEXT NOT NULL,
    state        TEXT NOT NULL,
    tries        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    next_at      INTEGER,
    body         TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_by_job ON webhook_deliveries (job, id);
CREATE INDEX webhook_deliveries_in_lanes ON webhook_deliveries (owner, destination, next_at)
    WHERE state = 'pending';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE state = 'pending';

CREATE TABLE webhook_attempts (
    delivery  BLOB NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    took_ms   INTEGER NOT NULL,
    status    INTEGER,
    error     TEXT,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
