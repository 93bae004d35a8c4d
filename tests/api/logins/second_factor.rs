//! Codes of an authenticator app and recovery codes: setting up, logging in, losing the phone, and who must have one.

use super::{audit, program};
use crate::centre::{Centre, Character};
use crate::on_both;
use chrono::TimeDelta;
use linedesk::http::factor;
use linedesk::recordings::key::Keys;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;
use totp_rs::{Builder, Secret, Totp};

/// The app on a telephone: what it got by the QR code.
struct App(Totp);

impl App {
    fn of(made: &Value) -> App {
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        let (secret, qr) = (text("secret"), text("qr"));
        assert!(text("uri").starts_with("otpauth://totp/Linedesk:") && text("uri").contains(&secret));
        assert!(qr.starts_with("<svg ") && !qr.contains("script"));
        App(Builder::new().with_secret(Secret::try_from_base32(secret).expect("base32")).build().expect("a secret"))
    }

    /// Of now, or of so many seconds later.
    fn code(&self, centre: &Centre, later: i64) -> String {
        let at = centre.time.now().timestamp() + later;
        self.0.generate(u64::try_from(at).expect("a time")).to_string()
    }
}

/// Sets one up; gives the app and the recovery codes. The code of now is used then.
async fn set_up(centre: &Centre, who: &Character) -> (App, Vec<String>) {
    let app = App::of(&who.post("/second-factor/totp", json!({ "password": "demo" })).await.ok());
    let made = who.put("/second-factor/totp", json!({ "code": app.code(centre, 0) })).await.ok();
    let codes = made["codes"].as_array().expect("codes").iter();
    (app, codes.map(|code| code.as_str().expect("a code").to_owned()).collect())
}

/// The first step of a log-in; gives the challenge.
async fn asked(who: &Character, login: &str) -> String {
    let reply = who.post("/login", json!({ "login": login, "password": "demo" })).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.body);
    assert!(!reply.headers.contains_key(reqwest::header::SET_COOKIE));
    reply.body["challenge"].as_str().expect("a challenge").to_owned()
}

fn proof(challenge: &str, code: &str) -> Value {
    json!({ "challenge": challenge, "code": code })
}

on_both!(a_log_in_of_two_steps, async |centre| {
    centre.time.stop();
    let (d, elsewhere) = (centre.dispatcher().await, centre.dispatcher().await);
    d.post("/second-factor/totp", json!({ "password": "wrong" })).await.problem(422, "invalid");
    let state = d.get("/second-factor").await.ok();
    let none =
        json!({ "required": false, "totp_since": null, "keys": [], "keys_possible": false, "recovery_codes_left": 0 });
    assert_eq!(state, none);
    d.post("/second-factor/keys", json!({ "password": "demo" })).await.problem(409, "no-key-host");
    let shown = d.post("/second-factor/totp", json!({ "password": "demo" })).await.ok();
    d.put("/second-factor/totp", json!({ "code": "000000" })).await.problem(422, "invalid");
    centre.login("dispatcher1").await;
    let (app, codes) = set_up(&centre, &d).await;
    assert_eq!(codes.len(), 10);
    let of_the_first = App::of(&shown).code(&centre, 0);
    d.put("/second-factor/totp", json!({ "code": of_the_first })).await.problem(409, "second-factor");
    d.post("/second-factor/totp", json!({ "password": "demo" })).await.problem(409, "second-factor");
    elsewhere.get("/me").await.problem(401, "unauthorized");
    assert_eq!(d.get("/second-factor").await.ok()["recovery_codes_left"], 10);

    let stranger = centre.stranger();
    let challenge = asked(&stranger, "dispatcher1").await;
    stranger.get("/me").await.problem(401, "unauthorized");
    let answer = async |code: &str| stranger.post("/login/second-factor", proof(&challenge, code)).await;
    answer(&app.code(&centre, 0)).await.problem(401, "wrong-code");
    answer(&app.code(&centre, 60)).await.problem(401, "wrong-code");
    centre.time.pass(TimeDelta::seconds(30));
    let me = answer(&app.code(&centre, 0)).await.ok();
    assert_eq!((me["login"].as_str(), me["second_factor_due"].as_bool()), (Some("dispatcher1"), Some(false)));
    answer(&app.code(&centre, 30)).await.problem(401, "challenge-over");
    let factors: Vec<Value> = stranger.get("/logins").await.items().iter().map(|one| one["factor"].clone()).collect();
    assert_eq!(factors, [json!("totp"), json!("totp")], "the one that set it up has proved it too");

    // the code before and the code after are of the window
    let late = asked(&stranger, "dispatcher1").await;
    stranger.post("/login/second-factor", proof(&late, &app.code(&centre, 30))).await.ok();
    let used = asked(&stranger, "dispatcher1").await;
    stranger.post("/login/second-factor", proof(&used, &app.code(&centre, 0))).await.problem(401, "wrong-code");
    centre.time.pass(TimeDelta::seconds(301));
    stranger.post("/login/second-factor", proof(&used, &app.code(&centre, 0))).await.problem(401, "challenge-over");
});

