-- Who accounts are at providers of sign-ins. Nobody there is two people here.
CREATE TABLE identities (
    id          BLOB PRIMARY KEY,
    user        BLOB NOT NULL REFERENCES users (id),
    issuer      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    shown       TEXT NOT NULL,
    role_from   TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (issuer, subject)
) STRICT;
CREATE INDEX identities_by_user ON identities (user);
