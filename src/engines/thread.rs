//! One media thread: sockets in, sockets out, a beat of 20 ms.

use crate::brain::Brain;
use crate::clock::{self, Seldom};
use crate::engines::sockets::{self, Ports};
use crate::engines::{Counts, Message, Setup, limit};
use crate::recordings::writer::{Message as Piece, Pieces};
use anyhow::{Context, Result};
use crossbeam_channel::Receiver;
use media::{Engine, Input, LegId, Output, SocketId};
use mio::net::UdpSocket;
use mio::{Events, Poll, Token, Waker};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use types::Moment;

const WAKE: Token = Token(usize::MAX);

pub(super) struct Thread {
    index: usize,
    bind: IpAddr,
    /// Our address as peers reach it, for SDP.
    address: IpAddr,
    poll: Poll,
    engine: Engine,
    /// By `SocketId`: 0 is the browsers' port.
    sockets: Vec<Option<(UdpSocket, u16)>>,
    free: Vec<usize>,
    ports: Ports,
    no_port: Seldom,
    brain: Brain,
    backlog: VecDeque<media::Event>,
    pieces: Pieces,
    /// Samples that the writer did not take, by recording; told with the next piece that fits.
    gaps: HashMap<media::RecordingId, (u64, bool)>,
    pub browser: Option<SocketAddr>,
    pub waker: Arc<Waker>,
    pub woken: Arc<AtomicBool>,
    pub counts: Arc<Counts>,
}

