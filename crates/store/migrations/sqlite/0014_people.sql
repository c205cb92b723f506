-- What a token may be used for: words with blanks between them. Tokens of before could do everything.
ALTER TABLE api_tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT 'full';

-- What a one-time link is for: `sign_in`, or `password`, with which its user chooses one.
ALTER TABLE sign_in_links ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in';
CREATE INDEX sign_in_links_by_user ON sign_in_links (user) WHERE user IS NOT NULL;

-- Accounts are listed by tenant.
CREATE INDEX users_by_tenant ON users (tenant, number);
