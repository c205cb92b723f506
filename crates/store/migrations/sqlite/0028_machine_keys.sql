-- The key that a machine has made and will prove itself with from its next link on, and when it said so;
-- and since when it has the one that it has, if that is not the one of its enrolment.
ALTER TABLE machines ADD COLUMN next_key BLOB;
ALTER TABLE machines ADD COLUMN next_key_at INTEGER;
ALTER TABLE machines ADD COLUMN key_since INTEGER;
