//! What handlers are given: each asks for the part it needs, `State<Db>` or `State<News>`, and none for the whole.

use crate::brain::Brain;
use crate::config::Settings;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::http::audit::Audit;
use crate::http::login::Logins;
use crate::metrics::Health;
use crate::outbox::News;
use crate::recordings::Files;
use axum::extract::FromRef;
use std::sync::Arc;

/// The state of the router, made once by `run`. Every part is cheap to clone.
#[derive(Clone, FromRef)]
pub struct App {
    pub db: Db,
    pub brain: Brain,
    pub logins: Logins,
    /// Who asked for what.
    pub audit: Audit,
    /// The live board.
    pub hub: Arc<Hub>,
    /// Where recordings lie.
    pub recordings: Files,
    pub news: News,
    pub settings: Arc<Settings>,
    pub health: Health,
    pub metrics: MetricsText,
}

/// Makes the text of `/metrics`.
#[derive(Clone)]
pub struct MetricsText(pub Arc<dyn Fn() -> String + Send + Sync>);
