//! An agent's device in a call: a browser or a desk phone. Both are SIP.

use crate::AgentId;
use crate::call::Facts;
use crate::env::Env;
use crate::event::Purpose;
use crate::leg::{Leg, LegKey, LegState, Sound};
use crate::limit;
use crate::registrar::Binding;
use bytes::Bytes;
use media::Kind;
use sip::{Flow, Outgoing, Party};
use std::collections::BTreeSet;
use std::time::Duration;

pub struct Device {
    binding: Binding,
    connection: Connection,
    /// Its agent was in this call already: the page takes the call up without asking.
    resume: bool,
    /// Devices of the same agent that are registered too: before this one answered, or since.
    beside: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    Up,
    /// The flow it registered by is gone, and no other came yet.
    Lost,
}

impl Device {
    pub fn agent(&self) -> AgentId {
        self.binding.agent
    }
}

/// Starts ringing the agent's newest device. None: no device is registered, or the call has too many legs.
pub fn ring(facts: &mut Facts, env: &mut Env, purpose: Purpose, agent: AgentId, resume: bool) -> Option<LegKey> {
    let binding = env.registrar.device(agent)?.clone();
    let (call, engine) = (facts.id, facts.engine);
    facts.legs.add(|key| {
        let media = env.new_leg(call, key);
        let kind = if binding.browser() { Kind::Browser } else { Kind::Rtp };
        env.media(engine, media::Command::Offer { leg: media, kind });
        if kind == Kind::Rtp {
            env.media(
                engine,
                media::Command::Hosts { leg: media, signalled: binding.flow.peer.ip(), carrier: [].into() },
            );
        }
        let device = Device { binding, connection: Connection::Up, resume, beside: BTreeSet::new() };
        let mut leg = Leg::new(purpose, media, LegState::Ringing);
        leg.device = Some(device);
        leg
    })
}

/// Our SDP is ready: the INVITE goes out.
pub fn invite(facts: &mut Facts, env: &mut Env, key: LegKey, sdp: Bytes) {
    let Some(leg) = facts.legs.get_mut(key).filter(|leg| leg.session.is_none()) else { return };
    let Some(device) = &leg.device else { return };
    let mut headers = vec![("X-Linedesk-Call".to_string(), facts.id.to_string())];
    headers.extend(facts.queue.clone().map(|queue| ("X-Linedesk-Queue".to_string(), queue)));
    if device.resume {
        headers.push(("X-Linedesk-Resume".to_string(), "1".to_string()));
    }
    let from = Party {
        name: facts.from_name.clone(),
        user: facts.from.clone().unwrap_or_else(|| "anonymous".into()),
        host: "linedesk".into(),
    };
    let outgoing = Outgoing {
        flow: device.binding.flow,
        target: device.binding.uri.clone(),
        route: device.binding.path.clone(),
        from,
        to: Party { name: String::new(), user: device.binding.user.clone(), host: "linedesk".into() },
        body: Some(sip::Body::sdp(sdp)),
        headers,
        // The floor's deadline comes first; this one only guards against its loss.
        ring_max: Duration::from_secs(limit::RING_SECONDS * 3),
    };
    let session = env.stack.invite(env.now, outgoing);
    env.sessions.insert(session, (facts.id, key));
    leg.session = Some(session);
}

/// What the registrations of an agent mean for the device in the call. A leg from outside has none and is never meant.
impl Leg {
    /// The device answered: whatever is registered beside it now is no reload of it.
    pub fn answered(&mut self, env: &Env) {
        self.state = LegState::Answered;
        if let Some(device) = &mut self.device {
            let contacts = env.registrar.contacts(env.now, device.agent(), &device.binding.user);
            device.beside = contacts.into_iter().filter_map(|contact| contact.instance).collect();
        }
    }

    pub fn reached_by(&self, flow: &Flow) -> bool {
        self.device.as_ref().is_some_and(|device| device.binding.flow == *flow)
    }

    pub fn connection_lost(&self) -> bool {
        self.device.as_ref().is_some_and(|device| device.connection == Connection::Lost)
    }

    pub fn lose_connection(&mut self) {
        if let Some(device) = &mut self.device {
            device.connection = Connection::Lost;
        }
    }

    /// Is this the page (or phone) that is in the call? Phones that name no instance are told apart by their Contact;
    /// one that lost its connection may have another port in it now.
    pub fn same_device(&self, binding: &Binding) -> bool {
        self.device.as_ref().is_some_and(|device| {
            binding.user == device.binding.user
                && binding.instance == device.binding.instance
                && (binding.instance.is_some() || self.connection_lost() || binding.uri == device.binding.uri)
        })
    }

    /// The same page is connected again: its dialog goes on over the new connection.
    pub fn rebind(&mut self, env: &mut Env, binding: &Binding) {
        let Some(device) = &mut self.device else { return };
        device.connection = Connection::Up;
        if device.binding.flow != binding.flow {
            device.binding = binding.clone();
            if let Some(session) = self.session {
                env.stack.rebind(session, binding.flow);
            }
        }
    }

    /// Another device registered. The one in the call was reloaded if it has lost its connection, or if it is not heard
    /// and this is a page that was not there before: its network changed, and nobody knows yet that the old connection
    /// is dead. A second tab or a desk phone beside a living page changes nothing.
    pub fn reloaded(&self, other: &Binding) -> bool {
        self.device.as_ref().is_some_and(|device| {
            let new = other.instance.as_ref().is_some_and(|instance| !device.beside.contains(instance));
            device.connection == Connection::Lost || (self.sound == Sound::Quiet && new && other.browser())
        })
    }

    /// A second device registered beside it.
    pub fn beside(&mut self, other: Binding) {
        if let Some(device) = &mut self.device
            && device.beside.len() < limit::CONTACTS
        {
            device.beside.extend(other.instance);
        }
    }
}
