//! What screens need to know of the configuration.

use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Kept for the life of the process.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub demo: bool,
    /// Browsers reach us by https (directly or through a proxy): cookies are `Secure`.
    pub https: bool,
    /// Names by which browsers reach this server; none: any.
    pub hosts: Vec<String>,
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
    /// Service level: answered within this.
    pub target: Duration,
    /// Its callers go before all others.
    pub emergency: bool,
}

/// A number of the company that anybody may know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicNumber {
    pub number: String,
    /// May be dialled from the /call page.
    pub web: bool,
    pub label: String,
}
