//! `/api/v1/recordings`

use super::store::{self, Recording};
use super::wav::Peaks;
use crate::clock;
use crate::http::access::{self, Object};
use crate::http::{Answer, App, Id, Page, Params, Problem, Verb, Who, page};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Bytes of WAV given in one answer; a player asks on by Range. 4 MiB are two minutes.
const SLICE: u64 = 4 * 1024 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    call: Option<Uuid>,
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/recordings", tag = "recordings", params(Asked),
    responses((status = 200, body = Page<Recording>), (status = 403, body = Problem)))]
pub async fn list(State(app): State<Arc<App>>, who: Who, Params(asked): Params<Asked>) -> Answer<Page<Recording>> {
    access::may(&who, Verb::RecordingsPlay, Object::Any)?;
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit));
    let own = (!who.role.may(Verb::RecordingsPlayAll)).then_some(who.id);
    let mut tx = app.db.read().await?;
    let mut found = store::list(&mut tx, asked.call, own, after, size).await?;
    for recording in &mut found {
        look_at_file(&app, recording);
    }
    Ok(Json(Page::cut(found, size, |recording| (recording.started_at, recording.id))))
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}", tag = "recordings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Recording), (status = 404, body = Problem)))]
pub async fn one(State(app): State<Arc<App>>, who: Who, Id(id): Id) -> Answer<Recording> {
    Ok(Json(allowed(&app, &who, id).await?))
}

async fn allowed(app: &App, who: &Who, id: Uuid) -> Result<Recording, Problem> {
    access::may(who, Verb::RecordingsPlay, Object::Any)?;
    let mut tx = app.db.read().await?;
    let mut found = store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("recording"))?;
    let object = Object::Recording { agent: found.agent_id, started_at: found.started_at, now: clock::utc() };
    access::may(who, Verb::RecordingsPlay, object)?;
    look_at_file(app, &mut found);
    Ok(found)
}

/// A recording whose file never came to be (the disk was full all the time) is not done.
fn look_at_file(app: &App, recording: &mut Recording) {
    recording.size = app.recordings.size(recording.id).ok();
    if recording.size.is_none() && recording.state == "done" {
        recording.state = "broken".into();
    }
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}/audio", tag = "recordings", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "audio/wav", description = "stereo, 16 bit, 8 kHz: left the caller, right the agent"),
    (status = 206, content_type = "audio/wav"), (status = 404, body = Problem), (status = 416)))]
pub async fn audio(State(app): State<Arc<App>>, who: Who, Id(id): Id, headers: HeaderMap) -> Result<Response, Problem> {
    allowed(&app, &who, id).await?;
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let from_start = asked.as_deref().is_none_or(|range| range.starts_with("bytes=0-"));
    if from_start {
        let mut tx = app.db.write().await?;
        store::accessed(&mut tx, clock::id(), id, who.id, clock::utc()).await?;
        tx.commit().await?;
    }
    let files = app.recordings.clone();
    let wav = tokio::task::spawn_blocking(move || files.wav(id)).await.map_err(|_| Problem::internal())?;
    let wav = wav.map_err(|_| Problem::not_found("recording file"))?;
    let size = wav.size();
    let (status, from, to) = match asked {
        None => (StatusCode::OK, 0, size),
        Some(range) => match parse_range(&range, size) {
            Some((from, to)) => (StatusCode::PARTIAL_CONTENT, from, to.min(from.saturating_add(SLICE))),
            None => {
                let unsatisfied = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, unsatisfied).into_response());
            }
        },
    };
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, "audio/wav".to_owned()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
            (header::CONTENT_LENGTH, (to - from).to_string()),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
        ],
        body(wav, from, to),
    )
        .into_response();
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(value) = format!("bytes {from}-{}/{size}", to.saturating_sub(1)).parse()
    {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    Ok(response)
}

/// Streams the WAV in slices, so that an hour of talk never stands in memory.
fn body(wav: super::wav::Wav, from: u64, to: u64) -> Body {
    let wav = Arc::new(wav);
    let slices = futures_util::stream::unfold(from, move |at| {
        let wav = wav.clone();
        async move {
            if at >= to {
                return None;
            }
            let end = to.min(at + SLICE / 16);
            let bytes = tokio::task::spawn_blocking(move || wav.read(at, end)).await;
            Some((bytes.map_err(std::io::Error::other), end))
        }
    });
    Body::from_stream(slices)
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n` (RFC 9110 14.1.2), one range; end exclusive.
fn parse_range(text: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (first.trim(), last.trim()) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(size)),
    };
    (from < to && from < size).then_some((from, to))
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}/peaks", tag = "recordings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Peaks), (status = 404, body = Problem)))]
pub async fn peaks(State(app): State<Arc<App>>, who: Who, Id(id): Id) -> Answer<Peaks> {
    allowed(&app, &who, id).await?;
    let files = app.recordings.clone();
    let peaks = tokio::task::spawn_blocking(move || files.wav(id).map(|wav| wav.peaks())).await;
    let peaks = peaks.map_err(|_| Problem::internal())?.map_err(|_| Problem::not_found("recording file"))?;
    Ok(Json(peaks))
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    #[test]
    fn ranges() {
        for (text, expect) in [
            ("bytes=0-", Some((0, 100))),
            ("bytes=0-9", Some((0, 10))),
            ("bytes=90-200", Some((90, 100))),
            ("bytes=-10", Some((90, 100))),
            ("bytes=100-", None),
            ("bytes=9-3", None),
            ("lines=0-", None),
            ("bytes=a-b", None),
            ("bytes=18446744073709551615-18446744073709551615", None),
        ] {
            assert_eq!(parse_range(text, 100), expect, "{text}");
        }
    }
}
