//! Offers and answers between SIP and sound, at any stage: the switch moves bodies and never looks inside.

use crate::call::Facts;
use crate::reach::{Reach, Role};
use crate::stage::{Stage, What};

/// Handles what belongs to a running session's renegotiation; gives back what is the stage's business.
pub fn renegotiation(facts: &Facts, reach: &mut Reach, stage: &Stage, what: What) -> Option<What> {
    let session_of = |role: Role| match role {
        Role::Caller => Some((facts.caller.session, facts.caller.media)),
        Role::Agent => match stage {
            Stage::Talking(talking) => talking.leg.session().map(|session| (session, talking.leg.media)),
            _ => None,
        },
    };
    match &what {
        What::Sip(role, sip::Event::Offered { session, body }) => {
            let Some((_, leg)) = session_of(*role) else {
                reach.stack.refuse_offer(reach.now, *session, 491);
                return None;
            };
            let command = match body {
                Some(body) => media::Command::Offered { leg, offer: body.bytes.clone() },
                None => media::Command::Offer { leg, kind: media::Kind::Rtp },
            };
            reach.media(facts.engine, command);
            None
        }
        // The ACK to a re-INVITE that had no offer carries the answer.
        What::Sip(
            role,
            sip::Event::Confirmed { body: Some(body), .. } | sip::Event::OfferAnswered { body: Some(body), .. },
        ) if !matches!(stage, Stage::Arriving(_)) => {
            let (_, leg) = session_of(*role)?;
            reach.media(facts.engine, media::Command::Answered { leg, answer: body.bytes.clone() });
            None
        }
        What::Media(role, media::Event::Answer { sdp, .. } | media::Event::Offer { sdp, .. }) => {
            let settled = match stage {
                Stage::Arriving(_) => false,
                Stage::Ringing(_) => *role == Role::Caller,
                _ => true,
            };
            if !settled {
                return Some(what);
            }
            let (session, _) = session_of(*role)?;
            reach.stack.reply_offer(reach.now, session, sip::Body::sdp(sdp.clone()));
            None
        }
        What::Media(role, media::Event::Rejected { code, .. }) => {
            let running = match stage {
                Stage::Arriving(_) => false,
                Stage::Ringing(_) => *role == Role::Caller,
                // The first answer of an agent's device may still prove unusable: the stage decides.
                Stage::Talking(talking) => *role == Role::Caller || talking.ready,
                _ => true,
            };
            if !running {
                return Some(what);
            }
            let (session, _) = session_of(*role)?;
            reach.stack.refuse_offer(reach.now, session, *code);
            None
        }
        _ => Some(what),
    }
}

/// A key the caller pressed: RFC 4733, in-band, or SIP INFO (`application/dtmf-relay`, `application/dtmf`).
pub fn digit(what: &What) -> Option<char> {
    let digit = match what {
        What::Media(Role::Caller, media::Event::Digit { digit, .. }) => Some(*digit),
        What::Sip(Role::Caller, sip::Event::Info { body, .. }) => info_digit(body),
        _ => None,
    }?;
    matches!(digit, '0'..='9' | '*' | '#').then_some(digit)
}

fn info_digit(body: &sip::Body) -> Option<char> {
    let text = std::str::from_utf8(&body.bytes).ok()?;
    let value = match body.content_type.as_str() {
        "application/dtmf-relay" => text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then(|| value.trim())
        })?,
        "application/dtmf" => text.trim(),
        _ => return None,
    };
    match value {
        "10" => Some('*'),
        "11" => Some('#'),
        value => {
            let mut chars = value.chars();
            chars.next().filter(|_| chars.next().is_none())
        }
    }
}
