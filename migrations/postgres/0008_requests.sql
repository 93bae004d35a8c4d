-- Requests that make something under an id of the client's (src/http/once.rs).
CREATE TABLE requests (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    -- SHA-256 of the operation and the body
    digest BYTEA NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX requests_at ON requests (at);
