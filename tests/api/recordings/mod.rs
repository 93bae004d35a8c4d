//! `/recordings`: sound as WAV with ranges, who may hear it, files that are broken or not there.

use crate::audit;
use crate::centre::line::{Line, Story};
use crate::centre::{Centre, Character, answer};
use crate::on_both;
use call::event::{Kind, Outcome};
use chrono::TimeDelta;
use linedesk::clock::{self, Clock};
use linedesk::recordings::Files;
use linedesk::recordings::files::relative;
use linedesk::recordings::key::Keys;
use linedesk::recordings::scope::DAYS;
use linedesk::recordings::{RecordingState, keep, seal, store};
use reqwest::{Method, header};
use serde_json::json;
use sha2::Digest as _;
use std::sync::Arc;
use std::time::Duration;
use types::{CallId, RecordingId};
use uuid::Uuid;

/// Bytes of the WAV of three seconds.
const SIZE: usize = 44 + 3 * 8_000 * 4;

/// A call of an agent that was recorded for three seconds.
async fn recorded(centre: &Centre, line: &Line, agent: &str) -> RecordingId {
    let recording = clock::id();
    line.record(recording, 3, centre).await;
    let story = Story::arrived(Some("+79990001122"), 5)
        .and(Kind::RecordingStarted { recording })
        .answered(centre.person(agent).await, "main")
        .ended(Outcome::Completed)
        .and(Kind::RecordingEnded { recording, duration_ms: 3_000 });
    line.happens(story).await;
    recording
}

/// (status, Content-Range, bytes)
async fn range(d: &Character, at: &str, range: &str) -> (u16, String, Vec<u8>) {
    let request = d.request(Method::GET, at).header(header::RANGE, range);
    let (status, headers, bytes) = answer(request).await;
    let of = headers.get(header::CONTENT_RANGE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    (status.as_u16(), of, bytes)
}

on_both!(sound_is_served_as_wav, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let id = recorded(&centre, &line, "dispatcher1").await;
    let one = d.get(&format!("/recordings/{id}")).await.ok();
    assert_eq!((one["state"].as_str(), one["duration_ms"].as_i64()), (Some("done"), Some(3_000)));
    assert!(one["size"].as_u64().is_some_and(|size| size > 48_000), "bytes of the file: {one}");
    let at = format!("/recordings/{id}/audio");
    let (status, headers, whole) = answer(d.request(Method::GET, &at)).await;
    assert_eq!((status.as_u16(), whole.len()), (200, SIZE));
    assert_eq!(
        (headers[header::CONTENT_TYPE].as_bytes(), headers[header::ACCEPT_RANGES].as_bytes()),
        (&b"audio/wav"[..], &b"bytes"[..])
    );
    assert_eq!(headers[header::CACHE_CONTROL], "private, no-store");
    assert!(whole.starts_with(b"RIFF") && &whole[8..12] == b"WAVE");
    for (asked, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=40-49", 40, 50),
        ("bytes=-10", SIZE - 10, SIZE),
        ("bytes=50000-999999999", 50_000, SIZE),
    ] {
        let (status, of, bytes) = range(&d, &at, asked).await;
        assert_eq!((status, of), (206, format!("bytes {from}-{}/{SIZE}", to - 1)), "{asked}");
        assert!(bytes == whole[from..to], "{asked}: other bytes");
    }
    for nonsense in ["lines=1-2", "bytes=9-3", "bytes=x-y", "bytes=", "bytes=0-1,5-6", "\u{7f}"] {
        let Ok(value) = header::HeaderValue::from_str(nonsense) else { continue };
        let (status, _, bytes) = answer(d.request(Method::GET, &at).header(header::RANGE, value)).await;
        assert_eq!((status.as_u16(), bytes.len()), (200, SIZE), "{nonsense}: a range that is none is ignored");
    }
    let (status, of, bytes) = range(&d, &at, &format!("bytes={SIZE}-")).await;
    assert_eq!((status, of), (416, format!("bytes */{SIZE}")));
    let problem: serde_json::Value = serde_json::from_slice(&bytes).expect("a problem document");
    assert_eq!(problem["type"], "/problems/range");
    let head = answer(d.request(Method::HEAD, &at)).await;
    assert_eq!((head.0.as_u16(), head.2.len()), (200, 0));
    let peaks = d.get(&format!("/recordings/{id}/peaks")).await.ok();
    assert_eq!((peaks["duration_ms"].as_u64(), peaks["left"].as_array().map(Vec::len)), (Some(3_000), Some(60)));
});

