//! Agents in browsers: SIP over WebSocket, ICE, DTLS and SRTP, each with a port of its own. They answer and send back
//! what they hear, so that callgen's marks come home: its loss and delay are those of both ways together.

use crate::generator::Generator;
use crate::house::HTTP;
use crate::peer::{Peer, instant, moment};
use crate::server::{PASSWORD, cookie, text, web_socket};
use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use linedesk::clock;
use rtc::peer_connection::message::RTCMessage;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use serde_json::{Value, json};
use sip::{Body, Config, Event, Flow, Input, Invite, Output, Registering, Secret, SessionId, Stack, Transport};
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::net::{TcpStream, UdpSocket};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use types::Moment;

/// The word that makes this program the browsers.
pub const ROLE: &str = "role:browsers";
/// All of them log in and register within this.
const OPEN_MAX: Duration = Duration::from_secs(120);
const CLOSE_MAX: Duration = Duration::from_secs(10);

/// The browsers, seen from the driver.
pub struct Browsers {
    child: Child,
    pub pid: u32,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Browsers {
    /// `count` agents `web0`, `web1` ...; `watched`: each looks at its live WebSocket too, and rings before it answers.
    pub async fn open(count: usize, watched: bool) -> Result<Browsers, String> {
        let mut command = Generator::own(ROLE)?;
        command.args([count.to_string(), watched.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(text)?;
        let lines = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
        let pid = child.id().ok_or("the browsers are gone")?;
        let mut browsers = Browsers { input: child.stdin.take(), child, pid, lines };
        let said = tokio::time::timeout(OPEN_MAX, browsers.lines.next_line()).await;
        match said.map_err(|_| "the browsers do not get ready".to_owned())?.map_err(text)? {
            Some(line) if line == "ready" => Ok(browsers),
            said => Err(format!("the browsers do not get ready: {said:?}")),
        }
    }

    /// Ends them; what they saw.
    pub async fn close(mut self) -> Result<Value, String> {
        drop(self.input.take());
        let said = tokio::time::timeout(CLOSE_MAX, self.lines.next_line()).await;
        let said = said.map_err(|_| "the browsers do not end".to_owned())?.map_err(text)?;
        let _ = self.child.wait().await;
        serde_json::from_str(&said.unwrap_or_default()).map_err(text)
    }
}

/// One call as its agent's screen sees it.
#[derive(Default)]
struct Pop {
    invited: Option<Moment>,
    offered: Option<Moment>,
    card: Option<Moment>,
}

#[derive(Default)]
struct Seen {
    calls: usize,
    connected: usize,
    packets: u64,
    pops: HashMap<String, Pop>,
}

type Shared = Rc<RefCell<Seen>>;

/// The role: prints `ready`, lives until its input ends, prints one line of JSON.
pub async fn live(args: &[String]) -> Result<(), String> {
    let [count, watched] = args else { return Err("count, watched".into()) };
    let (count, watched): (usize, bool) = (count.parse().map_err(text)?, watched.parse().map_err(text)?);
    let seen = Shared::default();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            for nth in 0..count {
                let cookie = cookie(&format!("web{nth}")).await?;
                let mut agent = Agent::open(nth, &cookie, watched, seen.clone()).await?;
                agent.be_ready(&cookie).await?;
                tokio::task::spawn_local(async move {
                    if let Err(why) = agent.live().await {
                        eprintln!("web{nth}: {why}");
                    }
                });
                if watched {
                    tokio::task::spawn_local(watch(cookie, seen.clone()));
                }
            }
            println!("ready");
            let mut nothing = Vec::new();
            tokio::io::stdin().read_to_end(&mut nothing).await.map_err(text)
        })
        .await?;
    let seen = seen.borrow();
    let since = |late: fn(&Pop) -> Option<Moment>| -> Vec<f64> {
        let spans = seen.pops.values().filter_map(|pop| {
            let (invited, late) = (pop.invited?, late(pop)?);
            Some(late.saturating_duration_since(invited).as_secs_f64() * 1e3)
        });
        spans.collect()
    };
    println!(
        "{}",
        json!({"calls": seen.calls, "connected": seen.connected, "packets": seen.packets,
            "offer_ms": since(|pop| pop.offered), "card_ms": since(|pop| pop.card)})
    );
    Ok(())
}

/// The agent's page: what it is told, and the card it fetches then.
async fn watch(cookie: String, seen: Shared) {
    let Ok(mut socket) = web_socket("/api/v1/live", None, &cookie).await else { return };
    let client = reqwest::Client::new();
    while let Some(Ok(message)) = socket.next().await {
        let Ok(said) = serde_json::from_str::<Value>(message.to_text().unwrap_or_default()) else { continue };
        let (true, Some(call)) = (said["type"] == "offer", said["call"].as_str()) else { continue };
        seen.borrow_mut().pops.entry(call.to_owned()).or_default().offered = Some(clock::now());
        let card = client.get(format!("http://{HTTP}/api/v1/calls/{call}/card")).header("Cookie", &cookie).send().await;
        if let Ok(answer) = card
            && answer.status().is_success()
            && answer.bytes().await.is_ok()
        {
            seen.borrow_mut().pops.entry(call.to_owned()).or_default().card = Some(clock::now());
        }
    }
}

struct Agent {
    socket: WebSocketStream<TcpStream>,
    flow: Flow,
    stack: Stack,
    sound: UdpSocket,
    here: SocketAddr,
    /// The call: its peer connection, and whether sound has come.
    call: Option<(SessionId, Peer, bool)>,
    /// Ringing: what will be answered when.
    ringing: Option<(Moment, SessionId, Body)>,
    ring: Duration,
    next: u16,
    seen: Shared,
}

impl Agent {
    /// Opens the WebSocket and registers.
    async fn open(nth: usize, cookie: &str, watched: bool, seen: Shared) -> Result<Agent, String> {
        let socket = web_socket("/sip", Some("sip"), cookie).await?;
        let local = socket.get_ref().local_addr().map_err(text)?;
        let peer = socket.get_ref().peer_addr().map_err(text)?;
        let sound = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(text)?;
        let here = sound.local_addr().map_err(text)?;
        let config = Config {
            udp: None,
            tcp: Some(local),
            tls: None,
            realm: "bench".into(),
            product: "bench".into(),
            session_expires: None,
            transactions_max: 64,
            sessions_max: 8,
            unknown: sip::Peer::Device(0),
        };
        let flow = Flow { transport: Transport::Ws, peer, connection: 1 };
        let mut stack = Stack::new(clock::now(), config, clock::seed());
        let user = (90_000 + nth).to_string();
        let secret = Secret { username: user.clone(), password: PASSWORD.into() };
        let registrar = HTTP.to_owned();
        stack.register(clock::now(), Registering { flow, registrar, user, secret, expires: 3_600 });
        let ring = Duration::from_millis(if watched { 500 } else { 0 });
        let mut agent = Agent { socket, flow, stack, sound, here, call: None, ringing: None, ring, next: 0, seen };
        while !agent.carry().await? {
            agent.turn(&mut [0; 2_048]).await?;
        }
        Ok(agent)
    }

