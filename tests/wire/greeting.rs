//! The first thing a caller notices.

use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use crate::until;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_over_udp_and_one_over_tcp_hear_the_greeting() {
    let mut server = Server::demo().await;
    for (tcp, number) in [(false, "+79161110001"), (true, "+79161110002")] {
        let sound = Sound::new(440.0);
        let rows = vec![row(number, "1000", &sound)];
        let order = Order { scenario: "caller.xml", tcp, rows, rate: 10, pause: Duration::from_secs(4) };
        let sipp = Sipp::start(&mut server, order);
        until("two seconds of greeting", 10, || async { (sound.heard_seconds() >= 2.0).then_some(()) }).await;
        sipp.succeeds(15).await;
        let supervisor = server.login("supervisor").await;
        let call = supervisor.call(number, "has ended", 10, |call| call["state"] == "ended").await;
        // Hung up within five seconds, or a little later on a busy machine: never more than that.
        let outcome = call["outcome"].as_str().unwrap_or_default();
        assert!(["short_ivr", "abandoned_ivr"].contains(&outcome), "{call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_does_not_exist_is_refused_and_still_an_intake() {
    let mut server = Server::demo().await;
    let sound = Sound::new(440.0);
    let rows = vec![row("+79161110003", "4711", &sound)];
    let order = Order { scenario: "refused.xml", tcp: false, rows, rate: 10, pause: Duration::ZERO };
    Sipp::start(&mut server, order).succeeds(10).await;
    let supervisor = server.login("supervisor").await;
    let call = supervisor.call("+79161110003", "is there", 10, |call| call["state"] == "ended").await;
    assert_eq!((&call["outcome"], &call["dialled"]), (&"rejected".into(), &"4711".into()), "{call}");
}
