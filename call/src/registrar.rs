//! Who is reachable where (RFC 3261 10.3). Browsers register over the WebSocket their log-in opened; desk
//! phones by digest.

use crate::plan::Plan;
use crate::{AgentId, limit};
use sip::{Contact, Flow, Register};
use std::collections::HashMap;
use std::time::{Duration, Instant};

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
    pub expires: Instant,
}

impl Binding {
    pub fn browser(&self) -> bool {
        matches!(self.flow.transport, sip::Transport::Ws | sip::Transport::Wss)
    }
}

#[derive(Default)]
pub struct Registrar {
    /// Newest last.
    bindings: HashMap<AgentId, Vec<Binding>>,
    /// WebSocket flows and who logged in on them.
    flows: HashMap<Flow, Option<AgentId>>,
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
    pub fn flow_opened(&mut self, flow: Flow, agent: Option<AgentId>) {
        self.flows.insert(flow, agent);
    }

    /// Some(Some(agent)): a dispatcher's browser; Some(None): the /call page; None: not a WebSocket of ours.
    pub fn flow_owner(&self, flow: &Flow) -> Option<Option<AgentId>> {
        self.flows.get(flow).copied()
    }

    /// The device to ring: the newest registration.
    pub fn device(&self, agent: AgentId) -> Option<&Binding> {
        self.bindings.get(&agent)?.last()
    }

    pub fn reachable(&self, agent: AgentId) -> bool {
        self.device(agent).is_some()
    }

    pub fn register(&mut self, now: Instant, agent: AgentId, register: &Register) -> Change {
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
                expires: now + Duration::from_secs(contact.expires.into()),
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
    pub fn contacts(&self, now: Instant, agent: AgentId, user: &str) -> Vec<Contact> {
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

    pub fn expire(&mut self, now: Instant) -> Vec<(AgentId, Flow)> {
        self.drop_where(|binding| binding.expires <= now)
    }

    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
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
    /// A desk phone: verify this digest.
    Digest { agent: Option<AgentId>, ha1: Option<sip::auth::Ha1> },
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
    let device = plan.devices.get(&register.user).filter(|_| named);
    Claim::Digest { agent: device.map(|device| device.agent), ha1: device.map(|device| device.ha1.clone()) }
}