on_both!(codes_are_guessed_as_slowly_as_passwords, async |centre| {
    centre.time.stop();
    let (app, _) = set_up(&centre, &centre.dispatcher().await).await;
    let stranger = centre.stranger();
    for _ in 0..5 {
        // the right password does not wipe out the wrong codes before it
        let challenge = asked(&stranger, "dispatcher1").await;
        stranger.post("/login/second-factor", proof(&challenge, "000000")).await.problem(401, "wrong-code");
    }
    stranger.post("/login", json!({ "login": "dispatcher1", "password": "demo" })).await.problem(429, "too-many");
    centre.login("dispatcher2").await;
    centre.app.audit.close().await;
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT CAST(SUM(count) AS BIGINT) FROM audit_events WHERE action = 'login.prove' AND status = 401";
    let told: i64 = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a sum");
    assert_eq!(told, 5);
    drop(app);
});

on_both!(two_at_once_with_one_code_are_one, async |centre| {
    centre.time.stop();
    let (app, codes) = set_up(&centre, &centre.dispatcher().await).await;
    centre.time.pass(TimeDelta::seconds(30));
    for code in [app.code(&centre, 0), codes[0].clone()] {
        let attempts = (0..2).map(async |_| {
            let stranger = centre.stranger();
            let challenge = asked(&stranger, "dispatcher1").await;
            stranger.post("/login/second-factor", proof(&challenge, &code)).await.status.as_u16()
        });
        let mut answers = futures_util::future::join_all(attempts).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 401], "{code}");
    }
});

on_both!(the_phone_is_lost, async |centre| {
    centre.time.stop();
    let d = centre.dispatcher().await;
    let (app, codes) = set_up(&centre, &d).await;
    let by_code = async |code: &str| {
        let stranger = centre.stranger();
        let challenge = asked(&stranger, "dispatcher1").await;
        (stranger.post("/login/second-factor", proof(&challenge, code)).await, stranger)
    };
    let (reply, there) = by_code(&codes[3].to_uppercase().replace('-', " ")).await;
    reply.ok();
    let listed = there.get("/logins").await.items();
    let this = listed.iter().find(|one| one["current"] == true).expect("this one");
    assert_eq!(this["factor"], "recovery_code");
    by_code(&codes[3]).await.0.problem(401, "wrong-code");
    assert_eq!(there.get("/second-factor").await.ok()["recovery_codes_left"], 9);
    let both = |password: &str, code: &str| json!({ "password": password, "code": code });
    there.post("/second-factor/recovery-codes", both("demo", &codes[3])).await.problem(422, "invalid");
    let fresh = there.post("/second-factor/recovery-codes", both("demo", &codes[4])).await.ok();
    by_code(&codes[5]).await.0.problem(401, "wrong-code");
    let fresh = fresh["codes"][0].as_str().expect("a code").to_owned();
    let field = |problem: Value| problem["errors"][0]["field"].as_str().map(str::to_owned);
    let wrong = there.post("/second-factor/totp/removal", both("wrong", &fresh)).await.problem(422, "invalid");
    assert_eq!(field(wrong).as_deref(), Some("password"));
    let wrong = there.post("/second-factor/totp/removal", both("demo", "000000")).await.problem(422, "invalid");
    assert_eq!(field(wrong).as_deref(), Some("code"));
    there.post("/second-factor/totp/removal", both("demo", &fresh)).await.ok();
    there.post("/second-factor/totp/removal", both("demo", &fresh)).await.problem(404, "not-found");
    centre.login("dispatcher1").await;

    // and both are lost
    let d = centre.dispatcher().await;
    centre.time.pass(TimeDelta::seconds(30));
    let (again, _) = set_up(&centre, &d).await;
    assert_ne!(app.code(&centre, 0), again.code(&centre, 0));
    let admin = centre.administrator().await;
    let person = format!("/people/{}/second-factor", centre.person("dispatcher1").await);
    assert_eq!(admin.get(&person).await.ok()["recovery_codes_left"], 10);
    centre.supervisor().await.delete(&person).await.problem(403, "forbidden");
    let own = format!("/people/{}/second-factor", centre.person("admin").await);
    admin.delete(&own).await.problem(409, "second-factor-own");
    admin.delete(&person).await.ok();
    admin.delete(&person).await.problem(404, "not-found");
    d.get("/me").await.problem(401, "unauthorized");
    centre.login("dispatcher1").await;
    assert!(audit(&centre).await.contains(&("second_factor.reset".to_owned(), 200)));
});

