//! What a parsed file may still have wrong: values that contradict one another or the machine.

use crate::config::{Config, Digest};
use crate::journal;
use call::plan::CallerHeader;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;
use types::phone;

/// One thing that stops the start: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `file:line`, or a key where no line is known.
    pub place: String,
    pub what: String,
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    remedy: {}", self.place, self.what, self.remedy)
    }
}

/// A fault out of the parser's error.
pub(super) fn fault(error: &toml::de::Error, text: &str, name: &str) -> Fault {
    let line = error.span().map(|span| 1 + text.get(..span.start).unwrap_or(text).matches('\n').count());
    let place = line.map_or_else(|| name.to_owned(), |line| format!("{name}:{line}"));
    let what = error.message().to_owned();
    let remedy = if what.contains("unknown field") {
        "remove or correct the key; config/linedesk.toml shows every key there is"
    } else if what.contains("missing field") {
        "add the key; config/linedesk.toml shows its values"
    } else {
        "correct the value; config/linedesk.toml shows how each is written"
    };
    Fault { place, what, remedy: remedy.into() }
}

/// Collects faults, finding the line of a key in the text.
struct Finder<'a> {
    text: &'a str,
    name: &'a str,
    faults: Vec<Fault>,
}

impl Finder<'_> {
    /// `near`: text on the line that is to blame.
    fn say(&mut self, near: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let live = |line: &str| !line.trim_start().starts_with('#') && line.contains(near);
        let line = self.text.lines().position(live).map(|at| at + 1);
        let place = line.map_or_else(|| format!("{} ({near})", self.name), |line| format!("{}:{line}", self.name));
        self.faults.push(Fault { place, what: what.into(), remedy: remedy.into() });
    }
}

pub(super) fn check(config: &Config, text: &str, name: &str) -> Vec<Fault> {
    let mut finder = Finder { text, name, faults: Vec::new() };
    check_http(config, &mut finder);
    check_sip(config, &mut finder);
    check_media(config, &mut finder);
    check_queues(config, &mut finder);
    check_devices(config, &mut finder);
    if config.journal.reserve > 64 * journal::limit::RESERVE_BYTES {
        finder.say("reserve", "journal.reserve is more than 16G", "256M is enough for more than a million events");
    }
    finder.faults
}

fn check_http(config: &Config, finder: &mut Finder) {
    let http = &config.http;
    if !http.address.ip().is_loopback() && !http.secure_cookies {
        finder.say(
            "address",
            format!(
                "HTTP on {} with secure_cookies = false: log-ins would cross the network unencrypted",
                http.address
            ),
            "put an HTTPS proxy in front of Linedesk: keep address = \"127.0.0.1:8080\", or set secure_cookies = true",
        );
    }
    if !matches!(config.database_url().split(':').next(), Some("sqlite" | "postgres" | "postgresql")) {
        finder.say(
            "url",
            "database.url is neither sqlite: nor postgres:",
            "write sqlite:PATH or postgres://USER@HOST/NAME",
        );
    }
}

fn check_sip(config: &Config, finder: &mut Finder) {
    let sip = &config.sip;
    if sip.udp.is_none() && sip.tcp.is_none() {
        finder.say("[sip]", "neither sip.udp nor sip.tcp is given", "set sip.udp = \"0.0.0.0:5060\"");
    }
    let expires = sip.session_expires;
    if !expires.is_zero() && expires < Duration::from_secs(90) {
        finder.say("session_expires", "session_expires is under 90 s (RFC 4028 4.2)", "use 30m, or 0 for none");
    }
    let mut names = HashSet::new();
    for trunk in &config.trunks {
        if !names.insert(&trunk.name) {
            finder.say(&trunk.name, format!("two trunks are named `{}`", trunk.name), "give each its own name");
        }
        if trunk.addresses.is_empty() {
            finder.say(&trunk.name, format!("trunk `{}` has no addresses", trunk.name), "list the carrier's addresses");
        }
    }
    let mut keys = HashMap::new();
    for (number, what) in &config.numbers {
        if let Some(other) = keys.insert(phone::key(number), number) {
            finder.say(
                number,
                format!("`{other}` and `{number}` are the same number"),
                "leave one: numbers are compared as numbers, however they are written",
            );
        }
        if number.is_empty()
            || number.len() > 32
            || !number.chars().all(|c| c.is_ascii_alphanumeric() || "+*# ()-".contains(c))
        {
            finder.say(
                number,
                format!("`{number}` is not a number that can be dialled"),
                "use digits, with a leading + if needed",
            );
        }
        if what.flow.contains(['/', '.']) {
            finder.say(
                &what.flow,
                format!("flow `{}` is a path", what.flow),
                "give its name without folder and ending",
            );
        }
    }
}

