//! An INVITE from outside: whom it is from, which flow answers, and the intake.

use crate::call::{Call, Facts};
use crate::event::{Direction, Kind, Outcome, Purpose, Side};
use crate::leg::{Leg, LegKey, LegState, Legs};
use crate::limit;
use crate::plan::Number;
use crate::reach::Reach;
use crate::stage::{Arriving, Stage};
use sip::{Invite, SessionId};
use std::sync::Arc;

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

/// A new call with the journal position its answer waits for; None: refused without a trace in the ledger (a
/// stranger: T8, C2.8).
pub fn arrive(reach: &mut Reach, live: usize, session: SessionId, invite: Invite) -> Option<(Call, u64)> {
    let Some(source) = source(reach, &invite) else {
        reach.stack.refuse(reach.now, session, 403, &[]);
        return None;
    };
    let (mut facts, durable_at) = admit(reach, session, &invite, &source);
    let stage = if live >= limit::CALLS || reach.draining {
        refuse(&mut facts, reach, 503)
    } else {
        match answering(reach, &invite, &source) {
            Some((number, flow)) => begin(&mut facts, reach, &invite, number, flow),
            None => refuse(&mut facts, reach, 404),
        }
    };
    Some((Call { facts, stage, timer: None }, durable_at))
}

fn source(reach: &Reach, invite: &Invite) -> Option<Source> {
    match reach.registrar.flow_owner(&invite.flow) {
        Some(None) => return Some(Source::Web),
        // A dispatcher's own outgoing calls are not opened yet: closed by default (T10).
        Some(Some(_)) => return None,
        None => {}
    }
    let peer = invite.flow.peer.ip();
    let trunk = reach.plan.trunks.iter().find(|trunk| trunk.addresses.contains(&peer))?;
    Some(Source::Trunk(trunk.name.clone()))
}

/// The intake: recorded by machine before anything is said (law 7.0).
fn admit(reach: &mut Reach, session: SessionId, invite: &Invite, source: &Source) -> (Facts, u64) {
    let id = reach.new_id();
    let intake = reach.new_id();
    let media = reach.new_leg(id, LegKey::CALLER);
    reach.sessions.insert(session, (id, LegKey::CALLER));
    // An asserted identity is believed from a trunk only (RFC 3325 4, T9).
    let asserted = invite.asserted.as_ref().filter(|_| matches!(source, Source::Trunk(_)));
    let party = asserted.unwrap_or(&invite.from);
    let trusted = matches!(source, Source::Trunk(_)) || reach.plan.policy.web_caller_number;
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
        node: reach.node.clone(),
    };
    let durable_at = reach.record(Some(id), arrived);
    let mut caller = Leg::new(Purpose::Caller, media, LegState::Arriving);
    caller.session = Some(session);
    let facts = Facts {
        id,
        engine: reach.engine_of_next,
        legs: Legs::new(caller),
        from,
        from_name,
        dialled,
        arrived: reach.now,
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
        stage_since: reach.now,
        crash: false,
    };
    (facts, durable_at)
}

/// The number dialled and its flow.
fn answering(reach: &Reach, invite: &Invite, source: &Source) -> Option<(Number, Arc<ivr::Flow>)> {
    let number = reach.plan.numbers.get(&invite.dialled)?;
    if matches!(source, Source::Web) && !number.web {
        return None;
    }
    let flow = reach.plan.flows.get(&number.flow)?;
    Some((number.clone(), flow.clone()))
}

fn begin(facts: &mut Facts, reach: &mut Reach, invite: &Invite, number: Number, flow: Arc<ivr::Flow>) -> Stage {
    facts.locale = number.locale;
    let leg = facts.legs.caller.media;
    let (browser, command) = match &invite.offer {
        Some(offer) => {
            let offer = offer.bytes.clone();
            (media::sdp::is_browser(&offer), media::Command::Offered { leg, offer })
        }
        None => (false, media::Command::Offer { leg, kind: media::Kind::Rtp }),
    };
    reach.media(facts.engine, command);
    if !browser {
        // A phone behind NAT names a private address in its SDP: it may be heard from where it signals (T11).
        reach.media(facts.engine, media::Command::Signalled { leg, from: invite.flow.peer.ip() });
    }
    facts.row(reach, "arriving", None);
    Stage::Arriving(Arriving::new(reach.now, flow, browser, number.recorded))
}

/// Refused, and still an intake (R10).
fn refuse(facts: &mut Facts, reach: &mut Reach, code: u16) -> Stage {
    let retry = (code == 503).then(|| ("Retry-After", reach.retry_after().to_string()));
    facts.legs.caller.refuse(reach, code, retry.as_slice());
    reach.forget_leg(facts.legs.caller.media);
    facts.finish(reach, Outcome::Rejected, Side::System, code)
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
