//! An agent's device in a call: a browser or a desk phone. Both are SIP.

use crate::AgentId;
use crate::call::Facts;
use crate::limit;
use crate::reach::{Reach, Role};
use crate::registrar::Binding;
use bytes::Bytes;
use media::{Kind, LegId};
use sip::{Outgoing, Party, SessionId};
use std::time::Duration;

pub struct AgentLeg {
    pub agent: AgentId,
    pub media: LegId,
    session: Option<SessionId>,
    binding: Binding,
    resume: bool,
}

impl AgentLeg {
    /// Starts ringing the agent's newest device. None: no device is registered.
    pub fn ring(facts: &Facts, reach: &mut Reach, agent: AgentId, resume: bool) -> Option<AgentLeg> {
        let binding = reach.registrar.device(agent)?.clone();
        let kind = if binding.browser() { Kind::Browser } else { Kind::Rtp };
        let media = reach.new_leg(facts.id, Role::Agent);
        reach.media(facts.engine, media::Command::Offer { leg: media, kind });
        if kind == Kind::Rtp {
            reach.media(facts.engine, media::Command::Signalled { leg: media, from: binding.flow.peer.ip() });
        }
        Some(AgentLeg { agent, media, session: None, binding, resume })
    }

    /// Our SDP is ready: the INVITE goes out.
    pub fn invite(&mut self, facts: &Facts, reach: &mut Reach, sdp: Bytes) {
        if self.session.is_some() {
            return;
        }
        let mut headers = vec![("X-Linedesk-Call".to_string(), facts.id.to_string())];
        headers.extend(facts.queue.clone().map(|queue| ("X-Linedesk-Queue".to_string(), queue)));
        if self.resume {
            headers.push(("X-Linedesk-Resume".to_string(), "1".to_string()));
        }
        let from = Party {
            name: facts.from_name.clone(),
            user: facts.from.clone().unwrap_or_else(|| "anonymous".into()),
            host: "linedesk".into(),
        };
        let outgoing = Outgoing {
            flow: self.binding.flow,
            target: self.binding.uri.clone(),
            route: self.binding.path.clone(),
            from,
            to: Party { name: String::new(), user: self.binding.user.clone(), host: "linedesk".into() },
            body: Some(sip::Body::sdp(sdp)),
            headers,
            // The floor's deadline comes first; this one only guards against its loss.
            ring_max: Duration::from_secs(limit::RING_SECONDS * 3),
        };
        let session = reach.stack.invite(reach.now, outgoing);
        reach.sessions.insert(session, (facts.id, Role::Agent));
        self.session = Some(session);
    }

    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The account that was rung.
    pub fn user(&self) -> &str {
        &self.binding.user
    }

    pub fn flow(&self) -> sip::Flow {
        self.binding.flow
    }

    /// Is this the page (or phone) that is in the call? Phones that name no instance are told apart by their Contact;
    /// one that lost its connection may have another port in it now.
    pub fn same_device(&self, binding: &Binding, flow_lost: bool) -> bool {
        binding.user == self.binding.user
            && binding.instance == self.binding.instance
            && (binding.instance.is_some() || flow_lost || binding.uri == self.binding.uri)
    }

    /// The same page reconnected: its dialog goes on over the new connection.
    pub fn rebind(&mut self, reach: &mut Reach, binding: &Binding) {
        if self.binding.flow != binding.flow {
            self.binding = binding.clone();
            if let Some(session) = self.session {
                reach.stack.rebind(session, binding.flow);
            }
        }
    }

    pub fn end(self, facts: &Facts, reach: &mut Reach) {
        if let Some(session) = self.session {
            reach.end_session(session);
        }
        reach.close_leg(facts.engine, self.media, facts.id, Role::Agent, Some(self.agent));
    }
}
