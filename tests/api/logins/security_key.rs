//! Security keys, with a key made of software: adding, logging in, what a foreign page and a copied key get, and taking away.

use crate::centre::{Centre, Character};
use crate::on_both;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use reqwest::StatusCode;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Where the browser is.
const HERE: &str = "http://localhost:8080";

/// WebAuthn 6.1: what a key is to the outside.
struct Key {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    counter: u32,
}

impl Key {
    fn new(name: &str) -> Key {
        let chance = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &chance).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &chance).expect("a key");
        Key { pair, id: format!("the key {name}").into_bytes(), counter: 0 }
    }

    /// WebAuthn 6.1: authenticator data; `new`: with the public key.
    fn data(&mut self, new: bool) -> Vec<u8> {
        const PRESENT: u8 = 0x01;
        const ATTESTED: u8 = 0x40;
        self.counter += 1;
        let mut data = Sha256::digest("localhost").to_vec();
        data.push(if new { PRESENT | ATTESTED } else { PRESENT });
        data.extend(self.counter.to_be_bytes());
        if new {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
            data.extend(&self.id);
            // RFC 9053 7.1.1: kty 2, alg -7, crv 1, x, y
            let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
            data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
            data.extend(x);
            data.extend([0x22, 0x58, 0x20]);
            data.extend(y);
        }
        data
    }

    fn made(&mut self, options: &Value, origin: &str) -> Value {
        let data = self.data(true);
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend(data);
        let client = client("webauthn.create", options, origin);
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": { "attestationObject": text(&object), "clientDataJSON": text(&client) },
        })
    }

    fn answer(&mut self, options: &Value, origin: &str) -> Value {
        let client = client("webauthn.get", options, origin);
        let data = self.data(false);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": text(&data), "clientDataJSON": text(&client), "signature": text(signature.as_ref()),
                "userHandle": null,
            },
        })
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What the browser says to the key: which page asks.
fn client(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let challenge = &options["publicKey"]["challenge"];
    json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string().into_bytes()
}

async fn add(who: &Character, key: &mut Key, name: &str) -> Vec<Value> {
    let asked = who.post("/second-factor/keys", json!({ "password": "demo" })).await.ok();
    let made = json!({ "name": name, "key": key.made(&asked["options"], HERE) });
    who.put("/second-factor/keys", made).await.ok()["codes"].as_array().cloned().expect("codes")
}

/// The first step of a log-in: the challenge, and what the keys are asked.
async fn asked(centre: &Centre, login: &str) -> (Character, String, Value) {
    let stranger = centre.stranger();
    let reply = stranger.post("/login", json!({ "login": login, "password": "demo" })).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.body);
    let challenge = reply.body["challenge"].as_str().expect("a challenge").to_owned();
    (stranger, challenge, reply.body["key"].clone())
}

on_both!(a_log_in_with_a_key, async |centre| {
    let centre = centre.named("localhost").await;
    let (d, elsewhere) = (centre.dispatcher().await, centre.dispatcher().await);
    d.post("/second-factor/keys", json!({ "password": "wrong" })).await.problem(422, "invalid");
    let (mut blue, mut other) = (Key::new("blue"), Key::new("other"));
    assert_eq!(add(&d, &mut blue, " Blue ").await.len(), 10);
    elsewhere.get("/me").await.problem(401, "unauthorized");
    let state = d.get("/second-factor").await.ok();
    assert_eq!((&state["keys"][0]["name"], &state["keys"][0]["used_at"]), (&json!("Blue"), &Value::Null));
    assert!(add(&d, &mut other, "Other").await.is_empty(), "the codes until now go on");

    for key in [&mut blue, &mut other] {
        let (browser, challenge, options) = asked(&centre, "dispatcher1").await;
        let answer = key.answer(&options, HERE);
        let proof = json!({ "challenge": challenge, "key": answer });
        browser.post("/login/second-factor", proof.clone()).await.ok();
        let logins = browser.get("/logins").await.items();
        assert!(logins.iter().any(|login| login["current"] == true && login["factor"] == "key"), "{logins:?}");
        browser.post("/login/second-factor", proof).await.problem(401, "challenge-over");
    }
    let (browser, challenge, _) = asked(&centre, "dispatcher1").await;
    for wrong in [json!({ "challenge": challenge }), json!({ "challenge": challenge, "code": "1", "key": {} })] {
        browser.post("/login/second-factor", wrong).await.problem(422, "invalid");
    }
});

