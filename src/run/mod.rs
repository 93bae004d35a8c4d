//! What is started in which order, and how it stops. The only place that spawns lasting threads and tasks.
//!
//! Telephony first (disk and network only), then the database and what follows it, then HTTP. With
//! PostgreSQL away at the start, calls are answered from the plan of the last start and the journal keeps what happens.

pub mod callers;
mod day;
pub mod flow;
pub mod greeting;
pub mod people;
pub mod recordings;
pub mod sip_route;
mod telephony;
mod world;

use crate::clock;
use crate::config::{Config, Demo, Fault};
use crate::metrics::{Condition, Health, Metrics};
use crate::plan;
use crate::prompts::{self, Materials};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use telephony::{Ports, Telephony};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often somebody looks whether all is well.
const LOOK: Duration = Duration::from_secs(2);
/// File descriptors without which there is no start, and fewer than which are told of: some hundred and some thousand calls.
const DESCRIPTORS_MIN: u64 = 2_048;
const DESCRIPTORS: u64 = 16_384;
/// What is in the journal at the stop gets this long to reach the database.
const STORE: Duration = Duration::from_secs(5);

/// A running server.
pub struct Server {
    pub http: SocketAddr,
    pub sip_udp: Option<SocketAddr>,
    pub sip_tcp: Option<SocketAddr>,
    pub browsers: Vec<SocketAddr>,
    pub health: Health,
    telephony: Telephony,
    world: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
    calendar: JoinHandle<()>,
    stop: watch::Sender<bool>,
    drain: Duration,
    /// Telephones of the demo's residents, for the simulated ones.
    residents: Vec<String>,
}

/// Configuration and files, read once and shared by every plan.
pub(crate) struct PlanSources {
    pub config: Config,
    pub materials: Materials,
    pub demo: Option<Demo>,
    version: AtomicU64,
}

impl PlanSources {
    /// A plan for these people; doubts are logged.
    pub fn plan(&self, takers: &[plan::Taker]) -> Arc<call::Plan> {
        let version = self.version.fetch_add(1, Ordering::Relaxed) + 1;
        let (plan, doubts) = plan::build(&self.config, &self.materials, takers, version);
        for doubt in doubts {
            tracing::warn!("{doubt}");
        }
        Arc::new(plan)
    }
}

/// Every fault on lines of its own.
fn refuse(faults: Vec<Fault>) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("cannot start\n{}", lines.join("\n"))
}

impl Server {
    /// Starts everything; gives back when calls are answered.
    pub async fn start(config: Config, demo: Option<Demo>) -> Result<Server> {
        let began = clock::utc();
        let health = Health::starting();
        let metrics = Metrics::install();
        raise_descriptors()?;
        private_files();
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        let materials = prompts::read(&config).map_err(refuse)?;
        let ports = Ports::bind(&config).await?;
        let address = config.http.address;
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("HTTP port TCP {address} cannot be bound: another program holds it (see `ss -tlpn`), or choose another with --http or http.address")
        })?;
        let http = listener.local_addr()?;
        let drain = config.node.drain;
        let sources = Arc::new(PlanSources { config, materials, demo, version: AtomicU64::new(0) });

        let (db, takers) = world::first_look(&sources).await?;
        let residents = match (&db, &sources.demo) {
            (Some(db), Some(demo)) if demo.callers > 0 => callers::phones(db).await?,
            _ => Vec::new(),
        };
        let (telephony, outputs) = Telephony::start(&sources.config, ports, sources.plan(&takers), &health)?;
        let (stop, stopping) = watch::channel(false);
        let parts = world::Parts {
            sources: sources.clone(),
            began,
            listener,
            brain: telephony.brain.clone(),
            sockets: telephony.sockets.clone(),
            files: telephony.files.clone(),
            watched: telephony.watched.clone(),
            health: health.clone(),
            metrics: metrics.clone(),
            stopping,
        };
        let world = tokio::spawn(world::run(parts, db, outputs));
        let calendar = tokio::spawn(day::keep(sources.config.node.timezone, telephony.brain.clone()));
        let housekeeping = tokio::spawn(look_after(telephony.watched.clone(), health.clone(), metrics));
        health.clear("start");
        Ok(Server {
            http,
            sip_udp: telephony.sip_udp,
            sip_tcp: telephony.sip_tcp,
            browsers: telephony.browsers.clone(),
            health,
            telephony,
            world,
            housekeeping,
            calendar,
            stop,
            drain,
            residents,
        })
    }

    /// New calls are refused, those in progress get their time, then everything stops; what was acknowledged is stored.
    pub async fn stop(self) {
        self.health.set("drain", Condition::Draining, "draining: new calls are refused, calls in progress go on");
        tracing::info!(calls = self.telephony.brain.calls(), most = ?self.drain, "draining; a second signal stops at once");
        self.telephony.drain(self.drain).await;
        let _ = self.stop.send(true);
        let telephony = self.telephony;
        let _ = tokio::task::spawn_blocking(move || telephony.stop()).await;
        // the journal's end ends its reader, and that ends everything else
        if tokio::time::timeout(STORE, self.world).await.is_err() {
            tracing::warn!(
                "not everything was stored in the database; the rest is in the journal and will be stored at the next start"
            );
        }
        self.housekeeping.abort();
        self.calendar.abort();
    }
}

