//! A day at random: callers come and go, agents do what agents do, the network has its moods, sometimes the power
//! fails. What must hold is in `checks.rs`; here only mischief.

use crate::link::Conditions;
use crate::phone::{Act, Habit, Reload, Stage};
use crate::plan::{AGENTS, agent_id};
use crate::secs;
use crate::world::{Database, PhoneId, World};
use call::command::{Command, Target};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sip::Transport;
use std::time::Duration;

/// Voice packets only show that somebody is there: sparse, or a thousand days would take an hour.
const PACE: Duration = Duration::from_millis(500);

/// One day; panics with seed and ladder when something does not hold.
pub fn run(seed: u64) -> World {
    let mut w = World::at(seed, desks(seed));
    moods(&mut w);
    let deeds = w.rng.random_range(10..80);
    let mut residents = Vec::new();
    for _ in 0..deeds {
        deed(&mut w, &mut residents);
        let pause = match w.rng.random_range(0..10) {
            0..=3 => w.rng.random_range(0..100),
            4..=8 => w.rng.random_range(100..5_000),
            _ => w.rng.random_range(5_000..30_000),
        };
        w.run_for(Duration::from_millis(pause));
        w.check_board();
    }
    if w.node_is_down() {
        w.start();
    }
    w.plug_all();
    w.unstick();
    w.check_settled();
    w.check();
    w
}

/// Dispatchers sit at pages mostly; a desk phone here and there.
fn desks(seed: u64) -> [Transport; AGENTS.len()] {
    let mut rng = ChaCha8Rng::seed_from_u64(!seed);
    std::array::from_fn(|_| match rng.random_range(0..10) {
        0 | 1 => Transport::Udp,
        2 => Transport::Tcp,
        _ => Transport::Ws,
    })
}

/// What stays the same all day.
fn moods(w: &mut World) {
    let stormy = [0.0, 0.0, 0.02, 0.1, 0.2];
    let mood = w.rng.random_range(0..stormy.len());
    if mood > 0 {
        let jitter = Duration::from_millis(w.rng.random_range(0..80));
        let conditions =
            Conditions { loss: stormy[mood], doubled: stormy[mood] / 2.0, delay: Duration::from_millis(10), jitter };
        (w.link.signalling, w.link.sound) = (conditions, conditions);
    }
    if w.rng.random_bool(0.2) {
        w.disk_speed.most = Duration::from_millis(w.rng.random_range(5..3_000));
    }
    if w.rng.random_bool(0.1) {
        w.ports_max = w.rng.random_range(1..8);
    }
    let ticket = || ivr::Spoken { number: "10421".into(), state: "done".into(), registered: (3, 9, 14, 30) };
    w.database = match w.rng.random_range(0..4) {
        0 => Database::Silent,
        1 => Database::Refuses,
        2 => Database::Has(vec![ticket()]),
        _ => Database::Has(Vec::new()),
    };
    w.checks.crash_expected = w.rng.random_bool(0.1);
    for phone in &mut w.phones {
        phone.pace = PACE;
    }
    for name in AGENTS {
        let habit = some_habit(w);
        w.habit(name, habit);
        if w.rng.random_bool(0.5) {
            w.ready(name);
        }
    }
}

fn some_habit(w: &mut World) -> Habit {
    let after = Duration::from_millis(w.rng.random_range(0..8_000));
    match w.rng.random_range(0..8) {
        0 => Habit::LetsRing,
        1 => Habit::Rejects { after, code: *[480, 486, 603, 500].choose(&mut w.rng).unwrap_or(&486) },
        _ => Habit::Answers { after },
    }
}

fn deed(w: &mut World, residents: &mut Vec<PhoneId>) {
    match w.rng.random_range(0..100) {
        0..20 => dial(w, residents),
        20..30 => {
            let key = *b"0129*#57".choose(&mut w.rng).unwrap_or(&b'0') as char;
            if let Some(id) = someone(w, residents) {
                w.press(id, &key.to_string());
            }
        }
        30..37 => {
            if let Some(id) = someone(w, residents) {
                w.hangs_up(id);
            }
        }
        37..45 => page(w, residents),
        45..60 => {
            let name = some_agent(w);
            let asked = match w.rng.random_range(0..6) {
                0 => acd::StatusChange::Away,
                1 => acd::StatusChange::Paused { reason: "lunch".into() },
                _ => acd::StatusChange::Ready,
            };
            w.asks(name, asked);
        }
        60..65 => {
            let (name, habit) = (some_agent(w), some_habit(w));
            w.habit(name, habit);
        }
        65..69 => {
            let name = some_agent(w);
            let id = w.agent(name);
            let act = *[Act::HangUp, Act::Answer, Act::Reject(486)].choose(&mut w.rng).unwrap_or(&Act::HangUp);
            w.act(id, Duration::ZERO, act);
        }
        69..92 => command(w, residents),
        92..94 => {
            let (Some(id), now) = (someone(w, residents), w.now) else {
                return;
            };
            let held = w.rng.random_bool(0.5);
            w.with(id, |phone| phone.holds(now, held));
        }
        94..97 => cable(w, residents),
        97 | 98 => {
            w.disk.stuck = true;
            let span = Duration::from_millis(w.rng.random_range(0..12_000));
            w.run_for(span);
            w.unstick();
        }
        _ => {
            if w.node_is_down() {
                w.start();
            } else {
                w.crash();
                let away = Duration::from_millis(w.rng.random_range(0..5_000));
                w.run_for(away);
                w.start();
            }
        }
    }
}

