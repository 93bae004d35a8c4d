//! The board's day: counters survive a restart, and begin anew at the company's midnight.

use crate::company::{Company, PASSWORD};
use crate::desk_phone::{asks_for_a_dispatcher, caller};
use crate::{api::Person, holds};
use chrono::{FixedOffset, Timelike, Utc};
use serde_json::Value;

/// A zone in which midnight comes within so many minutes, in the last of them.
fn zone(minutes: i32) -> FixedOffset {
    let now = Utc::now();
    let midnight = 24 * 60 - minutes;
    let east = (midnight - (now.hour() * 60 + now.minute()) as i32).rem_euclid(24 * 60);
    let east = if east > 12 * 60 { east - 24 * 60 } else { east };
    FixedOffset::east_opt(east * 60).expect("an offset under a day")
}

fn seconds_to_midnight(zone: FixedOffset) -> u32 {
    24 * 3_600 - Utc::now().with_timezone(&zone).num_seconds_from_midnight()
}

async fn main_queue(person: &Person) -> Value {
    let rows = person.rows("queue").await;
    rows.into_iter().find(|row| row["queue"] == "main").expect("the queue is on the board")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_boards_counters_survive_a_restart() {
    let Company { mut server, supervisor, .. } = Company::start("0s", 1).await;
    let mut gives_up = caller(&server, "79167990001").await;
    asks_for_a_dispatcher(&mut gives_up, &supervisor, "79167990001").await;
    supervisor.stage("79167990001", "waiting", 20).await;
    gives_up.hang_up().await;
    supervisor.call("79167990001", "has ended", 10, |call| call["state"] == "ended").await;
    let before = main_queue(&supervisor).await;
    assert_eq!((&before["offered"], &before["abandoned"]), (&1.into(), &1.into()), "{before}");

    server.stop().await;
    server.again().await;
    let supervisor = Person::login(server.http, "boss", PASSWORD).await;
    holds("the day goes on where it was", 20, || async { main_queue(&supervisor).await["offered"] == 1 }).await;
    let recalled = main_queue(&supervisor).await;
    assert_eq!((&recalled["offered"], &recalled["abandoned"]), (&1.into(), &1.into()), "{recalled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_boards_counters_begin_anew_at_the_companys_midnight() {
    // Midnight comes in one to two minutes. Who waits over it counts into the new day.
    let zone = zone(2);
    let Company { server, supervisor, .. } = Company::start_in(&zone.to_string(), "0s", 1).await;
    let mut gives_up = caller(&server, "79167990002").await;
    asks_for_a_dispatcher(&mut gives_up, &supervisor, "79167990002").await;
    supervisor.stage("79167990002", "waiting", 20).await;
    gives_up.hang_up().await;
    let mut waits = caller(&server, "79167990003").await;
    holds("midnight is near", 125, || async { seconds_to_midnight(zone) < 50 }).await;
    asks_for_a_dispatcher(&mut waits, &supervisor, "79167990003").await;
    supervisor.stage("79167990003", "waiting", 20).await;
    holds("one has given up", 10, || async { main_queue(&supervisor).await["abandoned"] == 1 }).await;
    assert_eq!(main_queue(&supervisor).await["offered"], 2);
    holds("midnight", 60, || async { main_queue(&supervisor).await["abandoned"] == 0 }).await;
    let after = main_queue(&supervisor).await;
    assert_eq!((&after["offered"], &after["waiting"]), (&1.into(), &1.into()), "{after}");
    assert!(server.log().contains("a new day"), "{}", server.log());
}
