//! Session timers (RFC 4028): a session nobody refreshes is over, however silently the peer died.

use super::{Exchange, Session, Stage};
use crate::api::{Cause, Config, SessionId};
use crate::env::Env;
use crate::header::{Name, Refresher, SessionExpires};
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message, Method};
use crate::stack::Stack;
use crate::transaction::key::Key;
use crate::transaction::timers::{Armed, SessionTimer, Timer};
use crate::transaction::{Owner, Purpose};
use crate::write::Draft;
use std::time::Duration;
use types::Moment;

pub(crate) enum Clock {
    Off,
    /// We refresh.
    Ours {
        seconds: u32,
        refresh: Option<Armed>,
        expire: Option<Armed>,
    },
    /// The peer does.
    Theirs {
        seconds: u32,
        expire: Option<Armed>,
    },
}

/// What was agreed upon; `None` is no timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub agreed: Option<SessionExpires>,
    /// The peer knows the extension, so it may be required of it.
    pub known: bool,
}

/// RFC 4028 4: no shorter than this.
const SECONDS_MIN: u32 = limit::SESSION_EXPIRES_MIN;

impl Clock {
    /// Starts anew after the INVITE and after each refresh. `caller`: we sent the request agreed upon.
    pub fn restart(&mut self, now: Moment, id: SessionId, agreed: Option<SessionExpires>, caller: bool, env: &mut Env) {
        self.stop(env);
        let Some(SessionExpires { seconds, refresher }) = agreed else {
            *self = Clock::Off;
            return;
        };
        let span = Duration::from_secs(u64::from(seconds));
        let ours = (refresher.unwrap_or(Refresher::Uac) == Refresher::Uac) == caller;
        *self = if ours {
            // RFC 4028 10: refresh at half the interval.
            let refresh = Some(env.arm(now + span / 2, Timer::Session(id, SessionTimer::Refresh)));
            Clock::Ours {
                seconds,
                refresh,
                expire: Some(env.arm(now + span, Timer::Session(id, SessionTimer::Expire))),
            }
        } else {
            // RFC 4028 10: BYE a little before the end.
            let early = Duration::from_secs(32).min(span / 3);
            Clock::Theirs {
                seconds,
                expire: Some(env.arm(now + span - early, Timer::Session(id, SessionTimer::Expire))),
            }
        };
    }

    pub fn stop(&mut self, env: &mut Env) {
        match self {
            Clock::Off => {}
            Clock::Ours { refresh, expire, .. } => {
                env.cancel(refresh);
                env.cancel(expire);
            }
            Clock::Theirs { expire, .. } => env.cancel(expire),
        }
    }

    /// Session-Expires of a request of ours: who refreshes stays who refreshes.
    pub fn asks(&self) -> Option<SessionExpires> {
        match self {
            Clock::Off => None,
            Clock::Ours { seconds, .. } => Some(SessionExpires { seconds: *seconds, refresher: Some(Refresher::Uac) }),
            Clock::Theirs { seconds, .. } => {
                Some(SessionExpires { seconds: *seconds, refresher: Some(Refresher::Uas) })
            }
        }
    }
}

/// Judges an INVITE or UPDATE from outside (RFC 4028 9). 422 for an interval too small.
pub(crate) fn terms(message: &Message, config: &Config, clock: &Clock) -> Result<Terms, Fault> {
    let known = message.lists(Name::Supported, "timer") || message.lists(Name::Require, "timer");
    let asked = message.get(Name::SessionExpires).map(SessionExpires::parse).transpose()?;
    let floor = message
        .get(Name::MinSe)
        .and_then(|v| lex::seconds(lex::trim(lex::cut(v, b';').0)))
        .unwrap_or(0)
        .max(SECONDS_MIN);
    let wish = config.session_expires.map(|d| u32::try_from(d.as_secs()).unwrap_or(u32::MAX).max(SECONDS_MIN));
    let seconds = match (asked, wish) {
        (Some(asked), _) if asked.seconds < SECONDS_MIN && known => {
            return Err(Fault { code: 422, what: "session interval too small" });
        }
        // RFC 4028 9: the interval may be made shorter, but not below the Min-SE.
        (Some(asked), Some(wish)) => asked.seconds.min(wish.max(floor)),
        (Some(asked), None) => asked.seconds,
        (None, Some(wish)) => wish.max(floor),
        (None, None) => {
            return Ok(Terms { agreed: None, known });
        }
    };
    let kept = match clock {
        Clock::Off => None,
        Clock::Ours { .. } => Some(Refresher::Uas),
        Clock::Theirs { .. } => Some(Refresher::Uac),
    };
    let refresher = asked.and_then(|a| a.refresher).or(kept).unwrap_or(Refresher::Uac);
    // RFC 4028 table 2: who does not know the extension cannot refresh.
    let refresher = if known { refresher } else { Refresher::Uas };
    Ok(Terms { agreed: Some(SessionExpires { seconds: seconds.max(SECONDS_MIN), refresher: Some(refresher) }), known })
}

impl Terms {
    /// The headers of our 2xx.
    pub fn write(&self, draft: &mut Draft) {
        if let Some(agreed) = self.agreed {
            draft.header("Session-Expires", &agreed.text());
            if self.known && agreed.refresher == Some(Refresher::Uac) {
                draft.header("Require", "timer");
            }
        }
    }
}

/// What a 2xx to our request says (RFC 4028 7.2).
pub(crate) fn granted(message: &Message) -> Option<SessionExpires> {
    let granted = message.get(Name::SessionExpires).and_then(|v| SessionExpires::parse(v).ok())?;
    Some(SessionExpires { seconds: granted.seconds.max(SECONDS_MIN), ..granted })
}

