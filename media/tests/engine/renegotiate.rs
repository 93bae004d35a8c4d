//! Our descriptions of one leg, one after the other (RFC 3264 8).

use crate::world::{World, ms, offer, peer};
use media::{Command, Event, Kind, LegId};

const LEG: LegId = LegId(1);

/// Our newest description, with plain line ends and the random session id as ID.
fn newest(world: &World) -> String {
    let found = world.events.iter().rev().find_map(|(_, event)| match event {
        Event::Answer { leg: LEG, sdp } | Event::Offer { leg: LEG, sdp } => Some(sdp.clone()),
        _ => None,
    });
    let text = String::from_utf8(found.expect("a description").to_vec()).unwrap().replace("\r\n", "\n");
    text.replacen(&session(&text), "ID", 1)
}

fn session(text: &str) -> String {
    text.split(' ').nth(1).unwrap().to_owned()
}

fn version(text: &str) -> u64 {
    text.split(' ').nth(2).unwrap().parse().unwrap()
}

fn reoffer(world: &mut World) {
    world.command(Command::Offer { leg: LEG, kind: Kind::Rtp });
}

/// The peer offered a video we refused before its audio, and has numbers of its own.
const PEER: &str = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=video 6000 RTP/AVP 101\r\n\
    a=rtpmap:101 H264/90000\r\nm=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n";

#[test]
fn an_offer_after_our_answer_continues_it() {
    let mut world = World::new();
    world.command(Command::Offered { leg: LEG, offer: PEER.into() });
    let first = newest(&world);
    reoffer(&mut world);
    expect_test::expect![[r#"
        v=0
        o=- ID 2 IN IP4 192.0.2.1
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        m=video 0 RTP/AVP 101
        m=audio 20002 RTP/AVP 0 8 96
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:96 telephone-event/8000
        a=fmtp:96 0-15
        a=ptime:20
        a=sendrecv
    "#]]
    .assert_eq(&newest(&world));
    assert_eq!((version(&first), version(&newest(&world))), (1, 2));
    // The peer, another one now, takes the other law.
    let answer = PEER.replace("m=video 6000", "m=video 0").replace("RTP/AVP 0 96", "RTP/AVP 8 96");
    world.command(Command::Answered { leg: LEG, answer: answer.into() });
    assert!(matches!(world.events.last(), Some((_, Event::Ready { leg: LEG }))));
    world.take(1);
    world.run(ms(100));
    assert!(world.take(1).iter().all(|packet| packet.payload_type == 8 && packet.to == peer(1)));
}

#[test]
fn an_offer_after_our_offer_continues_it() {
    let mut world = World::new();
    reoffer(&mut world);
    let first = newest(&world);
    world.command(Command::Answered { leg: LEG, answer: offer(peer(1), "0", "") });
    reoffer(&mut world);
    assert_eq!(newest(&world), first.replace("ID 1 ", "ID 2 "));
}

#[test]
fn one_session_whose_version_grows_by_one_whoever_offers() {
    let mut world = World::new();
    world.command(Command::Offered { leg: LEG, offer: PEER.into() });
    for nth in 0..6 {
        match nth % 3 {
            0 => reoffer(&mut world),
            1 => world.command(Command::Offered { leg: LEG, offer: PEER.into() }),
            // What cannot be is refused and counts for nothing.
            _ => world.command(Command::Offered { leg: LEG, offer: PEER.replace("RTP/AVP 0 96", "RTP/AVP 18").into() }),
        }
    }
    let sent: Vec<String> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Answer { sdp, .. } | Event::Offer { sdp, .. } => Some(String::from_utf8(sdp.to_vec()).unwrap()),
            _ => None,
        })
        .collect();
    assert_eq!(sent.iter().map(|text| version(text)).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(sent.iter().all(|text| session(text) == session(&sent[0])), "{sent:?}");
    let media = |text: &String| text.lines().filter(|line| line.starts_with("m=")).count();
    assert!(sent.iter().all(|text| media(text) == 2), "{sent:?}");
}
