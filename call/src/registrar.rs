//! Who is reachable where (RFC 3261 10.3). Browsers register over the WebSocket their log-in opened; desk
//! phones by digest. What can be rung without the phone doing anything is told to the shell, which keeps it over a restart.

use crate::env::Anchor;
use crate::plan::{Device, Plan};
use crate::{AgentId, limit};
use serde::{Deserialize, Serialize};
use sip::auth::{Algorithm, Ha1};
use sip::{Contact, Flow, Register, Transport};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use types::Moment;

/// One place where an agent's device can be rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub agent: AgentId,
    pub user: String,
    pub uri: String,
    pub flow: Flow,
    pub path: Vec<String>,
    /// Tells a reloaded page (new instance) from one that only reconnected (RFC 5626 4.1).
    pub instance: Option<String>,
    pub expires: Moment,
}

impl Binding {
    pub fn browser(&self) -> bool {
        is_browser(&self.flow)
    }
}

pub fn is_browser(flow: &Flow) -> bool {
    matches!(flow.transport, Transport::Ws | Transport::Wss)
}

/// A desk phone's registration as it outlives the process: without the flow's connection, with wall-clock times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedBinding {
    pub user: String,
    pub uri: String,
    pub tcp: bool,
    /// Where requests go: a phone's address as we see it (UDP), or the one it listens at (TCP).
    pub peer: SocketAddr,
    pub path: Vec<String>,
    pub instance: Option<String>,
    /// Unix milliseconds.
    pub expires: i64,
}

impl SavedBinding {
    /// None: without its connection nobody is reached there (a WebSocket, or TCP from behind a NAT: RFC 5626 1).
    fn of(binding: &Binding, anchor: &Anchor) -> Option<SavedBinding> {
        let (tcp, peer) = match binding.flow.transport {
            Transport::Udp => (false, binding.flow.peer),
            Transport::Tcp => (true, listens(&binding.uri, binding.flow.peer.ip())?),
            Transport::Tls | Transport::Ws | Transport::Wss => return None,
        };
        let bytes = binding.uri.len() + binding.path.iter().map(String::len).sum::<usize>();
        (bytes <= limit::KEPT_BYTES).then(|| SavedBinding {
            user: binding.user.clone(),
            uri: binding.uri.clone(),
            tcp,
            peer,
            path: binding.path.clone(),
            instance: binding.instance.clone(),
            expires: anchor.wall(binding.expires),
        })
    }

    /// None: its time is over, or the account is not this agent's any more.
    fn binding(self, agent: AgentId, now: Moment, wall_ms: i64, plan: &Plan) -> Option<Binding> {
        let left = u64::try_from(self.expires.saturating_sub(wall_ms)).ok().filter(|left| *left > 0)?;
        // The wall clock may have been set back since.
        let left = Duration::from_millis(left).min(Duration::from_secs(limit::EXPIRES_SECONDS.into()));
        plan.devices.get(&self.user).filter(|device| device.agent == agent)?;
        let transport = if self.tcp { Transport::Tcp } else { Transport::Udp };
        Some(Binding {
            agent,
            user: self.user,
            uri: self.uri,
            flow: Flow { transport, peer: self.peer, connection: 0 },
            path: self.path,
            instance: self.instance,
            expires: now + left,
        })
    }
}

/// Where a phone takes connections, by its Contact; only if that is where it came from: nobody sends us elsewhere (T15).
fn listens(uri: &str, from: IpAddr) -> Option<SocketAddr> {
    let uri = sip::uri::Uri::parse(uri.as_bytes()).ok()?;
    uri.socket().filter(|at| at.ip().to_canonical() == from.to_canonical())
}

pub struct Registrar {
    /// Newest last.
    bindings: HashMap<AgentId, Vec<Binding>>,
    /// WebSocket flows and who logged in on them.
    flows: HashMap<Flow, Option<AgentId>>,
    /// Draws the algorithm that unknown accounts are asked for.
    secret: [u8; 32],
    /// Some device is asked for MD5.
    md5: bool,
}

/// What a change means for the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A device appeared or was refreshed.
    Reachable(Binding),
    /// Devices went; see whether any is left.
    Gone(AgentId),
    Nothing,
}

