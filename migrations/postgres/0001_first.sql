-- Everything this first version knows. Times are UTC, ids are made by whoever makes the thing (UUIDv7).
-- The same tables and columns stand in migrations/{sqlite,postgres}; tests/api/statements.rs keeps them equal.

-- Numbers that people read aloud: taken under the row's lock, so a rolled-back ticket leaves no gap.
CREATE TABLE sequences (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO sequences (name, value) VALUES ('ticket', 1000);

-- People and their log-ins -----------------------------------------------------------------------------------

CREATE TABLE people (
    id UUID NOT NULL PRIMARY KEY,
    -- lower case
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- dispatcher supervisor administrator technician
    role TEXT NOT NULL,
    -- an argon2id PHC string
    password TEXT NOT NULL,
    -- internal number, also the SIP account
    extension TEXT UNIQUE,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE person_queues (
    person_id UUID NOT NULL REFERENCES people (id),
    queue TEXT NOT NULL,
    PRIMARY KEY (person_id, queue)
);

CREATE TABLE logins (
    -- SHA-256 of the cookie: a stolen table opens nothing
    hash BYTEA NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX logins_person ON logins (person_id);

CREATE TABLE tokens (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tokens_person ON tokens (person_id);

-- Buildings: the address is a tree, not a string ------------------------------------------------------------------

CREATE TABLE buildings (
    id UUID NOT NULL PRIMARY KEY,
    -- 3-4 digits, spoken and typed
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    -- residential apartments business parking village
    kind TEXT NOT NULL,
    -- active onboarding archived
    status TEXT NOT NULL,
    timezone TEXT NOT NULL,
    -- one_source two_sources: decides the allowed outage
    power_supply TEXT NOT NULL,
    has_concierge BOOLEAN NOT NULL,
    emergency_notes TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Where a person works; no row: all buildings.
CREATE TABLE person_buildings (
    person_id UUID NOT NULL REFERENCES people (id),
    building_id UUID NOT NULL REFERENCES buildings (id),
    PRIMARY KEY (person_id, building_id)
);

CREATE TABLE sections (
    id UUID NOT NULL PRIMARY KEY,
    building_id UUID NOT NULL REFERENCES buildings (id),
    name TEXT NOT NULL,
    -- section parking
    kind TEXT NOT NULL,
    position BIGINT NOT NULL
);
CREATE INDEX sections_building ON sections (building_id, position);

CREATE TABLE floors (
    id UUID NOT NULL PRIMARY KEY,
    section_id UUID NOT NULL REFERENCES sections (id),
    name TEXT NOT NULL,
    position BIGINT NOT NULL
);
CREATE INDEX floors_section ON floors (section_id, position);

CREATE TABLE units (
    id UUID NOT NULL PRIMARY KEY,
    building_id UUID NOT NULL REFERENCES buildings (id),
    section_id UUID REFERENCES sections (id),
    floor_id UUID REFERENCES floors (id),
    label TEXT NOT NULL,
    -- flat apartment commercial parking storage
    kind TEXT NOT NULL,
    -- occupied vacant unknown
    state TEXT NOT NULL,
    area DOUBLE PRECISION,
    rooms BIGINT,
    account TEXT,
    position BIGINT NOT NULL,
    UNIQUE (building_id, kind, label)
);
CREATE INDEX units_floor ON units (floor_id);

CREATE TABLE unit_groups (
    id UUID NOT NULL PRIMARY KEY,
    building_id UUID NOT NULL REFERENCES buildings (id),
    -- riser_cold riser_hot riser_heat riser_sewer riser_power zone
    kind TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX unit_groups_building ON unit_groups (building_id);

CREATE TABLE unit_group_units (
    group_id UUID NOT NULL REFERENCES unit_groups (id),
    unit_id UUID NOT NULL REFERENCES units (id),
    PRIMARY KEY (group_id, unit_id)
);
CREATE INDEX unit_group_units_unit ON unit_group_units (unit_id);

-- Contacts ------------------------------------------------------------------------------------------------------

CREATE TABLE contacts (
    id UUID NOT NULL PRIMARY KEY,
    -- person company
    kind TEXT NOT NULL,
    full_name TEXT NOT NULL,
    -- folded words of the name and the digits of the phones (src/db/fold.rs)
    search TEXT NOT NULL,
    language TEXT NOT NULL,
    vip BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    -- active merged erased
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE contact_points (
    id UUID NOT NULL PRIMARY KEY,
    contact_id UUID NOT NULL REFERENCES contacts (id),
    -- phone email max telegram app web
    kind TEXT NOT NULL,
    -- phone: E.164 with plus
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    UNIQUE (contact_id, kind, value)
);
CREATE INDEX contact_points_value ON contact_points (kind, value);

CREATE TABLE unit_relations (
    contact_id UUID NOT NULL REFERENCES contacts (id),
    unit_id UUID NOT NULL REFERENCES units (id),
    -- owner tenant resident representative company_staff ex_owner
    role TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    -- moved out
    until TIMESTAMPTZ,
    PRIMARY KEY (contact_id, unit_id, role)
);
CREATE INDEX unit_relations_unit ON unit_relations (unit_id);

-- What a ticket can be about ---------------------------------------------------------------------------------------

CREATE TABLE classifiers (
    id UUID NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    place_ru TEXT NOT NULL,
    place_en TEXT NOT NULL,
    category_ru TEXT NOT NULL,
    category_en TEXT NOT NULL,
    problem_ru TEXT NOT NULL,
    problem_en TEXT NOT NULL,
    -- folded words of all of the above and synonyms
    search TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority BIGINT NOT NULL,
    profile TEXT NOT NULL,
    law_hint TEXT NOT NULL,
    active BOOLEAN NOT NULL
);

-- Calls. Rows of this part are written from the journal's events. No foreign keys here: a fact that happened is
-- stored even when the person or contact it names is gone, and the drain never stops at a reference. ---------------

CREATE TABLE intakes (
    id UUID NOT NULL PRIMARY KEY,
    -- call voicemail callback app portal email max sms walk_in ...
    channel TEXT NOT NULL,
    arrived_at TIMESTAMPTZ NOT NULL,
    source TEXT NOT NULL,
    -- as received; null: withheld
    number TEXT,
    -- E.164 with plus, when it can be read so
    phone TEXT,
    name TEXT NOT NULL,
    dialled TEXT NOT NULL,
    sip_call_id TEXT,
    from_tag TEXT,
    node TEXT NOT NULL,
    call_id UUID,
    contact_id UUID,
    building_id UUID,
    unit_id UUID,
    language TEXT,
    summary TEXT NOT NULL,
    -- received identified in_handling disposed
    state TEXT NOT NULL,
    disposition TEXT,
    comment TEXT,
    disposed_at TIMESTAMPTZ,
    disposed_by UUID,
    version BIGINT NOT NULL,
    UNIQUE (sip_call_id, from_tag)
);
CREATE INDEX intakes_arrived ON intakes (arrived_at, id);
CREATE INDEX intakes_state ON intakes (state, arrived_at);
CREATE INDEX intakes_call ON intakes (call_id);

CREATE TABLE calls (
    id UUID NOT NULL PRIMARY KEY,
    intake_id UUID NOT NULL,
    -- inbound outbound
    direction TEXT NOT NULL,
    source TEXT NOT NULL,
    from_number TEXT,
    -- E.164 with plus, when it can be read so
    from_phone TEXT,
    from_name TEXT NOT NULL,
    dialled TEXT NOT NULL,
    node TEXT NOT NULL,
    -- live ended
    state TEXT NOT NULL,
    outcome TEXT,
    -- caller agent system: who ended it
    side TEXT,
    -- SIP status of the end
    code BIGINT,
    queue TEXT,
    locale TEXT,
    priority BIGINT,
    agent_id UUID,
    contact_id UUID,
    building_id UUID,
    recording_id UUID,
    arrived_at TIMESTAMPTZ NOT NULL,
    greeted_at TIMESTAMPTZ,
    queued_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    wait_ms BIGINT,
    talk_ms BIGINT,
    hold_ms BIGINT,
    disposition TEXT,
    comment TEXT,
    disposed_at TIMESTAMPTZ,
    disposed_by UUID
);
CREATE INDEX calls_arrived ON calls (arrived_at, id);
CREATE INDEX calls_state ON calls (state);
CREATE INDEX calls_phone ON calls (from_phone, arrived_at);
CREATE INDEX calls_contact ON calls (contact_id, arrived_at);
CREATE INDEX calls_agent ON calls (agent_id, arrived_at);
CREATE INDEX calls_intake ON calls (intake_id);

CREATE TABLE call_legs (
    -- of the LegEnded event
    event_id UUID NOT NULL PRIMARY KEY,
    call_id UUID NOT NULL,
    role TEXT NOT NULL,
    agent_id UUID,
    received BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    lost BIGINT NOT NULL,
    jitter_ms DOUBLE PRECISION NOT NULL,
    mos DOUBLE PRECISION NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX call_legs_call ON call_legs (call_id);

CREATE TABLE call_traces (
    -- of the Traced event
    event_id UUID NOT NULL PRIMARY KEY,
    call_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    node TEXT NOT NULL,
    input TEXT NOT NULL
);
CREATE INDEX call_traces_call ON call_traces (call_id, at);

CREATE TABLE call_offers (
    -- of the Offered event
    event_id UUID NOT NULL PRIMARY KEY,
    call_id UUID NOT NULL,
    agent_id UUID NOT NULL,
    queue TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    -- answered no_answer rejected unreachable caller_left
    result TEXT
);
CREATE INDEX call_offers_call ON call_offers (call_id, at);
CREATE INDEX call_offers_agent ON call_offers (agent_id, at);

CREATE TABLE agent_intervals (
    -- of the AgentStatus event that began it
    event_id UUID NOT NULL PRIMARY KEY,
    agent_id UUID NOT NULL,
    -- away ready offered talking wrapping paused
    state TEXT NOT NULL,
    reason TEXT,
    call_id UUID,
    from_at TIMESTAMPTZ NOT NULL,
    to_at TIMESTAMPTZ
);
CREATE INDEX agent_intervals_agent ON agent_intervals (agent_id, from_at);

CREATE TABLE recordings (
    id UUID NOT NULL PRIMARY KEY,
    call_id UUID NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    duration_ms BIGINT,
    -- running done broken
    state TEXT NOT NULL,
    -- bytes
    size BIGINT,
    -- relative to the recordings folder
    file TEXT NOT NULL,
    sha256 TEXT
);
CREATE INDEX recordings_call ON recordings (call_id);
CREATE INDEX recordings_started ON recordings (started_at, id);

CREATE TABLE recording_accesses (
    id UUID NOT NULL PRIMARY KEY,
    recording_id UUID NOT NULL,
    person_id UUID NOT NULL,
    -- play download
    action TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    reason TEXT
);
CREATE INDEX recording_accesses_recording ON recording_accesses (recording_id, at);

CREATE TABLE callbacks (
    id UUID NOT NULL PRIMARY KEY,
    intake_id UUID,
    call_id UUID,
    phone TEXT,
    contact_id UUID,
    queue TEXT NOT NULL,
    -- abandoned node_lost requested missed voicemail promised
    reason TEXT NOT NULL,
    arrived_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    -- pending claimed done unreachable merged cancelled
    state TEXT NOT NULL,
    claimed_by UUID,
    claimed_at TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    done_by UUID,
    done_call_id UUID,
    comment TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX callbacks_state ON callbacks (state, due_at);
CREATE INDEX callbacks_phone ON callbacks (phone, state);
CREATE INDEX callbacks_call ON callbacks (call_id);

-- Tickets ---------------------------------------------------------------------------------------------------------

CREATE TABLE tickets (
    id UUID NOT NULL PRIMARY KEY,
    -- digits only, at most seven: spoken by the IVR
    number BIGINT NOT NULL UNIQUE,
    -- emergency service paid_service appeal complaint info_request pass_request utility_quality internal
    kind TEXT NOT NULL,
    -- the words of src/tickets/rules.rs
    state TEXT NOT NULL,
    -- 1 highest .. 4
    priority BIGINT NOT NULL,
    classifier_id UUID REFERENCES classifiers (id),
    profile TEXT NOT NULL,
    building_id UUID REFERENCES buildings (id),
    section_id UUID REFERENCES sections (id),
    floor_id UUID REFERENCES floors (id),
    unit_id UUID REFERENCES units (id),
    place_text TEXT NOT NULL,
    requester_id UUID REFERENCES contacts (id),
    requester_name TEXT NOT NULL,
    -- E.164 with plus, or as typed when it cannot be read so
    requester_phone TEXT,
    title TEXT NOT NULL,
    details TEXT NOT NULL,
    -- folded words of number, title, address, requester and the digits of the phone
    search TEXT NOT NULL,
    executor_id UUID REFERENCES people (id),
    -- call manual app import
    source TEXT NOT NULL,
    intake_id UUID,
    -- the call whose answer opened this ticket by itself: one ticket a call
    opened_by_call UUID UNIQUE,
    -- false: opened by a call, not yet completed by the dispatcher
    complete BOOLEAN NOT NULL,
    merged_into UUID REFERENCES tickets (id),
    hold_reason TEXT,
    hold_until TIMESTAMPTZ,
    -- the state to come back to
    hold_from TEXT,
    -- why rejected or cancelled
    reason TEXT,
    registered_at TIMESTAMPTZ NOT NULL,
    done_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    reopen_count BIGINT NOT NULL,
    decline_count BIGINT NOT NULL,
    -- the earliest running clock; the year 9999 when none runs, so that it sorts last
    next_due_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tickets_registered ON tickets (registered_at, id);
CREATE INDEX tickets_state ON tickets (state, registered_at);
CREATE INDEX tickets_due ON tickets (next_due_at, id);
CREATE INDEX tickets_building ON tickets (building_id, registered_at);
CREATE INDEX tickets_unit ON tickets (unit_id, registered_at);
CREATE INDEX tickets_requester ON tickets (requester_id, registered_at);
CREATE INDEX tickets_phone ON tickets (requester_phone, registered_at);
CREATE INDEX tickets_executor ON tickets (executor_id, state);

CREATE TABLE ticket_events (
    id UUID NOT NULL PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES tickets (id),
    -- order within the ticket
    position BIGINT NOT NULL,
    type TEXT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    actor_id UUID,
    data JSONB NOT NULL,
    UNIQUE (ticket_id, position)
);

CREATE TABLE ticket_clocks (
    ticket_id UUID NOT NULL REFERENCES tickets (id),
    -- localize told done accept ...
    code TEXT NOT NULL,
    -- 0, and one more at each reopening: the first result stays
    round BIGINT NOT NULL,
    law_ref TEXT NOT NULL,
    -- internal clocks pause on hold, statutory ones never
    pausable BOOLEAN NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    stopped_at TIMESTAMPTZ,
    breached_at TIMESTAMPTZ,
    paused_at TIMESTAMPTZ,
    PRIMARY KEY (ticket_id, code, round)
);
CREATE INDEX ticket_clocks_due ON ticket_clocks (stopped_at, breached_at, due_at);

CREATE TABLE ticket_comments (
    id UUID NOT NULL PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES tickets (id),
    author_id UUID,
    -- internal client
    visibility TEXT NOT NULL,
    text TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ticket_comments_ticket ON ticket_comments (ticket_id, at);

CREATE TABLE call_tickets (
    call_id UUID NOT NULL,
    ticket_id UUID NOT NULL REFERENCES tickets (id),
    -- created_in mentioned about callback_for
    kind TEXT NOT NULL,
    -- from the start of the call's recording
    offset_ms BIGINT,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (call_id, ticket_id)
);
CREATE INDEX call_tickets_ticket ON call_tickets (ticket_id);

-- History and its readers --------------------------------------------------------------------------------------------

CREATE TABLE events (
    id UUID NOT NULL PRIMARY KEY,
    -- increases in the order of commits: a reader that stands at n has seen everything up to n (src/db/dialect.rs)
    position BIGINT NOT NULL UNIQUE,
    at TIMESTAMPTZ NOT NULL,
    call_id UUID,
    kind TEXT NOT NULL,
    data JSONB NOT NULL
);
CREATE INDEX events_call ON events (call_id, position);

CREATE TABLE cursors (
    name TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE audit_events (
    id UUID NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id UUID,
    data JSONB NOT NULL
);
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_object ON audit_events (object, object_id);
