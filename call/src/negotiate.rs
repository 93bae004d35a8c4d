//! Offers and answers between SIP and sound, at any stage: the switch moves bodies and never looks inside.

use crate::call::Facts;
use crate::env::Env;
use crate::keys::{self, Means};
use crate::leg::{LegKey, LegState};
use crate::stage::StageInput;
use types::Moment;

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

/// A key the caller pressed, when it is first told of: RFC 4733, in-band, or SIP INFO.
pub fn digit(facts: &mut Facts, now: Moment, input: &StageInput) -> Option<char> {
    let (means, digit) = match input {
        StageInput::Media(LegKey::CALLER, media::Event::Digit { digit, .. }) => (Means::Sound, *digit),
        StageInput::Sip(LegKey::CALLER, sip::Event::Info { body, .. }) => {
            (Means::Info, keys::of_info(&body.content_type, &body.bytes)?)
        }
        _ => return None,
    };
    (matches!(digit, '0'..='9' | '*' | '#') && facts.keys.is_new(now, means, digit)).then_some(digit)
}
