-- Search of tickets and contacts by the beginnings of the words of their columns `search` (src/db/words.rs). The triggers keep
-- the indexes in step with every row, whoever writes it.
CREATE VIRTUAL TABLE ticket_words USING fts5 (
    search, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '1 2 3 4 5 6'
);
CREATE TRIGGER ticket_words_new AFTER INSERT ON tickets BEGIN
    INSERT INTO ticket_words (rowid, search) VALUES (new.number, new.search);
END;
CREATE TRIGGER ticket_words_changed AFTER UPDATE OF search ON tickets WHEN new.search <> old.search BEGIN
    DELETE FROM ticket_words WHERE rowid = old.number;
    INSERT INTO ticket_words (rowid, search) VALUES (new.number, new.search);
END;
CREATE TRIGGER ticket_words_gone AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_words WHERE rowid = old.number;
END;

-- The index knows rows by a number that survives a VACUUM.
CREATE TABLE contact_words_rows (row INTEGER PRIMARY KEY, contact_id BLOB NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE contact_words USING fts5 (
    search, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '1 2 3 4 5 6'
);
CREATE TRIGGER contact_words_new AFTER INSERT ON contacts BEGIN
    INSERT INTO contact_words_rows (contact_id) VALUES (new.id);
    INSERT INTO contact_words (rowid, search) SELECT row, new.search FROM contact_words_rows WHERE contact_id = new.id;
END;
CREATE TRIGGER contact_words_changed AFTER UPDATE OF search ON contacts WHEN new.search <> old.search BEGIN
    DELETE FROM contact_words WHERE rowid = (SELECT row FROM contact_words_rows WHERE contact_id = new.id);
    INSERT INTO contact_words (rowid, search) SELECT row, new.search FROM contact_words_rows WHERE contact_id = new.id;
END;
CREATE TRIGGER contact_words_gone AFTER DELETE ON contacts BEGIN
    DELETE FROM contact_words WHERE rowid = (SELECT row FROM contact_words_rows WHERE contact_id = old.id);
    DELETE FROM contact_words_rows WHERE contact_id = old.id;
END;

-- A phone is found by its last digits: its ends become words of their own.
UPDATE tickets SET search = search || (
    SELECT COALESCE(group_concat(' ' || substr(replace(requester_phone, '+', ''), start), ''), '')
    FROM (SELECT value AS start FROM json_each('[2,3,4,5,6,7,8,9,10,11,12]'))
    WHERE start <= length(replace(requester_phone, '+', '')) - 3)
WHERE requester_phone IS NOT NULL;
UPDATE contacts SET search = search || (
    SELECT COALESCE(group_concat(' ' || substr(replace(p.value, '+', ''), start), ''), '')
    FROM contact_points p JOIN (SELECT value AS start FROM json_each('[2,3,4,5,6,7,8,9,10,11,12]'))
    WHERE p.contact_id = contacts.id AND p.kind = 'phone' AND start <= length(replace(p.value, '+', '')) - 3);

INSERT INTO ticket_words (rowid, search) SELECT number, search FROM tickets;
INSERT INTO contact_words_rows (contact_id) SELECT id FROM contacts;
INSERT INTO contact_words (rowid, search)
    SELECT r.row, c.search FROM contact_words_rows r JOIN contacts c ON c.id = r.contact_id;

-- Lists that had to read all rows.
CREATE INDEX contacts_name ON contacts (full_name, id);
CREATE INDEX calls_disposition ON calls (disposition, arrived_at, id);
CREATE INDEX intakes_channel ON intakes (channel, arrived_at, id);
CREATE INDEX tickets_executor_registered ON tickets (executor_id, registered_at, id);
CREATE INDEX tickets_state_due ON tickets (state, next_due_at, id);
