//! What handlers share.

use super::login::Logins;
use crate::brain::Brain;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::metrics::Health;
use crate::outbox::News;
use crate::recordings::Files;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// A hint to fetch something again.
pub use crate::outbox::Subject as Changed;

/// The state of the router. Made once by `run`, shared by `Arc`.
pub struct App {
    pub db: Db,
    pub brain: Brain,
    pub logins: Logins,
    /// The live board.
    pub hub: Arc<Hub>,
    /// Where recordings lie.
    pub recordings: Files,
    pub news: News,
    pub settings: Settings,
    pub health: Health,
    /// The text of `/metrics`.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

/// What the configuration says to this room.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub demo: bool,
    /// Browsers reach us by https (directly or through a proxy): cookies are `Secure`.
    pub https: bool,
    /// `ru` or `en`.
    pub locale_default: String,
    pub numbers: Vec<PublicNumber>,
    /// In the configuration's order.
    pub queues: Vec<QueueSettings>,
}

/// What screens need to know of a queue.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    pub name: String,
    pub label_ru: String,
    pub label_en: String,
    /// The longest wrap-up.
    pub wrapup: Duration,
}

/// A number of the company that anybody may know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicNumber {
    pub number: String,
    /// May be dialled from the /call page.
    pub web: bool,
    pub label: String,
}
