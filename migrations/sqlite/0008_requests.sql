-- Requests that make something under an id of the client's (src/http/once.rs).
CREATE TABLE requests (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    -- SHA-256 of the operation and the body
    digest BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX requests_at ON requests (at);
