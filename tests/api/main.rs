//! The API over real HTTP, on SQLite and on PostgreSQL. One folder a noun; `centre` is what they share: a server with
//! the demo company, and the characters who use it.

mod about;
mod agents;
mod audit;
mod buildings;
mod callbacks;
mod calls;
mod centre;
mod classifiers;
mod contacts;
mod feed;
mod intakes;
mod live;
mod logins;
mod malformed;
mod openapi;
mod people;
mod queues;
mod recordings;
mod statements;
mod tickets;
