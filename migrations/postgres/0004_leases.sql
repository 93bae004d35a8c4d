-- Which of several processes does a thing that one at a time does (src/outbox/lease.rs).
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    -- the node's name
    holder TEXT NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
