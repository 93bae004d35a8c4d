//! Browser legs against a full WebRTC peer (rtc's peer connections, with full ICE), over a network of vectors and a
//! clock of our own.

mod descriptions;
mod peer;
mod world;

use media::Law;
use media::browser::{Browser, BrowserOut, limit, ufrag_of};
use media::sdp::Direction;
use rtc::sansio::Protocol;
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;
use world::*;

#[test]
fn answers_a_browser_and_talks() {
    let mut world = World::answering().connect();
    world.talk(100);
    world.assert_heard(100);
    let agreed = world.browser.agreed(world.now);
    assert_eq!((agreed.codec, agreed.payload_type, agreed.telephone_event), (Law::A, 8, None));
    assert_eq!(agreed.remote, theirs());
    assert!(world.browser.knows(world.now, theirs()));
}

#[test]
fn calls_a_browser_and_hears_it() {
    let mut world = World::offering().connect();
    world.talk(7);
    world.assert_heard(7);
}

#[test]
fn keys_arrive() {
    let mut world = World::answering().connect();
    world.peer.send(world.now, 8, 1, &[0; 160]);
    world.peer.send(world.now, 126, 2, &[5, 10, 0, 160]);
    world.settle();
    assert_eq!(world.rtp.last(), Some(&(126, 2, 320, false, vec![5, 10, 0, 160])));
}

/// The browser repeats its hello while we repeat our flight: neither may wait for the other.
#[test]
fn lost_flights_are_repeated() {
    for (lose, mut world) in [(1, World::answering()), (4, World::answering()), (1, World::offering())] {
        world.lose = lose;
        world.run(Duration::from_secs(10));
        assert_eq!((world.connected, world.failed, world.lose), (1, 0, 0), "{lose} lost");
    }
}

#[test]
fn reports_reach_the_browser() {
    let mut world = World::answering().connect();
    for n in 0..8 {
        world.talk(100 + n * 50);
    }
    let rtcp = world.sent.iter().filter(|(_, bytes)| bytes.len() > 1 && (192..=223).contains(&bytes[1])).count();
    assert!(rtcp >= 2, "{rtcp} reports in 8 s");
}

#[test]
fn holds_and_resumes() {
    let mut world = World::answering().connect();
    let ufrag = world.browser.ufrag().to_owned();
    let offer = world.peer.pc.local_description().unwrap().sdp;
    for (line, direction) in [
        ("a=sendonly", Direction::RecvOnly),
        ("a=inactive", Direction::Inactive),
        ("a=recvonly", Direction::SendOnly),
        ("a=sendrecv", Direction::SendRecv),
    ] {
        let answer = world.browser.reoffered(world.now, offer.replace("a=sendrecv", line).as_bytes()).unwrap();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert!(answer.contains(&format!("a={}\r\n", direction.name())), "{line}: {answer}");
        assert!(answer.contains("a=setup:passive\r\n"), "{line}");
        assert_eq!(world.browser.agreed(world.now).direction, direction);
    }
    assert_eq!(world.browser.ufrag(), ufrag, "no restart was asked for");
    world.talk(300);
    world.assert_heard(300);
}

#[test]
fn versions_grow_and_ids_stay() {
    let mut world = World::answering().connect();
    let offer = world.peer.pc.local_description().unwrap().sdp;
    let origin = |sdp: &[u8]| {
        let text = String::from_utf8(sdp.to_vec()).unwrap();
        let words: Vec<String> = text.lines().nth(1).unwrap().split(' ').map(str::to_owned).collect();
        (words[1].clone(), words[2].clone())
    };
    let first = origin(&world.browser.reoffered(world.now, offer.as_bytes()).unwrap());
    let second = origin(&world.browser.reoffer(world.now).unwrap());
    assert_eq!(first.0, second.0);
    assert_eq!((first.1.as_str(), second.1.as_str()), ("2", "3"));
}

#[test]
fn our_later_offer_is_answered() {
    let mut world = World::answering().connect();
    let offer = world.browser.reoffer(world.now).unwrap();
    let answer = world.peer.answer(world.now, &offer);
    world.browser.accept(world.now, answer.as_bytes()).unwrap();
    world.talk(400);
    world.assert_heard(400);
}