    async fn be_ready(&mut self, cookie: &str) -> Result<(), String> {
        let client = reqwest::Client::new();
        let ask = |request: reqwest::RequestBuilder| {
            request.header("Cookie", cookie).header("Origin", format!("http://{HTTP}")).send()
        };
        let me = ask(client.get(format!("http://{HTTP}/api/v1/me"))).await.map_err(text)?;
        let me: Value = me.json().await.map_err(text)?;
        let url = format!("http://{HTTP}/api/v1/agents/{}/status", me["id"].as_str().unwrap_or_default());
        let answer = ask(client.put(url).json(&json!({"status": "ready"}))).await.map_err(text)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("not ready: {}", answer.text().await.unwrap_or_default()))
        }
    }

    async fn live(&mut self) -> Result<(), String> {
        let mut buffer = [0; 2_048];
        loop {
            self.carry().await?;
            self.turn(&mut buffer).await?;
        }
    }

    /// Waits for one thing to happen, and takes it in.
    async fn turn(&mut self, buffer: &mut [u8]) -> Result<(), String> {
        let now = clock::now();
        let sound = self.call.as_mut().and_then(|(_, peer, _)| peer.pc.poll_timeout()).map(moment);
        let ringing = self.ringing.as_ref().map(|(at, ..)| *at);
        let idle = Some(now + Duration::from_secs(60));
        let wake = [self.stack.timeout(), sound, ringing, idle].into_iter().flatten().min().unwrap_or(now);
        tokio::select! {
            heard = self.sound.recv_from(buffer) => {
                let (length, from) = heard.map_err(text)?;
                if let Some((_, peer, _)) = &mut self.call {
                    let transport = TransportContext {
                        local_addr: self.here,
                        peer_addr: from,
                        transport_protocol: TransportProtocol::UDP,
                        ecn: None,
                    };
                    let message = BytesMut::from(&buffer[..length]);
                    let _ = peer.pc.handle_read(TaggedBytesMut { now: instant(clock::now()), transport, message });
                }
            }
            message = self.socket.next() => {
                let message = message.ok_or("the server closed the WebSocket")?.map_err(text)?;
                if let Message::Text(said) = message {
                    let bytes = Bytes::copy_from_slice(said.as_bytes());
                    self.stack.handle(clock::now(), Input::Packet { flow: self.flow, bytes });
                }
            }
            () = tokio::time::sleep(wake.duration_since(clock::now())) => {
                let now = clock::now();
                self.stack.tick(now);
                if let Some((_, peer, _)) = &mut self.call {
                    let _ = peer.pc.handle_timeout(instant(now));
                }
                if let Some((_, session, answer)) = self.ringing.take_if(|(at, ..)| *at <= now) {
                    self.stack.answer(now, session, answer);
                }
            }
        }
        Ok(())
    }

    /// Carries out what both machines want; true when the registrar took us.
    async fn carry(&mut self) -> Result<bool, String> {
        let mut registered = false;
        while let Some(output) = self.stack.poll() {
            match output {
                Output::Transmit { bytes, .. } => {
                    let said = String::from_utf8(bytes.to_vec()).map_err(text)?;
                    self.socket.send(Message::Text(said.into())).await.map_err(text)?;
                }
                Output::Close { .. } => return Err("our own stack closes the WebSocket".into()),
                Output::Event(Event::Registered { .. }) => registered = true,
                Output::Event(Event::RegisterFailed { code, .. }) => return Err(format!("refused with {code}")),
                Output::Event(Event::Invited { session, invite }) => self.invited(session, &invite),
                Output::Event(Event::Ended { session, .. }) => {
                    self.call.take_if(|(call, ..)| *call == session);
                    self.ringing.take_if(|(_, call, _)| *call == session);
                }
                Output::Event(_) => {}
            }
        }
        self.talk().await?;
        Ok(registered)
    }

    fn invited(&mut self, session: SessionId, invite: &Invite) {
        let now = clock::now();
        let Some(offer) = &invite.offer else { return self.stack.refuse(now, session, 488, &[]) };
        let call = invite.headers.iter().find(|(name, _)| name == "x-linedesk-call").map(|(_, call)| call.clone());
        let mut seen = self.seen.borrow_mut();
        seen.calls += 1;
        seen.pops.entry(call.unwrap_or_default()).or_default().invited = Some(now);
        let mut peer = Peer::new(now, self.here);
        let answer = Body::sdp(peer.answer(now, &offer.bytes).into_bytes());
        self.call = Some((session, peer, false));
        self.stack.ring(now, session, None);
        self.ringing = Some((now + self.ring, session, answer));
    }

    /// Says back what is heard.
    async fn talk(&mut self) -> Result<(), String> {
        let Some((_, peer, connected)) = &mut self.call else { return Ok(()) };
        while let Some(message) = peer.pc.poll_read() {
            if let RTCMessage::RtpPacket(_, packet) = message.message {
                self.next = self.next.wrapping_add(1);
                peer.send(clock::now(), packet.header.payload_type, self.next, &packet.payload);
                let mut seen = self.seen.borrow_mut();
                seen.packets += 1;
                seen.connected += usize::from(!std::mem::replace(connected, true));
            }
        }
        while peer.pc.poll_event().is_some() {}
        while let Some(out) = peer.pc.poll_write() {
            let _ = self.sound.send_to(&out.message, out.transport.peer_addr).await;
        }
        Ok(())
    }
}
