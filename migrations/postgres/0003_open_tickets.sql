-- Open tickets are few among all that ever were, and most lists are of them. The condition is that of
-- src/tickets/store.rs, word for word: an index with a condition is only taken for a query that says the same.
CREATE INDEX tickets_open ON tickets (registered_at, id)
    WHERE state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged');
CREATE INDEX tickets_open_due ON tickets (next_due_at, id)
    WHERE state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged');
CREATE INDEX tickets_open_building ON tickets (building_id, registered_at, id)
    WHERE state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged');
CREATE INDEX tickets_open_executor ON tickets (executor_id, registered_at, id)
    WHERE state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged');
