//! An offer: one call to one agent until a deadline that is the floor's own.

use crate::api::*;
use crate::floor::{Floor, Timer};
use crate::limit::{PERIOD_MAX, REFUSED_MAX};
use types::Moment;

#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub call: CallId,
    pub agent: AgentId,
    pub deadline: Moment,
}

impl Refused {
    /// The pause reason an agent gets.
    pub fn reason(self) -> &'static str {
        match self {
            Refused::NoAnswer => "no_answer",
            Refused::Rejected => "rejected",
            Refused::Unreachable => "unreachable",
        }
    }
}

impl Floor {
    /// Reserves the agent and asks the switch to ring.
    pub(crate) fn offer(&mut self, now: Moment, call: CallId, agent: AgentId) {
        let Some(waiting) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(queue) = self.queues.get_mut(&waiting.queue) else {
            return;
        };
        self.offer_next += 1;
        let offer = OfferId(self.offer_next);
        let deadline = now + queue.plan.ring_max.min(PERIOD_MAX);
        waiting.offer = Some(offer);
        queue.free.remove(&waiting.rank);
        let name = queue.plan.name.clone();
        self.offers.insert(offer, Offer { call, agent, deadline });
        self.timers.insert((deadline, Timer::Offer(offer)));
        self.turn(now, agent, Status::Offered { call });
        if let Some(agent) = self.agents.get_mut(&agent) {
            agent.offer = Some(offer);
        }
        self.changed.call(call);
        self.out.push_back(Reply::Offer { offer, call, agent, queue: name });
    }

    /// The agent answered: the call leaves the line.
    pub(crate) fn accepted(&mut self, now: Moment, offer: OfferId) {
        let Some(Offer { call, agent, .. }) = self.close(offer) else {
            return;
        };
        let Some(waiting) = self.unlist(now, call) else {
            return;
        };
        self.turn(now, agent, Status::Talking { call });
        let Some(queue) = self.queues.get_mut(&waiting.queue) else {
            return;
        };
        queue.level.answered(now.saturating_duration_since(waiting.since), queue.plan.target);
        if let Some(agent) = self.agents.get_mut(&agent) {
            agent.taken += 1;
            agent.took = Some((waiting.queue, now));
            agent.wrapup = queue.plan.wrapup_max;
        }
        self.forget_queue(waiting.queue);
    }

    /// The switch says that the offer failed: the agent pauses, the call keeps its place.
    pub(crate) fn refuse(&mut self, now: Moment, offer: OfferId, why: Refused) {
        let Some(Offer { call, agent, .. }) = self.close(offer) else {
            return;
        };
        self.remember_refusal(call, agent);
        self.release(call);
        self.turn(now, agent, Status::Paused { reason: why.reason().to_owned() });
    }

    /// The deadline passed.
    pub(crate) fn expire(&mut self, now: Moment, offer: OfferId) {
        let Some(Offer { call, agent, .. }) = self.offers.get(&offer).cloned() else {
            return;
        };
        self.out.push_back(Reply::Withdraw { offer, call, agent, why: Some(Refused::NoAnswer) });
        self.refuse(now, offer, Refused::NoAnswer);
    }

    /// The agent cannot or will not take it for a reason of the floor; the call goes on to the next.
    pub(crate) fn withdraw_for_agent(&mut self, offer: OfferId, why: Refused) {
        let Some(Offer { call, agent, .. }) = self.close(offer) else {
            return;
        };
        if why == Refused::Rejected {
            self.remember_refusal(call, agent);
        }
        self.release(call);
        self.out.push_back(Reply::Withdraw { offer, call, agent, why: Some(why) });
    }

    /// The caller left: the agent is as idle as if nothing had rung.
    pub(crate) fn withdraw_for_caller(&mut self, offer: OfferId) {
        let Some(Offer { call, agent, .. }) = self.close(offer) else {
            return;
        };
        self.release(call);
        self.out.push_back(Reply::Withdraw { offer, call, agent, why: None });
        self.turn_back(agent);
    }

    fn close(&mut self, offer: OfferId) -> Option<Offer> {
        let over = self.offers.remove(&offer)?;
        self.timers.remove(&(over.deadline, Timer::Offer(offer)));
        if let Some(agent) = self.agents.get_mut(&over.agent) {
            agent.offer = None;
        }
        Some(over)
    }

    /// The call may be offered again.
    fn release(&mut self, call: CallId) {
        let Some(waiting) = self.calls.get_mut(&call) else {
            return;
        };
        waiting.offer = None;
        if let Some(queue) = self.queues.get_mut(&waiting.queue) {
            queue.free.insert(waiting.rank);
        }
        self.touched.insert(waiting.queue);
        self.changed.call(call);
    }

    fn remember_refusal(&mut self, call: CallId, agent: AgentId) {
        let Some(waiting) = self.calls.get_mut(&call) else {
            return;
        };
        waiting.refused.retain(|&other| other != agent);
        if waiting.refused.len() >= REFUSED_MAX {
            waiting.refused.remove(0);
        }
        waiting.refused.push(agent);
    }
}
