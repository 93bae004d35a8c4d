-- A legal hold: the recording is not deleted while held_at stands.
ALTER TABLE recordings ADD COLUMN held_at TEXT;
ALTER TABLE recordings ADD COLUMN held_by BLOB;
ALTER TABLE recordings ADD COLUMN held_reason TEXT;
-- its time was over; state is deleted
ALTER TABLE recordings ADD COLUMN deleted_at TEXT;
CREATE INDEX recordings_ended ON recordings (ended_at) WHERE deleted_at IS NULL AND held_at IS NULL;
