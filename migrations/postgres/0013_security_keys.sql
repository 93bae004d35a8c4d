-- Security keys (WebAuthn) as a second factor.

CREATE TABLE security_keys (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    credential_id BYTEA NOT NULL UNIQUE,
    -- JSON: public key and counter
    credential TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX security_keys_person ON security_keys (person_id);

-- What a new key of a person was asked, until it answers.
CREATE TABLE security_key_requests (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES people (id),
    -- JSON
    state TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- JSON: what the person's keys were asked for this log-in; null: nothing
ALTER TABLE login_challenges ADD COLUMN key_state TEXT;
