//! An INVITE from outside: whom it is from, which flow answers, and the intake.

use crate::call::{self, Call, Facts, Source};
use crate::env::Env;
use crate::event::{Direction, Kind, Outcome, Purpose, Side};
use crate::guests::Full;
use crate::leg::{Leg, LegKey, LegState, Legs};
use crate::plan::{CallerHeader, Number};
use crate::stage::{Arriving, Stage};
use crate::{CallId, limit};
use sip::{Invite, Party, Peer, SessionId};
use std::sync::Arc;
use types::{CallStage, phone};

/// A new call with the journal position its answer waits for; None: a stranger, or a guest beyond what guests may, is
/// refused and leaves no intake (T8, AC-C2.8).
pub fn arrive(env: &mut Env, live: usize, session: SessionId, invite: Invite) -> Option<(Call, u64)> {
    let Some(source) = source(env, &invite) else {
        env.stack.refuse(env.now, session, 403, &[]);
        return None;
    };
    let id = env.new_id();
    if source == Source::Web
        && let Err(full) = env.guests.begin(env.now, id, invite.flow)
    {
        refuse_guest(env, session, full);
        return None;
    }
    let (mut facts, durable_at) = admit(env, id, session, &invite, source.clone());
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
    match env.stack.peer(&invite.flow) {
        Peer::Trunk(number) => env.trunk(number).map(|name| Source::Trunk(name.to_owned())),
        Peer::Guest => Some(Source::Web),
        // A dispatcher's own outgoing calls are not opened yet: closed by default (T10).
        Peer::Device(_) | Peer::Stranger => None,
    }
}

/// An INVITE that the stack refused by itself. From a trunk it is an intake all the same (R10).
/// False: it is a stranger's.
pub fn turned_away(env: &mut Env, invite: &Invite, code: u16) -> bool {
    let Some(source @ Source::Trunk(_)) = source(env, invite) else {
        return false;
    };
    let id = env.new_id();
    let from = record(env, id, invite, &source).from;
    call::end_refused(env, id, from, code);
    true
}

/// Who calls, as the source is believed: number and name.
fn caller(env: &Env, invite: &Invite, source: &Source) -> (Option<String>, String) {
    let number = |party: &Party| phone::of_uri(&clip(&party.user));
    let (number, name) = match source {
        // What a network asserts is believed from a trunk only (RFC 3325 4, T9). Any of them may hold no number.
        Source::Trunk(name) => {
            let trunk = env.plan.trunks.iter().find(|trunk| trunk.name == *name);
            let headers = trunk.map_or(CallerHeader::ALL.as_slice(), |trunk| trunk.caller.as_slice());
            let parties = headers.iter().flat_map(|header| match header {
                CallerHeader::Asserted => invite.asserted.as_slice(),
                CallerHeader::RemoteParty => invite.remote_party.as_slice(),
                CallerHeader::From => std::slice::from_ref(&invite.from),
            });
            let named = parties.clone().map(|party| &party.name).find(|name| !name.is_empty());
            let party = parties.clone().find_map(|party| Some((number(party)?, &party.name)));
            match party {
                Some((number, name)) if !name.is_empty() => (Some(number), Some(name)),
                Some((number, _)) => (Some(number), named),
                None => (None, named),
            }
        }
        Source::Web if env.plan.policy.web_caller_number => (number(&invite.from), Some(&invite.from.name)),
        Source::Web => (None, Some(&invite.from.name)),
    };
    (number.filter(|_| !invite.private), name.map(|name| clip(name)).unwrap_or_default())
}

/// What an intake keeps of an INVITE.
struct Recorded {
    from: Option<String>,
    from_name: String,
    dialled: String,
    durable_at: u64,
}

/// The intake: recorded by machine before anything is said.
fn record(env: &mut Env, id: CallId, invite: &Invite, source: &Source) -> Recorded {
    let (from, from_name) = caller(env, invite, source);
    let number = env.plan.numbers.get(&phone::key(&invite.dialled));
    let dialled = number.map_or_else(|| clip(&invite.dialled), |number| number.number.clone());
    let arrived = Kind::Arrived {
        intake: env.new_id(),
        direction: Direction::Inbound,
        source: source.name().to_owned(),
        from: from.clone(),
        from_name: from_name.clone(),
        dialled: dialled.clone(),
        sip_call_id: invite.call_id.clone(),
        from_tag: invite.from_tag.clone(),
        node: env.node.clone(),
    };
    let durable_at = env.record(Some(id), arrived);
    Recorded { from, from_name, dialled, durable_at }
}

fn admit(env: &mut Env, id: CallId, session: SessionId, invite: &Invite, source: Source) -> (Facts, u64) {
    let media = env.new_leg(id, LegKey::CALLER);
    env.sessions.insert(session, (id, LegKey::CALLER));
    let Recorded { from, from_name, dialled, durable_at } = record(env, id, invite, &source);
    let mut caller = Leg::new(Purpose::Caller, media, LegState::Arriving);
    caller.session = Some(session);
    let facts = Facts {
        id,
        engine: env.engine_of_next,
        legs: Legs::new(caller),
        from,
        from_name,
        source,
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
        keys: Default::default(),
        crash: false,
    };
    (facts, durable_at)
}

/// The number dialled and its flow.
fn answering(env: &Env, invite: &Invite, source: &Source) -> Option<(Number, Arc<ivr::Flow>)> {
    let number = env.plan.numbers.get(&phone::key(&invite.dialled))?;
    if matches!(source, Source::Web) && !number.web {
        return None;
    }
    let flow = env.plan.flows.get(&number.flow)?;
    Some((number.clone(), flow.clone()))
}

fn begin(facts: &mut Facts, env: &mut Env, invite: &Invite, number: Number, flow: Arc<ivr::Flow>) -> Stage {
    facts.locale = number.locale;
    let leg = facts.legs.caller.media;
    let offer = invite.offer.as_ref().map(|offer| offer.bytes.clone());
    let browser = match &offer {
        Some(offer) => media::sdp::is_browser(offer),
        None => facts.source == Source::Web,
    };
    // Sound goes nowhere that only a guest named: ICE and DTLS prove that the address is the guest's own (T15).
    if facts.source == Source::Web && !browser {
        return refuse(facts, env, 488);
    }
    let command = match offer {
        Some(offer) => media::Command::Offered { leg, offer },
        None if browser => media::Command::Offer { leg, kind: media::Kind::Browser },
        None => media::Command::Offer { leg, kind: media::Kind::Rtp },
    };
    env.media(facts.engine, command);
    if !browser {
        // A phone behind NAT names a private address in its SDP: it may be heard from where it signals (T11). A carrier may
        // switch to another of its hosts.
        let trunk = env.plan.trunks.iter().find(|trunk| trunk.name == facts.source.name());
        let carrier = trunk.map_or([].into(), |trunk| trunk.addresses.as_slice().into());
        env.media(facts.engine, media::Command::Hosts { leg, signalled: invite.flow.peer.ip(), carrier });
    }
    facts.row(env, CallStage::Arriving, None);
    Stage::Arriving(Arriving::new(env.now, flow, browser, number.recorded))
}

fn refuse_guest(env: &mut Env, session: SessionId, full: Full) {
    match full {
        Full::Own => env.refuse_for(session, 486, None),
        Full::Often(seconds) => env.refuse_for(session, 486, Some(seconds)),
        Full::Whole => env.refuse(session, 503),
    }
}

/// Refused, and still an intake (R10).
fn refuse(facts: &mut Facts, env: &mut Env, code: u16) -> Stage {
    facts.legs.caller.refuse(env, code);
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