/// The Min-SE of a 422.
pub(crate) fn min_se(message: &Message) -> Option<u32> {
    message.get(Name::MinSe).and_then(|v| lex::seconds(lex::trim(lex::cut(v, b';').0))).filter(|s| *s <= 86_400)
}

impl Stack {
    /// Time to refresh: an empty UPDATE where the peer takes it, else a re-INVITE that says the same again.
    pub(crate) fn refresh(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let busy = !session.exchange.is_idle() || !matches!(session.stage, Stage::Talking);
        if let Clock::Ours { refresh, .. } = &mut session.clock {
            // Whatever comes of this try, there is time for more before the end.
            *refresh = Some(self.env.arm(now + limit::REFRESH_AGAIN, Timer::Session(id, SessionTimer::Refresh)));
        }
        if busy {
            return;
        }
        let update = session.allows_update || session.description.is_none();
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let method = if update { "UPDATE" } else { "INVITE" };
        let mut draft = session.dialog.request(method, cseq, &branch, &self.config);
        write_request(&mut draft, session, &self.config);
        let text = draft.end(session.description.as_ref().filter(|_| !update));
        let (flow, owner) = (session.dialog.next_hop(), Owner::Session(id, Purpose::Refresh));
        let transaction = if update {
            self.table.request(now, flow, Key::client(branch.as_bytes(), Method::Update), text, owner, &mut self.env)
        } else {
            self.table.invite(now, flow, &branch, text, owner, &mut self.env)
        };
        let over = Some(self.env.arm(now + limit::OFFER_ANSWER, Timer::Session(id, SessionTimer::OfferOver)));
        session.exchange = Exchange::Refreshing { transaction, cseq, update, over };
    }

    /// The answer to a refresh of ours.
    pub(crate) fn refreshed(&mut self, now: Moment, id: SessionId, message: &Message, code: u16) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Exchange::Refreshing { transaction, cseq, update, ref mut over } = session.exchange else {
            return;
        };
        if code < 200 {
            return;
        }
        self.env.cancel(over);
        session.exchange = Exchange::Idle;
        match code {
            200..=299 => {
                session.dialog.refresh_target(message);
                if !update {
                    let ack = ack(session, cseq, &mut self.env, &self.config);
                    self.table.acked(
                        transaction,
                        &session.dialog.remote_tag,
                        session.dialog.next_hop(),
                        ack,
                        &mut self.env,
                    );
                }
                session.clock.restart(now, id, granted(message), true, &mut self.env);
            }
            // RFC 3261 12.2.1.2: the dialog is gone at the other end.
            481 | 408 => return self.hang_up(now, id, Cause::Timeout),
            405 | 501 if update => {
                session.allows_update = false;
                if session.description.is_some() {
                    return self.refresh(now, id);
                }
            }
            422 => {
                if let (Clock::Ours { seconds, .. }, Some(min)) = (&mut session.clock, min_se(message)) {
                    *seconds = min.max(*seconds);
                }
            }
            _ => {}
        }
        self.next_offer(now, id);
    }

    /// The interval is over without a refresh.
    pub(crate) fn expired(&mut self, now: Moment, id: SessionId) {
        self.hang_up(now, id, Cause::Timeout);
    }
}

/// Headers of every INVITE or UPDATE of ours within a dialog.
pub(crate) fn write_request(draft: &mut Draft, session: &Session, config: &Config) {
    draft.header("Contact", &crate::dialog::our_contact(session.dialog.flow.transport, config));
    draft.header("Allow", crate::reply::ALLOW).header("Supported", crate::reply::SUPPORTED);
    if let Some(asks) = session.clock.asks() {
        draft.header("Session-Expires", &asks.text());
    }
    draft.header("User-Agent", &config.product);
}

/// The ACK for a 2xx (RFC 3261 13.2.2.4): a request of its own with the INVITE's number.
pub(crate) fn ack(session: &Session, cseq: u32, env: &mut Env, config: &Config) -> bytes::Bytes {
    session.dialog.request("ACK", cseq, &env.branch(), config).end(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(seconds: Option<u64>) -> Config {
        Config {
            udp: None,
            tcp: None,
            tls: None,
            realm: String::new(),
            product: String::new(),
            session_expires: seconds.map(Duration::from_secs),
            transactions_max: 1,
            sessions_max: 1,
            unknown: crate::Peer::Device(0),
        }
    }

    #[test]
    fn what_is_agreed_upon() {
        let check = |headers: &str, wish: Option<u64>, expect: Result<Option<&str>, u16>| {
            let text = format!("INVITE sip:a@b SIP/2.0\r\n{headers}\r\n");
            let got = terms(&Message::parse(text.as_bytes()).unwrap(), &config(wish), &Clock::Off);
            let got = got.map(|t| t.agreed.map(SessionExpires::text)).map_err(|f| f.code);
            assert_eq!(got, expect.map(|t| t.map(str::to_owned)), "{headers}");
        };
        check("", None, Ok(None));
        check("", Some(600), Ok(Some("600;refresher=uas")));
        check("Supported: timer\r\n", Some(600), Ok(Some("600;refresher=uac")));
        check("Supported: timer\r\nSession-Expires: 1800\r\n", Some(600), Ok(Some("600;refresher=uac")));
        check("Supported: timer\r\nx: 1800;refresher=uas\r\nMin-SE: 900\r\n", Some(600), Ok(Some("900;refresher=uas")));
        check("Supported: timer\r\nSession-Expires: 300\r\n", None, Ok(Some("300;refresher=uac")));
        check("Supported: timer\r\nSession-Expires: 89\r\n", Some(600), Err(422));
        check("Supported: timer\r\nSession-Expires: 90\r\n", Some(600), Ok(Some("90;refresher=uac")));
        check("Session-Expires: soon\r\n", Some(600), Err(400));
    }
}
