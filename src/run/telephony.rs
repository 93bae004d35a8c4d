//! The half of the server that answers calls: it needs disk and network, and nothing else. It starts and lives without
//! the database.

use crate::brain::{self, Brain, Ends};
use crate::clock;
use crate::config::Config;
use crate::engines::{self, Engines};
use crate::journal::append::{self, Opened, Options};
use crate::journal::{Journal, Reader};
use crate::metrics::{Health, Watched};
use crate::net::websocket::SipSockets;
use crate::net::{Connections, Known, Rates, Wire, tcp, udp};
use crate::recordings::writer::{self, Pieces};
use crate::recordings::{Files, files};
use crate::registrations::{self, Registered, Registrations};
use anyhow::{Context, Result};
use call::{Command, Input, Plan, Reply, Row};
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Ports that are bound before anything is written: a taken port must not leave a trace.
pub struct Ports {
    udp: Option<udp::Udp>,
    tcp: Option<TcpListener>,
    _lock: File,
}

impl Ports {
    /// Locks the data folder and binds the SIP ports.
    pub async fn bind(config: &Config) -> Result<Ports> {
        let lock = lock(config)?;
        let udp = config.sip.udp.map(udp::bind).transpose()?;
        let tcp = match config.sip.tcp {
            Some(address) => Some(tcp::bind(address).await?),
            None => None,
        };
        Ok(Ports { udp, tcp, _lock: lock })
    }
}

/// One process a data folder.
fn lock(config: &Config) -> Result<File> {
    let data = &config.node.data;
    let name = data.display();
    std::fs::create_dir_all(data)
        .with_context(|| format!("cannot make the data folder {name}; give a folder that may be written"))?;
    let file = File::create(data.join("lock")).with_context(|| format!("cannot write into the data folder {name}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            anyhow::bail!(
                "the data folder {name} is used by another Linedesk; stop it, or give another with --data or node.data"
            )
        }
        Err(TryLockError::Error(error)) => Err(error).context("the data folder cannot be locked"),
    }
}

/// Everything that runs for calls.
pub struct Telephony {
    pub brain: Brain,
    pub journal: Journal,
    pub files: Files,
    pub watched: Watched,
    pub sockets: SipSockets,
    /// Browsers' media ports.
    pub browsers: Vec<SocketAddr>,
    pub sip_udp: Option<SocketAddr>,
    pub sip_tcp: Option<SocketAddr>,
    pieces: Pieces,
    engines: Engines,
    udp: Option<udp::Udp>,
    accept: Option<AbortHandle>,
    threads: Threads,
    _lock: File,
}

struct Threads {
    brain: JoinHandle<()>,
    journal: JoinHandle<()>,
    recordings: JoinHandle<()>,
    /// Of registrations.
    keeping: JoinHandle<()>,
    udp: Option<JoinHandle<()>>,
}

/// What others take from a fresh start.
pub struct Outputs {
    pub ends: Ends,
    pub reader: Reader,
}

