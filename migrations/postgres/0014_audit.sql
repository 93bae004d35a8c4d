-- Who asked for what: rows that the server writes for every operation that src/http/audit/operations.rs names.
-- of the last of `count` equal requests within a minute; null in rows of former versions
ALTER TABLE audit_events ADD COLUMN last_at TIMESTAMPTZ;
ALTER TABLE audit_events ADD COLUMN count BIGINT NOT NULL DEFAULT 1;
-- where the request came from
ALTER TABLE audit_events ADD COLUMN address TEXT;
-- the API token it came with; null: a cookie
ALTER TABLE audit_events ADD COLUMN token_id UUID;
-- the request's id, as in the log
ALTER TABLE audit_events ADD COLUMN request TEXT;
-- the HTTP status of the answer; null in rows of former versions
ALTER TABLE audit_events ADD COLUMN status BIGINT;
CREATE INDEX audit_events_order ON audit_events (at, id);
CREATE INDEX audit_events_actor ON audit_events (actor_id, at);
CREATE INDEX audit_events_action ON audit_events (action, at);
CREATE INDEX audit_events_thing ON audit_events (object_id, at);
