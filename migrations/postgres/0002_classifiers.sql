-- The classifier is edited by several people: each change names the version it saw.
ALTER TABLE classifiers ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
