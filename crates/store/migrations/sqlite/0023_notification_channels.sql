-- Where people are told of what waits for them. The address and what signs are sealed, because whoever
-- has them writes in that place; the host is not. Events are words, separated by blanks.
CREATE TABLE notification_channels (
    id                BLOB PRIMARY KEY,
    tenant            BLOB NOT NULL REFERENCES tenants (id),
    user              BLOB NOT NULL REFERENCES users (id),
    name              TEXT NOT NULL,
    kind              TEXT NOT NULL,
    host              TEXT NOT NULL,
    destination       TEXT NOT NULL,
    sealed            BLOB NOT NULL,
    events            TEXT NOT NULL,
    shortest_turn_ms  INTEGER NOT NULL,
    language          TEXT NOT NULL,
    console           TEXT NOT NULL,
    state             TEXT NOT NULL,
    put_off_because   TEXT,
    given_up          INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    tested_at         INTEGER
) STRICT;
CREATE INDEX notification_channels_by_user ON notification_channels (user, id);
CREATE INDEX notification_channels_on ON notification_channels (tenant) WHERE state = 'on';

-- What one channel is to be told, written together with what makes it true. While it gathers, more of
-- the same kind about the same thing is added to it. Owner and destination make the lane in which it
-- waits, which it shares with webhooks.
CREATE TABLE notices (
    id              BLOB PRIMARY KEY,
    channel         BLOB NOT NULL REFERENCES notification_channels (id) ON DELETE CASCADE,
    owner           BLOB NOT NULL REFERENCES users (id),
    destination     TEXT NOT NULL,
    event           TEXT NOT NULL,
    machine         BLOB NOT NULL,
    session         BLOB REFERENCES sessions (id) ON DELETE CASCADE,
    count           INTEGER NOT NULL,
    state           TEXT NOT NULL,
    tries           INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    gathered_until  INTEGER,
    next_at         INTEGER
) STRICT;
CREATE UNIQUE INDEX notices_gathering ON notices (channel, event, machine, COALESCE(session, x''))
    WHERE state = 'gathering';
CREATE INDEX notices_in_lanes ON notices (owner, destination, next_at)
    WHERE state IN ('gathering', 'pending');
CREATE INDEX notices_due ON notices (next_at) WHERE state IN ('gathering', 'pending');
CREATE INDEX notices_by_channel ON notices (channel) WHERE state IN ('gathering', 'pending');
CREATE INDEX notices_by_session ON notices (session);
CREATE INDEX notices_over ON notices (created_at) WHERE state NOT IN ('gathering', 'pending');

-- What a channel has answered last.
CREATE TABLE notification_attempts (
    channel  BLOB NOT NULL REFERENCES notification_channels (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    event    TEXT,
    at       INTEGER NOT NULL,
    took_ms  INTEGER NOT NULL,
    status   INTEGER,
    error    TEXT,
    PRIMARY KEY (channel, number)
) STRICT, WITHOUT ROWID;
