-- Public halves of keys with which people prove at sign-in that their authenticator is there. `counter`
-- is how often a key's authenticator says that it was used; a copy gives itself away by a number that was
-- there.
CREATE TABLE passkeys (
    id            BLOB PRIMARY KEY,
    user          BLOB NOT NULL REFERENCES users (id),
    name          TEXT NOT NULL,
    domain        TEXT NOT NULL,
    credential    BLOB NOT NULL,
    public_key    BLOB NOT NULL,
    algorithm     INTEGER NOT NULL,
    counter       INTEGER NOT NULL,
    transports    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER,
    last_source   TEXT NOT NULL,
    UNIQUE (domain, credential)
) STRICT;

CREATE INDEX passkeys_by_user ON passkeys (user);

-- Recovery codes are for whoever has a second factor of any kind.
CREATE TABLE recovery_codes_of_any (
    user    BLOB NOT NULL REFERENCES users (id),
    digest  BLOB NOT NULL,
    PRIMARY KEY (user, digest)
) STRICT, WITHOUT ROWID;

INSERT INTO recovery_codes_of_any (user, digest) SELECT user, digest FROM recovery_codes;

DROP TABLE recovery_codes;

ALTER TABLE recovery_codes_of_any RENAME TO recovery_codes;
