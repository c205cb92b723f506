-- What people have said about a machine: a JSON array of texts, sorted.
ALTER TABLE machines ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';

-- That no new work begins: on one machine, or on every machine of a tenant. Since when, who said so,
-- and why.
ALTER TABLE machines ADD COLUMN frozen_at INTEGER;
ALTER TABLE machines ADD COLUMN frozen_by BLOB REFERENCES users (id);
ALTER TABLE machines ADD COLUMN freeze_reason TEXT;
ALTER TABLE tenants ADD COLUMN frozen_at INTEGER;
ALTER TABLE tenants ADD COLUMN frozen_by BLOB REFERENCES users (id);
ALTER TABLE tenants ADD COLUMN freeze_reason TEXT;

-- Machines that were not removed, with all that keeps them from new work.
CREATE VIEW machines_present AS
SELECT machines.*,
    person.display_name AS frozen_by_name,
    tenants.frozen_at AS tenant_frozen_at,
    tenants.frozen_by AS tenant_frozen_by,
    tenants.freeze_reason AS tenant_freeze_reason,
    tenant_person.display_name AS tenant_frozen_by_name
FROM machines
JOIN tenants ON tenants.id = machines.tenant
LEFT JOIN users AS person ON person.id = machines.frozen_by
LEFT JOIN users AS tenant_person ON tenant_person.id = tenants.frozen_by
WHERE machines.removed_at IS NULL;