impl Thread {
    pub fn new(setup: &Setup, index: usize, taken: &mut Vec<u16>, brain: Brain, pieces: Pieces) -> Result<Thread> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let browser = match setup.browser_bind {
            Some(address) => Some(bind_browser(setup, address, index, taken)?),
            None => None,
        };
        let local = browser.as_ref().map(|(_, local)| *local);
        let public = local.map(|local| SocketAddr::new(setup.browser_public.unwrap_or(local.ip()), local.port()));
        let config = media::Config {
            address: setup.address,
            browser: public,
            silence_max: setup.silence_max,
            legs_max: limit::LEGS,
        };
        let mut sockets = vec![None];
        if let Some((socket, local)) = browser {
            sockets::watch(&poll, &socket, Token(0))?;
            sockets = vec![Some((socket, local.port()))];
        }
        Ok(Thread {
            index,
            bind: setup.bind,
            address: setup.address,
            poll,
            engine: Engine::new(clock::now(), config, clock::seed()),
            sockets,
            free: Vec::new(),
            ports: sockets::ports(setup.ports, index, setup.engines, taken),
            no_port: Seldom::default(),
            brain,
            backlog: VecDeque::new(),
            pieces,
            gaps: HashMap::new(),
            browser: public,
            waker,
            woken: Arc::default(),
            counts: Arc::default(),
        })
    }

    pub fn run(mut self, inbox: &Receiver<Message>) {
        let mut events = Events::with_capacity(1_024);
        let mut packet = vec![0; limit::DATAGRAM];
        loop {
            let wait = self.wait();
            if let Err(error) = self.poll.poll(&mut events, wait)
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, engine = self.index, "epoll failed");
            }
            let started = clock::now();
            for event in &events {
                if event.token() != WAKE {
                    self.drain(event.token().0, &mut packet);
                }
            }
            self.woken.store(false, Ordering::Release);
            while let Ok(message) = inbox.try_recv() {
                match message {
                    Message::Command(command) => {
                        self.engine.handle(clock::now(), Input::Command(command));
                        self.carry();
                    }
                    Message::Stop => return,
                }
            }
            let now = clock::now();
            if self.engine.timeout().is_some_and(|at| at <= now) {
                self.engine.tick(now);
                self.carry();
            }
            self.report();
            self.measure(started);
        }
    }

    /// How long to sleep: to the engine's beat while there is sound, and never long with news that nobody took.
    fn wait(&self) -> Option<Duration> {
        match self.engine.timeout() {
            Some(at) => Some(at.saturating_duration_since(clock::now())),
            None if self.backlog.is_empty() && self.gaps.is_empty() => None,
            None => Some(limit::TICK),
        }
    }

    /// Takes what is there from one socket, and answers at once. A leg's socket has one datagram a wake, or is
    /// reported again at once; the browsers' port has many.
    fn drain(&mut self, index: usize, packet: &mut [u8]) {
        let most = if index == 0 { limit::DRAIN } else { 1 };
        for _ in 0..most {
            let Some(Some((socket, _))) = self.sockets.get(index) else {
                return;
            };
            match socket.recv_from(packet) {
                Ok((length, from)) => {
                    self.counts.received.fetch_add(1, Ordering::Relaxed);
                    let Some(bytes) = packet.get_mut(..length) else {
                        continue;
                    };
                    self.engine.receive(clock::now(), SocketId(index as u32), from, bytes);
                    self.send();
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // ICMP errors of an earlier send come back here: nothing from the net ends a call (T13)
                Err(_) => {}
            }
        }
        self.carry();
    }

    fn send(&mut self) {
        while let Some((socket, to, bytes)) = self.engine.transmit() {
            let Some(Some((socket, _))) = self.sockets.get(socket.0 as usize) else {
                continue;
            };
            let count = if socket.send_to(bytes, to).is_ok() { &self.counts.sent } else { &self.counts.unsent };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Packets first, then everything else that came out.
    fn carry(&mut self) {
        self.send();
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Event(event) => self.backlog.push_back(event),
                Output::Bind { leg } => self.open(leg),
                Output::Unbind { socket } => self.close(socket),
                Output::Write(piece) => self.write(piece),
            }
            self.send();
        }
    }

    fn open(&mut self, leg: LegId) {
        let now = clock::now();
        let input = match self.bind(now) {
            Ok((socket, local)) => Input::Bound { leg, socket, local },
            Err(error) => {
                let at = now.saturating_duration_since(Moment::START).as_millis();
                self.counts.refused_at.store(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
                if let Some(calls) = self.no_port.tell(now) {
                    tracing::warn!(%error, calls, "calls are refused: no RTP port; widen media.ports");
                }
                Input::NotBound { leg }
            }
        };
        self.engine.handle(now, input);
    }

    fn bind(&mut self, now: Moment) -> io::Result<(SocketId, SocketAddr)> {
        let (socket, port) = self.ports.bind(now, self.bind)?;
        let index = self.free.pop().unwrap_or(self.sockets.len());
        sockets::watch(&self.poll, &socket, Token(index))?;
        let slot = Some((socket, port));
        if index == self.sockets.len() {
            self.sockets.push(slot)
        } else {
            self.sockets[index] = slot
        }
        self.counts.ports.fetch_add(1, Ordering::Relaxed);
        Ok((SocketId(index as u32), SocketAddr::new(self.address, port)))
    }

    fn close(&mut self, socket: SocketId) {
        let index = socket.0 as usize;
        let Some((socket, port)) = self.sockets.get_mut(index).filter(|_| index > 0).and_then(Option::take) else {
            return;
        };
        drop(socket);
        self.free.push(index);
        self.ports.give_back(clock::now(), port);
        self.counts.ports.fetch_sub(1, Ordering::Relaxed);
    }

    /// To the writer, who may be behind: then the sound is lost, the length is not.
    fn write(&mut self, piece: media::Piece) {
        let (recording, samples, last) = (piece.recording, piece.left.len() as u64, piece.last);
        if let Some((missing, _)) = self.gaps.get(&recording).copied()
            && self.pieces.offer(Piece::Gap { recording, samples: missing, last: false })
        {
            self.gaps.remove(&recording);
        }
        if self.gaps.contains_key(&recording) || !self.pieces.offer(Piece::Piece(piece)) {
            self.counts.pieces_lost.fetch_add(1, Ordering::Relaxed);
            let gap = self.gaps.entry(recording).or_default();
            *gap = (gap.0 + samples, last);
        }
    }

    /// Events to the brain, in order; a full inbox keeps them here. The ends of recordings that did not fit go too.
    fn report(&mut self) {
        while let Some(event) = self.backlog.pop_front() {
            let input = call::Input::Media { engine: self.index, event: event.clone() };
            if !self.brain.input(input) {
                self.backlog.push_front(event);
                self.backlog.truncate(limit::BACKLOG);
                break;
            }
        }
        if !self.gaps.is_empty() {
            let pieces = &self.pieces;
            self.gaps.retain(|recording, (samples, last)| {
                !(*last && pieces.offer(Piece::Gap { recording: *recording, samples: *samples, last: true }))
            });
        }
        self.counts.legs.store(self.engine.legs() as u64, Ordering::Relaxed);
    }

    fn measure(&self, started: Moment) {
        let took = clock::now().duration_since(started).as_micros();
        self.counts.longest_us.fetch_max(u64::try_from(took).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Binds the browsers' port of one engine: the next free one from the address given, or from the RTP range.
fn bind_browser(
    setup: &Setup,
    address: SocketAddr,
    index: usize,
    taken: &mut Vec<u16>,
) -> Result<(UdpSocket, SocketAddr)> {
    let wanted = match address.port() {
        0 => setup.ports.0..=setup.ports.1,
        port => port.saturating_add(index as u16)..=port.saturating_add(index as u16),
    };
    for port in wanted.filter(|port| !taken.contains(port)).collect::<Vec<_>>() {
        let local = SocketAddr::new(address.ip(), port);
        match sockets::bind(local, limit::BROWSER_BUFFER) {
            Ok(socket) => {
                taken.push(port);
                return Ok((socket, local));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() == 0 => {}
            Err(error) => {
                let remedy = "set media.browser to a free address and port (see `ss -ulpn`)";
                return Err(error).with_context(|| format!("browser media port UDP {local} cannot be bound; {remedy}"));
            }
        }
    }
    let (from, to) = setup.ports;
    anyhow::bail!("no port of {from}-{to} is free on {} for browser media; choose another range", address.ip())
}
