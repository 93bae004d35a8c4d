//! An INVITE from outside: whom it is from, which flow answers, and the intake.

use crate::call::{Call, Facts};
use crate::env::Env;
use crate::event::{Direction, Kind, Outcome, Purpose, Side};
use crate::leg::{Leg, LegKey, LegState, Legs};
use crate::limit;
use crate::plan::Number;
use crate::stage::{Arriving, Stage};
use sip::{Invite, SessionId};
use std::sync::Arc;
use types::CallStage;

/// Where a call comes in.
enum Source {
    Trunk(String),
    /// The /call page.
    Web,
}

impl Source {
    fn name(&self) -> String {
        match self {
            Source::Trunk(name) => name.clone(),
            Source::Web => "web".into(),
        }
    }
}

/// A new call with the journal position its answer waits for; None: a stranger is refused and leaves no
/// intake (T8, AC-C2.8).
pub fn arrive(env: &mut Env, live: usize, session: SessionId, invite: Invite) -> Option<(Call, u64)> {
    let Some(source) = source(env, &invite) else {
        env.stack.refuse(env.now, session, 403, &[]);
        return None;
    };
    let (mut facts, durable_at) = admit(env, session, &invite, &source);
    let stage = if live >= limit::CALLS || env.draining {
        refuse(&mut facts, env, 503)
    } else {
        match answering(env, &invite, &source) {
            Some((number, flow)) => begin(&mut facts, env, &invite, number, flow),
            None => refuse(&mut facts, env, 404),
        }
    };
    Some((Call { facts, stage, timer: None }, durable_at))
}

fn source(env: &Env, invite: &Invite) -> Option<Source> {
    match env.registrar.flow_owner(&invite.flow) {
        Some(None) => return Some(Source::Web),
        // A dispatcher's own outgoing calls are not opened yet: closed by default (T10).
        Some(Some(_)) => return None,
        None => {}
    }
    let peer = invite.flow.peer.ip();
    let trunk = env.plan.trunks.iter().find(|trunk| trunk.addresses.contains(&peer))?;
    Some(Source::Trunk(trunk.name.clone()))
}

/// The intake: recorded by machine before anything is said.
fn admit(env: &mut Env, session: SessionId, invite: &Invite, source: &Source) -> (Facts, u64) {
    let id = env.new_id();
    let intake = env.new_id();
    let media = env.new_leg(id, LegKey::CALLER);
    env.sessions.insert(session, (id, LegKey::CALLER));
    // An asserted identity is believed from a trunk only (RFC 3325 4, T9).
    let asserted = invite.asserted.as_ref().filter(|_| matches!(source, Source::Trunk(_)));
    let party = asserted.unwrap_or(&invite.from);
    let trusted = matches!(source, Source::Trunk(_)) || env.plan.policy.web_caller_number;
    let from = Some(clip(&party.user)).filter(|user| trusted && !invite.private && is_number(user));
    let from_name = clip(&party.name);
    let dialled = clip(&invite.dialled);
    let arrived = Kind::Arrived {
        intake,
        direction: Direction::Inbound,
        source: source.name(),
        from: from.clone(),
        from_name: from_name.clone(),
        dialled: dialled.clone(),
        sip_call_id: invite.call_id.clone(),
        from_tag: invite.from_tag.clone(),
        node: env.node.clone(),
    };
    let durable_at = env.record(Some(id), arrived);
    let mut caller = Leg::new(Purpose::Caller, media, LegState::Arriving);
    caller.session = Some(session);
    let facts = Facts {
        id,
        engine: env.engine_of_next,
        legs: Legs::new(caller),
        from,
        from_name,
        dialled,
        arrived: env.now,
        locale: ivr::Locale::Ru,
        queue: None,
        priority: 0,
        queued: None,
        talked: false,
        wait: Default::default(),
        talk: Default::default(),
        hold: Default::default(),
        recording: None,
        transfers: 0,
        stage_since: env.now,
        crash: false,
    };
    (facts, durable_at)
}

/// The number dialled and its flow.
fn answering(env: &Env, invite: &Invite, source: &Source) -> Option<(Number, Arc<ivr::Flow>)> {
    let number = env.plan.numbers.get(&invite.dialled)?;
    if matches!(source, Source::Web) && !number.web {
        return None;
    }
    let flow = env.plan.flows.get(&number.flow)?;
    Some((number.clone(), flow.clone()))
}

fn begin(facts: &mut Facts, env: &mut Env, invite: &Invite, number: Number, flow: Arc<ivr::Flow>) -> Stage {
    facts.locale = number.locale;
    let leg = facts.legs.caller.media;
    let (browser, command) = match &invite.offer {
        Some(offer) => {
            let offer = offer.bytes.clone();
            (media::sdp::is_browser(&offer), media::Command::Offered { leg, offer })
        }
        None => (false, media::Command::Offer { leg, kind: media::Kind::Rtp }),
    };
    env.media(facts.engine, command);
    if !browser {
        // A phone behind NAT names a private address in its SDP: it may be heard from where it signals (T11).
        env.media(facts.engine, media::Command::Signalled { leg, from: invite.flow.peer.ip() });
    }
    facts.row(env, CallStage::Arriving, None);
    Stage::Arriving(Arriving::new(env.now, flow, browser, number.recorded))
}

/// Refused, and still an intake (R10).
fn refuse(facts: &mut Facts, env: &mut Env, code: u16) -> Stage {
    let retry = (code == 503).then(|| ("Retry-After", env.retry_after().to_string()));
    facts.legs.caller.refuse(env, code, retry.as_slice());
    env.forget_leg(facts.legs.caller.media);
    facts.finish(env, Outcome::Rejected, Side::System, code)
}

fn clip(text: &str) -> String {
    let mut end = text.len().min(limit::PARTY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].chars().filter(|character| !character.is_control()).collect()
}

/// What can be called back: digits with an optional plus.
fn is_number(user: &str) -> bool {
    let digits = user.strip_prefix('+').unwrap_or(user);
    !digits.is_empty() && digits.len() <= 32 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
