//! What the checker says: every finding, with its line.

use ivr::{Flow, Locale};
use std::time::Duration;

const GOOD: &str = r#"start = "menu"
dispatcher = "queue"
degraded = "queue"
[node.menu]
do = "menu"
say = ["menu"]
keys = { 2 = "status" }
[node.status]
do = "ask"
question = "tickets_of_caller"
found = "tell"
none = "queue"
[node.tell]
do = "tell"
more = ["st_more"]
last = ["st_last"]
next = "bye"
[node.bye]
do = "hang_up"
disposition = "self_service_done"
[node.queue]
do = "queue"
queue = "main"
"#;

/// The findings of GOOD with one text replaced, as `LINE: WHAT`.
fn findings(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    match Flow::parse(&GOOD.replacen(old, new, 1)) {
        Ok(_) => Vec::new(),
        Err(findings) => {
            assert!(findings.iter().all(|finding| !finding.remedy.is_empty()));
            findings.into_iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
        }
    }
}

#[track_caller]
fn check(old: &str, new: &str, expect: &[&str]) {
    assert_eq!(findings(old, new), expect);
}

#[test]
fn a_good_flow_passes() {
    let flow = Flow::parse(GOOD).expect("no findings");
    assert_eq!(flow.queues(), ["main"]);
    assert!(flow.clips().contains(&"n-20".to_string()) && flow.clips().contains(&"st_more".to_string()));
}

#[test]
fn names_that_lead_nowhere() {
    check("2 = \"status\"", "2 = \"statsu\"", &["7: `key 2` leads to `statsu`, which is not a node"]);
    check("start = \"menu\"", "start = \"manu\"", &["1: `start` leads to `manu`, which is not a node"]);
    check("degraded = \"queue\"\n", "", &["1: `degraded` is missing"]);
    let found = Flow::parse(&GOOD.replace("\"tell\"\nnone", "\"tall\"\nnone")).unwrap_err();
    assert_eq!((found[0].line, found[0].remedy.as_str()), (11, "did you mean `tell`? or add [node.tall]"));
}

#[test]
fn unreachable_nodes() {
    check(
        "{ 2 = \"status\" }",
        "{ 2 = \"queue\" }",
        &["8: no way leads to `status`", "13: no way leads to `tell`", "18: no way leads to `bye`"],
    );
}

#[test]
fn unknown_prompts_words_and_keys() {
    check("[\"menu\"]", "[\"greet\", \"menuu\"]", &["6: there is no prompt `menuu`"]);
    check("keys = {", "hurry = 1\nkeys = {", &["7: a menu node has no `hurry`"]);
    check("{ 2 =", "{ x = \"queue\", 2 =", &["7: `x` is not a key of a menu"]);
    check("\"tickets_of_caller\"", "\"tickets\"", &["10: `question` is `tickets`, which is unknown"]);
    check("\"self_service_done\"", "\"gone\"", &["20: `disposition` is `gone`, which is unknown"]);
    check("do = \"hang_up\"", "do = \"hangup\"", &["18: `bye` does `hangup`, which is unknown"]);
    check("say = [\"menu\"]", "say = [\"menu\"]\nretries = 99", &["7: `retries` is not a whole number from 0 to 5"]);
}

#[test]
fn all_findings_at_once() {
    let text = GOOD
        .replace("[\"menu\"]", "[\"menuu\"]")
        .replace("[\"st_more\"]", "[\"st_mor\"]")
        .replace("found = \"tell\"", "found = \"x\"");
    let lines: Vec<usize> = Flow::parse(&text).unwrap_err().iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [6, 11, 15]);
}

#[test]
fn duplicates_and_bad_toml() {
    let twice = findings("{ 2 = \"status\" }", "{ 2 = \"status\", 2 = \"queue\" }");
    assert!(twice.iter().any(|finding| finding.starts_with("7: ") && finding.contains("duplicate")), "{twice:?}");
    let node = findings("[node.bye]", "[node.queue]\ndo = \"queue\"\nqueue = \"x\"\n[node.bye]");
    assert!(node.iter().any(|finding| finding.contains("duplicate")), "{node:?}");
    let broken = findings("do = \"menu\"", "do = menu\"");
    assert!(broken.iter().any(|finding| finding.starts_with("5: ")), "{broken:?}");
}

#[test]
fn loops_without_a_key() {
    let round = GOOD.replace("say = [\"menu\"]", "say = [\"menu\"]\nfallthrough = \"again\"")
        + "[node.again]\ndo = \"say\"\nsay = [\"hold\"]\nnext = \"menu\"\n";
    let found = Flow::parse(&round).unwrap_err();
    assert!(found.iter().any(|finding| finding.what.contains("for ever: again, menu")), "{found:#?}");
}

#[test]
fn nobody_unserved_is_hung_up_on() {
    check("none = \"queue\"", "none = \"bye\"", &["18: `bye` hangs up on callers who were not served"]);
    check(
        "say = [\"menu\"]",
        "say = [\"menu\"]\nfallthrough = \"bye\"",
        &["4: silence or wrong keys at `menu` end in a hang-up", "19: `bye` hangs up on callers who were not served"],
    );
    check(
        "dispatcher = \"queue\"",
        "dispatcher = \"status\"",
        &["8: `status` is the way out (`dispatcher`) and does not end in a queue"],
    );
}

#[test]
fn recordings_are_looked_up_and_timed() {
    let flow = Flow::parse(GOOD).expect("no findings");
    let missing = flow.check_recordings(Locale::Ru, &|clip| (clip != "st_more").then_some(Duration::from_secs(1)));
    assert_eq!(missing.len(), 1);
    assert_eq!((missing[0].line, missing[0].what.as_str()), (13, "`st_more` has no recording"));
    // 3 x (menu + 7 s) to the queue: 45 s with a menu of 8 s, more with one of 9 s.
    let menu_of = |seconds: u64| move |clip: &str| Some(Duration::from_secs(if clip == "menu" { seconds } else { 1 }));
    assert!(flow.check_recordings(Locale::Ru, &menu_of(8)).is_empty());
    let late = flow.check_recordings(Locale::Ru, &menu_of(9));
    assert_eq!(late[0].what, "a silent caller is in the queue after 48.0 s, at most 45 s");
}
