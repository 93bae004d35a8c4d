//! `linedesk phone`: a caller for terminals and tests. It is built of the same stack and engine as the server, with
//! sockets of its own; what it hears can be written to a file and measured.

mod caller;
mod sound;

pub use caller::{Caller, Progress};
pub use sound::speech_like;

use crate::clock;
use anyhow::{Context, Result, bail, ensure};
use crossbeam_channel::{Receiver, bounded};
use std::collections::VecDeque;
use std::io::{IsTerminal, Read};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use types::Moment;

/// Between two keys, and between the answer and the first.
const KEY_EACH: Duration = Duration::from_secs(2);
/// A turn of the loop at most.
const TURN: Duration = Duration::from_millis(20);
/// Typed keys that wait for the answer.
const KEYS_WAITING: usize = 64;
/// After hanging up, the other side gets this long to agree.
const CLOSING: Duration = Duration::from_secs(2);

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Order {
    pub uri: String,
    pub from: String,
    pub keys: String,
    pub play: Option<PathBuf>,
    pub record: Option<PathBuf>,
    pub seconds: Option<Duration>,
}

/// Number and address out of `sip:NUMBER@HOST:PORT`.
pub fn target(uri: &str) -> Result<(String, SocketAddr)> {
    let wrong = || format!("`{uri}` is not an address to call: write sip:NUMBER@HOST:PORT");
    let rest = uri.strip_prefix("sip:").unwrap_or(uri);
    let (number, host) = rest.split_once('@').with_context(wrong)?;
    ensure!(!number.is_empty() && !number.contains(char::is_whitespace), wrong());
    let full = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host.to_owned()
    } else {
        format!("{host}:5060")
    };
    let address = full.to_socket_addrs().with_context(wrong)?.next().with_context(wrong)?;
    Ok((number.to_owned(), address))
}

/// Makes one call and tells what happens; an error when nobody answered or nothing was heard.
pub fn run(order: Order) -> Result<()> {
    ensure!(order.keys.chars().all(|key| "0123456789*#ABCD".contains(key)), "--keys takes 0-9, * and #, like 1,2");
    let (number, server) = target(&order.uri)?;
    let said = match &order.play {
        Some(path) => {
            let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            media::wav::read_wav(std::io::BufReader::new(file)).with_context(|| path.display().to_string())?
        }
        None => sound::speech_like(),
    };
    let hearing = order.record.is_some();
    let mut caller = Caller::new(server, &number, &order.from, said, hearing)?;
    println!("calling {number} at {server} as {}", order.from);
    let done = talk(&mut caller, &order);
    if let Some(path) = &order.record {
        sound::write(path, caller.heard()).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    done
}

/// The call, from INVITE to BYE.
fn talk(caller: &mut Caller, order: &Order) -> Result<()> {
    let began = clock::now();
    let say = |text: String| println!("{:7.2} s  {text}", clock::now().duration_since(began).as_secs_f64());
    let stop = interrupted()?;
    let typed = typed();
    let mut keys: VecDeque<char> = order.keys.chars().collect();
    let mut answered: Option<Moment> = None;
    let mut next_key = None;
    let mut bye: Option<Moment> = None;
    let mut ended = None;
    while ended.is_none() {
        for told in caller.step(TURN)? {
            match told {
                Progress::Ringing(code) => say(format!("ringing ({code})")),
                Progress::Answered => {
                    answered = Some(clock::now());
                    next_key = Some(clock::now() + KEY_EACH);
                    say("answered".into());
                }
                Progress::Heard => say("sound is coming".into()),
                Progress::Quiet => say("silence on the line".into()),
                Progress::Ended(cause) => ended = Some(cause),
            }
        }
        let now = clock::now();
        if next_key.is_some_and(|at| at <= now) {
            next_key = keys.pop_front().map(|key| {
                caller.press(key);
                say(format!("key {key}"));
                now + KEY_EACH
            });
        }
        for key in typed.try_iter().filter(|_| answered.is_some()) {
            caller.press(key);
            say(format!("key {key}"));
        }
        let long = answered.zip(order.seconds).is_some_and(|(at, most)| now.duration_since(at) >= most);
        let waited = answered.is_none() && now.duration_since(began) > Duration::from_secs(40);
        if bye.is_none() && (long || waited || stop.load(Ordering::Relaxed)) {
            say("hanging up".into());
            caller.hang_up();
            bye = Some(now);
        }
        if bye.is_some_and(|at| now.duration_since(at) > CLOSING) {
            break;
        }
    }
    let stats = caller.finish(Duration::from_millis(300))?;
    match &ended {
        Some(sip::Cause::Bye) => say("the other side hung up".into()),
        Some(sip::Cause::Refused { code, reason }) => say(format!("refused: {code} {reason}")),
        Some(cause) => say(format!("ended: {cause:?}")),
        None => say("ended without an answer to our BYE".into()),
    }
    println!(
        "received {} packets, sent {}, lost {}, late {}, jitter {:.1} ms, MOS {:.1}",
        stats.received, stats.sent, stats.lost, stats.late, stats.jitter_ms, stats.mos
    );
    match (answered, &ended) {
        (None, Some(sip::Cause::Refused { code, reason })) => {
            bail!("the call was refused: {code} {reason}")
        }
        (None, _) => bail!("nobody answered"),
        (Some(_), _) if stats.received == 0 => {
            bail!("the call was answered, but nothing was heard")
        }
        (Some(_), _) => Ok(()),
    }
}

/// Becomes true by Ctrl-C or SIGTERM.
fn interrupted() -> Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    let flag = told.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            let term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
            let Ok(mut term) = term else { return };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
        });
        flag.store(true, Ordering::Relaxed);
    })?;
    Ok(told)
}

/// Keys typed at the terminal (each line is sent by Enter); nothing when the input is no terminal.
fn typed() -> Receiver<char> {
    let (keys, typed) = bounded(KEYS_WAITING);
    if std::io::stdin().is_terminal() {
        println!("type keys (0-9 * #) and Enter; Ctrl-C hangs up");
        std::thread::spawn(move || {
            for byte in std::io::stdin().lock().bytes().map_while(Result::ok) {
                let key = char::from(byte);
                if "0123456789*#".contains(key) && keys.send(key).is_err() {
                    return;
                }
            }
        });
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_to_call() {
        let (number, address) = target("sip:1000@127.0.0.1:5070").unwrap();
        assert_eq!((number.as_str(), address), ("1000", "127.0.0.1:5070".parse().unwrap()));
        assert_eq!(target("1112@127.0.0.1").unwrap().1.port(), 5060);
        for wrong in ["sip:1000", "sip:@127.0.0.1", "1000", "sip:1 0@127.0.0.1"] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }
}