/// What can be right and is rarely meant. Does not stop the start.
pub fn warnings(config: &Config) -> Vec<String> {
    let long = |number: &str| number.chars().filter(char::is_ascii_digit).count() >= LOCAL_DIGITS;
    let mut warnings = Vec::new();
    for number in config.numbers.keys().filter(|number| long(number)) {
        match phone::e164(number) {
            None => warnings.push(format!(
                "`{number}` is no whole number (E.164): a carrier that delivers it with its code is answered 404; write it \
                 with country and area code, as 74951234567"
            )),
            Some(e164) if e164.starts_with("+7") && e164.len() != "+74951234567".len() => {
                warnings.push(format!("`{number}` is read as {e164}, which is no Russian number: these have 11 digits"))
            }
            Some(_) => {}
        }
    }
    for trunk in config.trunks.iter().filter(|trunk| !trunk.caller.contains(&CallerHeader::From)) {
        warnings.push(format!("trunk `{}`: calls that name their caller in From only will have no number", trunk.name));
    }
    warnings
}

/// From so many digits on a number is of a town's network, and no internal one.
const LOCAL_DIGITS: usize = 6;

fn check_media(config: &Config, finder: &mut Finder) {
    let (from, to) = config.media.ports;
    if from <= 60_999 && to >= 32_768 {
        finder.say(
            "ports",
            format!("RTP ports {from}-{to} lie in 32768-60999, where the system takes ports for other programs"),
            "use for example 20000-29999",
        );
    }
    let browser = config.media.browser.as_str();
    if !matches!(browser, "auto" | "off") && browser.parse::<std::net::SocketAddr>().is_err() {
        finder.say(
            "browser",
            format!("`{browser}` is not an address with port"),
            "write auto, off, or 192.0.2.7:30000",
        );
    }
}

fn check_queues(config: &Config, finder: &mut Finder) {
    let mut names = HashSet::new();
    for queue in &config.queues {
        let fits = !queue.name.is_empty()
            && queue.name.len() <= 32
            && queue.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
        if !fits {
            finder.say(&queue.name, format!("bad queue name `{}`", queue.name), "use up to 32 of a-z, 0-9, _ and -");
        }
        if !names.insert(&queue.name) {
            finder.say(&queue.name, format!("two queues are named `{}`", queue.name), "give each its own name");
        }
        if queue.ring < Duration::from_secs(3) {
            finder.say("ring", format!("queue `{}` rings under 3 s", queue.name), "use 20s");
        }
    }
    if config.queues.is_empty() && !config.numbers.is_empty() {
        finder.say("[numbers", "there are numbers but no queue", "add [[queues]] with name = \"main\"");
    }
}

fn check_devices(config: &Config, finder: &mut Finder) {
    let mut accounts = HashSet::new();
    for device in &config.devices {
        let account = &device.account;
        if !accounts.insert(account) {
            finder.say(account, format!("two devices have the account `{account}`"), "give each its own account");
        }
        let (name, program, length) = match device.digest {
            Digest::Sha256 => ("ha1_sha256", "sha256sum", 64),
            Digest::Md5 => ("ha1_md5", "md5sum", 32),
        };
        let whole = device.ha1().is_some_and(|ha1| ha1.len() == length && ha1.chars().all(|c| c.is_ascii_hexdigit()));
        match &device.password {
            None if !whole => {
                let what = format!("device `{account}` has no password and no {name} of {length} hex digits");
                finder.say(account, what, format!("give password, or: printf %s ACCOUNT:REALM:PASSWORD | {program}"));
            }
            Some(_) if device.ha1_sha256.is_some() || device.ha1_md5.is_some() => {
                finder.say(account, format!("device `{account}` has a password and a digest"), "give one of them");
            }
            Some(password) if password.len() < 8 => {
                finder.say(
                    account,
                    format!("device `{account}`: the password is under 8 characters"),
                    "generate one: openssl rand -hex 12",
                );
            }
            _ => {}
        }
    }
}
