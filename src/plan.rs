//! Builds `call::Plan` from the configuration, the files and the people.

use crate::config::{Config, Device, Digest};
use crate::prompts::Materials;
use call::plan::{self, Plan};
use serde::{Deserialize, Serialize};
use sip::auth::{self, Algorithm, Ha1};
use std::collections::HashMap;
use std::path::Path;
use types::{PersonId, phone};

/// Somebody who takes calls. Kept beside the journal as well, so that a start without the database knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taker {
    pub id: PersonId,
    pub login: String,
    pub name: String,
    pub extension: String,
    pub queues: Vec<String>,
}

/// The plan, and what in the configuration fits nobody (logged: a person who left must not stop the start).
pub fn build(config: &Config, materials: &Materials, takers: &[Taker], version: u64) -> (Plan, Vec<String>) {
    let mut doubts = Vec::new();
    let agents = takers.iter().map(|taker| agent(config, taker, &mut doubts)).collect();
    let plan = Plan {
        version,
        numbers: numbers(config),
        flows: materials.flows.clone(),
        prompts: materials.prompts.clone(),
        queues: config.queues.iter().map(queue).collect(),
        agents,
        devices: devices(config, takers, &mut doubts),
        trunks: config
            .trunks
            .iter()
            .map(|trunk| plan::Trunk {
                name: trunk.name.clone(),
                addresses: trunk.addresses.clone(),
                caller: trunk.caller.clone(),
            })
            .collect(),
        policy: policy(config),
    };
    (plan, doubts)
}

fn numbers(config: &Config) -> HashMap<String, plan::Number> {
    let number = |dialled: &str, n: &crate::config::Number| plan::Number {
        number: dialled.to_owned(),
        flow: n.flow.clone(),
        locale: n.locale,
        web: n.web,
        recorded: n.recorded,
    };
    config.numbers.iter().map(|(dialled, n)| (phone::key(dialled), number(dialled, n))).collect()
}

fn queue(queue: &crate::config::Queue) -> plan::Queue {
    plan::Queue {
        name: queue.name.clone(),
        floor: acd::QueuePlan {
            name: queue.name.clone(),
            base: queue.base,
            ring_max: queue.ring,
            wrapup_max: queue.wrapup,
            target: queue.target,
            wait_max: queue.wait_max,
            waiting_max: queue.waiting_max,
        },
        announce_first: queue.announce_first,
        announce_each: queue.announce_each,
    }
}

fn agent(config: &Config, taker: &Taker, doubts: &mut Vec<String>) -> plan::Agent {
    let (known, unknown): (Vec<_>, Vec<_>) =
        taker.queues.iter().cloned().partition(|name| config.queues.iter().any(|queue| queue.name == *name));
    for queue in unknown {
        doubts.push(format!("{} is in the queue `{queue}`, which is not configured", taker.login));
    }
    plan::Agent { id: taker.id, name: taker.name.clone(), extension: taker.extension.clone(), queues: known }
}

fn devices(config: &Config, takers: &[Taker], doubts: &mut Vec<String>) -> HashMap<String, plan::Device> {
    let takers: HashMap<&str, &Taker> = takers.iter().map(|taker| (taker.login.as_str(), taker)).collect();
    let mut devices = HashMap::new();
    for device in &config.devices {
        match takers.get(device.agent.as_str()) {
            Some(taker) => {
                let ha1 = secret(device, &config.sip.realm);
                devices.insert(device.account.clone(), plan::Device { agent: taker.id, ha1 });
            }
            None => {
                doubts.push(format!("the device `{}` is for `{}`, who takes no calls", device.account, device.agent))
            }
        }
    }
    devices
}

fn secret(device: &Device, realm: &str) -> Ha1 {
    let algorithm = match device.digest {
        Digest::Sha256 => Algorithm::Sha256,
        Digest::Md5 => Algorithm::Md5,
    };
    match &device.password {
        Some(password) => auth::ha1(algorithm, &device.account, realm, password),
        // the configuration's check saw to it that it is there
        None => Ha1 { algorithm, hex: device.ha1().unwrap_or_default().to_lowercase() },
    }
}

fn policy(config: &Config) -> plan::Policy {
    plan::Policy {
        record_prompts: config.recordings.prompts,
        web_caller_number: config.policy.web_caller_number,
        callback_due: config.policy.callback_due,
        ivr_short: config.policy.ivr_short,
        agent_return: config.policy.agent_return,
        ..plan::Policy::default()
    }
}

/// Keeps the takers for a start without the database.
pub fn keep(path: &Path, takers: &[Taker]) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, serde_json::to_vec_pretty(takers)?)?;
    std::fs::rename(fresh, path)
}

/// The takers of the last start that had a database; None: there was none.
pub fn kept(path: &Path) -> Option<Vec<Taker>> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn taker(login: &str) -> Taker {
        let queues = vec!["main".into(), "gone".into()];
        Taker { id: PersonId::from_u128(1), login: login.into(), name: "Anna".into(), extension: "201".into(), queues }
    }

    #[test]
    fn people_numbers_and_devices_come_together() {
        let text = crate::config::DEMO.to_owned()
            + "[[devices]]\naccount = \"desk9\"\nagent = \"nobody\"\npassword = \"long enough\"\n"
            + "[[devices]]\naccount = \"desk8\"\nagent = \"dispatcher1\"\npassword = \"long enough\"\n";
        let config = Config::parse(&text, "demo").unwrap();
        let materials = Materials { prompts: Arc::default(), flows: HashMap::new() };
        let (plan, doubts) = build(&config, &materials, &[taker("dispatcher1")], 7);
        assert_eq!(plan.version, 7);
        assert_eq!(plan.agents[0].queues, ["main"]);
        assert_eq!(plan.numbers["1112"].flow, "emergency");
        assert!(plan.numbers["1112"].recorded, "recorded unless it says otherwise");
        assert!(plan.queues[1].floor.base > plan.queues[0].floor.base);
        let ha1 = &plan.devices["desk101"].ha1;
        assert!(*ha1 == auth::ha1(Algorithm::Md5, "desk101", "linedesk", "demo-desk-101"));
        assert!(plan.devices["desk8"].ha1.algorithm == Algorithm::Sha256, "what is not said is the strong one");
        for doubt in ["dispatcher1 is in the queue `gone`", "the device `desk9` is for `nobody`"] {
            assert!(doubts.iter().any(|d| d.contains(doubt)), "{doubt}: {doubts:?}");
        }
    }

    #[test]
    fn takers_are_kept_for_a_start_without_the_database() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("takers.json");
        assert_eq!(kept(&path), None);
        keep(&path, &[taker("a")]).unwrap();
        assert_eq!(kept(&path), Some(vec![taker("a")]));
    }
}
