//! Health with reasons, and the counters for Prometheus. Gauges are looked up when somebody asks, not kept in step.

use crate::brain::Brain;
use crate::clock;
use crate::disk::{self, Space};
use crate::engines;
use crate::journal::Journal;
use crate::recordings::writer::Pieces;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard};
use types::Moment;
use utoipa::ToSchema;

/// Histogram bounds of spans, seconds.
const SPANS: &[f64] = &[0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Histogram bounds of counts.
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// How well a node is, from best to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    Ready,
    /// Calls are answered; something else does not work.
    Degraded,
    /// Told to stop: calls in progress go on, new ones are refused.
    Draining,
    /// No call can be answered.
    Down,
}

impl Condition {
    /// New calls are taken.
    pub fn takes_calls(self) -> bool {
        self <= Condition::Degraded
    }
}

/// The answer of `/readyz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// New calls are taken; the status is 200 then, and 503 else.
    pub ready: bool,
    pub state: Condition,
    /// What is wrong, in words.
    pub reasons: Vec<String>,
}

/// Who may have something to say about the health.
const PARTS: &[&str] = &["audit", "brain", "database", "disk", "drain", "journal", "ports", "recordings", "start"];

/// What is wrong with this node now, by who says it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Health {
    reasons: Arc<Mutex<BTreeMap<&'static str, (Condition, String)>>>,
}

impl Health {
    /// A node that starts: not ready until [`Health::clear`]ed of "start".
    pub fn starting() -> Health {
        let health = Health::default();
        health.set("start", Condition::Down, "starting");
        health
    }

    /// `who` is not well; replaces what it said before.
    pub fn set(&self, who: &'static str, state: Condition, why: impl Into<String>) {
        self.lock().insert(who, (state, why.into()));
    }

    pub fn clear(&self, who: &'static str) {
        self.lock().remove(who);
    }

    /// The worst of all states, and every reason.
    pub fn report(&self) -> Readiness {
        let held = self.lock();
        let state = held.values().map(|(state, _)| *state).max().unwrap_or_default();
        Readiness { ready: state.takes_calls(), state, reasons: held.values().map(|(_, why)| why.clone()).collect() }
    }

