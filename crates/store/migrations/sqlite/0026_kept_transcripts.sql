-- For how many days a tenant keeps the transcripts of its sessions on the server; not at all if it is
-- not said.
ALTER TABLE tenants ADD COLUMN transcripts_kept_days INTEGER;

-- What is said of single workspaces, instead of what their tenant says. It stays when the machine goes,
-- so that nothing is lost with it that was to be kept.
CREATE TABLE workspace_transcripts (
    machine     BLOB NOT NULL REFERENCES machines (id),
    workspace   TEXT NOT NULL,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    -- None: not at all.
    kept_days   INTEGER,
    PRIMARY KEY (machine, workspace)
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_transcripts_by_tenant ON workspace_transcripts (tenant);

-- For how many days each session is kept: by what is said of the innermost workspace around it, else
-- of its tenant. One in a worktree belongs to the workspace that it was made of.
CREATE VIEW transcript_days AS
WITH at (session, tenant, machine, path) AS (
    SELECT id, tenant, machine, coalesce(worktree_source, workspace) FROM sessions
)
SELECT at.session,
    iif(own.machine IS NULL, tenants.transcripts_kept_days, own.kept_days) AS days
FROM at
    JOIN tenants ON tenants.id = at.tenant
    LEFT JOIN workspace_transcripts AS own ON own.machine = at.machine AND own.workspace = (
        SELECT around.workspace FROM workspace_transcripts AS around
        WHERE around.machine = at.machine
            AND substr(at.path, 1, length(around.workspace)) = around.workspace
            -- Not one whose name only begins alike.
            AND (length(at.path) = length(around.workspace)
                OR substr(at.path, length(around.workspace) + 1, 1) IN ('/', '\')
                OR substr(around.workspace, -1) IN ('/', '\'))
        ORDER BY length(around.workspace) DESC LIMIT 1);

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