on_both!(a_foreign_page_and_a_copied_key_get_nothing, async |centre| {
    let centre = centre.named("localhost").await;
    let d = centre.dispatcher().await;
    let options = d.post("/second-factor/keys", json!({ "password": "demo" })).await.ok()["options"].clone();
    let mut key = Key::new("mine");
    let put = async |key: Value| d.put("/second-factor/keys", json!({ "name": "Mine", "key": key })).await;
    put(key.made(&options, "http://localhost.example.org")).await.problem(422, "invalid");
    put(key.made(&options, HERE)).await.problem(422, "invalid");
    let codes = add(&d, &mut key, "Mine").await;

    let refused = async |change: &dyn Fn(&mut Key, &Value) -> Value, key: &mut Key| {
        let (browser, challenge, options) = asked(&centre, "dispatcher1").await;
        let proof = json!({ "challenge": challenge, "key": change(key, &options) });
        browser.post("/login/second-factor", proof).await.problem(401, "wrong-code");
    };
    refused(&|key, options| key.answer(options, "http://localhost.example.org"), &mut key).await;
    refused(&|_, options| Key { id: b"the key mine".to_vec(), ..Key::new("x") }.answer(options, HERE), &mut key).await;
    let (_, _, earlier) = asked(&centre, "dispatcher1").await;
    refused(&|key, _| key.answer(&earlier, HERE), &mut key).await;
    let (thief, early, seen) = asked(&centre, "dispatcher1").await;
    let (browser, challenge, options) = asked(&centre, "dispatcher1").await;
    let answer = key.answer(&options, HERE);
    browser.post("/login/second-factor", json!({ "challenge": challenge, "key": answer })).await.ok();
    // a copy that asked before its owner answered counts as far as the owner did
    key.counter -= 1;
    let proof = json!({ "challenge": early, "key": key.answer(&seen, HERE) });
    thief.post("/login/second-factor", proof).await.problem(401, "wrong-code");
    // the copy does not know how often the key has answered since
    refused(
        &|key, options| {
            key.counter -= 2;
            key.answer(options, HERE)
        },
        &mut key,
    )
    .await;

    let both = |code: &Value| json!({ "password": "demo", "code": code });
    let id = browser.get("/second-factor").await.ok()["keys"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/second-factor/keys/{id}/removal");
    browser.post(&path, both(&json!("000000"))).await.problem(422, "invalid");
    browser.post(&path, both(&codes[0])).await.ok();
    assert_eq!(browser.get("/second-factor").await.ok()["recovery_codes_left"], 0);
    centre.login("dispatcher1").await;
});

on_both!(a_key_answers_in_time_and_for_its_person, async |centre| {
    let centre = centre.named("localhost").await;
    centre.time.stop();
    let (d, other) = (centre.dispatcher().await, centre.login("dispatcher2").await);
    let mut key = Key::new("mine");
    let options = d.post("/second-factor/keys", json!({ "password": "demo" })).await.ok()["options"].clone();
    let made = json!({ "name": "Mine", "key": key.made(&options, HERE) });
    other.put("/second-factor/keys", made.clone()).await.problem(422, "invalid");
    centre.time.pass(TimeDelta::seconds(301));
    d.put("/second-factor/keys", made).await.problem(422, "invalid");
    add(&d, &mut key, "Mine").await;
    // the same key of somebody else
    let options = other.post("/second-factor/keys", json!({ "password": "demo" })).await.ok()["options"].clone();
    let made = json!({ "name": "Theirs", "key": key.made(&options, HERE) });
    assert_eq!(other.put("/second-factor/keys", made).await.status, StatusCode::CONFLICT);
    let admin = centre.administrator().await;
    let person = format!("/people/{}/second-factor", centre.person("dispatcher1").await);
    assert_eq!(admin.get(&person).await.ok()["keys"].as_array().map(Vec::len), Some(1));
    admin.delete(&person).await.ok();
    centre.login("dispatcher1").await;
});
