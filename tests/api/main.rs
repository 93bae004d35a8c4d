//! The API over real HTTP, on SQLite and on PostgreSQL. One folder a noun; `centre` is what they share: a server with
//! the demo company, and the characters who use it.

mod about;
mod buildings;
mod centre;
mod classifiers;
mod contacts;
mod login;
mod openapi;
mod people;
mod statements;
mod tickets;
