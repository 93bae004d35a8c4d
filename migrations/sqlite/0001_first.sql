-- Everything this first version knows. Times are UTC, ids are made by whoever makes the thing (UUIDv7).
-- The same tables and columns stand in migrations/{sqlite,postgres}; tests/api/statements.rs keeps them equal.

-- Numbers that people read aloud: taken under the row's lock, so a rolled-back ticket leaves no gap.
CREATE TABLE sequences (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO sequences (name, value) VALUES ('ticket', 1000);

-- People and their log-ins -----------------------------------------------------------------------------------

CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    -- lower case
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- dispatcher supervisor administrator technician
    role TEXT NOT NULL,
    -- an argon2id PHC string
    password TEXT NOT NULL,
    -- internal number, also the SIP account
    extension TEXT UNIQUE,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE person_queues (
    person_id BLOB NOT NULL REFERENCES people (id),
    queue TEXT NOT NULL,
    PRIMARY KEY (person_id, queue)
) STRICT;

CREATE TABLE logins (
    -- SHA-256 of the cookie: a stolen table opens nothing
    hash BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX logins_person ON logins (person_id);

CREATE TABLE tokens (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX tokens_person ON tokens (person_id);

-- Buildings: the address is a tree, not a string ------------------------------------------------------------------

CREATE TABLE buildings (
    id BLOB NOT NULL PRIMARY KEY,
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
    has_concierge INTEGER NOT NULL,
    emergency_notes TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Where a person works; no row: all buildings.
CREATE TABLE person_buildings (
    person_id BLOB NOT NULL REFERENCES people (id),
    building_id BLOB NOT NULL REFERENCES buildings (id),
    PRIMARY KEY (person_id, building_id)
) STRICT;

CREATE TABLE sections (
    id BLOB NOT NULL PRIMARY KEY,
    building_id BLOB NOT NULL REFERENCES buildings (id),
    name TEXT NOT NULL,
    -- section parking
    kind TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX sections_building ON sections (building_id, position);

CREATE TABLE floors (
    id BLOB NOT NULL PRIMARY KEY,
    section_id BLOB NOT NULL REFERENCES sections (id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX floors_section ON floors (section_id, position);

CREATE TABLE units (
    id BLOB NOT NULL PRIMARY KEY,
    building_id BLOB NOT NULL REFERENCES buildings (id),
    section_id BLOB REFERENCES sections (id),
    floor_id BLOB REFERENCES floors (id),
    label TEXT NOT NULL,
    -- flat apartment commercial parking storage
    kind TEXT NOT NULL,
    -- occupied vacant unknown
    state TEXT NOT NULL,
    area REAL,
    rooms INTEGER,
    account TEXT,
    position INTEGER NOT NULL,
    UNIQUE (building_id, kind, label)
) STRICT;
CREATE INDEX units_floor ON units (floor_id);

CREATE TABLE unit_groups (
    id BLOB NOT NULL PRIMARY KEY,
    building_id BLOB NOT NULL REFERENCES buildings (id),
    -- riser_cold riser_hot riser_heat riser_sewer riser_power zone
    kind TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX unit_groups_building ON unit_groups (building_id);

CREATE TABLE unit_group_units (
    group_id BLOB NOT NULL REFERENCES unit_groups (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    PRIMARY KEY (group_id, unit_id)
) STRICT;
CREATE INDEX unit_group_units_unit ON unit_group_units (unit_id);

-- Contacts ------------------------------------------------------------------------------------------------------

CREATE TABLE contacts (
    id BLOB NOT NULL PRIMARY KEY,
    -- person company
    kind TEXT NOT NULL,
    full_name TEXT NOT NULL,
    -- folded words of the name and the digits of the phones (src/db/fold.rs)
    search TEXT NOT NULL,
    language TEXT NOT NULL,
    vip INTEGER NOT NULL,
    note TEXT NOT NULL,
    -- active merged erased
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE contact_points (
    id BLOB NOT NULL PRIMARY KEY,
    contact_id BLOB NOT NULL REFERENCES contacts (id),
    -- phone email max telegram app web
    kind TEXT NOT NULL,
    -- phone: E.164 with plus
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    shared INTEGER NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (contact_id, kind, value)
) STRICT;
CREATE INDEX contact_points_value ON contact_points (kind, value);

CREATE TABLE unit_relations (
    contact_id BLOB NOT NULL REFERENCES contacts (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    -- owner tenant resident representative company_staff ex_owner
    role TEXT NOT NULL,
    since TEXT NOT NULL,
    -- moved out
    until TEXT,
    PRIMARY KEY (contact_id, unit_id, role)
) STRICT;
CREATE INDEX unit_relations_unit ON unit_relations (unit_id);

-- What a ticket can be about ---------------------------------------------------------------------------------------

CREATE TABLE classifiers (
    id BLOB NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    place_ru TEXT NOT NULL,
    place_en TEXT NOT NULL,
    category_ru TEXT NOT NULL,
    category_en TEXT NOT NULL,
    problem_ru TEXT NOT NULL,
    problem_en TEXT NOT NULL,
    -- folded words of all of the above and synonyms
    search TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority INTEGER NOT NULL,
    profile TEXT NOT NULL,
    law_hint TEXT NOT NULL,
    active INTEGER NOT NULL
) STRICT;

-- Calls. Rows of this part are written from the journal's events. No foreign keys here: a fact that happened is
-- stored even when the person or contact it names is gone, and the drain never stops at a reference. ---------------

CREATE TABLE intakes (
    id BLOB NOT NULL PRIMARY KEY,
    -- call voicemail callback app portal email max sms walk_in ...
    channel TEXT NOT NULL,
    arrived_at TEXT NOT NULL,
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
    call_id BLOB,
    contact_id BLOB,
    building_id BLOB,
    unit_id BLOB,
    language TEXT,
    summary TEXT NOT NULL,
    -- received identified in_handling disposed
    state TEXT NOT NULL,
    disposition TEXT,
    comment TEXT,
    disposed_at TEXT,
    disposed_by BLOB,
    version INTEGER NOT NULL,
    UNIQUE (sip_call_id, from_tag)
) STRICT;
CREATE INDEX intakes_arrived ON intakes (arrived_at, id);
CREATE INDEX intakes_state ON intakes (state, arrived_at);
CREATE INDEX intakes_call ON intakes (call_id);

CREATE TABLE calls (
    id BLOB NOT NULL PRIMARY KEY,
    intake_id BLOB NOT NULL,
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
    code INTEGER,
    queue TEXT,
    locale TEXT,
    priority INTEGER,
    agent_id BLOB,
    contact_id BLOB,
    building_id BLOB,
    recording_id BLOB,
    arrived_at TEXT NOT NULL,
    greeted_at TEXT,
    queued_at TEXT,
    answered_at TEXT,
    ended_at TEXT,
    wait_ms INTEGER,
    talk_ms INTEGER,
    hold_ms INTEGER,
    disposition TEXT,
    comment TEXT,
    disposed_at TEXT,
    disposed_by BLOB
) STRICT;
CREATE INDEX calls_arrived ON calls (arrived_at, id);
CREATE INDEX calls_state ON calls (state);
CREATE INDEX calls_phone ON calls (from_phone, arrived_at);
CREATE INDEX calls_contact ON calls (contact_id, arrived_at);
CREATE INDEX calls_agent ON calls (agent_id, arrived_at);
CREATE INDEX calls_intake ON calls (intake_id);

CREATE TABLE call_legs (
    -- of the LegEnded event
    event_id BLOB NOT NULL PRIMARY KEY,
    call_id BLOB NOT NULL,
    role TEXT NOT NULL,
    agent_id BLOB,
    received INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    jitter_ms REAL NOT NULL,
    mos REAL NOT NULL,
    ended_at TEXT NOT NULL
) STRICT;
CREATE INDEX call_legs_call ON call_legs (call_id);

CREATE TABLE call_traces (
    -- of the Traced event
    event_id BLOB NOT NULL PRIMARY KEY,
    call_id BLOB NOT NULL,
    at TEXT NOT NULL,
    node TEXT NOT NULL,
    input TEXT NOT NULL
) STRICT;
CREATE INDEX call_traces_call ON call_traces (call_id, at);

CREATE TABLE call_offers (
    -- of the Offered event
    event_id BLOB NOT NULL PRIMARY KEY,
    call_id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    queue TEXT NOT NULL,
    at TEXT NOT NULL,
    ended_at TEXT,
    -- answered no_answer rejected unreachable caller_left
    result TEXT
) STRICT;
CREATE INDEX call_offers_call ON call_offers (call_id, at);
CREATE INDEX call_offers_agent ON call_offers (agent_id, at);

CREATE TABLE agent_intervals (
    -- of the AgentStatus event that began it
    event_id BLOB NOT NULL PRIMARY KEY,
    agent_id BLOB NOT NULL,
    -- away ready offered talking wrapping paused
    state TEXT NOT NULL,
    reason TEXT,
    call_id BLOB,
    from_at TEXT NOT NULL,
    to_at TEXT
) STRICT;
CREATE INDEX agent_intervals_agent ON agent_intervals (agent_id, from_at);

CREATE TABLE recordings (
    id BLOB NOT NULL PRIMARY KEY,
    call_id BLOB NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    duration_ms INTEGER,
    -- running done broken
    state TEXT NOT NULL,
    -- bytes
    size INTEGER,
    -- relative to the recordings folder
    file TEXT NOT NULL,
    sha256 TEXT
) STRICT;
CREATE INDEX recordings_call ON recordings (call_id);
CREATE INDEX recordings_started ON recordings (started_at, id);

CREATE TABLE recording_accesses (
    id BLOB NOT NULL PRIMARY KEY,
    recording_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- play download
    action TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX recording_accesses_recording ON recording_accesses (recording_id, at);

CREATE TABLE callbacks (
    id BLOB NOT NULL PRIMARY KEY,
    intake_id BLOB,
    call_id BLOB,
    phone TEXT,
    contact_id BLOB,
    queue TEXT NOT NULL,
    -- abandoned node_lost requested missed voicemail promised
    reason TEXT NOT NULL,
    arrived_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    -- pending claimed done unreachable merged cancelled
    state TEXT NOT NULL,
    claimed_by BLOB,
    claimed_at TEXT,
    done_at TEXT,
    done_by BLOB,
    done_call_id BLOB,
    comment TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX callbacks_state ON callbacks (state, due_at);
CREATE INDEX callbacks_phone ON callbacks (phone, state);
CREATE INDEX callbacks_call ON callbacks (call_id);

-- Tickets ---------------------------------------------------------------------------------------------------------

CREATE TABLE tickets (
    id BLOB NOT NULL PRIMARY KEY,
    -- digits only, at most seven: spoken by the IVR
    number INTEGER NOT NULL UNIQUE,
    -- emergency service paid_service appeal complaint info_request pass_request utility_quality internal
    kind TEXT NOT NULL,
    -- the words of src/tickets/rules.rs
    state TEXT NOT NULL,
    -- 1 highest .. 4
    priority INTEGER NOT NULL,
    classifier_id BLOB REFERENCES classifiers (id),
    profile TEXT NOT NULL,
    building_id BLOB REFERENCES buildings (id),
    section_id BLOB REFERENCES sections (id),
    floor_id BLOB REFERENCES floors (id),
    unit_id BLOB REFERENCES units (id),
    place_text TEXT NOT NULL,
    requester_id BLOB REFERENCES contacts (id),
    requester_name TEXT NOT NULL,
    -- E.164 with plus, or as typed when it cannot be read so
    requester_phone TEXT,
    title TEXT NOT NULL,
    details TEXT NOT NULL,
    -- folded words of number, title, address, requester and the digits of the phone
    search TEXT NOT NULL,
    executor_id BLOB REFERENCES people (id),
    -- call manual app import
    source TEXT NOT NULL,
    intake_id BLOB,
    -- the call whose answer opened this ticket by itself: one ticket a call
    opened_by_call BLOB UNIQUE,
    -- false: opened by a call, not yet completed by the dispatcher
    complete INTEGER NOT NULL,
    merged_into BLOB REFERENCES tickets (id),
    hold_reason TEXT,
    hold_until TEXT,
    -- the state to come back to
    hold_from TEXT,
    -- why rejected or cancelled
    reason TEXT,
    registered_at TEXT NOT NULL,
    done_at TEXT,
    closed_at TEXT,
    reopen_count INTEGER NOT NULL,
    decline_count INTEGER NOT NULL,
    -- the earliest running clock; the year 9999 when none runs, so that it sorts last
    next_due_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by BLOB,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX tickets_registered ON tickets (registered_at, id);
CREATE INDEX tickets_state ON tickets (state, registered_at);
CREATE INDEX tickets_due ON tickets (next_due_at, id);
CREATE INDEX tickets_building ON tickets (building_id, registered_at);
CREATE INDEX tickets_unit ON tickets (unit_id, registered_at);
CREATE INDEX tickets_requester ON tickets (requester_id, registered_at);
CREATE INDEX tickets_phone ON tickets (requester_phone, registered_at);
CREATE INDEX tickets_executor ON tickets (executor_id, state);

CREATE TABLE ticket_events (
    id BLOB NOT NULL PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES tickets (id),
    -- order within the ticket
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id BLOB,
    data TEXT NOT NULL,
    UNIQUE (ticket_id, position)
) STRICT;

CREATE TABLE ticket_clocks (
    ticket_id BLOB NOT NULL REFERENCES tickets (id),
    -- localize told done accept ...
    code TEXT NOT NULL,
    -- 0, and one more at each reopening: the first result stays
    round INTEGER NOT NULL,
    law_ref TEXT NOT NULL,
    -- internal clocks pause on hold, statutory ones never
    pausable INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    stopped_at TEXT,
    breached_at TEXT,
    paused_at TEXT,
    PRIMARY KEY (ticket_id, code, round)
) STRICT;
CREATE INDEX ticket_clocks_due ON ticket_clocks (stopped_at, breached_at, due_at);

CREATE TABLE ticket_comments (
    id BLOB NOT NULL PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES tickets (id),
    author_id BLOB,
    -- internal client
    visibility TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_comments_ticket ON ticket_comments (ticket_id, at);

CREATE TABLE call_tickets (
    call_id BLOB NOT NULL,
    ticket_id BLOB NOT NULL REFERENCES tickets (id),
    -- created_in mentioned about callback_for
    kind TEXT NOT NULL,
    -- from the start of the call's recording
    offset_ms INTEGER,
    at TEXT NOT NULL,
    PRIMARY KEY (call_id, ticket_id)
) STRICT;
CREATE INDEX call_tickets_ticket ON call_tickets (ticket_id);

-- History and its readers --------------------------------------------------------------------------------------------

CREATE TABLE events (
    id BLOB NOT NULL PRIMARY KEY,
    -- increases in the order of commits: a reader that stands at n has seen everything up to n (src/db/dialect.rs)
    position INTEGER NOT NULL UNIQUE,
    at TEXT NOT NULL,
    call_id BLOB,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX events_call ON events (call_id, position);

CREATE TABLE cursors (
    name TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_events (
    id BLOB NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor_id BLOB,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id BLOB,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_object ON audit_events (object, object_id);
