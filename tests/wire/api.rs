//! Somebody with a log-in, over HTTP.

use crate::{patiently, until};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;

pub struct Person {
    client: Client,
    origin: String,
    pub id: String,
}

impl Person {
    pub async fn login(http: SocketAddr, login: &str, password: &str) -> Person {
        let client = Client::builder().cookie_store(true).timeout(patiently(15)).build().expect("an HTTP client");
        let mut person = Person { client, origin: format!("http://{http}"), id: String::new() };
        let (status, me) = person.ask(Method::POST, "login", Some(json!({"login": login, "password": password}))).await;
        assert_eq!(status, StatusCode::OK, "{login} logs in: {me}");
        person.id = me["id"].as_str().expect("an id").to_owned();
        person
    }

    /// Status and body (null when it is not JSON).
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let url = format!("{}/api/v1/{path}", self.origin);
        let mut request = self.client.request(method, url).header("Origin", &self.origin);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {body}");
        body
    }

    /// The items of a list.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).await["items"].as_array().expect("a list has items").clone()
    }

    pub async fn put(&self, path: &str, body: Value) {
        let (status, body) = self.ask(Method::PUT, path, Some(body)).await;
        assert!(status.is_success(), "PUT {path}: {status} {body}");
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.ask(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "POST {path}: {status} {body}");
        body
    }

    pub async fn delete(&self, path: &str) {
        let (status, body) = self.ask(Method::DELETE, path, None).await;
        assert!(status.is_success(), "DELETE {path}: {status} {body}");
    }

    pub async fn bytes(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let answer = self.client.get(format!("{}/api/v1/{path}", self.origin)).send().await.expect("an answer");
        (answer.status(), answer.bytes().await.expect("a body").to_vec())
    }

    /// Ready for calls; a device must be registered, which may take a moment.
    pub async fn ready(&self) {
        until("the agent is ready", 20, || async {
            let path = format!("agents/{}/status", self.id);
            let (status, _) = self.ask(Method::PUT, &path, Some(json!({"status": "ready"}))).await;
            status.is_success().then_some(())
        })
        .await;
    }

    /// This person as an agent.
    pub async fn agent(&self) -> Value {
        self.get(&format!("agents/{}", self.id)).await
    }

    /// Waits until this person is in a state.
    pub async fn is(&self, state: &str, seconds: u64) -> Value {
        until(&format!("the agent is {state}"), seconds, || async {
            let agent = self.agent().await;
            (agent["state"] == state).then_some(agent)
        })
        .await
    }

    /// The newest call from a number; None: not there yet.
    pub async fn call_from(&self, number: &str) -> Option<Value> {
        let calls = self.list("calls?limit=200").await;
        calls.into_iter().find(|call| same(&call["from_number"], number))
    }

    /// Waits for a call from a number that is as wished.
    pub async fn call(&self, number: &str, what: &str, seconds: u64, wish: impl Fn(&Value) -> bool) -> Value {
        until(&format!("the call from {number} {what}"), seconds, || async {
            let call = self.call_from(number).await?;
            wish(&call).then_some(call)
        })
        .await
    }

    /// The rows of the live board, of one kind.
    pub async fn rows(&self, kind: &str) -> Vec<Value> {
        let board = self.get("board").await;
        let rows = board["rows"].as_array().expect("rows").clone();
        rows.into_iter().filter(|row| row["row"] == kind).collect()
    }

    /// Waits until the board shows the call of a number in a stage; gives the row.
    pub async fn stage(&self, number: &str, stage: &str, seconds: u64) -> Value {
        until(&format!("the call from {number} is {stage}"), seconds, || async {
            let rows = self.rows("call").await;
            rows.into_iter().find(|row| same(&row["from"], number) && row["stage"] == stage)
        })
        .await
    }
}

/// One number, with and without the plus: what a carrier sends is kept as E.164.
fn same(shown: &Value, number: &str) -> bool {
    shown.as_str().is_some_and(|shown| shown.trim_start_matches('+') == number.trim_start_matches('+'))
}

/// A text field.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("`{field}` is a text in {value}"))
}
