//! The SIP ladder of the last messages: what a person wants to see first when a story went wrong.

use crate::link::Datagram;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

/// Messages and notes kept.
const KEPT: usize = 400;
const COLUMN: usize = 16;

#[derive(Debug)]
enum Line {
    Message { at: Duration, from: SocketAddr, to: SocketAddr, text: String, lost: bool },
    Note { at: Duration, text: String },
}

#[derive(Debug, Default)]
pub struct Ladder {
    names: BTreeMap<SocketAddr, String>,
    lines: VecDeque<Line>,
}

impl Ladder {
    pub fn name(&mut self, address: SocketAddr, name: &str) {
        self.names.insert(address, name.into());
    }

    pub fn message(&mut self, at: Duration, datagram: &Datagram, lost: bool) {
        let text = summary(&datagram.bytes);
        // Registrations of idle phones would fill the page.
        if text.contains(" REGISTER]") {
            return;
        }
        self.keep(Line::Message { at, from: datagram.from, to: datagram.to, text, lost });
    }

    pub fn note(&mut self, at: Duration, text: String) {
        self.keep(Line::Note { at, text });
    }

    fn keep(&mut self, line: Line) {
        if self.lines.len() >= KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// One column a party, in order of first appearance; the node's is where arrows meet.
    pub fn draw(&self) -> String {
        let mut parties: Vec<SocketAddr> = Vec::new();
        for line in &self.lines {
            let Line::Message { from, to, .. } = line else {
                continue;
            };
            for party in [from, to] {
                if !parties.contains(party) {
                    parties.push(*party);
                }
            }
        }
        let name = |address: &SocketAddr| self.names.get(address).cloned().unwrap_or_else(|| address.to_string());
        let mut out = format!("{:>10} ", "seconds");
        for party in &parties {
            let _ = write!(out, "{:^COLUMN$.COLUMN$}", name(party));
        }
        out.push('\n');
        for line in &self.lines {
            match line {
                Line::Note { at, text } => _ = writeln!(out, "{:>10.3}  -- {text}", at.as_secs_f64()),
                Line::Message { at, from, to, text, lost } => {
                    let column = |party| parties.iter().position(|other| other == party).unwrap_or_default();
                    let _ =
                        writeln!(out, "{:>10.3} {}", at.as_secs_f64(), arrow(column(from), column(to), text, *lost));
                }
            }
        }
        out
    }
}

fn arrow(from: usize, to: usize, text: &str, lost: bool) -> String {
    let (left, right) = (from.min(to) * COLUMN + COLUMN / 2, from.max(to) * COLUMN + COLUMN / 2);
    let shaft = "-".repeat((right - left).saturating_sub(2));
    let shaft = match (from < to, lost) {
        (true, false) => format!("|{shaft}>"),
        (true, true) => format!("|{shaft}X"),
        (false, false) => format!("<{shaft}|"),
        (false, true) => format!("X{shaft}|"),
    };
    format!("{}{shaft}  {text}{}", " ".repeat(left), if lost { "  (lost)" } else { "" })
}

/// First line, CSeq, the end of the Call-ID, and whether SDP is in it.
fn summary(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_prefix("SIP/2.0 ").unwrap_or(first.strip_suffix(" SIP/2.0").unwrap_or(first));
    let cseq = crate::register::header(&text, "cseq").unwrap_or_default();
    let call_id = crate::register::header(&text, "call-id").unwrap_or_default();
    let tail: String = call_id.chars().take(10).collect();
    let sdp = if text.contains("\r\nv=0") { " sdp" } else { "" };
    format!("{first} [{cseq}] {tail}{sdp}")
}
