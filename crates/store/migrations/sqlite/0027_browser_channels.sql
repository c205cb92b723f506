-- Browsers that are told of what waits. One ends with the login in which it was made. Its address is
-- sealed as those of other channels are; the hash finds the same browser again.
ALTER TABLE notification_channels ADD COLUMN login BLOB REFERENCES logins (id) ON DELETE CASCADE;
ALTER TABLE notification_channels ADD COLUMN address_hash BLOB;
CREATE UNIQUE INDEX notification_channels_by_login ON notification_channels (login)
    WHERE login IS NOT NULL;
CREATE UNIQUE INDEX notification_channels_by_address ON notification_channels (address_hash)
    WHERE address_hash IS NOT NULL;
