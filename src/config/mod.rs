//! One typed configuration file (TOML). An unknown key, a wrong type or an impossible value stops the start and says
//! where and what to do; `config/linedesk.toml` shows every key with its default.

mod check;
mod demo;
mod settings;
mod size;

pub use check::Fault;
pub use demo::{Demo, TEXT as DEMO, demo};
pub use settings::{PublicNumber, QueueSettings, Settings};

use crate::zone::{self, Zone};
use call::plan::CallerHeader;
use ivr::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(default)]
    pub node: Node,
    #[serde(default)]
    pub http: Http,
    #[serde(default)]
    pub logins: Logins,
    #[serde(default)]
    pub sip: Sip,
    #[serde(default)]
    pub media: Media,
    #[serde(default)]
    pub database: Database,
    #[serde(default)]
    pub recordings: Recordings,
    #[serde(default)]
    pub journal: Journal,
    #[serde(default)]
    pub flows: Folder,
    #[serde(default)]
    pub prompts: Folder,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub trunks: Vec<Trunk>,
    /// Dialled number -> what answers.
    #[serde(default)]
    pub numbers: BTreeMap<String, Number>,
    #[serde(default)]
    pub queues: Vec<Queue>,
    #[serde(default)]
    pub devices: Vec<Device>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Node {
    /// Written into every intake.
    pub name: String,
    /// Journal, recordings, keys, SQLite.
    pub data: PathBuf,
    /// When the server is told to stop, no new calls are taken, and live ones get this long to end by themselves.
    #[serde(deserialize_with = "size::seconds")]
    pub drain: Duration,
    /// The company's day begins at midnight of this zone: the counters of the board start again.
    #[serde(deserialize_with = "size::zone")]
    pub timezone: Zone,
}

