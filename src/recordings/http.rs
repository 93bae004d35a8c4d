//! `/api/v1/recordings`

use super::store::{self, Recording};
use super::wav::Peaks;
use super::{Files, RecordingState, seal};
use crate::db::Db;
use crate::http::access::Scope;
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Who, audit, can, page};
use crate::outbox::{News, Subject};
use axum::Json;
use axum::body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use types::{CallId, RecordingId};
use utoipa::{IntoParams, ToSchema};

/// Bytes of WAV given in one answer; a player asks on by Range. 4 MiB are two minutes.
const SLICE: u64 = 4 * 1024 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordingQuery {
    call: Option<CallId>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/recordings", tag = "recordings", params(RecordingQuery),
    responses((status = 200, body = Page<Recording>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    State(files): State<Files>,
    State(news): State<News>,
    who: Allowed<can::RecordingsPlay>,
    Params(asked): Params<RecordingQuery>,
) -> Answer<Page<Recording>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    let mut found = store::list(&mut tx, asked.call, &who.scope(), after, size).await?;
    drop(tx);
    for recording in &mut found {
        if look_at_file(&files, recording) {
            *recording = verified(&db, &files, &news, &who.scope(), recording.clone()).await?;
        }
    }
    Ok(Json(Page::cut(found, size, |recording| (recording.started_at, recording.id))))
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}", tag = "recordings", params(("id" = RecordingId, Path)),
    responses((status = 200, body = Recording), (status = 404, body = Problem)))]
pub async fn one(
    State(db): State<Db>,
    State(files): State<Files>,
    State(news): State<News>,
    who: Allowed<can::RecordingsPlay>,
    Id(id): Id<RecordingId>,
) -> Answer<Recording> {
    let mut found = reached(&db, &who.scope(), id).await?;
    if look_at_file(&files, &mut found) {
        found = verified(&db, &files, &news, &who.scope(), found).await?;
    }
    Ok(Json(found))
}

/// The recording, if this person may hear it.
async fn reached(db: &Db, scope: &Scope, id: RecordingId) -> Result<Recording, Problem> {
    let mut tx = db.read().await?;
    store::one(&mut tx, id, scope).await?.ok_or_else(|| Problem::not_found("recording"))
}

/// Its sound may be heard: also a file that could not be deleted yet is not.
async fn heard(db: &Db, scope: &Scope, id: RecordingId) -> Result<(), Problem> {
    match reached(db, scope, id).await?.state {
        RecordingState::Deleted => Err(Problem::not_found("recording file")),
        _ => Ok(()),
    }
}

/// A recording whose file never came to be (the disk was full all the time) is not done. True: the file is not the one that
/// was verified. Another node's files are not here.
fn look_at_file(files: &Files, recording: &mut Recording) -> bool {
    if recording.node != files.node() || recording.state == RecordingState::Deleted {
        return false;
    }
    let found = files.on_disk(recording.id).ok();
    let size = found.and_then(|(size, _)| i64::try_from(size).ok());
    let same = recording.written_ms == found.map(|(_, written)| written) && (size.is_none() || recording.size == size);
    recording.size = size;
    if size.is_none() && recording.state == RecordingState::Done {
        recording.state = RecordingState::Broken;
    }
    recording.verified_at.is_some() && !same
}

/// The recording after its file was examined anew.
async fn verified(db: &Db, files: &Files, news: &News, scope: &Scope, found: Recording) -> Result<Recording, Problem> {
    seal::verify(db, files, news, found.id).await?;
    let mut tx = db.read().await?;
    Ok(store::one(&mut tx, found.id, scope).await?.unwrap_or(found))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalHold {
    /// Which case it is evidence in.
    reason: String,
}

/// The recording is not deleted until the hold is lifted.
#[utoipa::path(put, path = "/api/v1/recordings/{id}/legal-hold", tag = "recordings", params(("id" = RecordingId, Path)),
    request_body = LegalHold, responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
pub async fn hold(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::RecordingsHold>,
    Id(id): Id<RecordingId>,
    Body(form): Body<LegalHold>,
) -> Result<StatusCode, Problem> {
    let mut check = Check::new();
    check.line("reason", &form.reason);
    check.done()?;
    set_hold(&db, &news, &who, id, Some(form.reason.trim())).await
}

/// Lifts the legal hold.
#[utoipa::path(delete, path = "/api/v1/recordings/{id}/legal-hold", tag = "recordings",
    params(("id" = RecordingId, Path)), responses((status = 204), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
pub async fn lift_hold(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::RecordingsHold>,
    Id(id): Id<RecordingId>,
) -> Result<StatusCode, Problem> {
    set_hold(&db, &news, &who, id, None).await
}

async fn set_hold(
    db: &Db,
    news: &News,
    who: &Who,
    id: RecordingId,
    reason: Option<&str>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    let before = store::one(&mut tx, id, &Scope::All).await?.ok_or_else(|| Problem::not_found("recording"))?;
    let now = tx.now();
    if !store::hold(&mut tx, id, reason.map(|reason| (now, who.id, reason))).await? {
        return Err(Problem::conflict("deleted", "The recording's time was over: it is deleted."));
    }
    audit::values(&json!({ "held_reason": before.held_reason }), &json!({ "held_reason": reason }));
    tx.commit().await?;
    news.changed(Subject::Recordings(id));
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}/audio", tag = "recordings", params(("id" = RecordingId, Path)),
    responses((status = 200, content_type = "audio/wav", description = "stereo, 16 bit, 8 kHz: left the caller, right the agent"),
    (status = 206, content_type = "audio/wav"), (status = 404, body = Problem), (status = 416, body = Problem)))]
