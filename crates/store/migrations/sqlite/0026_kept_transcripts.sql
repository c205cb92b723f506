-- For how many days a tenant keeps the transcripts of its sessions on the server; not at all if it is
-- not said.
ALTER TABLE tenants ADD COLUMN transcripts_kept_days INTEGER;

-- What is kept of a session, and the key that seals it, sealed by the key ring.
CREATE TABLE kept_transcripts (
    session     BLOB NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    -- None once it is to go: then nothing opens its parts, which are cleared away bit by bit.
    sealed      BLOB,
    last        INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    is_full     INTEGER NOT NULL,
    -- When it was known to be whole.
    looked_at   INTEGER NOT NULL,
    -- Whether somebody has deleted it: then it is not kept again, whatever the tenant says later.
    stays_away  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_transcripts_by_tenant ON kept_transcripts (tenant);
CREATE INDEX kept_transcripts_without_key ON kept_transcripts (session) WHERE sealed IS NULL;

CREATE TABLE kept_parts (
    session     BLOB NOT NULL REFERENCES kept_transcripts (session) ON DELETE CASCADE,
    -- The number of its last record.
    last        INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (session, last)
) STRICT;
