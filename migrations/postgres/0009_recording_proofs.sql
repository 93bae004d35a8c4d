-- What the file of an ended recording showed of itself (size and sha256 were there, and null).
ALTER TABLE recordings ADD COLUMN chunks BIGINT;
-- when the file was written last, Unix milliseconds: another time means that it must be examined again
ALTER TABLE recordings ADD COLUMN written_ms BIGINT;
ALTER TABLE recordings ADD COLUMN verified_at TIMESTAMPTZ;
-- JSON: what is wrong, and where
ALTER TABLE recordings ADD COLUMN damage JSONB;
CREATE INDEX recordings_verified ON recordings (verified_at, ended_at);