    fn gauges(&self) {
        let held = self.lock();
        let state = held.values().map(|(state, _)| *state).max().unwrap_or_default();
        metrics::gauge!("linedesk_ready").set(f64::from(u8::from(state.takes_calls())));
        for part in PARTS {
            let worst = held.get(part).map_or(Condition::Ready, |(state, _)| *state);
            metrics::gauge!("linedesk_trouble", "part" => *part).set(f64::from(worst as u8));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, (Condition, String)>> {
        self.reasons.lock().unwrap_or_else(|p| p.into_inner())
    }
}

/// What the gauges are read from.
#[derive(Clone)]
pub struct Watched {
    pub brain: Brain,
    pub engines: Vec<engines::Handle>,
    pub journal: Journal,
    pub pieces: Pieces,
    pub connections: crate::net::Connections,
    /// The data folder, whose disk is looked at.
    pub data: PathBuf,
    /// Percent of the disk that were spoken of last.
    pub disk_alarm: Arc<AtomicU64>,
}

/// Milliseconds for which a call refused without a port is a reason.
const PORTS_ALARM_MS: u64 = 60_000;

/// A disk this full is worth a line in the log, percent; the last one is worth a reason, too (F9).
const DISK_ALARMS: [u64; 3] = [80, 90, 95];

impl Watched {
    /// What these parts have against being ready.
    pub fn look(&self, health: &Health) {
        match self.journal.trouble() {
            Some(why) if self.journal.takes() => health.set("journal", Condition::Degraded, why),
            Some(why) => health.set("journal", Condition::Down, why),
            None => health.clear("journal"),
        }
        match self.pieces.counts.failing.load(Relaxed) {
            0 => health.clear("recordings"),
            _ => health.set(
                "recordings",
                Condition::Degraded,
                "recordings are not written: the disk is full or broken; calls go on without",
            ),
        }
        self.look_at_ports(health);
        if self.brain.dead() {
            health.set("brain", Condition::Down, "the switch has stopped");
        }
        if let Ok(space) = disk::space(&self.data) {
            self.look_at_disk(health, space);
        }
    }

    /// Out of ports is said for a while: calls end, and the next ones may be refused again.
    fn look_at_ports(&self, health: &Health) {
        let now = u64::try_from(clock::now().saturating_duration_since(Moment::START).as_millis()).unwrap_or(u64::MAX);
        let refused = |engine: &engines::Handle| match engine.counts.refused_at.load(Relaxed) {
            0 => false,
            at => now.saturating_sub(at) < PORTS_ALARM_MS,
        };
        if self.engines.iter().any(refused) {
            let why = "calls were refused in the last minute because no RTP port was free; widen media.ports";
            health.set("ports", Condition::Degraded, why);
        } else {
            health.clear("ports");
        }
    }

    fn look_at_disk(&self, health: &Health, space: Space) {
        let used = space.used();
        let passed = DISK_ALARMS.iter().rev().find(|alarm| used >= **alarm).copied().unwrap_or(0);
        let told = self.disk_alarm.swap(passed, Relaxed);
        let free = space.free >> 20;
        if passed > told {
            tracing::warn!(used, free_mb = free, "the disk of the data folder is filling up; free some space");
        }
        match passed {
            95 => health.set("disk", Condition::Degraded, format!("the disk is {used} % full, {free} MB are free")),
            _ => health.clear("disk"),
        }
        metrics::gauge!("linedesk_disk_free_bytes").set(space.free as f64);
        metrics::gauge!("linedesk_disk_bytes").set(space.total as f64);
    }

    fn gauges(&self) {
        let (net, inner, lost) = self.brain.waiting();
        metrics::gauge!("linedesk_calls").set(self.brain.calls() as f64);
        metrics::gauge!("linedesk_brain_waiting", "door" => "net").set(net as f64);
        metrics::gauge!("linedesk_brain_waiting", "door" => "inner").set(inner as f64);
        metrics::counter!("linedesk_brain_lost_total").absolute(lost);
        metrics::gauge!("linedesk_brain_longest_step_seconds").set(self.brain.longest_step().as_secs_f64());
        metrics::gauge!("linedesk_journal_waiting").set(self.journal.waiting() as f64);
        metrics::counter!("linedesk_journal_lost_total").absolute(self.journal.lost());
        metrics::gauge!("linedesk_connections").set(self.connections.count() as f64);
        let writer = &self.pieces.counts;
        metrics::gauge!("linedesk_recordings_open").set(writer.open.load(Relaxed) as f64);
        metrics::gauge!("linedesk_recordings_waiting").set(self.pieces.waiting() as f64);
        metrics::counter!("linedesk_recordings_bytes_total").absolute(writer.bytes.load(Relaxed));
        metrics::counter!("linedesk_recordings_gap_samples_total").absolute(writer.gaps.load(Relaxed));
        metrics::counter!("linedesk_recordings_errors_total").absolute(writer.errors.load(Relaxed));
        for (index, engine) in self.engines.iter().enumerate() {
            let label = [("engine", index.to_string())];
            let counts = &engine.counts;
            metrics::gauge!("linedesk_engine_legs", &label).set(counts.legs.load(Relaxed) as f64);
            metrics::gauge!("linedesk_engine_ports", &label).set(counts.ports.load(Relaxed) as f64);
            metrics::counter!("linedesk_engine_received_total", &label).absolute(counts.received.load(Relaxed));
            metrics::counter!("linedesk_engine_sent_total", &label).absolute(counts.sent.load(Relaxed));
            metrics::counter!("linedesk_engine_unsent_total", &label).absolute(counts.unsent.load(Relaxed));
            metrics::counter!("linedesk_engine_pieces_lost_total", &label).absolute(counts.pieces_lost.load(Relaxed));
            let longest = counts.longest_us.swap(0, Relaxed) as f64 / 1e6;
            metrics::gauge!("linedesk_engine_longest_turn_seconds", &label).set(longest);
        }
        if let Some(bytes) = resident() {
            metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
        }
    }
}

/// The recorder of this process; made once.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Installs the recorder; a second server in one process (tests) uses the first's.
    pub fn install() -> Metrics {
        static RECORDER: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
        let handle = RECORDER.get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SPANS)
                .and_then(|b| b.set_buckets_for_metric(Matcher::Suffix("_events".into()), COUNTS))
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            let _ = metrics::set_global_recorder(recorder);
            handle
        });
        Metrics { handle: handle.clone() }
    }

    /// The text of `/metrics`.
    pub fn text(&self, watched: &Watched, health: &Health) -> String {
        watched.gauges();
        health.gauges();
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Lets go of samples that nobody fetched; every few seconds.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

/// Bytes of memory this process holds.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_as_well_as_its_worst_part_and_degraded_is_ready() {
        let health = Health::starting();
        health.set("journal", Condition::Degraded, "disk full");
        health.set("journal", Condition::Degraded, "8 of 256 MB in reserve");
        let report = health.report();
        assert_eq!((report.ready, report.state), (false, Condition::Down));
        assert_eq!(report.reasons, ["8 of 256 MB in reserve", "starting"]);
        health.clear("start");
        assert_eq!((health.report().ready, health.report().state), (true, Condition::Degraded));
        health.set("drain", Condition::Draining, "draining");
        assert_eq!((health.report().ready, health.report().state), (false, Condition::Draining));
        health.clear("drain");
        health.clear("journal");
        assert_eq!(health.report(), Readiness { ready: true, state: Condition::Ready, reasons: Vec::new() });
        assert_eq!(serde_json::to_string(&Condition::Degraded).unwrap(), "\"degraded\"");
    }
}
