-- Search of tickets and contacts by the beginnings of the words of their columns `search` (src/db/words.rs). The extension is
-- a part of PostgreSQL that the owner of a database may create; Debian has it in the server's package.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A phone is found by its last digits: its ends become words of their own.
UPDATE tickets SET search = search || (
    SELECT COALESCE(string_agg(' ' || substr(replace(requester_phone, '+', ''), start), '' ORDER BY start), '')
    FROM generate_series(2, 12) AS start WHERE start <= length(replace(requester_phone, '+', '')) - 3)
WHERE requester_phone IS NOT NULL;
UPDATE contacts SET search = search || (
    SELECT COALESCE(string_agg(' ' || substr(replace(p.value, '+', ''), start), ''), '')
    FROM contact_points p CROSS JOIN generate_series(2, 12) AS start
    WHERE p.contact_id = contacts.id AND p.kind = 'phone' AND start <= length(replace(p.value, '+', '')) - 3);

CREATE INDEX ticket_words ON tickets USING gin (search gin_trgm_ops);
CREATE INDEX contact_words ON contacts USING gin (search gin_trgm_ops);
-- how often words are in it decides whether the index is used
ALTER TABLE tickets ALTER search SET STATISTICS 1000;

-- Lists that had to read all rows.
CREATE INDEX contacts_name ON contacts (full_name, id);
CREATE INDEX calls_disposition ON calls (disposition, arrived_at, id);
CREATE INDEX intakes_channel ON intakes (channel, arrived_at, id);
CREATE INDEX tickets_executor_registered ON tickets (executor_id, registered_at, id);
CREATE INDEX tickets_state_due ON tickets (state, next_due_at, id);
