//! What stories may do and see: phones are dialled, answered and heard, agents ask, commands are given.

use crate::line::Line;
use crate::phone::{Act, Habit, Phone, Reload, Stage, Talk};
use crate::plan;
use crate::sound::VOICES;
use crate::world::{PhoneId, World, seed_of};
use call::{AgentId, CallId, Command, Input};
use sip::Transport;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

impl World {
    pub(crate) fn install(
        &mut self,
        name: &str,
        user: &str,
        ip: IpAddr,
        transport: Transport,
        login: Option<AgentId>,
    ) -> PhoneId {
        let id = self.phones.len();
        let at = SocketAddr::new(ip, 5060);
        let voice = VOICES + id as u16;
        let seed = seed_of(&mut self.rng);
        let line = Line::new(transport, login, at, plan::node_at());
        self.phones.push(Phone::new(self.now, name, user, line, voice, seed));
        self.wakes.push(None);
        self.hosts.insert(ip, id);
        self.ladder.name(at, name);
        id
    }

    /// A resident with a telephone number behind the carrier, not calling yet.
    pub fn resident(&mut self) -> PhoneId {
        self.resident_at(Transport::Udp)
    }

    /// ... by a carrier's TCP connection, or at the /call page.
    pub fn resident_at(&mut self, transport: Transport) -> PhoneId {
        self.callers += 1;
        assert!(self.callers < plan::CALLERS_MAX, "too many callers for one world");
        let number = format!("+7495000{:04}", self.callers);
        self.install(&format!("caller{}", self.callers), &number, plan::caller_ip(self.callers), transport, None)
    }

    /// A new resident dials this number.
    pub fn calls(&mut self, number: &str) -> PhoneId {
        let id = self.resident();
        self.dials(id, number);
        id
    }

    pub fn dials(&mut self, id: PhoneId, number: &str) {
        let now = self.now;
        self.with(id, |phone| phone.dials(now, number));
    }

    /// One more desk phone with the agent's account.
    pub fn second_phone(&mut self, name: &str, transport: Transport) -> PhoneId {
        let ip = plan::spare_ip(self.phones.len() as u8);
        let id = self.install(&format!("{name}'s other phone"), name, ip, transport, None);
        let now = self.now;
        self.with(id, |phone| phone.registers(now, &plan::password(name)));
        id
    }

    /// The agent's page is loaded anew, the desk phone started anew.
    pub fn reloads(&mut self, name: &str, how: Reload) {
        let (id, now) = (self.agent(name), self.now);
        self.with(id, |phone| phone.reloads(now, how));
    }

    /// The agent's connection breaks; the page is as it was and opens another.
    pub fn disconnects(&mut self, name: &str) {
        let (id, now) = (self.agent(name), self.now);
        self.with(id, |phone| phone.disconnects(now));
    }

    pub fn agent(&self, name: &str) -> PhoneId {
        plan::AGENTS.iter().position(|agent| *agent == name).unwrap_or_else(|| panic!("no agent {name}"))
    }

    pub fn habit(&mut self, name: &str, habit: Habit) {
        let id = self.agent(name);
        self.phones[id].habit = habit;
    }

    pub fn act(&mut self, id: PhoneId, after: Duration, act: Act) {
        let at = self.now + after;
        self.with(id, |phone| phone.later(at, act));
    }

    pub fn press(&mut self, id: PhoneId, keys: &str) {
        for key in keys.chars() {
            self.act(id, Duration::ZERO, Act::Press(key));
        }
    }

    pub fn hangs_up(&mut self, id: PhoneId) {
        self.act(id, Duration::ZERO, Act::HangUp);
    }

    pub fn answers(&mut self, id: PhoneId) {
        self.act(id, Duration::ZERO, Act::Answer);
    }

    /// Lets somebody touch a phone, then carries what comes of it.
    pub fn with(&mut self, id: PhoneId, touch: impl FnOnce(&mut Phone)) {
        let now = self.now;
        touch(&mut self.phones[id]);
        self.phones[id].tick(now);
        self.carry_from(id);
        self.pump();
    }

