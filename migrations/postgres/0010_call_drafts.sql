-- What is written down in a call before it is saved: one a call. It goes with the outcome of the call, or by age.
CREATE TABLE call_drafts (
    call_id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    content JSONB NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by UUID NOT NULL
);
CREATE INDEX call_drafts_person ON call_drafts (changed_by);