impl Telephony {
    /// Mends what the last process left, then starts the threads in the order of who needs whom.
    pub fn start(config: &Config, ports: Ports, plan: Arc<Plan>, health: &Health) -> Result<(Telephony, Outputs)> {
        let files = super::recordings::files(config, config.recordings.make_key)?;
        let repaired = files.repair().context("the recordings folder cannot be read")?;
        let opened = open_journal(config)?;
        let closing = closing(config, &opened, &files, &repaired);

        let (pieces, recordings) = writer::start(files.clone())?;
        let inboxes = brain::inboxes();
        let brain = inboxes.brain.clone();
        let told = brain.clone();
        let journal = opened.start(closing, move |sequence| {
            told.input(Input::Durable { sequence });
        })?;
        let engines = Engines::start(&engine_setup(config)?, &brain, &pieces)?;

        let (registered, registrations, keeping) = registrations(config)?;
        let known = known(config, &registered);
        let rates = Rates::new(clock::now());
        let connections = Connections::new(known.clone(), rates.clone());
        let dialer = tcp::Dialer::new(Handle::current(), connections.clone(), brain.clone());
        let wire = Wire::new(ports.udp.as_ref().map(|u| u.socket.clone()), connections.clone(), Some(dialer));
        let setup = call::node::Setup {
            name: config.node.name.clone(),
            seed: clock::seed(),
            secret: secret(config)?,
            wall_ms: clock::wall_ms(),
            sip: sip_config(config, &ports),
            engines: engines.handles.len(),
            plan,
            registered,
        };
        let (handles, journal_door) = (engines.handles.clone(), journal.journal.clone());
        let outlets =
            brain::Outlets { wire, engines: handles, journal: journal_door, registrations, known: known.clone() };
        let (thread, ends) = brain::start(inboxes, setup, outlets)?;

        let udp_thread = ports.udp.as_ref().map(|u| u.start(brain.clone(), known, rates)).transpose()?;
        let sip_tcp = ports.tcp.as_ref().and_then(|listener| listener.local_addr().ok());
        let accept = ports
            .tcp
            .map(|listener| tokio::spawn(tcp::accept(listener, connections.clone(), brain.clone())).abort_handle());
        let watched = Watched {
            brain: brain.clone(),
            engines: engines.handles.clone(),
            journal: journal.journal.clone(),
            pieces: pieces.clone(),
            connections: connections.clone(),
            data: config.node.data.clone(),
            disk_alarm: Arc::default(),
        };
        watched.look(health);
        let telephony = Telephony {
            sockets: SipSockets::new(brain.clone(), connections),
            brain,
            journal: journal.journal,
            files,
            watched,
            browsers: engines.browsers.clone(),
            sip_udp: ports.udp.as_ref().map(|u| u.local),
            sip_tcp,
            pieces,
            engines,
            udp: ports.udp,
            accept,
            threads: Threads { brain: thread, journal: journal.thread, recordings, keeping, udp: udp_thread },
            _lock: ports._lock,
        };
        Ok((telephony, Outputs { ends, reader: journal.reader }))
    }

    /// From now on new calls are refused. Gives live ones `drain` to end by themselves (who waits is still rung
    /// for), then ends them.
    pub async fn drain(&self, drain: Duration) {
        self.brain.input(Input::Drain);
        let began = clock::now();
        let mut told = began;
        while self.brain.calls() > 0 && clock::now().duration_since(began) < drain && !self.brain.dead() {
            tokio::time::sleep(STEP).await;
            if clock::now().duration_since(told) > TELL {
                told = clock::now();
                tracing::info!(calls = self.brain.calls(), "draining: calls are still in progress");
            }
        }
        let Ok(Reply::Board(rows)) = self.brain.ask(Command::Board).await else {
            return;
        };
        for row in rows {
            if let Row::Call { call, .. } = row {
                let _ = self.brain.ask(Command::Hangup { call }).await;
            }
        }
        // BYEs are answered, legs say their last words, events are recorded
        let ending = clock::now();
        while self.brain.calls() > 0 && clock::now().duration_since(ending) < CLOSING {
            tokio::time::sleep(STEP).await;
        }
    }

    /// Stops everything, the journal last. Blocks for as long as the disk needs.
    pub fn stop(self) {
        if let Some(accept) = self.accept {
            accept.abort();
        }
        if let Some(udp) = self.udp {
            udp.stop();
        }
        self.brain.stop();
        let _ = self.threads.brain.join();
        let _ = self.threads.keeping.join();
        self.engines.stop();
        self.pieces.stop(self.threads.recordings);
        append::stop(&self.journal, self.threads.journal);
        if let Some(udp) = self.threads.udp {
            let _ = udp.join();
        }
    }
}

/// How often a stop says whom it waits for.
const TELL: Duration = Duration::from_secs(60);
/// How often a stop looks whether calls are gone.
const STEP: Duration = Duration::from_millis(50);
/// Calls that were told to end get this long to do so.
const CLOSING: Duration = Duration::from_secs(2);

