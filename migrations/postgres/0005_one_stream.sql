-- The events of every noun in one stream. Null in rows of former versions, which wrote telephony's events only: then the
-- subject is the call, or the agent in the data (src/outbox/store.rs).
ALTER TABLE events ADD COLUMN recorded_at TIMESTAMPTZ;
-- the noun, as in live hints: tickets calls people ...
ALTER TABLE events ADD COLUMN subject TEXT;
ALTER TABLE events ADD COLUMN subject_id UUID;
-- who did it; null: nobody in particular
ALTER TABLE events ADD COLUMN actor_id UUID;
