//! `/api/v1/queues`

use crate::config::Settings;
use crate::feed::live::Hub;
use crate::http::{Allowed, Answer, Page, can};
use axum::Json;
use axum::extract::State;
use call::Row;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Queue {
    name: String,
    label_ru: String,
    label_en: String,
    /// Seconds of wrap-up after a call of this queue, at most.
    wrapup_s: u64,
    /// Seconds within which its calls should be answered; `level` is the share that was.
    target_s: u64,
    /// Its callers go before all others.
    emergency: bool,
    waiting: u32,
    /// Start of the longest wait.
    oldest: Option<DateTime<Utc>>,
    ready: u32,
    offered: u64,
    answered: u64,
    abandoned: u64,
    /// Service level, 0 to 1; null before the first call.
    level: Option<f64>,
}

#[utoipa::path(get, path = "/api/v1/queues", tag = "queues", responses((status = 200, body = Page<Queue>)))]
pub async fn list(
    State(settings): State<Arc<Settings>>,
    State(hub): State<Arc<Hub>>,
    _: Allowed<can::QueuesRead>,
) -> Answer<Page<Queue>> {
    let queues = settings.queues.iter().map(|known| {
        let mut queue = Queue {
            name: known.name.clone(),
            label_ru: known.label_ru.clone(),
            label_en: known.label_en.clone(),
            wrapup_s: known.wrapup.as_secs(),
            target_s: known.target.as_secs(),
            emergency: known.emergency,
            waiting: 0,
            oldest: None,
            ready: 0,
            offered: 0,
            answered: 0,
            abandoned: 0,
            level: None,
        };
        if let Some(Row::Queue { waiting, oldest, offered, answered, abandoned, level, ready, .. }) =
            hub.queue(&known.name)
        {
            let oldest = oldest.and_then(DateTime::from_timestamp_millis);
            queue = Queue { waiting, oldest, ready, offered, answered, abandoned, level, ..queue };
        }
        queue
    });
    Ok(Json(Page::whole(queues.collect())))
}
