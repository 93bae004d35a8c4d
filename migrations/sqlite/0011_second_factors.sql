-- What people prove besides their password at a log-in.

-- from when on a person who must have a second factor may do nothing else before there is one; null: not told yet
ALTER TABLE people ADD COLUMN factor_due_at TEXT;
-- totp recovery_code key; null: the password alone
ALTER TABLE logins ADD COLUMN factor TEXT;

CREATE TABLE totp_secrets (
    person_id BLOB NOT NULL PRIMARY KEY REFERENCES people (id),
    -- sealed with the master key (src/recordings/key.rs)
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    -- null: shown, and not proved to be in the person's app yet
    confirmed_at TEXT,
    -- the 30 seconds of the last code that was accepted: no code of them or earlier is accepted again
    last_step INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    person_id BLOB NOT NULL REFERENCES people (id),
    -- SHA-256: the codes are random
    hash BLOB NOT NULL,
    used_at TEXT,
    PRIMARY KEY (person_id, hash)
) STRICT;

-- Log-ins whose password was right, and whose second factor is awaited.
CREATE TABLE login_challenges (
    -- SHA-256 of what the browser was given
    hash BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX login_challenges_person ON login_challenges (person_id);
