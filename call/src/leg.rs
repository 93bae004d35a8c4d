//! The legs of a call, each a SIP session and its sound. A call owns them in one bounded table, whatever they are in it
//! for; a session or a media leg is found by the call's id and the leg's key.

use crate::AgentId;
use crate::call::Facts;
use crate::device::Device;
use crate::env::Env;
use crate::event::Purpose;
use crate::limit;
use media::LegId;
use sip::SessionId;
use std::time::Duration;
use types::Moment;

/// Names a leg within its call. Never given twice in one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegKey(u32);

impl LegKey {
    pub const CALLER: LegKey = LegKey(0);
}

/// How far the SDP of a leg is negotiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegState {
    /// Its INVITE waits for our answer.
    Arriving,
    /// We ring it, our offer is not answered.
    Ringing,
    /// Its first answer is with the engine, which may still find it unusable.
    Answered,
    Up,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    Heard,
    /// Nothing was received for a second.
    Quiet,
}

pub struct Leg {
    pub purpose: Purpose,
    pub media: LegId,
    /// None before its INVITE is sent.
    pub session: Option<SessionId>,
    /// The agent's device; None for a leg from outside.
    pub device: Option<Device>,
    pub state: LegState,
    pub sound: Sound,
    /// Parted from the others and hearing music, since then.
    pub held_since: Option<Moment>,
    /// Its sound broke off. A browser that hangs up signals it twice, and the DTLS alert (UDP) may overtake the BYE (TCP):
    /// until then a BYE is still a hang-up.
    failed_until: Option<Moment>,
}

impl Leg {
    pub fn new(purpose: Purpose, media: LegId, state: LegState) -> Leg {
        let (session, device, sound, held_since, failed_until) = (None, None, Sound::Heard, None, None);
        Leg { purpose, media, session, device, state, sound, held_since, failed_until }
    }

    pub fn agent(&self) -> Option<AgentId> {
        self.device.as_ref().map(Device::agent)
    }

    /// Our 200 to its INVITE.
    pub fn answer(&self, env: &mut Env, body: sip::Body) {
        if let Some(session) = self.session {
            env.stack.answer(env.now, session, body);
        }
    }

    /// Our refusal of its INVITE. Who could not be served may try again, not all at the same time.
    pub fn refuse(&self, env: &mut Env, code: u16) {
        if let Some(session) = self.session {
            env.refuse(session, code);
        }
    }

    /// Its sound broke off: it is given the time in which its BYE may come.
    pub fn failed(&mut self, now: Moment) {
        self.failed_until = Some(now + Duration::from_millis(limit::BYE_LATE_MS));
    }

    /// Its sound broke off, whether or not its BYE may still come.
    pub fn is_failed(&self) -> bool {
        self.failed_until.is_some()
    }

    /// Its sound broke off, and no BYE came.
    pub fn is_lost(&self, now: Moment) -> bool {
        self.failed_until.is_some_and(|at| at <= now)
    }
}

/// At most [`limit::LEGS`] at a time.
pub struct Legs {
    pub caller: Leg,
    others: Vec<(LegKey, Leg)>,
    newest: LegKey,
}

impl Legs {
    pub fn new(caller: Leg) -> Legs {
        Legs { caller, others: Vec::new(), newest: LegKey::CALLER }
    }

    /// None: the call has as many legs as it may.
    pub fn add(&mut self, make: impl FnOnce(LegKey) -> Leg) -> Option<LegKey> {
        if self.others.len() + 1 >= limit::LEGS {
            return None;
        }
        self.newest.0 += 1;
        self.others.push((self.newest, make(self.newest)));
        Some(self.newest)
    }

    pub fn get(&self, key: LegKey) -> Option<&Leg> {
        if key == LegKey::CALLER {
            return Some(&self.caller);
        }
        self.others.iter().find(|(known, _)| *known == key).map(|(_, leg)| leg)
    }

    pub fn get_mut(&mut self, key: LegKey) -> Option<&mut Leg> {
        if key == LegKey::CALLER {
            return Some(&mut self.caller);
        }
        self.others.iter_mut().find(|(known, _)| *known == key).map(|(_, leg)| leg)
    }

    /// When the time for a late BYE is over, of the first leg that waits for one.
    pub fn timeout(&self) -> Option<Moment> {
        let others = self.others.iter().map(|(_, leg)| leg);
        others.chain([&self.caller]).filter_map(|leg| leg.failed_until).min()
    }

    fn remove(&mut self, key: LegKey) -> Option<Leg> {
        let at = self.others.iter().position(|(known, _)| *known == key)?;
        Some(self.others.remove(at).1)
    }
}

impl Facts {
    /// Ends a leg that is not the caller's: its session, and its sound.
    pub fn end_leg(&mut self, env: &mut Env, key: LegKey) {
        if let Some(leg) = self.legs.remove(key) {
            self.end(env, &leg);
        }
    }

    /// Ends all legs but the caller's.
    pub fn end_other_legs(&mut self, env: &mut Env) {
        for (_, leg) in std::mem::take(&mut self.legs.others) {
            self.end(env, &leg);
        }
    }

    fn end(&self, env: &mut Env, leg: &Leg) {
        if let Some(session) = leg.session {
            env.end_session(session);
        }
        env.close_leg(self.engine, self.id, leg);
    }

    /// The caller and this leg hear one another.
    pub fn join(&self, env: &mut Env, key: LegKey) {
        if let Some(leg) = self.legs.get(key) {
            env.media(self.engine, media::Command::Join { a: self.legs.caller.media, b: leg.media });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_so_many_legs_and_never_gives_a_key_twice() {
        let leg = |purpose| Leg::new(purpose, LegId(1), LegState::Ringing);
        let mut legs = Legs::new(leg(Purpose::Caller));
        let mut keys: Vec<LegKey> = (1..limit::LEGS).filter_map(|_| legs.add(|_| leg(Purpose::Participant))).collect();
        assert_eq!(keys.len(), limit::LEGS - 1);
        assert_eq!(legs.add(|_| leg(Purpose::Participant)), None, "the table is full");
        assert!(legs.remove(LegKey::CALLER).is_none(), "the caller's leg ends with the call");
        assert!(keys.pop().is_some_and(|key| legs.remove(key).is_some()));
        let added = legs.add(|_| leg(Purpose::Consulted));
        assert!(added.is_some_and(|key| !keys.contains(&key) && legs.get(key).is_some()));
    }
}