fn open_journal(config: &Config) -> Result<Opened> {
    let opened = Opened::open(Options::new(config.data("journal"), config.journal.reserve))?;
    if let Some((path, bytes, why)) = &opened.torn {
        tracing::warn!(path = %path.display(), bytes, why, "journal: an incomplete end was cut off");
    }
    Ok(opened)
}

/// Peers whose addresses are known before anybody called.
fn known(config: &Config, registered: &Registered) -> Known {
    let known = Known::default();
    known.trunks(config.trunk_addresses());
    for (agent, phones) in registered {
        known.phones(*agent, phones.iter().map(|phone| phone.peer.ip()));
    }
    known
}

/// Random octets that outlive the process.
fn secret(config: &Config) -> Result<[u8; 32]> {
    let path = config.data("secret");
    let context = || format!("{} cannot be read or written; see that the data folder can be", path.display());
    if let Ok(kept) = <[u8; 32]>::try_from(read_private(&path).with_context(context)?) {
        return Ok(kept);
    }
    let secret = clock::seed();
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(&secret))
        .with_context(context)?;
    Ok(secret)
}

fn read_private(path: &Path) -> std::io::Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// What desk phones were registered with the last process, and where this one keeps them.
fn registrations(config: &Config) -> Result<(Registered, Registrations, JoinHandle<()>)> {
    let path = config.data("registrations");
    let registered = registrations::read(&path).context("the kept registrations cannot be read; delete the file")?;
    let (registrations, thread) = registrations::start(path, &registered)
        .context("registrations cannot be kept in the data folder; see that it can be written")?;
    Ok((registered, registrations, thread))
}

/// The events that close what the last process left open.
fn closing(config: &Config, opened: &Opened, files: &Files, repaired: &[files::Repaired]) -> Vec<call::Event> {
    let unfinished = &opened.unfinished;
    if !unfinished.calls.is_empty() || !repaired.is_empty() {
        tracing::warn!(%unfinished, recordings = repaired.len(), "the last process ended during calls; they are closed as node_lost");
    }
    let queue = config.queues.first().map_or("main", |queue| queue.name.as_str());
    let due = i64::try_from(config.policy.callback_due.as_millis()).unwrap_or(600_000);
    unfinished.closing(queue, due, |recording| u64::try_from(files.duration(recording).as_millis()).unwrap_or(0))
}

fn engine_setup(config: &Config) -> Result<engines::Setup> {
    let media = &config.media;
    let own = || {
        if media.bind.is_unspecified() { engines::browser_address() } else { media.bind }
    };
    let browser_bind = match media.browser.as_str() {
        "off" => None,
        "auto" => Some(SocketAddr::new(engines::browser_address(), 0)),
        address => Some(address.parse().context("media.browser is not an address with port")?),
    };
    Ok(engines::Setup {
        engines: if media.engines == 0 { engines::count() } else { media.engines },
        bind: media.bind,
        address: media.public_address.unwrap_or_else(own),
        ports: media.ports,
        browser_bind,
        browser_public: media.browser_public_address,
        silence_max: media.silence_max,
    })
}

fn sip_config(config: &Config, ports: &Ports) -> sip::Config {
    let sip = &config.sip;
    let reach = |local: SocketAddr| {
        let own = |ip: IpAddr| {
            if ip.is_unspecified() { engines::browser_address() } else { ip }
        };
        SocketAddr::new(sip.public_address.unwrap_or_else(|| own(local.ip())), local.port())
    };
    sip::Config {
        udp: ports.udp.as_ref().map(|u| reach(u.local)),
        tcp: ports.tcp.as_ref().and_then(|t| t.local_addr().ok()).map(reach),
        tls: None,
        realm: sip.realm.clone(),
        product: concat!("Linedesk/", env!("CARGO_PKG_VERSION")).into(),
        session_expires: (!sip.session_expires.is_zero()).then_some(sip.session_expires),
        transactions_max: sip.transactions_max,
        sessions_max: sip.sessions_max,
        unknown: sip::Peer::Stranger,
    }
}
