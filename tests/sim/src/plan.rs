//! The company of the simulation: four dispatchers, two queues, two numbers, the real flows.

use crate::register::{REALM, hash};
use crate::sound::{Pattern, samples};
use ivr::{ClipName, Locale};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub const AGENTS: [&str; 4] = ["alice", "bob", "carol", "dave"];
pub const MUSIC: &str = "music-1";
/// Callers' addresses are all in the trunk.
pub const CALLERS_MAX: u8 = 200;
const CLIP_FRAMES: usize = 25;
const MUSIC_FRAMES: usize = 500;

pub fn node_at() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 5060)
}

pub fn caller_ip(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 9, n))
}

pub fn agent_ip(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 1, n + 1))
}

/// Another desk of an agent.
pub fn spare_ip(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 1, 100 + n))
}

pub fn agent_id(name: &str) -> call::AgentId {
    let n = AGENTS.iter().position(|agent| *agent == name).map_or(99, |n| n as u128);
    call::AgentId::from_u128(0xa6e0_0000_0000 + n)
}

pub fn agent_name(id: call::AgentId) -> String {
    AGENTS.iter().find(|name| agent_id(name) == id).map_or_else(|| id.to_string(), |name| (*name).to_owned())
}

/// The n-th agent's internal number.
pub fn extension(n: usize) -> String {
    (101 + n).to_string()
}

pub fn password(name: &str) -> String {
    format!("secret of {name}")
}

/// The plan and what its sounds are called.
pub struct Company {
    pub plan: Arc<call::Plan>,
    pub names: HashMap<Pattern, String>,
}

/// The same for all worlds: prompts are made once.
pub fn company() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| {
        build(&[
            ("main", include_str!("../../../config/flows/main.toml")),
            ("emergency", include_str!("../../../config/flows/emergency.toml")),
        ])
    })
}

fn build(texts: &[(&str, &str)]) -> Company {
    let mut flows = HashMap::new();
    let mut clips: Vec<(Locale, ClipName)> = vec![(Locale::Ru, MUSIC.into()), (Locale::En, MUSIC.into())];
    for (name, text) in texts {
        let flow = ivr::Flow::parse(text).unwrap_or_else(|findings| panic!("{name}: {findings:?}"));
        for locale in [Locale::Ru, Locale::En] {
            clips.extend(flow.clips().into_iter().map(|clip| (locale, clip)));
        }
        flows.insert((*name).to_owned(), Arc::new(flow));
    }
    for locale in [Locale::Ru, Locale::En] {
        clips.extend(ivr::say::all(locale).into_iter().map(|clip| (locale, clip)));
    }
    let (mut prompts, mut names) = (HashMap::new(), HashMap::new());
    for (locale, clip) in clips {
        if prompts.contains_key(&(locale, clip.clone())) {
            continue;
        }
        let pattern = 0x0101 + Pattern::try_from(prompts.len()).unwrap_or(0);
        let frames = if clip == MUSIC { MUSIC_FRAMES } else { CLIP_FRAMES };
        let name = if locale == Locale::Ru || clip == MUSIC { clip.clone() } else { format!("{clip} (en)") };
        names.insert(pattern, name);
        let sound: Arc<[u8]> = samples(pattern, frames).into();
        prompts.insert((locale, clip), media::Sound { alaw: sound.clone(), ulaw: sound });
    }
    let plan = call::Plan {
        version: 1,
        numbers: HashMap::from([("1000".into(), number("1000", "main")), ("1112".into(), number("1112", "emergency"))]),
        flows,
        prompts: Arc::new(prompts),
        queues: vec![queue("main", 0), queue("emergency", 1_000_000)],
        agents: AGENTS.iter().enumerate().map(|(n, name)| agent(name, extension(n))).collect(),
        devices: AGENTS.iter().map(|name| ((*name).to_owned(), device(name))).collect(),
        trunks: vec![call::plan::Trunk {
            name: "carrier".into(),
            addresses: (0..CALLERS_MAX).map(caller_ip).collect(),
            caller: call::plan::CallerHeader::ALL.to_vec(),
        }],
        policy: call::plan::Policy {
            crash_commands: true,
            // Callers at the page are known by the number they say, so that stories find their calls.
            web_caller_number: true,
            ..call::plan::Policy::default()
        },
    };
    Company { plan: Arc::new(plan), names }
}

fn number(number: &str, flow: &str) -> call::plan::Number {
    call::plan::Number { number: number.into(), flow: flow.into(), locale: Locale::Ru, web: true, recorded: true }
}

fn queue(name: &str, base: i64) -> call::plan::Queue {
    call::plan::Queue {
        name: name.into(),
        floor: acd::QueuePlan {
            name: name.into(),
            base,
            ring_max: Duration::from_secs(20),
            wrapup_max: Duration::from_secs(10),
            target: Duration::from_secs(20),
            wait_max: Some(Duration::from_secs(300)),
            waiting_max: 50,
        },
        announce_first: Duration::from_secs(15),
        announce_each: Duration::from_secs(45),
    }
}

fn agent(name: &str, extension: String) -> call::plan::Agent {
    let queues = vec!["main".into(), "emergency".into()];
    call::plan::Agent { id: agent_id(name), name: name.into(), extension, queues }
}

fn device(name: &str) -> call::plan::Device {
    let text = format!("{name}:{REALM}:{}", password(name));
    let ha1 = sip::auth::Ha1 { algorithm: sip::auth::Algorithm::Sha256, hex: hash(&text) };
    call::plan::Device { agent: agent_id(name), ha1 }
}
