-- Who holds a session to reading: `kernel`, `partly` or `policy`, as its machine says; NULL where it
-- may do more. The detail is for people.
ALTER TABLE sessions ADD COLUMN containment TEXT;
ALTER TABLE sessions ADD COLUMN containment_detail TEXT;
