//! The shell: everything of Linedesk that does I/O. See ARCHITECTURE.md for the map.
//!
//! | module | what it owns |
//! |---|---|
//! | [`run`] | start order, stop order; the only place that spawns the lasting threads |
//! | [`clock`] | the only clock and the only random source |
//! | [`config`] | one typed configuration file |
//! | [`plan`], [`prompts`] | configuration and people turned into the `call::Plan` the switch reads |
//! | [`brain`] | the thread that owns `call::Node`: every call of this node |
//! | [`engines`] | the threads that own `media::Engine` and the RTP sockets |
//! | [`net`] | SIP on UDP, TCP and WebSocket: bytes between the network and the brain |
//! | [`journal`] | the durable log that every event enters before anything is acknowledged |
//! | [`recordings`] | encrypted, crash-safe recording files |
//! | [`outbox`] | what happened, for whoever follows it |
//! | [`disk`] | how much space there is, and taking some beforehand |
//! | [`metrics`] | health with reasons, counters for Prometheus |
//! | [`phone`] | `linedesk phone`: a caller for terminals and tests |
//!
//! How they fit: `net` reads packets and hands them to `brain`; `brain` steps the node and routes what comes out:
//! packets back to `net`, sound commands to `engines`, events to `journal`, board rows to the live channel, questions
//! to the asker given by `run`. `engines` report to `brain` and give recording pieces to `recordings::writer`.
//! `journal` tells `brain` how far it is durable (only then answers leave) and lets the feed read events in order.

pub mod agents;
pub mod audit;
pub mod brain;
pub mod buildings;
pub mod callbacks;
pub mod calls;
pub mod clock;
pub mod config;
pub mod contacts;
pub mod db;
pub mod demo;
pub mod disk;
pub mod engines;
pub mod feed;
pub mod http;
pub mod intakes;
pub mod journal;
pub mod logins;
pub mod metrics;
pub mod net;
pub mod outbox;
pub mod people;
pub mod phone;
pub mod plan;
pub mod prompts;
pub mod queues;
pub mod recordings;
pub mod registrations;
pub mod run;
pub mod server;
pub mod tickets;
pub mod views;
pub mod zone;