impl Registrar {
    pub fn new(secret: [u8; 32]) -> Registrar {
        Registrar { bindings: HashMap::new(), flows: HashMap::new(), secret, md5: false }
    }

    pub fn configure(&mut self, plan: &Plan) {
        self.md5 = plan.devices.values().any(|device| device.ha1.algorithm == Algorithm::Md5);
    }

    /// What the last process knew of an agent's phones.
    pub fn restore(&mut self, now: Moment, wall_ms: i64, plan: &Plan, agent: AgentId, kept: Vec<SavedBinding>) {
        let kept = kept.into_iter().take(limit::CONTACTS);
        let bindings: Vec<Binding> = kept.filter_map(|kept| kept.binding(agent, now, wall_ms, plan)).collect();
        if !bindings.is_empty() {
            self.bindings.insert(agent, bindings);
        }
    }

    /// What of an agent's registrations is worth keeping over a restart.
    pub fn kept(&self, agent: AgentId, anchor: &Anchor) -> Vec<SavedBinding> {
        self.bindings
            .get(&agent)
            .into_iter()
            .flatten()
            .filter_map(|binding| SavedBinding::of(binding, anchor))
            .collect()
    }

    pub fn flow_opened(&mut self, flow: Flow, agent: Option<AgentId>) {
        self.flows.insert(flow, agent);
    }

    /// Some(Some(agent)): a dispatcher's browser; Some(None): the /call page; None: not a WebSocket of ours.
    pub fn flow_owner(&self, flow: &Flow) -> Option<Option<AgentId>> {
        self.flows.get(flow).copied()
    }

    /// Who has devices.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> {
        self.bindings.keys().copied()
    }

    /// Where an agent's desk phones are, and the accounts they proved.
    pub fn desk_phones(&self, agent: AgentId) -> impl Iterator<Item = (IpAddr, &str)> {
        let phones = self.bindings.get(&agent).into_iter().flatten().filter(|binding| !binding.browser());
        phones.map(|binding| (binding.flow.peer.ip(), binding.user.as_str()))
    }

    /// The ways by which an agent's devices are reached now.
    pub fn ways(&self, agent: AgentId) -> impl Iterator<Item = Flow> {
        self.bindings.get(&agent).into_iter().flatten().map(|binding| binding.flow)
    }

    /// The device to ring: the newest registration.
    pub fn device(&self, agent: AgentId) -> Option<&Binding> {
        self.bindings.get(&agent)?.last()
    }

    pub fn reachable(&self, agent: AgentId) -> bool {
        self.device(agent).is_some()
    }

    pub fn register(&mut self, now: Moment, agent: AgentId, register: &Register) -> Change {
        let bindings = self.bindings.entry(agent).or_default();
        if register.remove_all {
            bindings.clear();
            return Change::Gone(agent);
        }
        let mut change = Change::Nothing;
        for contact in &register.contacts {
            bindings.retain(|binding| !same_place(binding, contact, &register.user));
            if contact.expires == 0 {
                continue;
            }
            let binding = Binding {
                agent,
                user: register.user.clone(),
                uri: contact.uri.clone(),
                flow: register.flow,
                path: register.path.clone(),
                instance: contact.instance.clone(),
                expires: now + Duration::from_secs(contact.expires.min(limit::EXPIRES_SECONDS).into()),
            };
            if bindings.len() >= limit::CONTACTS {
                bindings.remove(0);
            }
            bindings.push(binding.clone());
            change = Change::Reachable(binding);
        }
        if bindings.is_empty() && !register.contacts.is_empty() {
            return Change::Gone(agent);
        }
        change
    }

    /// What is in force for one account, for the 200.
    pub fn contacts(&self, now: Moment, agent: AgentId, user: &str) -> Vec<Contact> {
        let of_user = self.bindings.get(&agent).into_iter().flatten().filter(|binding| binding.user == user);
        of_user
            .map(|binding| Contact {
                uri: binding.uri.clone(),
                expires: binding.expires.saturating_duration_since(now).as_secs() as u32,
                instance: binding.instance.clone(),
                reg_id: None,
            })
            .collect()
    }

    /// The connection is gone: what was registered over it cannot be rung.
    pub fn flow_lost(&mut self, flow: &Flow) -> Vec<(AgentId, Flow)> {
        self.flows.remove(flow);
        self.drop_where(|binding| binding.flow == *flow)
    }

    pub fn expire(&mut self, now: Moment) -> Vec<(AgentId, Flow)> {
        self.drop_where(|binding| binding.expires <= now)
    }

    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    /// The algorithm for the challenge of an account that does not exist. Where some phones get MD5, so may an unknown name:
    /// else MD5 would show which accounts exist. A name always gets the same one.
    fn decoy(&self, user: &str) -> Algorithm {
        let mut hasher = DefaultHasher::new();
        (self.secret, user).hash(&mut hasher);
        if self.md5 && hasher.finish().is_multiple_of(2) { Algorithm::Md5 } else { Algorithm::Sha256 }
    }

    /// Drops bindings; whose and by which flow they were reached.
    fn drop_where(&mut self, gone: impl Fn(&Binding) -> bool) -> Vec<(AgentId, Flow)> {
        let mut lost = Vec::new();
        self.bindings.retain(|agent, bindings| {
            lost.extend(bindings.iter().filter(|binding| gone(binding)).map(|binding| (*agent, binding.flow)));
            bindings.retain(|binding| !gone(binding));
            !bindings.is_empty()
        });
        lost.sort();
        lost
    }
}

