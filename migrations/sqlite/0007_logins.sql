-- When a log-in was last used by a person; null in rows of former versions: since it began.
ALTER TABLE logins ADD COLUMN seen_at TEXT;
-- Null in rows of former versions: no end.
ALTER TABLE tokens ADD COLUMN expires_at TEXT;
ALTER TABLE tokens ADD COLUMN used_at TEXT;
-- verbs (src/http/access.rs), with a space between them; null: all of the person's
ALTER TABLE tokens ADD COLUMN scopes TEXT;
