-- Who talked with the caller, one after another. Each part has an outcome of its own; the call's is the last part's.
CREATE TABLE call_parts (
    -- of the Answered event
    event_id BLOB NOT NULL PRIMARY KEY,
    call_id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    -- null after a transfer to a person
    queue TEXT,
    at TEXT NOT NULL,
    ended_at TEXT,
    -- a code of GET /api/v1/dispositions, or transferred
    disposition TEXT,
    comment TEXT,
    disposed_at TEXT,
    -- null: the transfer said it
    disposed_by BLOB
) STRICT;
CREATE INDEX call_parts_call ON call_parts (call_id, at);
CREATE INDEX call_parts_agent ON call_parts (agent_id, at);

INSERT INTO call_parts (event_id, call_id, agent_id, queue, at, ended_at, disposition, comment, disposed_at, disposed_by)
SELECT o.event_id, o.call_id, o.agent_id, NULLIF(o.queue, ''), o.ended_at, c.ended_at,
    CASE WHEN c.agent_id = o.agent_id THEN c.disposition END, CASE WHEN c.agent_id = o.agent_id THEN c.comment END,
    CASE WHEN c.agent_id = o.agent_id THEN c.disposed_at END, CASE WHEN c.agent_id = o.agent_id THEN c.disposed_by END
FROM call_offers o JOIN calls c ON c.id = o.call_id WHERE o.result = 'answered' AND o.ended_at IS NOT NULL;
