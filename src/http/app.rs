//! What handlers share.

use super::limit;
use super::login::Logins;
use crate::brain::Brain;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::metrics::Health;
use crate::recordings::Files;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use types::{BuildingId, CallId, CallbackId, ContactId, IntakeId, PersonId, RecordingId, TicketId};
use utoipa::ToSchema;

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

/// Something changed: a hint to fetch it again, for live connections and whoever keeps a copy. Each noun with an id of its
/// own type, so that a hint cannot name what it does not lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "noun", content = "id", rename_all = "snake_case")]
pub enum Changed {
    Tickets(TicketId),
    Callbacks(CallbackId),
    Intakes(IntakeId),
    Calls(CallId),
    Recordings(RecordingId),
    Contacts(ContactId),
    People(PersonId),
    Buildings(BuildingId),
}

/// The channel of [`Changed`]. Slow listeners miss some and are told so by the channel.
#[derive(Clone, Debug)]
pub struct News(broadcast::Sender<Changed>);

impl Default for News {
    fn default() -> News {
        News(broadcast::channel(limit::NEWS).0)
    }
}

impl News {
    pub fn changed(&self, changed: Changed) {
        // No listener is no error.
        let _ = self.0.send(changed);
    }

    pub fn listen(&self) -> broadcast::Receiver<Changed> {
        self.0.subscribe()
    }
}
