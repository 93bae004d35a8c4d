//! What the demo prints when it is ready: what to do next.

use crate::engines;
use crate::run::Server;

pub fn print(server: &Server) {
    let http = server.http;
    let sip = server.sip_udp.map_or_else(|| "(off)".to_owned(), |a| a.to_string());
    println!(
        "
Linedesk demo is ready.

  Web           http://{http}/
  Log in as     dispatcher1 ... dispatcher5, supervisor, technician1, admin    password: demo

  Call it       1000 is the main line, 1112 the emergency line
    browser     http://{http}/call
    terminal    linedesk phone sip:1000@{sip} --keys 2      (in a second terminal; type keys while it talks)
    SIP phone   sip:1000@{sip}  over UDP or TCP, from this machine; your number is the user part of From

  Desk phones   desk101 is dispatcher1's telephone, desk102 dispatcher2's; register one over UDP or TCP from this machine:
    any make    user desk101, password demo-desk-101, domain {sip}
    linphone    linphonec      and there: ipv6 disable
                                          register sip:desk101@{sip} sip:{sip} demo-desk-101
    baresip     baresip        and there: /uanew <sip:desk102@{sip}>;auth_pass=demo-desk-102

  Try it        log in as dispatcher1, press \"Ready\", call 1000 and press 0

  Stop with Ctrl-C. Everything is in the data folder; delete it to start again."
    );
    if let Some(browser) = server.browsers.first() {
        if browser.ip().is_loopback() {
            println!("\n  Note: this machine has no address but loopback, so browsers will get no sound.");
        }
        println!("  Browsers send their sound to UDP {browser}; nothing else of the demo listens outside loopback.");
    }
    println!("  {} media thread(s).\n", engines::count());
}