    /// The agent's wish, as the desk page sends it.
    pub fn asks(&mut self, name: &str, asked: acd::StatusChange) {
        let agent = plan::agent_id(name);
        self.command(Command::Status { agent, asked });
    }

    pub fn ready(&mut self, name: &str) {
        self.asks(name, acd::StatusChange::Ready);
        self.run_for(Duration::from_millis(10));
    }

    /// Gives the ticket under which the answer is found in `replies`.
    pub fn command(&mut self, command: Command) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        self.tell(Input::Command { ticket, command });
        self.pump();
        ticket
    }

    /// Asks, and gives the answer (commands are answered at once).
    pub fn commands(&mut self, command: Command) -> Result<call::Reply, call::Refusal> {
        let ticket = self.command(command);
        self.replies.remove(&ticket).unwrap_or_else(|| self.fail("a command was not answered"))
    }

    // What is seen and heard.

    pub fn talk(&self, id: PhoneId) -> Option<&Talk> {
        self.phones[id].talk()
    }

    /// The stage of the newest conversation.
    pub fn stage(&self, id: PhoneId) -> Option<&Stage> {
        self.phones[id].talk().map(|talk| &talk.stage)
    }

    pub fn rings(&self, name: &str) -> bool {
        let talk = self.phones[self.agent(name)].talk();
        talk.is_some_and(|talk| talk.incoming && talk.stage == Stage::Ringing)
    }

    /// A clip's name, `alice` for her voice, or `silence`.
    pub fn hears(&self, id: PhoneId) -> String {
        let pattern = self.phones[id].talk().and_then(|talk| talk.hears(self.now));
        pattern.map_or("silence".into(), |pattern| self.name_of(pattern))
    }

    /// All that was heard in the newest conversation, in order.
    pub fn heard(&self, id: PhoneId) -> Vec<String> {
        let talk = self.phones[id].talk();
        talk.map_or(Vec::new(), |talk| talk.heard.iter().map(|(_, pattern)| self.name_of(*pattern)).collect())
    }

    fn name_of(&self, pattern: u16) -> String {
        if let Some(name) = self.company.names.get(&pattern) {
            return name.clone();
        }
        let phone = pattern.checked_sub(VOICES).and_then(|n| self.phones.get(usize::from(n)));
        phone.map_or_else(|| format!("noise {pattern:04x}"), |phone| phone.name.clone())
    }

    /// The call that came from this phone last.
    pub fn call_of(&self, id: PhoneId) -> Option<CallId> {
        let user = &self.phones[id].user;
        let arrived =
            |event: &&call::Event| matches!(&event.kind, call::Kind::Arrived { from: Some(from), .. } if from == user);
        self.disk.events().filter(arrived).last().and_then(|event| event.call)
    }

    /// The phone's last call as its events tell it, without quality figures and the recording.
    pub fn story(&self, id: PhoneId) -> String {
        use call::Kind::{LegEnded, RecordingEnded, RecordingStarted, Traced};
        let call = self.call_of(id);
        let own = self.disk.events().filter(|event| event.call == call && call.is_some());
        let told = own.filter(|event| {
            !matches!(event.kind, LegEnded { .. } | RecordingStarted { .. } | RecordingEnded { .. } | Traced { .. })
        });
        told.map(crate::disk::word).collect::<Vec<_>>().join(" ")
    }

    /// The caller's sound fails, as a browser's does whose DTLS says goodbye. Phones do not: there is no such sound here.
    pub fn sound_breaks(&mut self, id: PhoneId) {
        let call = self.call_of(id);
        let recording = self.disk.events().find_map(|event| match event.kind {
            call::Kind::RecordingStarted { recording } if event.call == call => Some(recording),
            _ => None,
        });
        let leg = recording.and_then(|recording| self.recorded.get(&recording).copied());
        let Some(leg) = leg else { self.fail("no sound to break") };
        self.tell(Input::Media { engine: 0, event: media::Event::Failed { leg } });
        self.pump();
    }

    pub fn agent_status(&self, name: &str) -> String {
        let id: AgentId = plan::agent_id(name);
        self.checks.agent_row(id).unwrap_or_else(|| "unknown".into())
    }
}
