//! The half of the server that needs the database: the feed, the followers, HTTP. It may come later than
//! telephony and go away any time; calls do not notice.

use crate::brain::Brain;
use crate::clock::Clock;
use crate::config::{Config, PublicNumber, QueueSettings, Settings};
use crate::db::{self, Db};
use crate::disk;
use crate::feed::{self, Lag, live};
use crate::http::login::Site;
use crate::http::{Logins, Problem, audit, factor};
use crate::metrics::{Condition, Health, Metrics, Watched};
use crate::net::websocket::SipSockets;
use crate::outbox::News;
use crate::outbox::{self, Lease};
use crate::plan::{self, Taker};
use crate::recordings::key::Keys;
use crate::recordings::{self, Files};
use crate::run::sip_route;
use crate::run::telephony::Outputs;
use crate::run::{PlanSources, day};
use crate::server::app::MetricsText;
use crate::server::{self, App};
use crate::{callbacks, calls, people, tickets};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{self, ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};

/// The first start waits this long for the database, later ones not as long: callers are waiting.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_LATER: Duration = Duration::from_secs(1);
/// With less free space SQLite cannot even be opened.
const SQLITE_SPACE: u64 = 4 * 1024 * 1024;
/// How often people are read again, for what another node changed.
const PEOPLE: Duration = Duration::from_secs(30);
/// Pauses between tries while it is away.
const RETRY: Duration = Duration::from_secs(1);
/// Requests in flight at the stop get this long.
const CLOSING: Duration = Duration::from_secs(3);

/// What it needs.
pub(super) struct Parts {
    pub sources: Arc<PlanSources>,
    /// Wall clock at the start of the process.
    pub began: DateTime<Utc>,
    pub listener: TcpListener,
    pub brain: Brain,
    pub sockets: SipSockets,
    pub files: Files,
    pub watched: Watched,
    pub health: Health,
    pub metrics: Metrics,
    pub stopping: watch::Receiver<bool>,
}

/// The database, if it is there, and who takes calls. Without both nobody could be rung: then there is no start.
pub(super) async fn first_look(sources: &PlanSources) -> Result<(Option<Db>, Vec<Taker>)> {
    let kept = sources.config.data("takers.json");
    // SQLite is there or broken: it does not come back by itself, unless all it lacks is space
    let sqlite = sources.config.database_url().starts_with("sqlite");
    let full = || disk::space(&sources.config.node.data).is_ok_and(|space| space.free < SQLITE_SPACE);
    let known = plan::kept(&kept).filter(|_| !sqlite || full());
    let patience = if known.is_some() { PATIENCE_LATER } else { PATIENCE };
    match tokio::time::timeout(patience, open(sources)).await {
        Ok(Ok(db)) => {
            let takers = takers(&db).await.context("the people cannot be read")?;
            if let Err(error) = plan::keep(&kept, &takers) {
                tracing::warn!(%error, "the people could not be saved for a start without the database");
            }
            Ok((Some(db), takers))
        }
        outcome => {
            let error = match outcome {
                Ok(Err(error)) => error,
                _ => anyhow::anyhow!("no answer within {patience:?}"),
            };
            match known {
                Some(takers) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "starting without the database, with the people of the last start"
                    );
                    Ok((None, takers))
                }
                None => Err(error.context("the database cannot be opened")),
            }
        }
    }
}

async fn open(sources: &PlanSources) -> Result<Db> {
    let config = &sources.config;
    let options = db::Options { url: config.database_url(), unsafe_settings: config.database.unsafe_settings };
    let db = db::open(&options, Clock::real()).await?;
    tickets::seed::ensure(&db).await.context("the classifier cannot be written")?;
    if let Some(demo) = &sources.demo {
        crate::demo::seed(&db, demo.seed).await.context("the demo company cannot be made")?;
    }
    Ok(db)
}

async fn reseal(db: &Db, keys: &Keys) -> db::Result<()> {
    let mut tx = db.write().await?;
    let done = factor::reseal(&mut tx, keys).await?;
    tx.commit().await?;
    if done > 0 {
        tracing::info!(done, "secrets of second factors are sealed with the new master key");
    }
    Ok(())
}

async fn takers(db: &Db) -> db::Result<Vec<Taker>> {
    let mut tx = db.read().await?;
    let people = people::store::takers(&mut tx).await?;
    let taker = |person: people::store::Person| {
        let extension = person.extension?;
        Some(Taker { id: person.id, login: person.login, name: person.name, extension, queues: person.queues })
    };
    Ok(people.into_iter().filter_map(taker).collect())
}