pub async fn audio(
    State(db): State<Db>,
    State(files): State<Files>,
    who: Allowed<can::RecordingsPlay>,
    Id(id): Id<RecordingId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    heard(&db, &who.scope(), id).await?;
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let wav = tokio::task::spawn_blocking(move || files.wav(id)).await.map_err(|_| Problem::internal())?;
    let wav = wav.map_err(|_| Problem::not_found("recording file"))?;
    let size = wav.size();
    let (status, from, to) = match asked.as_deref().map_or(Range::Whole, |range| parse_range(range, size)) {
        Range::Whole => (StatusCode::OK, 0, size),
        Range::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to.min(from.saturating_add(SLICE))),
        Range::Outside => return Ok(outside(size)),
    };
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, "audio/wav".to_owned()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
            (header::CONTENT_LENGTH, (to - from).to_string()),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
        ],
        sound(wav, from, to),
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
fn sound(wav: super::wav::Wav, from: u64, to: u64) -> body::Body {
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
    body::Body::from_stream(slices)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// From, and the end that is not in it any more.
    Part(u64, u64),
    Outside,
}

/// One range, `bytes=a-b`, `bytes=a-` or `bytes=-n` (RFC 9110 14.1.2). What is not that is no range to us, and a server
/// ignores it (14.2).
fn parse_range(text: &str, size: u64) -> Range {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Range::Whole;
    };
    let (from, to) = match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Some(count) => (size.saturating_sub(count), size),
            None => return Range::Whole,
        },
        (first, "") => match number(first) {
            Some(from) => (from, size),
            None => return Range::Whole,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(from), Some(last)) if from <= last => (from, last.saturating_add(1).min(size)),
            _ => return Range::Whole,
        },
    };
    if from < to { Range::Part(from, to) } else { Range::Outside }
}

/// RFC 9110 15.5.17: how long the thing is stands in the refusal.
fn outside(size: u64) -> Response {
    let detail = format!("The recording has {size} bytes.");
    let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", "Range not satisfiable", detail);
    let mut response = problem.into_response();
    if let Ok(value) = format!("bytes */{size}").parse() {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

#[utoipa::path(get, path = "/api/v1/recordings/{id}/peaks", tag = "recordings", params(("id" = RecordingId, Path)),
    responses((status = 200, body = Peaks), (status = 404, body = Problem)))]
pub async fn peaks(
    State(db): State<Db>,
    State(files): State<Files>,
    who: Allowed<can::RecordingsPlay>,
    Id(id): Id<RecordingId>,
) -> Answer<Peaks> {
    heard(&db, &who.scope(), id).await?;
    let peaks = tokio::task::spawn_blocking(move || files.wav(id).map(|wav| wav.peaks())).await;
    let peaks = peaks.map_err(|_| Problem::internal())?.map_err(|_| Problem::not_found("recording file"))?;
    Ok(Json(peaks))
}

#[cfg(test)]
mod tests {
    use super::Range::{Outside, Part, Whole};
    use super::parse_range;

    #[test]
    fn ranges() {
        for (text, expect) in [
            ("bytes=0-", Part(0, 100)),
            ("bytes=0-9", Part(0, 10)),
            ("bytes=90-200", Part(90, 100)),
            ("bytes=-10", Part(90, 100)),
            ("bytes=-1000", Part(0, 100)),
            ("bytes=-0", Outside),
            ("bytes=100-", Outside),
            ("bytes=100-200", Outside),
            ("bytes=9-3", Whole),
            ("bytes=0-1,5-6", Whole),
            ("bytes=+1-", Whole),
            ("lines=0-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=-", Whole),
            ("bytes=18446744073709551615-18446744073709551615", Outside),
        ] {
            assert_eq!(parse_range(text, 100), expect, "{text}");
        }
    }
}
