//! Offers and answers between SIP and sound, at any stage: the switch moves bodies and never looks inside.

use crate::call::Facts;
use crate::env::Env;
use crate::leg::{LegKey, LegState};
use crate::stage::StageInput;

/// Handles what belongs to a running session's renegotiation; gives back what is the stage's business.
pub fn renegotiation(facts: &Facts, env: &mut Env, input: StageInput) -> Option<StageInput> {
    let (StageInput::Sip(key, _) | StageInput::Media(key, _)) = &input else {
        return Some(input);
    };
    let Some(leg) = facts.legs.get(*key) else {
        return Some(input);
    };
    match (&input, leg.state) {
        // Our own offer to it is not answered yet (RFC 3261 14.2).
        (StageInput::Sip(_, sip::Event::Offered { session, .. }), LegState::Ringing) => {
            env.stack.refuse_offer(env.now, *session, 491);
        }
        (StageInput::Sip(_, sip::Event::Offered { body, .. }), _) => {
            let command = match body {
                Some(body) => media::Command::Offered { leg: leg.media, offer: body.bytes.clone() },
                None => media::Command::Offer { leg: leg.media, kind: media::Kind::Rtp },
            };
            env.media(facts.engine, command);
        }
        // The ACK to a re-INVITE that had no offer carries the answer.
        (
            StageInput::Sip(
                _,
                sip::Event::Confirmed { body: Some(body), .. } | sip::Event::OfferAnswered { body: Some(body), .. },
            ),
            LegState::Answered | LegState::Up,
        ) => {
            env.media(facts.engine, media::Command::Answered { leg: leg.media, answer: body.bytes.clone() });
        }
        (
            StageInput::Media(_, media::Event::Answer { sdp, .. } | media::Event::Offer { sdp, .. }),
            LegState::Answered | LegState::Up,
        ) => {
            if let Some(session) = leg.session {
                env.stack.reply_offer(env.now, session, sip::Body::sdp(sdp.clone()));
            }
        }
        // Not of a leg that was only just answered: its first SDP may prove unusable, and the stage decides.
        (StageInput::Media(_, media::Event::Rejected { code, .. }), LegState::Up) => {
            if let Some(session) = leg.session {
                env.stack.refuse_offer(env.now, session, *code);
            }
        }
        _ => return Some(input),
    }
    None
}

/// A key the caller pressed: RFC 4733, in-band, or SIP INFO (`application/dtmf-relay`, `application/dtmf`).
pub fn digit(input: &StageInput) -> Option<char> {
    let digit = match input {
        StageInput::Media(LegKey::CALLER, media::Event::Digit { digit, .. }) => Some(*digit),
        StageInput::Sip(LegKey::CALLER, sip::Event::Info { body, .. }) => info_digit(body),
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
