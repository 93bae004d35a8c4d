//! INVITE to 100 and to 200: a stream of short calls from one socket, each message's time taken as it comes. callgen does
//! not look at the 100.

use crate::generator::Generator;
use crate::server::text;
use crate::support::percentile;
use linedesk::clock;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::sleep;
use types::Moment;

/// The word that makes this program the generator.
pub const ROLE: &str = "role:answers";
/// How long a call stays up.
const LIFE: Duration = Duration::from_millis(500);
/// For the last answers and ends.
const REST: Duration = Duration::from_secs(2);

/// A run from the driver: calls to this number, so many a second for so many seconds.
pub async fn run(server: SocketAddr, number: &str, rate: u32, seconds: u32) -> Result<Value, String> {
    let mut command = Generator::own(ROLE)?;
    command.args([server.to_string(), number.to_owned(), rate.to_string(), seconds.to_string()]);
    let most = Duration::from_secs(u64::from(seconds)) + REST + Duration::from_secs(20);
    let output = tokio::time::timeout(most, command.stdin(Stdio::null()).output()).await;
    let output = output.map_err(|_| "the generator does not end".to_owned())?.map_err(text)?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

struct Calls {
    socket: UdpSocket,
    server: SocketAddr,
    number: String,
    /// Where the server sends its music; nobody listens.
    sound: u16,
    run: String,
    /// When each was asked for.
    asked: Vec<Moment>,
    trying: Vec<f64>,
    answered: Vec<f64>,
    /// Which are to end, and when.
    ends: VecDeque<(Moment, usize, String)>,
    refused: usize,
    done: usize,
    late: f64,
}

/// The role: prints one line of JSON.
pub async fn generate(args: &[String]) -> Result<(), String> {
    let [server, number, rate, seconds] = args else { return Err("server, number, rate, seconds".into()) };
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(text)?;
    let sink = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(text)?;
    let mut calls = Calls {
        socket,
        server: server.parse().map_err(text)?,
        number: number.clone(),
        sound: sink.local_addr().map_err(text)?.port(),
        run: format!("{:x}", clock::wall_ms()),
        asked: Vec::new(),
        trying: Vec::new(),
        answered: Vec::new(),
        ends: VecDeque::new(),
        refused: 0,
        done: 0,
        late: 0.0,
    };
    let (rate, seconds): (u32, u32) = (rate.parse().map_err(text)?, seconds.parse().map_err(text)?);
    calls.generate(rate, rate * seconds).await?;
    println!("{}", calls.told());
    Ok(())
}

impl Calls {
    async fn generate(&mut self, rate: u32, count: u32) -> Result<(), String> {
        let began = clock::now();
        let over = began + Duration::from_secs(1) * (count / rate) + LIFE + REST;
        let mut buffer = vec![0; 4_096];
        let mut next = 0;
        loop {
            let now = clock::now();
            if now >= over {
                return Ok(());
            }
            let due = began + Duration::from_secs(1) * next / rate;
            if next < count && due <= now {
                self.late = self.late.max(now.duration_since(due).as_secs_f64() * 1e3);
                self.invite(next as usize).await?;
                next += 1;
                continue;
            }
            if self.ends.front().is_some_and(|(at, ..)| *at <= now) {
                self.end().await?;
                continue;
            }
            let ends = self.ends.front().map(|(at, ..)| *at);
            let wake = [(next < count).then_some(due), ends, Some(over)].into_iter().flatten().min().unwrap_or(over);
            tokio::select! {
                heard = self.socket.recv_from(&mut buffer) => {
                    let (length, _) = heard.map_err(text)?;
                    let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    self.hear(&message).await?;
                }
                () = sleep(wake.duration_since(clock::now())) => {}
            }
        }
    }

    /// The lines that all requests of a call have; `to` is its To with or without a tag.
    fn request(&self, method: &str, cseq: u8, nth: usize, to: &str, body: &str) -> Result<String, String> {
        let here = self.socket.local_addr().map_err(text)?;
        let (number, server, run) = (&self.number, self.server, &self.run);
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        Ok(format!(
            "{method} sip:{number}@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{run}.{nth}.{method}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:1{nth:06}@{here}>;tag={run}{nth}\r\nTo: {to}\r\nCall-ID: {nth}.{run}@answers\r\n\
             CSeq: {cseq} {method}\r\nContact: <sip:{here}>\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    async fn send(&self, message: String) -> Result<(), String> {
        self.socket.send_to(message.as_bytes(), self.server).await.map(drop).map_err(text)
    }

    async fn invite(&mut self, nth: usize) -> Result<(), String> {
        let sdp = format!(
            "v=0\r\no=- {nth} 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP 8\r\n\
             a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n",
            self.sound
        );
        let to = format!("<sip:{}@{}>", self.number, self.server);
        let message = self.request("INVITE", 1, nth, &to, &sdp)?;
        self.asked.push(clock::now());
        self.send(message).await
    }

    async fn hear(&mut self, message: &str) -> Result<(), String> {
        let now = clock::now();
        let field = |name: &str| {
            let line = message
                .lines()
                .find(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))?;
            Some(line[name.len()..].trim())
        };
        let code = message.strip_prefix("SIP/2.0 ").and_then(|rest| rest.get(..3)).unwrap_or_default();
        let nth = field("call-id:").and_then(|id| id.split_once('.')?.0.parse::<usize>().ok());
        let asked = nth.and_then(|nth| Some((nth, *self.asked.get(nth)?)));
        let (Some((nth, asked)), Some(cseq)) = (asked, field("cseq:")) else { return Ok(()) };
        let took = now.duration_since(asked).as_secs_f64() * 1e3;
        match (code, cseq) {
            ("100", _) => self.trying.push(took),
            ("200", "1 INVITE") => {
                self.answered.push(took);
                let to = field("to:").unwrap_or_default().to_owned();
                self.send(self.request("ACK", 1, nth, &to, "")?).await?;
                self.ends.push_back((now + LIFE, nth, to));
            }
            ("200", _) => self.done += 1,
            // a final refusal; provisional ones are no news
            (code, "1 INVITE") if code >= "300" => self.refused += 1,
            _ => {}
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), String> {
        let Some((_, nth, to)) = self.ends.pop_front() else { return Ok(()) };
        self.send(self.request("BYE", 2, nth, &to, "")?).await
    }

    fn told(mut self) -> Value {
        let spread = |samples: &mut Vec<f64>| {
            samples.sort_by(f64::total_cmp);
            let at = |share| percentile(samples, share);
            json!({"p50": at(0.5), "p99": at(0.99), "max": at(1.0), "count": samples.len()})
        };
        let (trying, answered) = (spread(&mut self.trying), spread(&mut self.answered));
        json!({"trying_ms": trying, "answered_ms": answered, "asked": self.asked.len(), "refused": self.refused,
            "done": self.done, "late_ms": self.late})
    }
}
