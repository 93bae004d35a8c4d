//! `linedesk demo`: the same configuration, from a file that is built in, with the command line laid over it.

use crate::config::{Config, Fault, size};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The demo's file.
pub const TEXT: &str = include_str!("../../config/demo/linedesk.toml");

/// What `linedesk demo` was told.
#[derive(Clone, Debug)]
pub struct Demo {
    pub data: PathBuf,
    pub http: SocketAddr,
    pub sip: SocketAddr,
    /// RTP ports; None: as in the demo's file.
    pub rtp: Option<String>,
    /// Simulated residents who phone in all day.
    pub callers: usize,
    pub seed: u64,
}

/// The demo's configuration. HTTP and SIP stay on loopback; only the browsers' media port has the machine's address.
pub fn demo(demo: &Demo) -> Result<Config, Vec<Fault>> {
    let mut config = Config::parse(TEXT, "config/demo/linedesk.toml (built in)")?;
    let mut faults = Vec::new();
    for (name, address) in [("--http", demo.http), ("--sip", demo.sip)] {
        if !address.ip().is_loopback() {
            faults.push(Fault {
                place: name.into(),
                what: format!("{address} is not a loopback address, and the demo's passwords are known to everybody"),
                remedy: "use 127.0.0.1:PORT; for a real address use `linedesk serve --config FILE`".into(),
            });
        }
    }
    if let Some(range) = &demo.rtp {
        match size::port_range(range) {
            Ok(ports) => config.media.ports = ports,
            Err(what) => faults.push(Fault { place: "--rtp".into(), what, remedy: "use FROM-TO".into() }),
        }
    }
    config.node.data = demo.data.clone();
    config.http.address = demo.http;
    config.sip.udp = Some(demo.sip);
    config.sip.tcp = Some(demo.sip);
    config.media.bind = demo.sip.ip();
    for trunk in &mut config.trunks {
        trunk.addresses = vec![demo.sip.ip(), IpAddr::from([127, 0, 0, 1])];
        trunk.addresses.dedup();
    }
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}
