-- What a person's authenticator makes codes of, sealed. A code of `last_step`, or of one before it, is
-- not accepted again.
CREATE TABLE authenticators (
    user         BLOB PRIMARY KEY REFERENCES users (id),
    sealed       BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    last_step    INTEGER NOT NULL,
    last_source  TEXT NOT NULL
) STRICT;

-- Digests of codes for whoever has lost their authenticator. A code that was used is not there.
CREATE TABLE recovery_codes (
    user    BLOB NOT NULL REFERENCES authenticators (user) ON DELETE CASCADE,
    digest  BLOB NOT NULL,
    PRIMARY KEY (user, digest)
) STRICT, WITHOUT ROWID;

-- That an administrator has switched somebody's second factor off, until there is a new one.
CREATE TABLE second_factor_resets (
    user  BLOB PRIMARY KEY REFERENCES users (id),
    at    INTEGER NOT NULL,
    by    BLOB NOT NULL REFERENCES users (id)
) STRICT;

-- Whether a tenant's people must have a second factor: `optional`, or `required`.
ALTER TABLE tenants ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'optional';
