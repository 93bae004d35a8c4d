//! A running server with the demo company, and its characters.

pub mod line;
pub mod postgres;
pub mod time;

use linedesk::clock::Clock;
use linedesk::config::{self, PublicNumber, QueueSettings, Settings};
use linedesk::db::{self, Db, Options};
use linedesk::feed::live::Hub;
use linedesk::http::Logins;
use linedesk::http::login::Site;
use linedesk::net::Connections;
use linedesk::net::websocket::SipSockets;
use linedesk::outbox::News;
use linedesk::recordings::Files;
use linedesk::recordings::key::Keys;
use linedesk::run::sip_route;
use linedesk::server::app::MetricsText;
use linedesk::server::{App, router};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use time::Time;
use tokio::sync::OnceCell;
use types::PersonId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A test on both databases: `on_both!(name, async |centre| { ... })`.
#[macro_export]
macro_rules! on_both {
    ($name:ident, async |$centre:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($centre: $crate::centre::Centre) $body

            #[tokio::test]
            async fn sqlite() {
                story($crate::centre::Centre::start($crate::centre::Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                story($crate::centre::Centre::start($crate::centre::Database::Postgres).await).await;
            }
        }
    };
}

/// What a server may have otherwise than the others.
struct Rules {
    logins: config::Logins,
    https: bool,
    /// By which security keys know it.
    hosts: Vec<String>,
}

impl Default for Rules {
    fn default() -> Rules {
        let second_factor = config::SecondFactor::Optional;
        Rules { logins: config::Logins { second_factor, ..config::Logins::default() }, https: false, hosts: Vec::new() }
    }
}

/// A server.
pub struct Centre {
    pub app: App,
    pub address: SocketAddr,
    /// What the server takes for the time.
    pub time: Time,
    /// Recordings, the journal, and SQLite's file.
    pub folder: TempDir,
    /// The brain's end of its door, until it is switched on ([`line`]).
    inboxes: Mutex<Option<linedesk::brain::Inboxes>>,
    _database: Option<postgres::Database>,
}

impl Centre {
    pub async fn start(database: Database) -> Centre {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (db, made) = fresh(database, &folder).await;
        Centre { _database: made, ..Centre::around(db, folder).await }
    }

    /// A server around a database of the test's own.
    pub async fn with(db: Db) -> Centre {
        Centre::around(db, tempfile::tempdir().expect("a temporary folder")).await
    }

    async fn around(db: Db, folder: TempDir) -> Centre {
        Centre::set_up(db, folder, Rules::default()).await
    }

    /// One that browsers reach by HTTPS, through a proxy.
    pub async fn by_https() -> Centre {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (db, _) = fresh(Database::Sqlite, &folder).await;
        Centre::set_up(db, folder, Rules { https: true, ..Rules::default() }).await
    }

    /// Another server of this company, where supervisors and administrators must have a second factor.
    pub async fn strict(&self, grace: Duration) -> Centre {
        let second_factor = config::SecondFactor::Supervisors;
        let logins = config::Logins { second_factor, second_factor_grace: grace, ..config::Logins::default() };
        let folder = tempfile::tempdir().expect("a temporary folder");
        Centre::set_up(self.app.db.clone(), folder, Rules { logins, ..Rules::default() }).await
    }

    /// The next process of this company.
    pub async fn restarted(&self) -> Centre {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Centre::set_up(self.app.db.clone(), folder, Rules::default()).await
    }

    /// Another server of this company, with a name.
    pub async fn named(&self, host: &str) -> Centre {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rules = Rules { hosts: vec![host.to_owned()], ..Rules::default() };
        Centre::set_up(self.app.db.clone(), folder, rules).await
    }

    async fn set_up(db: Db, folder: TempDir, rules: Rules) -> Centre {
        let time = Time::default();
        let db = db.with_clock(time.clock());
        let inboxes = linedesk::brain::inboxes();
        let keys = Arc::new(Keys::of([7; 32]));
        let number = PublicNumber { number: "1000".into(), web: true, label: "Main".into() };
        let (audit, writer) = linedesk::http::audit::queue(&db);
        tokio::spawn(writer.run());
        let app = App {
            audit,
            logins: Logins::new(
                db.clone(),
                rules.logins,
                &Site { https: rules.https, hosts: rules.hosts },
                keys.clone(),
            ),
            db,
            brain: inboxes.brain.clone(),
            hub: Arc::new(Hub::default()),
            recordings: Files::new(folder.path().join("recordings"), keys, "test").expect("a recordings folder"),
            news: News::default(),
            settings: Arc::new(Settings {
                demo: true,
                https: rules.https,
                hosts: Vec::new(),
                locale_default: "ru".into(),
                numbers: vec![number],
                queues: vec![QueueSettings {
                    name: "main".into(),
                    label_ru: "Основная".into(),
                    label_en: "Main".into(),
                    wrapup: Duration::from_secs(30),
                    target: Duration::from_secs(20),
                    emergency: false,
                }],
            }),
            health: linedesk::metrics::Health::default(),
            metrics: MetricsText(Arc::new(String::new)),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let sockets = SipSockets::new(app.brain.clone(), Connections::default());
        let routes = router(app.clone()).merge(sip_route::router(app.logins.clone(), app.settings.clone(), sockets));
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Centre { app, address, time, folder, inboxes: Mutex::new(Some(inboxes)), _database: None }
    }

    /// Somebody without a log-in.
    pub fn stranger(&self) -> Character {
        self.stranger_at([127, 0, 0, 1])
    }

    /// Somebody without a log-in, at this address of loopback.
    pub fn stranger_at(&self, address: [u8; 4]) -> Character {
        let client = reqwest::Client::builder().cookie_store(true).local_address(IpAddr::from(address));
        let client = client.build().expect("a client");
        Character {
            client,
            base: format!("http://{}", self.address),
            token: None,
            background: false,
            origin: Some(format!("http://{}", self.address)),
        }
    }

    pub async fn login(&self, login: &str) -> Character {
        let character = self.stranger();
        let answer = character.post("/login", json!({ "login": login, "password": "demo" })).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}: {}", answer.body);
        character
    }

    pub async fn dispatcher(&self) -> Character {
        self.login("dispatcher1").await
    }

    pub async fn supervisor(&self) -> Character {
        self.login("supervisor").await
    }

    pub async fn administrator(&self) -> Character {
        self.login("admin").await
    }

    pub async fn technician(&self) -> Character {
        self.login("technician1").await
    }

    /// The id of a person.
    pub async fn person(&self, login: &str) -> PersonId {
        let mut tx = self.app.db.read().await.expect("a database");
        linedesk::people::store::by_login(&mut tx, login).await.expect("a query").expect("the person")
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Character {
    client: reqwest::Client,
    base: String,
    pub token: Option<String>,
    /// The page asks by itself.
    pub background: bool,
    pub origin: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: Value,
}

impl Character {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let bytes = body.map(|b| serde_json::to_vec(&b).expect("JSON"));
        self.raw(method, path, "application/json", bytes).await
    }

    pub async fn raw(&self, method: Method, path: &str, kind: &str, body: Option<Vec<u8>>) -> Reply {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let (status, headers, bytes) = answer(request).await;
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Reply { status, headers, body }
    }
}

impl Character {
    /// A request with this person's proofs. `/!path` is not below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = if path.starts_with("/!") { path.replacen("/!", "/", 1) } else { format!("/api/v1{path}") };
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(origin) = &self.origin {
            request = request.header(header::ORIGIN, origin);
        }
        if self.background {
            request = request.header("x-linedesk-background", "1");
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request
    }

    /// Walks through a list of pages of this size and gives everything.
    pub async fn all(&self, path: &str, size: usize) -> Vec<Value> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let (mut seen, mut at) = (Vec::new(), format!("{path}{sign}limit={size}"));
        loop {
            let page = self.get(&at).await.ok();
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= size, "{at}: {} items", items.len());
            seen.extend(items.iter().cloned());
            let Some(next) = page["next"].as_str() else { return seen };
            assert_eq!(items.len(), size, "a page with more behind it is full");
            at = format!("{path}{sign}limit={size}&after={next}");
        }
    }

    /// What every list does with `limit` and `after`. The list has at least three items.
    pub async fn pages(&self, path: &str) {
        let sign = if path.contains('?') { '&' } else { '?' };
        let whole = self.get(&format!("{path}{sign}limit=200")).await.items();
        assert!(whole.len() >= 3, "{path}: {}", whole.len());
        assert_eq!(self.all(path, 2).await, whole, "{path}: every item once, in order");
        for (limit, expect) in [("1", 1), ("9223372036854775807", whole.len())] {
            assert_eq!(self.get(&format!("{path}{sign}limit={limit}")).await.items().len(), expect, "{path} {limit}");
        }
        for limit in ["0", "-7", "many", "1.5", "9223372036854775808", ""] {
            self.get(&format!("{path}{sign}limit={limit}")).await.problem(400, "malformed");
        }
        // Not base64, not JSON, JSON of something else, a cursor of another list.
        for after in ["!!", "AAAA", "W10", "bnVsbA", "eyJhIjoxfQ", "WzEsMl0"] {
            self.get(&format!("{path}{sign}after={after}")).await.problem(400, "malformed");
        }
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, header::HeaderMap, Vec<u8>) {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, response.bytes().await.expect("a body").to_vec())
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }

    /// Items of a list.
    #[track_caller]
    pub fn items(self) -> Vec<Value> {
        self.ok()["items"].as_array().cloned().expect("items")
    }

    /// Asserts a problem document (RFC 9457). Given back without its instance, which is another one each time.
    #[track_caller]
    pub fn problem(mut self, status: u16, slug: &str) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.body["type"].as_str()),
            (status, Some(&*format!("/problems/{slug}"))),
            "{}",
            self.body
        );
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert!(self.body["title"].as_str().is_some_and(|t| !t.is_empty()));
        let instance = self.body.as_object_mut().and_then(|members| members.remove("instance"));
        assert_eq!(instance, self.headers["x-request-id"].to_str().ok().map(Value::from));
        self.body
    }
}