/// Runs until the journal has ended and everything in it is stored.
pub(super) async fn run(parts: Parts, db: Option<Db>, outputs: Outputs) {
    let (db, listener) = match db {
        Some(db) => (db, parts.listener),
        None => {
            parts.health.set("database", Condition::Degraded, "the database cannot be reached; calls go on");
            let Some(found) = wait(&parts.sources, parts.listener, &parts.health, parts.stopping.clone()).await else {
                return;
            };
            parts.health.clear("database");
            found
        }
    };
    if let Err(error) = reseal(&db, parts.files.keys()).await {
        tracing::error!(%error, "secrets of second factors stay sealed with the former master key: keep it");
    }
    let (news, hub, lag) = (News::default(), Arc::new(live::Hub::default()), Arc::new(Lag::default()));
    let config = &parts.sources.config;
    let site = Site { https: config.http.secure_cookies, hosts: config.http.hosts.clone() };
    let (audit, writer) = audit::queue(&db);
    let auditor = tokio::spawn(writer.run());
    let app = App {
        db: db.clone(),
        audit: audit.clone(),
        brain: parts.brain.clone(),
        logins: Logins::new(db.clone(), config.logins.clone(), &site, parts.files.keys().clone()),
        hub: hub.clone(),
        recordings: parts.files,
        news: news.clone(),
        settings: Arc::new(settings(&parts.sources)),
        health: parts.health.clone(),
        metrics: metrics(parts.metrics, parts.watched, parts.health, lag.clone(), audit.clone()),
    };
    let hub_task = tokio::spawn(live::run(hub, parts.brain.clone(), outputs.ends.live));
    let answers = tokio::spawn(feed::answer::run(db.clone(), parts.brain.clone(), outputs.ends.questions));
    let node = parts.sources.config.node.name.clone();
    let sweeper = tokio::spawn(tickets::sweep::run(db.clone(), Lease::new(tickets::sweep::NAME, &node), news.clone()));
    let lease = Lease::new(callbacks::release::NAME, &node);
    let releaser = tokio::spawn(callbacks::release::run(db.clone(), lease, news.clone()));
    let sealer = tokio::spawn(recordings::seal::run(db.clone(), app.recordings.clone(), news.clone()));
    let kept = recordings::keep::run(db.clone(), app.recordings.clone(), recordings_kept(config), news.clone());
    let keeper = tokio::spawn(kept);
    let forgetter = tokio::spawn(calls::drafts::forget_old(db.clone()));
    let followers = vec![tickets::follow::follower()];
    let following: Vec<_> = followers
        .iter()
        .map(|follower| tokio::spawn(outbox::follow(db.clone(), follower.clone(), node.clone(), news.clone())))
        .collect();
    let proxies: Arc<[IpAddr]> = parts.sources.config.http.trusted_proxies.clone().into();
    lag.behind.store(outputs.reader.behind(), Ordering::Relaxed);
    let recall = {
        let (sources, db, lag, brain) = (parts.sources.clone(), db.clone(), lag.clone(), parts.brain.clone());
        let began = parts.began;
        async move { day::recall(&sources.config, &db, &lag, began, &brain).await }
    };
    let recaller = tokio::spawn(recall);
    let planner = tokio::spawn(keep_plan(parts.sources, db.clone(), parts.brain, news.clone()));
    let router = server::router(app.clone()).merge(sip_route::router(app.logins, app.settings, parts.sockets));
    let router = router.layer(from_fn_with_state(proxies.clone(), behind_proxy));
    let serving = tokio::spawn(server::listener::serve(listener, router, proxies, parts.stopping, CLOSING));

    feed::run(db.clone(), outputs.reader, feed::Outlets { news, followers }, lag).await;
    let _ = serving.await;
    audit.close().await;
    let tasks = [hub_task, answers, sweeper, releaser, sealer, keeper, forgetter, planner, recaller, auditor];
    for task in tasks.into_iter().chain(following) {
        task.abort();
    }
    db.close().await;
}

