//! What anybody may know about this server.

use crate::config::{PublicNumber, Settings};
use crate::db::Db;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct About {
    name: &'static str,
    version: &'static str,
    demo: bool,
    /// The server's time: screens count from it.
    now: DateTime<Utc>,
    locale_default: String,
    numbers: Vec<PublicNumber>,
}

#[utoipa::path(get, path = "/api/v1/about", tag = "about", responses((status = 200, body = About)))]
pub async fn about(State(db): State<Db>, State(settings): State<Arc<Settings>>) -> Json<About> {
    Json(About {
        name: "Linedesk",
        version: env!("CARGO_PKG_VERSION"),
        demo: settings.demo,
        now: db.now(),
        locale_default: settings.locale_default.clone(),
        numbers: settings.numbers.clone(),
    })
}