#[test]
fn follows_an_ice_restart() {
    let mut world = World::answering().connect();
    let before = world.browser.ufrag().to_owned();
    world.peer.pc.restart_ice();
    let offer = world.peer.offer(world.now);
    world.peer.gather(theirs());
    let answer = world.browser.reoffered(world.now, offer.as_bytes()).unwrap();
    assert_ne!(world.browser.ufrag(), before, "RFC 8839: a restart takes new credentials");
    assert!(!String::from_utf8(answer.to_vec()).unwrap().contains(PASSWORD));
    world.peer.accept(world.now, &answer);
    world.run(Duration::from_secs(3));
    world.talk(500);
    world.assert_heard(500);
    assert_eq!((world.connected, world.failed), (1, 0), "the keys stay");
}

#[test]
fn follows_the_browser_through_a_nat() {
    let mut world = World::answering().connect();
    world.from = "203.0.113.77:1024".parse().unwrap();
    // Sound from an address without a check is not believed.
    world.peer.send(world.now, 8, 1, &[0; 160]);
    world.settle();
    assert_eq!(world.rtp, []);
    world.run(Duration::from_secs(5));
    world.peer.send(world.now, 8, 2, &[0; 160]);
    world.settle();
    assert_eq!(world.rtp.len(), 1, "after its next check it is");
}

/// The visitor knows the leg's password, so it can write checks that seem to come from anybody.
#[test]
fn sound_goes_nowhere_that_did_not_answer() {
    let mut world = World::answering();
    let victim: SocketAddr = "203.0.113.66:666".parse().unwrap();
    world.victim = Some(victim);
    let mut world = world.connect();
    for n in 0..1_000 {
        world.browser.send_rtp(world.now, 8, n, u32::from(n) * 160, false, &[0x55; 160]);
        world.run(Duration::from_millis(20));
    }
    let to_victim: Vec<_> = world.sent.iter().filter(|(to, _)| *to == victim).map(|(_, bytes)| bytes).collect();
    assert!(!to_victim.is_empty());
    assert!(to_victim.iter().all(|bytes| bytes[0] < 4), "nothing but STUN");
    let checks = to_victim.iter().filter(|bytes| bytes.starts_with(&[0, 1])).count();
    assert!(checks as u32 <= limit::CHECKS + 2, "{checks} checks");
    world.talk(2_000);
    world.assert_heard(2_000);
    assert_eq!(world.failed, 0);
}

/// Checks that nobody answers keep no leg alive.
#[test]
fn a_browser_that_answers_no_check_fails() {
    let mut world = World::answering().connect();
    world.mute = true;
    world.run(limit::CONSENT + Duration::from_secs(3));
    assert_eq!(world.failed, 1);
}

#[test]
fn strangers_are_not_answered() {
    let mut world = World::answering().connect();
    let stranger: SocketAddr = "203.0.113.66:666".parse().unwrap();
    let known = world.sent.len();
    // A ClientHello, garbage SRTP and RTCP, a check without the password.
    let hello = [&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4][..], &[1, 0, 0, 0]].concat();
    for packet in [hello, vec![0x80; 172], [vec![0x80, 200], vec![7; 60]].concat(), vec![0; 20], vec![]] {
        world.browser.receive(world.now, stranger, &packet);
        world.browser.receive(world.now, theirs(), &packet);
    }
    world.settle();
    assert!(world.sent[known..].iter().all(|(to, _)| *to != stranger));
    world.talk(600);
    world.assert_heard(600);
    assert_eq!((world.connected, world.failed), (1, 0));
}

/// A plain close_notify or fatal alert, forged with the browser's address.
#[test]
fn forged_alerts_do_not_end_the_call() {
    let mut world = World::answering().connect();
    for description in [0, 40, 80] {
        let alert = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, description];
        world.browser.receive(world.now, theirs(), &alert);
        let hidden = [&[23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 98, 0, 1, 0][..], &alert].concat();
        world.browser.receive(world.now, theirs(), &hidden);
    }
    world.talk(700);
    world.assert_heard(700);
    assert_eq!(world.failed, 0);
}