/// Behind a proxy that we trust, the peer is the one it names last in X-Forwarded-For: what stands before may be the
/// peer's own invention.
async fn behind_proxy(
    extract::State(proxies): extract::State<Arc<[IpAddr]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    if let Some(proxy) = peer.filter(|peer| proxies.contains(&peer.ip())) {
        let named = request.headers().get_all("x-forwarded-for").iter().next_back();
        let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        if let Some(named) = named {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(named, proxy.port())));
        }
    }
    next.run(request).await
}

/// Serves HTTP while there is no database yet, and says so. Gives the listener back when there is one.
async fn wait(
    sources: &PlanSources,
    listener: TcpListener,
    health: &Health,
    stopping: watch::Receiver<bool>,
) -> Option<(Db, TcpListener)> {
    let address = listener.local_addr().ok()?;
    let (found, seen) = watch::channel(false);
    let health = health.clone();
    let ready = async move |extract::ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap| {
        server::health::report(&health, server::health::near(peer, &headers))
    };
    let router = Router::new().route("/healthz", get(server::health::alive)).route("/readyz", get(ready));
    let router = router.fallback(async || Problem::unavailable());
    let serving = tokio::spawn(server::listener::serve(listener, router, [].into(), seen, CLOSING));
    let mut told = stopping;
    let db = loop {
        tokio::select! {
            _ = told.wait_for(|stop| *stop) => return None,
            db = open(sources) => match db {
                Ok(db) => break db,
                Err(error) => tracing::debug!(error = format!("{error:#}"), "the database is still away"),
            },
        }
        tokio::time::sleep(RETRY).await;
    };
    let _ = found.send(true);
    let _ = serving.await;
    match TcpListener::bind(address).await {
        Ok(listener) => Some((db, listener)),
        Err(error) => {
            tracing::error!(%error, %address, "the HTTP listener failed");
            None
        }
    }
}

/// A new plan whenever people change, here or (seen a little later) at another node.
async fn keep_plan(sources: Arc<PlanSources>, db: Db, brain: Brain, news: News) {
    let mut heard = news.listen();
    let mut known = None;
    loop {
        match takers(&db).await {
            Ok(takers) if known.as_ref() != Some(&takers) => {
                let _ = plan::keep(&sources.config.data("takers.json"), &takers);
                brain.plan(sources.plan(&takers));
                known = Some(takers);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the people cannot be read; the plan stays as it is");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        }
        let changed = async {
            loop {
                match heard.recv().await {
                    Ok(outbox::Subject::People(_)) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Closed) => return false,
                }
            }
        };
        if let Ok(false) = tokio::time::timeout(PEOPLE, changed).await {
            return;
        }
    }
}

fn settings(sources: &PlanSources) -> Settings {
    let config = &sources.config;
    let numbers = config.numbers.iter().map(|(number, n)| PublicNumber {
        number: number.clone(),
        web: n.web,
        label: if n.label.is_empty() { number.clone() } else { n.label.clone() },
    });
    let label = |label: &String, name: &String| {
        if label.is_empty() { name.clone() } else { label.clone() }
    };
    Settings {
        demo: sources.demo.is_some(),
        https: config.http.secure_cookies,
        hosts: config.http.hosts.clone(),
        locale_default: "ru".into(),
        numbers: numbers.collect(),
        queues: config
            .queues
            .iter()
            .map(|q| QueueSettings {
                name: q.name.clone(),
                label_ru: label(&q.label_ru, &q.name),
                label_en: label(&q.label_en, &q.name),
                wrapup: q.wrapup,
                target: q.target,
                emergency: q.base >= acd::limit::EMERGENCY_BASE,
            })
            .collect(),
    }
}

fn metrics(metrics: Metrics, watched: Watched, health: Health, lag: Arc<Lag>, audit: audit::Audit) -> MetricsText {
    MetricsText(Arc::new(move || {
        server::health::look_at_audit(&audit, &health);
        ::metrics::gauge!("linedesk_feed_behind_events").set(lag.behind.load(Ordering::Relaxed) as f64);
        ::metrics::gauge!("linedesk_feed_away").set(f64::from(u8::from(lag.away.load(Ordering::Relaxed))));
        metrics.text(&watched, &health)
    }))
}

fn recordings_kept(config: &Config) -> recordings::keep::Rules {
    let emergency = config.queues.iter().filter(|q| q.base >= acd::limit::EMERGENCY_BASE);
    recordings::keep::Rules {
        others: config.recordings.keep,
        emergency: config.recordings.keep_emergency,
        emergency_queues: emergency.map(|q| q.name.clone()).collect(),
    }
}