impl Default for Node {
    fn default() -> Node {
        Node {
            name: "linedesk".into(),
            data: "data".into(),
            drain: Duration::from_secs(2 * 3_600),
            timezone: zone::MOSCOW,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    pub address: SocketAddr,
    /// Cookies are sent over HTTPS only. Must be on unless `address` is loopback.
    pub secure_cookies: bool,
    /// Proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Names by which browsers reach this server; none: any.
    pub hosts: Vec<String>,
}

impl Default for Http {
    fn default() -> Http {
        Http {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            secure_cookies: false,
            trusted_proxies: Vec::new(),
            hosts: Vec::new(),
        }
    }
}

/// A log-in ends when its person has not touched the screen for so long; zero: it does not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Logins {
    /// Who must log in with a second factor.
    pub second_factor: SecondFactor,
    /// How long after the first log-in that lacked one they may work without it.
    #[serde(deserialize_with = "size::seconds")]
    pub second_factor_grace: Duration,
    #[serde(deserialize_with = "size::seconds")]
    pub idle_dispatcher: Duration,
    #[serde(deserialize_with = "size::seconds")]
    pub idle_supervisor: Duration,
    #[serde(deserialize_with = "size::seconds")]
    pub idle_administrator: Duration,
    #[serde(deserialize_with = "size::seconds")]
    pub idle_technician: Duration,
}

impl Default for Logins {
    fn default() -> Logins {
        // who waits for calls or watches a board may touch nothing for a whole shift
        let shift = Duration::from_secs(12 * 3_600);
        Logins {
            second_factor: SecondFactor::Supervisors,
            second_factor_grace: Duration::from_secs(7 * 24 * 3_600),
            idle_dispatcher: shift,
            idle_supervisor: shift,
            idle_administrator: Duration::from_secs(3_600),
            idle_technician: shift,
        }
    }
}

/// Who must have a second factor; everybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    Optional,
    /// Supervisors and administrators.
    Supervisors,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sip {
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    /// Our address as carriers and phones reach it, when the one bound is `0.0.0.0` or behind NAT.
    pub public_address: Option<IpAddr>,
    pub realm: String,
    /// Session timer that we ask for (RFC 4028); `0s`: none.
    #[serde(deserialize_with = "size::seconds")]
    pub session_expires: Duration,
    pub transactions_max: usize,
    pub sessions_max: usize,
}

impl Default for Sip {
    fn default() -> Sip {
        let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060));
        Sip {
            udp: Some(address),
            tcp: Some(address),
            public_address: None,
            realm: "linedesk".into(),
            session_expires: Duration::from_secs(1_800),
            transactions_max: 65_536,
            sessions_max: 10_000,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// Where RTP is received.
    pub bind: IpAddr,
    /// Our address in SDP, when it is not the one bound (NAT).
    pub public_address: Option<IpAddr>,
    /// UDP ports of RTP, both ends included; outside 32768-60999.
    #[serde(deserialize_with = "size::ports")]
    pub ports: (u16, u16),
    /// Where browsers' sound is received: `auto` (the machine's own address, a port of `ports`), an address with port
    /// (port + 1 for the second engine and so on), or `off`.
    pub browser: String,
    /// That address as browsers reach it (NAT).
    pub browser_public_address: Option<IpAddr>,
    /// Media threads; 0: the machine's cores but two.
    pub engines: usize,
    /// A call that sends no sound for so long is over (not while held).
    #[serde(deserialize_with = "size::seconds")]
    pub silence_max: Duration,
}

impl Default for Media {
    fn default() -> Media {
        Media {
            bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            public_address: None,
            ports: (20_000, 29_999),
            browser: "auto".into(),
            browser_public_address: None,
            engines: 0,
            silence_max: Duration::from_secs(30),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://...`; empty: SQLite in the data folder.
    pub url: String,
    /// Start although PostgreSQL runs with fsync or synchronous_commit off.
    pub unsafe_settings: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recordings {
    /// What we play to the caller is on the right channel until an agent joins.
    pub prompts: bool,
    /// Master key file; empty: `keys/master.key` in the data folder.
    pub key: PathBuf,
    /// Make a missing master key at start.
    pub make_key: bool,
    /// Recordings are deleted so long after their end; zero: never.
    #[serde(deserialize_with = "size::seconds")]
    pub keep: Duration,
    /// Those of emergency queues and of calls with an emergency ticket.
    #[serde(deserialize_with = "size::seconds")]
    pub keep_emergency: Duration,
}

impl Default for Recordings {
    fn default() -> Recordings {
        Recordings {
            prompts: true,
            key: PathBuf::new(),
            make_key: true,
            keep: size::days(365),
            keep_emergency: size::days(3 * 365),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Journal {
    /// Space kept back for events when the disk is full.
    #[serde(deserialize_with = "size::bytes")]
    pub reserve: u64,
}

impl Default for Journal {
    fn default() -> Journal {
        Journal { reserve: crate::journal::limit::RESERVE_BYTES }
    }
}

/// A folder that replaces files built in: a file found there is used, the rest comes from the program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Folder {
    pub folder: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The /call page may choose its caller number (demo).
    pub web_caller_number: bool,
    /// A call back is owed within this, from the arrival (Decree 416: 10 min).
    #[serde(deserialize_with = "size::seconds")]
    pub callback_due: Duration,
    /// Hanging up in the menu later than this owes a call back.
    #[serde(deserialize_with = "size::seconds")]
    pub ivr_short: Duration,
    /// A browser that vanished during a call may come back within this.
    #[serde(deserialize_with = "size::seconds")]
    pub agent_return: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        let policy = call::plan::Policy::default();
        Policy {
            web_caller_number: false,
            callback_due: policy.callback_due,
            ivr_short: policy.ivr_short,
            agent_return: policy.agent_return,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, or filters like `info,linedesk::net=debug`.
    pub filter: String,
    /// One JSON object a line.
    pub json: bool,
}

impl Default for Log {
    fn default() -> Log {
        Log { filter: "info".into(), json: false }
    }
}

/// A carrier: who may send us calls without a password, by source address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    pub name: String,
    pub addresses: Vec<IpAddr>,
    /// The headers in which the caller's number is looked for, the best first.
    #[serde(default = "size::caller")]
    pub caller: Vec<CallerHeader>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// A flow's name: a file `NAME.toml` of the flows.
    pub flow: String,
    #[serde(default = "size::ru")]
    pub locale: Locale,
    /// May be called from the /call page.
    #[serde(default)]
    pub web: bool,
    /// Its calls are recorded, whoever takes them.
    #[serde(default = "size::yes")]
    pub recorded: bool,
    /// Shown on the /call page and in lists.
    #[serde(default)]
    pub label: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    pub name: String,
    #[serde(default)]
    pub label_ru: String,
    #[serde(default)]
    pub label_en: String,
    /// Priority: calls of a higher queue go first.
    #[serde(default)]
    pub base: i64,
    /// An agent is rung this long.
    #[serde(default = "size::ring", deserialize_with = "size::seconds")]
    pub ring: Duration,
    #[serde(default = "size::wrapup", deserialize_with = "size::seconds")]
    pub wrapup: Duration,
    /// Service level: answered within this.
    #[serde(default = "size::target", deserialize_with = "size::seconds")]
    pub target: Duration,
    /// A call that waits longer is told so and stays; none by default.
    #[serde(default, deserialize_with = "size::maybe_seconds")]
    pub wait_max: Option<Duration>,
    #[serde(default = "size::waiting")]
    pub waiting_max: usize,
    /// The place in the queue is told first after this, then each.
    #[serde(default = "size::announce_first", deserialize_with = "size::seconds")]
    pub announce_first: Duration,
    #[serde(default = "size::announce_each", deserialize_with = "size::seconds")]
    pub announce_each: Duration,
}

/// The algorithm of a device's digest (RFC 7616).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Digest {
    #[default]
    #[serde(rename = "sha-256")]
    Sha256,
    #[serde(rename = "md5")]
    Md5,
}

/// A desk phone with an account of its own.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// SIP user name.
    pub account: String,
    /// Log-in of the agent whose phone it is.
    pub agent: String,
    /// What the phone proves its password by. MD5 is weak, and all that many phones know.
    #[serde(default)]
    pub digest: Digest,
    /// Clear password, or ...
    #[serde(default)]
    pub password: Option<String>,
    /// ... the digest of `account:realm:password`, so that the file holds no password.
    #[serde(default)]
    pub ha1_sha256: Option<String>,
    #[serde(default)]
    pub ha1_md5: Option<String>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").field("account", &self.account).field("agent", &self.agent).finish_non_exhaustive()
    }
}

impl Device {
    /// What stands for the password, by the algorithm that is asked for.
    pub fn ha1(&self) -> Option<&str> {
        match self.digest {
            Digest::Sha256 => self.ha1_sha256.as_deref(),
            Digest::Md5 => self.ha1_md5.as_deref(),
        }
    }
}

impl Config {
    /// Reads and checks a file; all faults at once.
    pub fn read(path: &Path) -> Result<Config, Vec<Fault>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Fault {
                place: path.display().to_string(),
                what: format!("cannot be read: {error}"),
                remedy: "give the path of an existing file; config/linedesk.toml is one to start from".into(),
            }]
        })?;
        Config::parse(&text, &path.display().to_string())
    }

    /// Parses and checks; `name` stands before the line in faults.
    pub fn parse(text: &str, name: &str) -> Result<Config, Vec<Fault>> {
        let config: Config = toml::from_str(text).map_err(|error| vec![check::fault(&error, text, name)])?;
        let faults = check::check(&config, text, name);
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// What can be right and is rarely meant.
    pub fn warnings(&self) -> Vec<String> {
        check::warnings(self)
    }

    /// A file below the data folder.
    pub fn data(&self, what: &str) -> PathBuf {
        self.node.data.join(what)
    }

    pub fn key_path(&self) -> PathBuf {
        if self.recordings.key.as_os_str().is_empty() {
            self.data("keys/master.key")
        } else {
            self.recordings.key.clone()
        }
    }

    /// The database's URL, spelt out.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite:{}", self.data("linedesk.db").display())
        } else {
            self.database.url.clone()
        }
    }

    /// Source addresses of all trunks.
    pub fn trunk_addresses(&self) -> Vec<IpAddr> {
        self.trunks.iter().flat_map(|trunk| trunk.addresses.iter().copied()).collect()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