async fn look_after(watched: crate::metrics::Watched, health: Health, metrics: Metrics) {
    let mut turn = tokio::time::interval(LOOK);
    loop {
        turn.tick().await;
        watched.look(&health);
        metrics.upkeep();
    }
}

/// `linedesk serve`.
pub async fn serve(config: Config) -> Result<()> {
    log(&config);
    let began = clock::now();
    let server = Server::start(config, None).await?;
    let took = clock::now().duration_since(began);
    tracing::info!(http = %server.http, udp = ?server.sip_udp, tcp = ?server.sip_tcp, browsers = ?server.browsers, ?took, "ready");
    until_told().await?;
    server.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// `linedesk demo`.
pub async fn demo(config: Config, demo: Demo) -> Result<()> {
    log(&config);
    let (callers, seed) = (demo.callers, demo.seed);
    let server = Server::start(config, Some(demo)).await?;
    greeting::print(&server);
    let crowd = server
        .sip_udp
        .filter(|_| callers > 0)
        .map(|sip| callers::Callers::start(sip, &server.residents, callers, seed));
    until_told().await?;
    if let Some(crowd) = crowd {
        crowd.stop();
    }
    println!("Stopping ...");
    server.stop().await;
    Ok(())
}

/// Until SIGTERM or SIGINT; the second one ends the process at once.
async fn until_told() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        eprintln!("second signal: stopping at once; open calls are closed at the next start");
        std::process::exit(1);
    });
    Ok(())
}

/// The log goes to standard error. `LINEDESK_LOG` goes before the configuration.
pub fn log(config: &Config) {
    use tracing_subscriber::EnvFilter;
    let filter = std::env::var("LINEDESK_LOG").unwrap_or_else(|_| config.log.filter.clone());
    // Browsers offer what DTLS 1.2 does not know, and the library warns of each: no news for whoever reads this log.
    let filter = EnvFilter::try_new(format!("rtc_dtls=error,{filter}")).unwrap_or_else(|_| EnvFilter::new("info"));
    let coloured = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured);
    let _ = if config.log.json { log.json().try_init() } else { log.with_target(false).try_init() };
}

/// Every leg and every connection is a descriptor: the usual soft limit of 1,024 would be the limit of calls.
fn raise_descriptors() -> Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain system calls on a struct that lives on this stack frame.
    let raised = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 && {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) == 0
        }
    };
    let have = if raised { limit.rlim_cur } else { 0 };
    if have < DESCRIPTORS_MIN {
        anyhow::bail!(
            "only {have} file descriptors are allowed, and every call and connection needs some: at least {DESCRIPTORS_MIN} \
             are wanted. Set LimitNOFILE=65536 in the systemd unit, --ulimit nofile=65536 for a container, or `ulimit -n 65536` \
             in a shell"
        );
    }
    if have < DESCRIPTORS {
        tracing::warn!(descriptors = have, "few file descriptors for many calls: raise LimitNOFILE to 65536");
    }
    Ok(())
}

/// Journal, database and recordings hold what residents said: whatever this process makes is its owner's alone.
pub(crate) fn private_files() {
    // SAFETY: a plain system call that cannot fail and touches no memory.
    unsafe { libc::umask(0o077) };
}
