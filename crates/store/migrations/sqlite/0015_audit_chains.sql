-- Where each chain of the audit log ends, so that a record cut off at its end is missed, and where
-- it begins, once old records were dropped: the position and the hash of the last dropped one.
CREATE TABLE audit_chains (
    chain         BLOB PRIMARY KEY,
    position      INTEGER NOT NULL,
    hash          BLOB NOT NULL,
    dropped       INTEGER NOT NULL DEFAULT 0,
    dropped_hash  BLOB NOT NULL DEFAULT (zeroblob(32))
) STRICT, WITHOUT ROWID;

INSERT INTO audit_chains (chain, position, hash)
SELECT chain, position, hash FROM audit_records AS last
    WHERE position = (SELECT MAX(position) FROM audit_records WHERE chain = last.chain);

CREATE TRIGGER audit_chains_only_grow BEFORE UPDATE OF chain, position, hash ON audit_chains
    WHEN NEW.chain IS NOT OLD.chain OR NEW.position IS NOT OLD.position + 1
BEGIN
    SELECT RAISE(ABORT, 'a chain of the audit log grows by one record at a time');
END;
CREATE TRIGGER audit_chains_begin_at_a_record BEFORE UPDATE OF dropped, dropped_hash ON audit_chains
    WHEN NEW.dropped <= OLD.dropped OR NOT EXISTS (
        SELECT 1 FROM audit_records
        WHERE chain = NEW.chain AND position = NEW.dropped AND hash = NEW.dropped_hash)
BEGIN
    SELECT RAISE(ABORT, 'a chain of the audit log begins after one of its records');
END;
CREATE TRIGGER audit_chains_are_not_deleted BEFORE DELETE ON audit_chains
BEGIN
    SELECT RAISE(ABORT, 'a chain of the audit log is not deleted');
END;

DROP TRIGGER audit_records_are_not_deleted;
CREATE TRIGGER audit_records_are_not_deleted BEFORE DELETE ON audit_records
    WHEN OLD.position > COALESCE((SELECT dropped FROM audit_chains WHERE chain = OLD.chain), 0)
BEGIN
    SELECT RAISE(ABORT, 'audit records are append-only');
END;