#[test]
fn checks_with_a_wrong_password_are_not_answered() {
    let now = Moment::START;
    let mut peer = Peer::new(now, theirs());
    let offer = peer.offer(now);
    let (browser, answer) = Browser::answering(now, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
    let forged = String::from_utf8(answer.to_vec()).unwrap().replace(PASSWORD, &PASSWORD.replace('a', "b"));
    peer.accept(now, forged.as_bytes());
    let mut world = World::of(now, peer, browser);
    world.run(Duration::from_secs(5));
    assert_eq!(world.sent, []);
    world.run(limit::SETUP);
    assert_eq!((world.connected, world.failed), (0, 1), "no keys in time");
    assert_eq!(world.browser.timeout(), None);
}

#[test]
fn another_certificate_gets_no_keys() {
    let now = Moment::START;
    let mut peer = Peer::new(now, theirs());
    let offer = peer.offer(now);
    let at = offer.find("a=fingerprint:sha-256 ").unwrap() + 22;
    let other = format!("{}{}{}", &offer[..at], if &offer[at..at + 2] == "00" { "01" } else { "00" }, &offer[at + 2..]);
    let (browser, answer) = Browser::answering(now, other.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
    peer.accept(now, &answer);
    let mut world = World::of(now, peer, browser);
    world.run(Duration::from_secs(5));
    assert_eq!(world.connected, 0);
}

#[test]
fn a_silent_browser_fails() {
    let mut world = World::answering().connect();
    for _ in 0..((limit::CONSENT.as_secs() + 3) * 50) {
        world.now += Duration::from_millis(20);
        if world.browser.timeout().is_some_and(|due| due <= world.now) {
            world.browser.tick(world.now);
        }
        while let Some(out) = world.browser.poll() {
            world.failed += u32::from(out == BrowserOut::Failed);
        }
    }
    assert_eq!(world.failed, 1);
}

#[test]
fn a_goodbye_fails_at_once() {
    let mut world = World::answering().connect();
    world.peer.pc.close().unwrap();
    world.settle();
    assert_eq!(world.failed, 1);
    let mut world = World::answering().connect();
    world.browser.close(world.now);
    let known = world.sent.len();
    world.settle();
    assert!(world.sent.len() > known, "and so do we close");
}

#[test]
fn the_first_check_names_its_leg() {
    let mut world = World::answering();
    world.peer.pc.handle_timeout(instant(world.now + Duration::from_millis(500))).unwrap();
    let first = std::iter::from_fn(|| world.peer.pc.poll_write()).next().expect("a check");
    assert_eq!(ufrag_of(&first.message), Some("leg1"));
    assert_eq!(ufrag_of(&[0x80; 40]), None);
    assert_eq!(ufrag_of(&[]), None);
}

/// A second source has the browser's keys, so nobody else can be it; still it is no part of the voice.
#[test]
fn a_second_source_does_not_break_into_the_voice() {
    let mut world = World::answering().connect();
    let octets = |world: &mut World| world.rtp.drain(..).map(|packet| packet.4[0]).collect::<Vec<u8>>();
    for n in 0..50 {
        world.peer.send(world.now, 8, n, &[1; 160]);
        world.peer.send_as(77, world.now, 8, 30_000 - n, &[2; 160]);
        world.run(Duration::from_millis(20));
    }
    assert_eq!(octets(&mut world), [1; 50]);
    world.run(limit::VOICE);
    world.peer.send_as(77, world.now, 8, 40_000, &[2; 160]);
    world.settle();
    assert_eq!(octets(&mut world), [2], "the first is silent");
}

#[test]
fn what_bears_our_own_number_is_dropped() {
    for mut world in [World::answering().connect(), World::offering().connect()] {
        let sdp = String::from_utf8(world.browser.reoffer(world.now).unwrap().to_vec()).unwrap();
        let line = sdp.lines().find_map(|line| line.strip_prefix("a=ssrc:")).unwrap();
        let ours: u32 = line.split(' ').next().unwrap().parse().unwrap();
        world.peer.send_as(ours, world.now, 8, 1, &[9; 160]);
        world.settle();
        assert_eq!(world.rtp, [], "RFC 3550 8.2");
        world.talk(100);
        world.assert_heard(100);
    }
}
