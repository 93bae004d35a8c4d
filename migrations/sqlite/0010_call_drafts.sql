-- What is written down in a call before it is saved: one a call. It goes with the outcome of the call, or by age.
CREATE TABLE call_drafts (
    call_id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by BLOB NOT NULL
) STRICT;
CREATE INDEX call_drafts_person ON call_drafts (changed_by);