on_both!(a_new_password_ends_what_has_only_begun, async |centre| {
    centre.time.stop();
    let d = centre.dispatcher().await;
    let (app, _) = set_up(&centre, &d).await;
    let stranger = centre.stranger();
    let challenge = asked(&stranger, "dispatcher1").await;
    d.put("/password", json!({ "current": "demo", "password": "three grey parrots" })).await.ok();
    let answer = proof(&challenge, &app.code(&centre, 30));
    stranger.post("/login/second-factor", answer).await.problem(401, "challenge-over");
});

on_both!(secrets_are_sealed_and_codes_are_hashed, async |centre| {
    centre.time.stop();
    let d = centre.dispatcher().await;
    let made = d.post("/second-factor/totp", json!({ "password": "demo" })).await.ok();
    let secret = Secret::try_from_base32(made["secret"].as_str().expect("text")).expect("base32");
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT sealed FROM totp_secrets";
    let kept: Vec<u8> = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("the secret");
    assert!(!kept.windows(20).any(|part| part == secret.as_bytes()));
    // shown too long ago
    centre.time.pass(TimeDelta::seconds(1_801));
    let code = App::of(&made).code(&centre, 0);
    d.put("/second-factor/totp", json!({ "code": code })).await.problem(422, "invalid");
});

on_both!(supervisors_must_have_one_after_the_grace, async |centre| {
    let strict = centre.strict(Duration::from_secs(7 * 86_400)).await;
    strict.time.stop();
    let s = strict.supervisor().await;
    let me = s.get("/me").await.ok();
    assert_eq!(me["second_factor_due_at"], json!(strict.time.now() + TimeDelta::days(7)));
    assert_eq!(s.get("/second-factor").await.ok()["required"], true);
    s.post("/tokens", json!({ "name": "x" })).await.problem(403, "second-factor-due");
    // one of before the rule goes on
    let token = program(&strict, &centre.supervisor().await.post("/tokens", json!({ "name": "x" })).await.ok());
    s.get("/calls").await.ok();
    let d = strict.dispatcher().await;
    assert!(d.get("/me").await.ok()["second_factor_due_at"].is_null());

    strict.time.pass(TimeDelta::days(8));
    let s = strict.supervisor().await;
    let me = s.get("/me").await.ok();
    assert_eq!((&me["permissions"], &me["second_factor_due"]), (&json!(["logins.own"]), &json!(true)));
    assert!(me["extension"].is_null());
    for path in ["/calls", "/tickets", "/board", "/agents", "/executors"] {
        s.get(path).await.problem(403, "second-factor-due");
    }
    s.get("/people?role=technician").await.problem(403, "second-factor-due");
    let own = format!("/agents/{}/intervals", me["id"].as_str().expect("an id"));
    s.get(&own).await.problem(403, "second-factor-due");
    s.post("/tokens", json!({ "name": "y" })).await.problem(403, "second-factor-due");
    token.get("/calls").await.ok();
    let (app, _) = set_up(&strict, &s).await;
    s.get("/calls").await.ok();
    let me = s.get("/me").await.ok();
    assert_eq!((&me["second_factor_due_at"], &me["extension"]), (&Value::Null, &json!("110")));

    // without it again, the grace is over
    let code = app.code(&strict, 30);
    s.post("/second-factor/totp/removal", json!({ "password": "demo", "code": code })).await.ok();
    s.get("/calls").await.problem(403, "second-factor-due");
    // nobody must where it is optional
    centre.supervisor().await.get("/calls").await.ok();
});

on_both!(another_master_key_takes_the_secrets_over, async |centre| {
    centre.time.stop();
    let (app, _) = set_up(&centre, &centre.dispatcher().await).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("master.key");
    Keys::open(&path, true).expect("a new key");
    let former = folder.path().join("former.key");
    std::fs::write(&former, "07".repeat(32)).expect("the key of the tests");
    std::fs::set_permissions(&former, std::fs::Permissions::from_mode(0o600)).expect("permissions");
    let mut done = Vec::new();
    for _ in 0..2 {
        let mut tx = centre.app.db.write().await.expect("a transaction");
        done.push(factor::reseal(&mut tx, &Keys::open(&path, false).expect("keys")).await.expect("a query"));
        tx.commit().await.expect("a commit");
    }
    assert_eq!(done, [1, 0]);
    std::fs::remove_file(former).expect("the former key is not needed any more");
    let mut tx = centre.app.db.write().await.expect("a transaction");
    let (keys, person) = (Keys::open(&path, false).expect("keys"), centre.person("dispatcher1").await);
    let proved = factor::prove(&mut tx, &keys, person, &app.code(&centre, 30)).await.expect("a key that fits");
    assert!(proved.is_some());
});
