//! A big company: ten thousand phones, a million tickets.

use crate::house::House;
use crate::server::Server;
use crate::support::{Spread, line, percentile, short};
use linedesk::clock;

const PHONES: usize = 10_000;
/// Unless `LINEDESK_BENCH_TICKETS` says another number.
const TICKETS: i64 = 1_000_000;
const STARTS: usize = 3;
/// Requests of one list.
const REQUESTS: usize = 50;
/// Searches that one person runs at the same time.
const SEARCHES: usize = 16;

pub async fn measure(house: &House) -> Result<(), String> {
    let server = Server::start(house).await?;
    line("start to ready, 10,000 accounts, no ticket, ms", &short(server.ready_ms), "");
    server.stop().await;
    let count = std::env::var("LINEDESK_BENCH_TICKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(TICKETS);
    let took = house.tickets(count).await?;
    println!("  {count} tickets written in {took:.0} s");
    let mut server = Server::start(house).await?;
    server.log_in("boss").await?;
    let began = clock::now();
    house.register().await?;
    let took = clock::now().duration_since(began).as_secs_f64();
    println!("  {} phones registered in {took:.1} s", server.reachable().await?);
    let mut ready = Vec::new();
    for _ in 0..STARTS {
        server.rest().await;
        server.stop().await;
        server = Server::start(house).await?;
        ready.push(server.ready_ms);
    }
    ready.sort_by(f64::total_cmp);
    let figure = Spread { min: ready[0], median: ready[STARTS / 2], max: ready[STARTS - 1] }.to_string();
    let what = format!("start to ready, {PHONES} phones registered before, {count} tickets, ms");
    line(&what, &figure, "good 2,000, goal 500");
    server.log_in("boss").await?;
    println!("  {} phones can be rung after the start", server.reachable().await?);
    line("memory then, MB", &short(server.memory()), "");
    server.rest().await;
    all_lists(&server, count).await?;
    server.log_in_other("sue").await?;
    beside_searches(&server).await?;
    server.stop().await;
    Ok(())
}

pub async fn found(folder: &std::path::Path) -> Result<House, String> {
    House::found(folder, PHONES, 0).await
}

/// The list of open tickets as the pages ask for it.
async fn all_lists(server: &Server, count: i64) -> Result<(), String> {
    let open = server.get("tickets?state=open&limit=50").await?;
    let tickets = || open["items"].as_array().into_iter().flatten();
    let id = |of: &str| {
        let found = tickets().find_map(|ticket| ticket[of]["id"].as_str());
        found.map(str::to_owned).ok_or_else(|| format!("no open ticket has a {of}"))
    };
    let (building, executor) = (id("building")?, id("executor")?);
    let phone = tickets().find_map(|ticket| ticket["requester_phone"].as_str()).unwrap_or_default().replace('+', "%2B");
    let page = open["next"].as_str().unwrap_or_default();
    println!("  open tickets of {count}, {REQUESTS} requests a list: p50 / p95 / max, ms");
    for (what, query) in [
        ("newest first", "state=open".to_owned()),
        ("most urgent first", "state=open&sort=due".to_owned()),
        ("its second page", format!("state=open&after={page}")),
        ("of a building", format!("state=open&building={building}")),
        ("of a building, most urgent first", format!("state=open&sort=due&building={building}")),
        ("of an executor", format!("state=open&executor={executor}")),
        ("of a phone", format!("state=open&phone={phone}")),
        ("new, most urgent first", "state=new&sort=due".to_owned()),
        ("two words", "state=open&q=tap+house".to_owned()),
        ("a word that is nowhere", "state=open&q=nowhere".to_owned()),
        ("a number, among all", "state=all&q=1009".to_owned()),
        ("one digit, among all", "state=all&q=1".to_owned()),
        ("a frequent word, among all", "state=all&q=tap".to_owned()),
        ("a rare word, among all", "state=all&q=777777".to_owned()),
        ("three words, few together, among all", "state=all&q=tap+resident+30010".to_owned()),
        ("the end of a phone, among all", "state=all&q=29876".to_owned()),
        ("a word that is nowhere, among all", "state=all&q=nowhere".to_owned()),
    ] {
        let mut took = Vec::new();
        let mut lines = 0;
        for _ in 0..REQUESTS {
            let began = clock::now();
            let page = server.get(&format!("tickets?{query}")).await?;
            took.push(clock::now().duration_since(began).as_secs_f64() * 1e3);
            lines = page["items"].as_array().map_or(0, Vec::len);
        }
        took.sort_by(f64::total_cmp);
        let at = |share| short(percentile(&took, share));
        let bar = if query.contains("q=") { "p95 good 100" } else { "p95 good 300, goal 50" };
        line(&format!("{what} ({lines} lines)"), &format!("{} / {} / {}", at(0.5), at(0.95), at(1.0)), bar);
    }
    Ok(())
}

/// What others wait for a list while one person searches again and again.
async fn beside_searches(server: &Server) -> Result<(), String> {
    let mut took = Vec::new();
    for _ in 0..REQUESTS {
        let searches = (0..SEARCHES).map(|_| server.get("tickets?state=all&q=tap+resident+30010"));
        let list = async {
            let began = clock::now();
            server.get_as_other("tickets?state=open").await?;
            Ok::<f64, String>(clock::now().duration_since(began).as_secs_f64() * 1e3)
        };
        let (all, one) = futures_util::join!(futures_util::future::join_all(searches), list);
        all.into_iter().collect::<Result<Vec<_>, _>>()?;
        took.push(one?);
    }
    took.sort_by(f64::total_cmp);
    let at = |share| short(percentile(&took, share));
    let what = format!("another's list beside {SEARCHES} searches at once");
    line(&what, &format!("{} / {} / {}", at(0.5), at(0.95), at(1.0)), "p95 good 300");
    Ok(())
}
