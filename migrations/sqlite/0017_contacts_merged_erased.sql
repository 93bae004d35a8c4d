-- Contacts that were the same client as another, and those whose data was erased: the row stays, so that what names it can.
ALTER TABLE contacts ADD COLUMN merged_into BLOB REFERENCES contacts (id);
ALTER TABLE contacts ADD COLUMN erased_at TEXT;
ALTER TABLE contacts ADD COLUMN erased_reason TEXT;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX intakes_contact ON intakes (contact_id);
CREATE INDEX intakes_phone ON intakes (phone);
CREATE INDEX callbacks_contact ON callbacks (contact_id);
