-- What calls cost, and by which price. Rows of earlier releases have neither.
ALTER TABLE usage_records ADD COLUMN cache_write_1h INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_records ADD COLUMN cost_nano_usd INTEGER;
ALTER TABLE usage_records ADD COLUMN price_source TEXT;
ALTER TABLE usage_records ADD COLUMN price_version TEXT;
ALTER TABLE usage_records ADD COLUMN overhead_us INTEGER;
-- Models whose price somebody should look at.
CREATE INDEX usage_records_assumed ON usage_records (tenant, started_at)
    WHERE price_source = 'assumed';

-- What administrators say that models cost, in millionths of a dollar for a million tokens. The
-- model '*' stands for all of a provider's whose price nobody knows.
CREATE TABLE prices (
    id              BLOB PRIMARY KEY,
    tenant          BLOB NOT NULL REFERENCES tenants (id),
    provider        TEXT NOT NULL,
    model           TEXT NOT NULL,
    input           INTEGER NOT NULL,
    cache_read      INTEGER NOT NULL,
    cache_write     INTEGER NOT NULL,
    cache_write_1h  INTEGER NOT NULL,
    output          INTEGER NOT NULL,
    changed_by      BLOB NOT NULL REFERENCES users (id),
    changed_at      INTEGER NOT NULL,
    UNIQUE (tenant, provider, model)
) STRICT;

-- How much may be used: tokens, calls, or billionths of a dollar. Without an account each of its
-- kind has an allowance of its own.
CREATE TABLE quotas (
    id          BLOB PRIMARY KEY,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    subject     TEXT NOT NULL,
    account     TEXT,
    measure     TEXT NOT NULL,
    period      TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    changed_by  BLOB NOT NULL REFERENCES users (id),
    changed_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX quotas_once ON quotas (tenant, subject, COALESCE(account, ''), measure, period);

-- What was granted above a quota, to one account, in the day or month of its time.
CREATE TABLE quota_raises (
    id          BLOB PRIMARY KEY,
    tenant      BLOB NOT NULL REFERENCES tenants (id),
    quota       BLOB NOT NULL REFERENCES quotas (id) ON DELETE CASCADE,
    account     TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    granted_by  BLOB NOT NULL REFERENCES users (id),
    granted_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX quota_raises_by_quota ON quota_raises (tenant, granted_at);

-- What accounts have used is added up from the ledger.
CREATE INDEX usage_records_by_user ON usage_records (tenant, user, started_at);
CREATE INDEX usage_records_by_machine ON usage_records (tenant, machine, started_at);
CREATE INDEX usage_records_by_model ON usage_records (tenant, LOWER(COALESCE(model_asked, '')));