on_both!(who_may_hear, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (own, foreign) = (recorded(&centre, &line, "dispatcher1").await, recorded(&centre, &line, "dispatcher2").await);
    for path in ["", "/audio", "/peaks"] {
        let (own, foreign) = (format!("/recordings/{own}{path}"), format!("/recordings/{foreign}{path}"));
        assert!(d.get(&own).await.status.is_success());
        d.get(&foreign).await.problem(404, "not-found");
        assert!(centre.supervisor().await.get(&foreign).await.status.is_success());
        for person in [centre.administrator().await, centre.technician().await] {
            person.get(&own).await.problem(403, "forbidden");
        }
        centre.stranger().get(&own).await.problem(401, "unauthorized");
        d.get(&format!("/recordings/{}{path}", Uuid::max())).await.problem(404, "not-found");
        d.get(&format!("/recordings/..%2F..{path}")).await.problem(404, "not-found");
    }
    let listed = d.get("/recordings?limit=200").await.items();
    let has = |id: RecordingId| listed.iter().any(|r| r["id"] == json!(id));
    assert!(has(own) && !has(foreign), "a list holds no foreign row");
    let call = centre.supervisor().await.get(&format!("/recordings/{foreign}")).await.ok()["call_id"].clone();
    let asked = format!("/recordings?call={}", call.as_str().expect("an id"));
    assert_eq!(d.get(&asked).await.items().len(), 0);
    assert_eq!(centre.supervisor().await.get(&asked).await.items().len(), 1);
    d.get("/recordings?call=17").await.problem(400, "malformed");
    for person in [centre.administrator().await, centre.technician().await] {
        person.get("/recordings").await.problem(403, "forbidden");
    }
});

on_both!(a_dispatcher_hears_the_calls_of_a_week, async |centre| {
    let (line, _) = (centre.switch_on().await, centre.dispatcher().await);
    let id = recorded(&centre, &line, "dispatcher1").await;
    let at = format!("/recordings/{id}/audio");
    let listed = async |person: Character| {
        person.get("/recordings?limit=200").await.items().iter().any(|recording| recording["id"] == json!(id))
    };
    centre.time.pass(TimeDelta::days(DAYS) - TimeDelta::hours(1));
    assert!(centre.dispatcher().await.get(&at).await.status.is_success());
    assert!(listed(centre.dispatcher().await).await);
    centre.time.pass(TimeDelta::hours(2));
    centre.dispatcher().await.get(&at).await.problem(404, "not-found");
    assert!(!listed(centre.dispatcher().await).await, "the list and the recording say the same");
    assert!(centre.supervisor().await.get(&at).await.status.is_success());
    assert!(listed(centre.supervisor().await).await);
});

// Every listening leaves a trace, whichever byte it begins at; what one asks for within a minute is counted together.
on_both!(listening_is_written_down, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let id = recorded(&centre, &line, "dispatcher1").await;
    let at = format!("/recordings/{id}/audio");
    let traces = async || audit::lines(&centre, &format!("action=recordings.play&id={id}")).await.len();
    assert_eq!(traces().await, 0);
    range(&d, &at, "bytes=1000-2000").await;
    assert_eq!(traces().await, 1, "from the middle");
    range(&d, &at, "bytes=2001-3000").await;
    d.get(&format!("/recordings/{id}/peaks")).await.ok();
    assert_eq!(traces().await, 1, "further in the same listening");
    d.get(&at).await;
    assert_eq!(traces().await, 2, "the whole of it is a download");
    range(&centre.supervisor().await, &at, "bytes=1000-2000").await;
    assert_eq!(traces().await, 3, "somebody else");
    centre.login("dispatcher2").await.get(&at).await.problem(404, "not-found");
    assert_eq!(traces().await, 4, "who tried in vain");
    centre.time.pass(TimeDelta::seconds(61));
    range(&d, &at, "bytes=0-").await;
    assert_eq!(traces().await, 6, "a minute later, and how often until then");
});