fn dial(w: &mut World, residents: &mut Vec<PhoneId>) {
    let number = *["1000", "1000", "1000", "1000", "1000", "1000", "1112", "1112", "1112", "4711"]
        .choose(&mut w.rng)
        .unwrap_or(&"1000");
    let idle: Vec<PhoneId> = residents.iter().copied().filter(|id| w.phones[*id].live().is_none()).collect();
    if let Some(&id) = idle.choose(&mut w.rng)
        && w.rng.random_bool(0.3)
    {
        return w.dials(id, number);
    }
    let transport = match w.rng.random_range(0..10) {
        0..=5 => Transport::Udp,
        6 | 7 => Transport::Tcp,
        _ => Transport::Ws,
    };
    let id = w.resident_at(transport);
    w.phones[id].pace = PACE;
    residents.push(id);
    w.dials(id, number);
    // Half of them press something soon, most go home some time.
    if w.rng.random_bool(0.5) {
        let after = Duration::from_millis(w.rng.random_range(500..6_000));
        let key = *b"0012".choose(&mut w.rng).unwrap_or(&b'0') as char;
        w.act(id, after, Act::Press(key));
    }
    if w.rng.random_bool(0.7) {
        let after = Duration::from_millis(w.rng.random_range(0..90_000));
        w.act(id, after, Act::HangUp);
    }
}

fn command(w: &mut World, residents: &[PhoneId]) {
    // Mostly a call that somebody has in hand.
    let calls: Vec<_> = residents.iter().filter_map(|id| w.call_of(*id)).collect();
    let held: Vec<_> = calls.iter().copied().filter(|call| w.checks.holder_of(*call).is_some()).collect();
    let among = if held.is_empty() || w.rng.random_bool(0.1) { calls } else { held };
    let Some(&call) = among.choose(&mut w.rng) else {
        return;
    };
    let holder = w.checks.holder_of(call);
    let some = agent_id(some_agent(w));
    let agent = holder.filter(|_| w.rng.random_bool(0.9)).unwrap_or(some);
    let to = match w.rng.random_range(0..3) {
        0 => Target::Queue(["main", "emergency", "nowhere"].choose(&mut w.rng).copied().unwrap_or("main").into()),
        _ => Target::Agent(agent_id(some_agent(w))),
    };
    let command = match w.rng.random_range(0..8) {
        7 if w.checks.crash_expected => Command::Crash { call },
        0 | 1 => Command::Hold { call, agent },
        2 | 3 => Command::Resume { call, agent },
        4 | 5 => Command::Transfer { call, agent, to },
        _ if w.rng.random_bool(0.5) => Command::Wrapped { agent, call },
        _ => Command::Hangup { call },
    };
    w.command(command);
}

/// A page is loaded anew or closed, a phone is switched off and on, a connection breaks.
fn page(w: &mut World, residents: &[PhoneId]) {
    let callers = w.rng.random_bool(0.2);
    let id = if callers { residents.choose(&mut w.rng).copied() } else { Some(w.rng.random_range(0..AGENTS.len())) };
    let (Some(id), now) = (id, w.now) else {
        return;
    };
    let millis = |w: &mut World, most: u64| Duration::from_millis(w.rng.random_range(0..most));
    match w.rng.random_range(0..8) {
        0 | 1 => w.with(id, |phone| phone.disconnects(now)),
        2 => w.with(id, |phone| phone.opens(now)),
        n => {
            // The lid is closed: nobody says a word, and the server finds out by its pings.
            let closes = if n == 3 { secs(25) } else { millis(w, 1_000) };
            let alerts = if n > 4 { Some(millis(w, 1_000)) } else { None };
            let back = if w.rng.random_bool(0.8) { Some(millis(w, 5_000)) } else { None };
            w.with(id, |phone| phone.reloads(now, Reload { closes, alerts, back }));
        }
    }
}

fn cable(w: &mut World, residents: &[PhoneId]) {
    let agents: Vec<PhoneId> = (0..AGENTS.len()).collect();
    let all = [agents.as_slice(), residents].concat();
    let Some(&id) = all.choose(&mut w.rng) else {
        return;
    };
    let host = w.phones[id].sip_at.ip();
    if w.rng.random_bool(0.5) {
        w.unplug(host);
    } else {
        w.plug(host);
    }
}

/// A resident who is in a call, if there is one.
fn someone(w: &mut World, residents: &[PhoneId]) -> Option<PhoneId> {
    let live = |id: &PhoneId| w.phones[*id].live().is_some_and(|talk| talk.stage != Stage::Dialling);
    let live: Vec<PhoneId> = residents.iter().copied().filter(live).collect();
    live.choose(&mut w.rng).copied()
}

fn some_agent(w: &mut World) -> &'static str {
    AGENTS.choose(&mut w.rng).copied().unwrap_or("alice")
}