/// A database with the demo company: made once, copied for each test.
async fn fresh(database: Database, folder: &TempDir) -> (Db, Option<postgres::Database>) {
    match database {
        Database::Sqlite => {
            let file = folder.path().join("test.sqlite");
            std::fs::copy(sqlite_template().await, &file).expect("a copy");
            (open(&format!("sqlite:{}", file.display())).await, None)
        }
        Database::Postgres => {
            let template = postgres_template().await;
            // Blocking: not on the threads that answer requests of this test.
            let made = tokio::task::spawn_blocking(move || postgres::Database::copy_of(template));
            let made = made.await.expect("a database");
            (open(&made.url()).await, Some(made))
        }
    }
}

pub async fn open(url: &str) -> Db {
    db::open(&Options { url: url.to_owned(), unsafe_settings: true }, Clock::real()).await.expect("a database")
}

async fn sqlite_template() -> &'static PathBuf {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));
    static FILE: OnceCell<PathBuf> = OnceCell::const_new();
    FILE.get_or_init(async || {
        let file = FOLDER.path().join("template.sqlite");
        let db = open(&format!("sqlite:{}", file.display())).await;
        linedesk::demo::seed(&db, 1).await.expect("the demo company");
        db.close().await;
        file
    })
    .await
}

async fn postgres_template() -> &'static str {
    static NAME: OnceCell<&'static str> = OnceCell::const_new();
    NAME.get_or_init(async || {
        tokio::task::spawn_blocking(|| postgres::server().execute("CREATE DATABASE template_demo"))
            .await
            .expect("a server");
        let db = open(&postgres::server().url("template_demo")).await;
        linedesk::demo::seed(&db, 1).await.expect("the demo company");
        db.close().await;
        "template_demo"
    })
    .await
}