on_both!(broken_files, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let path = |id: RecordingId| centre.folder.path().join("recordings").join(relative(id));
    let cut = recorded(&centre, &line, "dispatcher1").await;
    let file = std::fs::OpenOptions::new().write(true).open(path(cut)).expect("the file");
    let length = file.metadata().expect("a length").len();
    file.set_len(length - 10_000).expect("cut");
    let (status, _, bytes) = answer(d.request(Method::GET, &format!("/recordings/{cut}/audio"))).await;
    assert_eq!((status.as_u16(), bytes.len()), (200, 44 + 2 * 8_000 * 4), "it plays to the last whole second");
    let damaged = recorded(&centre, &line, "dispatcher1").await;
    let mut bytes = std::fs::read(path(damaged)).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(path(damaged), &bytes).expect("written");
    let (status, _, bytes) = answer(d.request(Method::GET, &format!("/recordings/{damaged}/audio"))).await;
    assert_eq!(status.as_u16(), 200);
    assert!(bytes.starts_with(b"RIFF"), "what is whole is played");
    let garbage = recorded(&centre, &line, "dispatcher1").await;
    std::fs::write(path(garbage), b"nothing of a recording").expect("written");
    let gone = recorded(&centre, &line, "dispatcher1").await;
    std::fs::remove_file(path(gone)).expect("removed");
    for id in [garbage, gone] {
        d.get(&format!("/recordings/{id}/audio")).await.problem(404, "not-found");
        d.get(&format!("/recordings/{id}/peaks")).await.problem(404, "not-found");
        d.get(&format!("/recordings/{id}")).await.ok();
    }
});

/// What a supervisor is told of a recording: its state, and what is wrong with its file.
async fn told(centre: &Centre, id: RecordingId) -> (String, Vec<(String, Option<u64>)>) {
    let s = centre.supervisor().await;
    let one = s.get(&format!("/recordings/{id}")).await.ok();
    let listed = s.get("/recordings?limit=200").await.items();
    let in_list = listed.into_iter().find(|each| each["id"] == json!(id)).expect("it is listed");
    assert_eq!(in_list, one, "list and page say the same");
    let damage = one["damage"].as_array().cloned().unwrap_or_default();
    let damage = damage.iter().map(|d| (d["kind"].as_str().expect("a kind").to_owned(), d["from_ms"].as_u64()));
    (one["state"].as_str().expect("a state").to_owned(), damage.collect())
}

