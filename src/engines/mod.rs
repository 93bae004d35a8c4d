//! The threads that own `media::Engine` and the UDP sockets of sound. They share nothing with one another, never touch
//! the disk, and never wait for the brain or the writer: what does not fit is counted (and a recording says "gap").
//!
//! One thread: one epoll set; token 0 signals commands, token 1 is the browsers' shared port (`SocketId(0)`),
//! token n + 2 is the RTP socket of one leg (`SocketId(n + 1)`).

mod sockets;
mod thread;

pub use sockets::{Ports, browser_address};

use crate::brain::Brain;
use crate::recordings::writer::Pieces;
use crossbeam_channel::{Receiver, Sender, bounded};
use mio::Waker;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

pub mod limit {
    //! Every maximum of the media threads, named.
    use std::time::Duration;

    /// Commands that wait for one engine.
    pub const COMMANDS: usize = 16_384;
    /// Legs on one engine.
    pub const LEGS: usize = 4_000;
    /// Datagrams taken from one socket before the others have their turn.
    pub const DRAIN: usize = 64;
    /// Receive buffer asked for on the shared browser port, bytes.
    pub const BROWSER_BUFFER: usize = 4 * 1024 * 1024;
    /// Receive buffer of one leg's socket, bytes: a second of G.711 and more.
    pub const LEG_BUFFER: usize = 256 * 1024;
    /// Playing and recording go by this beat.
    pub const TICK: Duration = Duration::from_millis(20);
    /// Events that may wait for a brain that does not take them.
    pub const BACKLOG: usize = 65_536;
    /// A freed port rests this long: the old peer may still be sending.
    pub const PORT_REST: Duration = Duration::from_secs(5);
    /// Ports tried for one leg.
    pub const PORT_TRIES: usize = 64;
    /// Largest datagram taken.
    pub const DATAGRAM: usize = 2_048;
}

/// What all engines are made of.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Number of threads.
    pub engines: usize,
    /// Where RTP sockets are bound.
    pub bind: IpAddr,
    /// Our address as peers reach it, written into SDP.
    pub address: IpAddr,
    /// (from, to), both included; shared out among the engines.
    pub ports: (u16, u16),
    /// Where the browser port of engine `i` is bound (port + i; 0: out of `ports`), None: no browser legs.
    pub browser_bind: Option<SocketAddr>,
    /// How browsers reach it, when it is not the address bound.
    pub browser_public: Option<IpAddr>,
    /// RTP silence that ends a call.
    pub silence_max: Duration,
}

/// The brain's end of one engine.
#[derive(Clone)]
pub struct Handle {
    commands: Sender<Message>,
    waker: Arc<Waker>,
    woken: Arc<AtomicBool>,
    pub counts: Arc<Counts>,
}

pub(crate) enum Message {
    Command(media::Command),
    Stop,
}

/// Counters of one engine, for `/metrics`.
#[derive(Debug, Default)]
pub struct Counts {
    pub received: AtomicU64,
    pub sent: AtomicU64,
    /// Datagrams that the kernel did not take.
    pub unsent: AtomicU64,
    pub legs: AtomicU64,
    pub ports: AtomicU64,
    /// When a call was refused because no port was free: milliseconds of this process; 0: never.
    pub refused_at: AtomicU64,
    /// Recording pieces that the writer did not take.
    pub pieces_lost: AtomicU64,
    /// Microseconds of the longest turn since it was asked for.
    pub longest_us: AtomicU64,
}

impl Handle {
    /// Gives a command; never blocks. False: the engine does not take any.
    pub fn command(&self, command: media::Command) -> bool {
        self.send(Message::Command(command))
    }

    fn send(&self, message: Message) -> bool {
        let sent = self.commands.try_send(message).is_ok();
        // one wake for many commands
        if sent && !self.woken.swap(true, Ordering::AcqRel) {
            let _ = self.waker.wake();
        }
        sent
    }
}

/// The running threads.
pub struct Engines {
    pub handles: Vec<Handle>,
    threads: Vec<JoinHandle<()>>,
    /// The browser ports that were bound.
    pub browsers: Vec<SocketAddr>,
}

impl Engines {
    /// Binds the browser ports and starts the threads.
    pub fn start(setup: &Setup, brain: &Brain, pieces: &Pieces) -> anyhow::Result<Engines> {
        let mut engines = Engines { handles: Vec::new(), threads: Vec::new(), browsers: Vec::new() };
        let mut taken = Vec::new();
        for index in 0..setup.engines {
            let (commands, inbox) = bounded(limit::COMMANDS);
            let made = thread::Thread::new(setup, index, &mut taken, brain.clone(), pieces.clone())?;
            engines.browsers.extend(made.browser);
            let handle =
                Handle { commands, waker: made.waker.clone(), woken: made.woken.clone(), counts: made.counts.clone() };
            let thread = spawn(index, made, inbox)?;
            engines.handles.push(handle);
            engines.threads.push(thread);
        }
        Ok(engines)
    }

    /// Ends the threads; sound stops.
    pub fn stop(self) {
        for handle in &self.handles {
            handle.send(Message::Stop);
        }
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

fn spawn(index: usize, made: thread::Thread, inbox: Receiver<Message>) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("engine-{index}")).spawn(move || made.run(&inbox))
}

/// Engines for this machine: a core for the brain, one for the rest.
pub fn count() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(2).max(1))
}
