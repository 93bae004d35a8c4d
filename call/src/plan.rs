//! The immutable configuration a call needs, in memory. Built by the shell, swapped whole, never edited.

use crate::AgentId;
use ivr::{ClipName, Flow, Locale};
use media::Sound;
use serde::Deserialize;
use sip::auth::Ha1;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub version: u64,
    /// Dialled number -> what answers. Found by [`types::phone::key`], however it is written.
    pub numbers: HashMap<String, Number>,
    pub flows: HashMap<String, Arc<Flow>>,
    /// Prompts of both locales; music under `Locale::Ru`, clip `music-1`.
    pub prompts: Arc<HashMap<(Locale, ClipName), Sound>>,
    pub queues: Vec<Queue>,
    pub agents: Vec<Agent>,
    /// SIP account (user part) -> device.
    pub devices: HashMap<String, Device>,
    pub trunks: Vec<Trunk>,
    pub policy: Policy,
}

#[derive(Clone, Debug)]
pub struct Number {
    /// As it is configured: so calls of it are recorded, however it was dialled.
    pub number: String,
    pub flow: String,
    pub locale: Locale,
    /// May be dialled from the /call page.
    pub web: bool,
    /// Its calls are recorded.
    pub recorded: bool,
}

#[derive(Clone, Debug)]
pub struct Queue {
    pub name: String,
    pub floor: acd::QueuePlan,
    /// Position announcement: first after, then each.
    pub announce_first: Duration,
    pub announce_each: Duration,
}

#[derive(Clone, Debug)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    /// Internal number, also the SIP account of the browser (`sip:EXTENSION@linedesk`).
    pub extension: String,
    pub queues: Vec<String>,
}

/// A desk phone with a digest account.
#[derive(Clone, Debug)]
pub struct Device {
    pub agent: AgentId,
    /// Its algorithm is the one the phone is asked for.
    pub ha1: Ha1,
}

/// Who may send us calls without digest: a carrier, by source address.
#[derive(Clone, Debug)]
pub struct Trunk {
    pub name: String,
    pub addresses: Vec<IpAddr>,
    /// The headers in which the caller's number is looked for, the best first.
    pub caller: Vec<CallerHeader>,
}

/// Where an INVITE names its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum CallerHeader {
    /// P-Asserted-Identity (RFC 3325).
    #[serde(rename = "pai")]
    Asserted,
    /// Remote-Party-ID.
    #[serde(rename = "rpid")]
    RemoteParty,
    #[serde(rename = "from")]
    From,
}

impl CallerHeader {
    /// What networks assert goes before what phones say of themselves.
    pub const ALL: [CallerHeader; 3] = [CallerHeader::Asserted, CallerHeader::RemoteParty, CallerHeader::From];
}

#[derive(Clone, Debug)]
pub struct Policy {
    /// Record what we play to the caller on the right channel before an agent joins.
    pub record_prompts: bool,
    /// Demo: the /call page may choose its caller number.
    pub web_caller_number: bool,
    /// Callback deadline after arrival (N2): 10 min.
    pub callback_due: Duration,
    /// IVR hang-ups later than this owe a callback: 5 s.
    pub ivr_short: Duration,
    /// A browser that vanished in a call may come back within: 15 s; the caller hears music meanwhile.
    pub agent_return: Duration,
    /// `Command::Crash` is obeyed: for tests of isolation only.
    pub crash_commands: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            record_prompts: true,
            web_caller_number: false,
            callback_due: Duration::from_secs(600),
            ivr_short: Duration::from_secs(5),
            agent_return: Duration::from_secs(15),
            crash_commands: false,
        }
    }
}