on_both!(a_recording_proves_itself, async |centre| {
    let line = centre.switch_on().await;
    let app = &centre.app;
    let path = |id: RecordingId| centre.folder.path().join("recordings").join(relative(id));
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(recorded(&centre, &line, "dispatcher1").await);
    }
    let [whole, cut, flipped, swapped, gone, later] = ids[..] else { unreachable!() };
    let shorten = |id: RecordingId| {
        let file = std::fs::OpenOptions::new().write(true).open(path(id)).expect("the file");
        file.set_len(file.metadata().expect("a length").len() - 10_000).expect("cut");
    };
    let flip = |id: RecordingId| {
        let mut bytes = std::fs::read(path(id)).expect("the file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path(id), &bytes).expect("written");
    };
    shorten(cut);
    flip(flipped);
    std::fs::copy(path(whole), path(swapped)).expect("copied");
    std::fs::remove_file(path(gone)).expect("removed");
    assert_eq!(seal::round(&app.db, &app.recordings, &app.news).await.expect("a round"), 6);
    assert_eq!(seal::round(&app.db, &app.recordings, &app.news).await.expect("a round"), 0, "once");
    let (state, damage) = told(&centre, whole).await;
    assert_eq!((state.as_str(), damage), ("done", vec![]));
    let sealed = centre.supervisor().await.get(&format!("/recordings/{whole}")).await.ok();
    let bytes = std::fs::read(path(whole)).expect("the file");
    assert_eq!(sealed["sha256"], json!(hex::encode(sha2::Sha256::digest(&bytes))), "as sha256sum says it");
    assert_eq!((sealed["chunks"].as_u64(), sealed["size"].as_u64()), (Some(4), Some(bytes.len() as u64)));
    let found = |kind: &str, from: Option<u64>| ("damaged".to_owned(), vec![(kind.to_owned(), from)]);
    assert_eq!(told(&centre, cut).await, found("cut", Some(2_000)));
    assert_eq!(told(&centre, flipped).await, found("sound", Some(1_000)));
    assert_eq!(told(&centre, swapped).await, found("foreign", None));
    assert_eq!(told(&centre, gone).await, ("broken".into(), vec![("missing".into(), None)]));
    // another node on this database has none of these files, and does not call them lost
    let other =
        Files::new(centre.folder.path().join("elsewhere"), Arc::new(Keys::of([3; 32])), "other").expect("a folder");
    assert_eq!(seal::verify(&app.db, &other, &app.news, whole).await.expect("a database"), None);
    assert_eq!(told(&centre, whole).await.0, "done");
    centre.supervisor().await.get(&format!("/recordings/{swapped}/audio")).await.problem(404, "not-found");
    // after it was verified: whoever looks is told
    assert_eq!(told(&centre, later).await.0, "done");
    let right = std::fs::read(path(later)).expect("the file");
    flip(later);
    assert_eq!(told(&centre, later).await, found("sound", Some(1_000)));
    std::fs::remove_file(path(later)).expect("removed");
    assert_eq!(told(&centre, later).await, found("missing", None));
    std::fs::write(path(later), right).expect("restored");
    assert_eq!(told(&centre, later).await, ("done".into(), vec![]), "restored from a backup");
});

on_both!(pages_newest_first, async |centre| {
    let (line, s) = (centre.switch_on().await, centre.supervisor().await);
    for _ in 0..4 {
        recorded(&centre, &line, "dispatcher1").await;
    }
    s.pages("/recordings").await;
});