/// Same instance, or (for phones without one) same URI: a refresh, not a second device.
fn same_place(binding: &Binding, contact: &Contact, user: &str) -> bool {
    match (&binding.instance, &contact.instance) {
        (Some(old), Some(new)) => old == new || binding.uri == contact.uri,
        _ => binding.uri == contact.uri && binding.user == user,
    }
}

/// Whose account a REGISTER names, if the flow or the digest may prove it.
pub enum Claim {
    /// A browser whose WebSocket carries this agent's log-in.
    LoggedIn(AgentId),
    /// A desk phone: verify its digest, or ask for one by this algorithm.
    Digest { device: Option<(AgentId, Ha1)>, algorithm: Algorithm },
}

pub fn claim(plan: &Plan, registrar: &Registrar, register: &Register) -> Claim {
    if let Some(Some(agent)) = registrar.flow_owner(&register.flow) {
        let own = plan.agents.iter().any(|known| known.id == agent && known.extension == register.user);
        if own {
            return Claim::LoggedIn(agent);
        }
    }
    // The account in To must be the one that proves itself (T8): a stranger gets the same challenge as a wrong password.
    let named = register.credentials.as_ref().is_none_or(|credentials| credentials.username == register.user);
    let device = plan.devices.get(&register.user);
    let algorithm = device.map_or_else(|| registrar.decoy(&register.user), |device| device.ha1.algorithm);
    let proof = |device: &Device| (device.agent, device.ha1.clone());
    Claim::Digest { device: device.filter(|_| named).map(proof), algorithm }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip::auth::ha1;

    const AGENT: AgentId = AgentId::from_u128(1);

    fn start() -> Moment {
        Moment::START
    }

    fn plan(algorithm: Algorithm) -> Plan {
        let device = Device { agent: AGENT, ha1: ha1(algorithm, "desk1", "r", "p") };
        Plan { devices: HashMap::from([("desk1".to_owned(), device)]), ..Plan::default() }
    }

    fn register(user: &str, transport: Transport, contact: &str, expires: u32) -> Register {
        Register {
            flow: Flow { transport, peer: "192.0.2.7:40000".parse().unwrap(), connection: 9 },
            user: user.into(),
            credentials: None,
            contacts: vec![Contact { uri: contact.into(), expires, instance: None, reg_id: None }],
            remove_all: false,
            user_agent: String::new(),
            call_id: "a".into(),
            cseq: 1,
            path: Vec::new(),
        }
    }

    /// Where the next process rings a phone that registered like this, and for how many more seconds.
    fn after_restart(
        transport: Transport,
        contact: &str,
        expires: u32,
        away: Duration,
        user: &str,
    ) -> Option<(Flow, u64)> {
        let now = start();
        let anchor = Anchor { at: now, wall_ms: 1_795_000_000_000 };
        let mut before = Registrar::new([1; 32]);
        before.register(now, AGENT, &register(user, transport, contact, expires));
        let later = now + away;
        let mut after = Registrar::new([2; 32]);
        let kept = before.kept(AGENT, &anchor);
        after.restore(later, anchor.wall(later), &plan(Algorithm::Md5), AGENT, kept);
        after.device(AGENT).map(|binding| (binding.flow, (binding.expires - later).as_secs()))
    }

    #[test]
    fn what_can_be_rung_after_a_restart() {
        let rung = |transport, contact: &str| after_restart(transport, contact, 60, Duration::ZERO, "desk1");
        let at = |transport, peer: &str| Some((Flow { transport, peer: peer.parse().unwrap(), connection: 0 }, 60));
        // UDP: where it came from, whatever a phone behind NAT says of itself; not by the connection's number.
        let udp = rung(Transport::Udp, "sip:desk1@10.0.0.5").map(|(flow, left)| (Flow { connection: 0, ..flow }, left));
        assert_eq!(udp, at(Transport::Udp, "192.0.2.7:40000"));
        // TCP: where it listens, and only at the address that it came from.
        assert_eq!(
            rung(Transport::Tcp, "sip:desk1@192.0.2.7:5062;transport=tcp"),
            at(Transport::Tcp, "192.0.2.7:5062")
        );
        assert_eq!(rung(Transport::Tcp, "sip:desk1@192.0.2.7"), at(Transport::Tcp, "192.0.2.7:5060"));
        for elsewhere in ["sip:desk1@10.0.0.5;transport=tcp", "sip:desk1@127.0.0.1:22", "sip:desk1@desk.example"] {
            assert_eq!(rung(Transport::Tcp, elsewhere), None, "{elsewhere}");
        }
        assert_eq!(rung(Transport::Ws, "sip:desk1@192.0.2.7"), None);
        let long = format!("sip:desk1@192.0.2.7;x={}", "y".repeat(limit::KEPT_BYTES));
        assert_eq!(rung(Transport::Udp, &long), None);
    }

    #[test]
    fn a_registration_ends_when_it_would_have_ended() {
        let left = |expires, seconds, user| {
            let away = Duration::from_secs(seconds);
            after_restart(Transport::Udp, "sip:a@192.0.2.7", expires, away, user).map(|(_, left)| left)
        };
        assert_eq!(left(60, 20, "desk1"), Some(40));
        assert_eq!(left(60, 60, "desk1"), None);
        assert_eq!(left(u32::MAX, 0, "desk1"), Some(limit::EXPIRES_SECONDS.into()), "nobody registers for ever");
        assert_eq!(left(60, 0, "desk2"), None, "an account that is not in the configuration any more");
    }

    #[test]
    fn a_clock_set_back_gives_nobody_more_time() {
        let (now, mut registrar) = (start(), Registrar::new([1; 32]));
        let anchor = Anchor { at: now, wall_ms: 1_795_000_000_000 };
        registrar.register(now, AGENT, &register("desk1", Transport::Udp, "sip:a@192.0.2.7", 60));
        let kept = registrar.kept(AGENT, &anchor);
        let mut after = Registrar::new([1; 32]);
        after.restore(now, 0, &plan(Algorithm::Md5), AGENT, kept);
        let longest = Duration::from_secs(limit::EXPIRES_SECONDS.into());
        assert_eq!(after.device(AGENT).map(|binding| binding.expires - now), Some(longest));
    }

    #[test]
    fn the_challenge_does_not_tell_who_exists() {
        let asked = |plan: &Plan, user: &str| {
            let mut registrar = Registrar::new([7; 32]);
            registrar.configure(plan);
            match claim(plan, &registrar, &register(user, Transport::Udp, "sip:a@192.0.2.7", 60)) {
                Claim::Digest { algorithm, .. } => algorithm,
                Claim::LoggedIn(_) => panic!("nobody logged in"),
            }
        };
        let strong = plan(Algorithm::Sha256);
        let mixed = plan(Algorithm::Md5);
        assert_eq!(asked(&mixed, "desk1"), Algorithm::Md5);
        let strangers = |plan: &Plan| {
            let names = (0..100).map(|n| format!("stranger{n}"));
            names.filter(|name| asked(plan, name) == Algorithm::Md5).count()
        };
        assert_eq!(strangers(&strong), 0);
        assert!((20..80).contains(&strangers(&mixed)), "{}", strangers(&mixed));
        assert_eq!(strangers(&mixed), strangers(&mixed), "a name is always asked for the same");
    }
}
