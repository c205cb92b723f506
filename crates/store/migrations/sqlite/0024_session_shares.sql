-- What the owners of sessions have lent to others.
CREATE TABLE session_shares (
    session     BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user        BLOB NOT NULL REFERENCES users (id),
    level       TEXT NOT NULL,
    granted_by  BLOB NOT NULL REFERENCES users (id),
    granted_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (session, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_shares_by_user ON session_shares (user, session);
CREATE INDEX session_shares_that_end ON session_shares (expires_at);