on_both!(recordings_are_kept_by_class_and_hold, async |centre| {
    let (line, s, d) = (centre.switch_on().await, centre.supervisor().await, centre.dispatcher().await);
    let (db, files, news) = (centre.app.db.clone(), centre.app.recordings.clone(), centre.app.news.clone());
    let path = |id: RecordingId| centre.folder.path().join("recordings").join(relative(id));
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(recorded(&centre, &line, "dispatcher1").await);
    }
    let [other, held, emergency, transferred] = ids[..] else { unreachable!() };
    let call = s.get(&format!("/recordings/{emergency}")).await.ok()["call_id"].clone();
    let class = crate::tickets::classifier(&d, "затоп").await;
    let building = d.get("/buildings").await.items().remove(0);
    let leak =
        json!({ "title": "Потоп", "classifier_id": class["id"], "building_id": building["id"], "kind": "emergency" });
    let ticket = d.post("/tickets", leak).await.ok();
    assert_eq!(ticket["kind"], "emergency");
    d.put(
        &format!("/tickets/{}/calls/{}", ticket["id"].as_str().expect("an id"), call.as_str().expect("a call")),
        json!({ "kind": "about" }),
    )
    .await
    .ok();

    // It was offered in the queue for emergencies before it went to another.
    let call: CallId = s.get(&format!("/recordings/{transferred}")).await.ok()["call_id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let mut tx = db.write().await.expect("a transaction");
    let offered = "UPDATE call_offers SET queue = 'emergency' WHERE call_id = $1";
    let n =
        linedesk::on!(&mut tx, c => sqlx::query(offered).bind(call).execute(c).await.map(|done| done.rows_affected()));
    assert!(n.expect("an update") > 0);
    tx.commit().await.expect("a commit");

    let hold = format!("/recordings/{held}/legal-hold");
    d.put(&hold, json!({ "reason": "Суд" })).await.problem(403, "forbidden");
    s.put(&hold, json!({ "reason": " " })).await.problem(422, "invalid");
    s.put(&format!("/recordings/{}/legal-hold", Uuid::nil()), json!({ "reason": "Суд" }))
        .await
        .problem(404, "not-found");
    s.put(&hold, json!({ "reason": "Дело 2-117/2026" })).await.ok();
    let one = s.get(&format!("/recordings/{held}")).await.ok();
    assert_eq!((one["held_reason"].as_str(), one["held_at"].is_string()), (Some("Дело 2-117/2026"), true));
    centre.time.pass(TimeDelta::seconds(60));
    s.put(&hold, json!({ "reason": "Дела 2-117/2026 и 3-5/2026" })).await.ok();
    let two = s.get(&format!("/recordings/{held}")).await.ok();
    assert_eq!((&two["held_at"], two["held_reason"].as_str()), (&one["held_at"], Some("Дела 2-117/2026 и 3-5/2026")));

    let year = keep::Rules {
        others: Duration::from_secs(365 * 86_400),
        emergency: Duration::from_secs(3 * 365 * 86_400),
        emergency_queues: vec!["emergency".into()],
    };
    let days = |days| {
        let then = db.now() + TimeDelta::days(days);
        db.with_clock(Clock::of(move || then))
    };
    assert_eq!(keep::round(&days(364), &files, &year, &news, None).await.expect("a round"), 0);
    assert_eq!(keep::round(&days(366), &files, &year, &news, None).await.expect("a round"), 1);
    assert_eq!([other, held, emergency, transferred].map(|id| path(id).exists()), [false, true, true, true]);
    assert_eq!(told(&centre, other).await, ("deleted".into(), vec![]), "it says so, and is not called lost");
    d.get(&format!("/recordings/{other}/audio")).await.problem(404, "not-found");
    // A file that comes back, or could not be deleted, is neither heard nor examined, and goes with the next round.
    std::fs::write(path(other), b"left").expect("a file");
    d.get(&format!("/recordings/{other}/audio")).await.problem(404, "not-found");
    d.get(&format!("/recordings/{other}/peaks")).await.problem(404, "not-found");
    let mut tx = db.write().await.expect("a transaction");
    let proof = files.proof(held, None).expect("a proof");
    assert!(
        !store::sealed(&mut tx, other, RecordingState::Broken, &proof, None, None, db.now()).await.expect("a query")
    );
    tx.commit().await.expect("a commit");
    assert_eq!(told(&centre, other).await.0, "deleted", "though it was being examined when it was deleted");
    assert_eq!(keep::round(&days(366), &files, &year, &news, Some(TimeDelta::days(7))).await.expect("a round"), 0);
    assert!(!path(other).exists());
    s.put(&format!("/recordings/{other}/legal-hold"), json!({ "reason": "Поздно" })).await.problem(409, "deleted");
    seal::round(&days(800), &files, &news).await.expect("a look");
    assert_eq!(told(&centre, other).await.0, "deleted");

    let forever = keep::Rules { emergency: Duration::ZERO, ..year.clone() };
    assert_eq!(keep::round(&days(9_999), &files, &forever, &news, None).await.expect("a round"), 0);
    assert_eq!(keep::round(&days(3 * 365 + 1), &files, &year, &news, None).await.expect("a round"), 2);
    assert_eq!([held, emergency].map(|id| path(id).exists()), [true, false]);
    s.delete(&hold).await.ok();
    assert_eq!(keep::round(&days(366), &files, &year, &news, None).await.expect("a round"), 1);
    assert!(!path(held).exists());
});
