//! What cannot work stops the start, and says where and what to do.

use crate::server::{Server, said};
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use tempfile::TempDir;

const GOOD: &str = r#"
[node]
data = "{folder}/data"

[sip]
udp = "127.0.0.1:0"
tcp = "127.0.0.1:0"

[http]
address = "127.0.0.1:0"

[media]
bind = "127.0.0.1"
ports = "20000-20099"
browser = "off"

[numbers.1000]
flow = "main"

[[queues]]
name = "main"

[[queues]]
name = "emergency"
"#;

/// Writes a configuration and asks `linedesk check` about it.
fn check(folder: &Path, config: &str) -> (bool, String) {
    let _ = std::fs::remove_file(folder.join("log"));
    let path = folder.join("linedesk.toml");
    std::fs::write(&path, config.replace("{folder}", &folder.display().to_string())).expect("a file can be written");
    said(&["check", "--config", &path.display().to_string()], folder)
}

fn line_of(config: &str, what: &str) -> usize {
    1 + config.lines().position(|line| line.contains(what)).expect("the line is there")
}

#[test]
fn a_good_configuration_is_well() {
    let folder = TempDir::new().expect("a folder");
    let (well, said) = check(folder.path(), GOOD);
    assert!(well && said.contains("no faults"), "{said}");
}

#[test]
fn unknown_keys_and_impossible_values_are_told_with_line_and_remedy() {
    let folder = TempDir::new().expect("a folder");
    for (from, to, blame) in [
        ("ports =", "prots =", "prots"),
        ("flow = \"main\"", "flow = \"main\"\nflwo = 1", "flwo"),
        ("[[queues]]\nname = \"main\"", "[[queues]]\nname = \"main\"\nring = \"1s\"", "ring"),
        ("\"20000-20099\"", "\"40000-40099\"", "40000-40099"),
        ("udp = \"127.0.0.1:0\"", "udp = 5060", "5060"),
    ] {
        let config = GOOD.replacen(from, to, 1);
        let (well, said) = check(folder.path(), &config);
        let place = format!("linedesk.toml:{}", line_of(&config, blame));
        assert!(!well, "{blame}: accepted");
        assert!(said.contains(&place), "{blame}: no `{place}` in\n{said}");
        assert!(said.contains("remedy: "), "{blame}: no remedy in\n{said}");
    }
}

#[test]
fn broken_flows_and_missing_prompts_are_told_with_file_line_and_remedy() {
    let folder = TempDir::new().expect("a folder");
    let flows = folder.path().join("flows");
    std::fs::create_dir(&flows).expect("a folder can be made");
    let config = format!("{GOOD}\n[flows]\nfolder = \"{}\"\n", flows.display());
    let main = include_str!("../../config/flows/main.toml");
    for (from, to, blame) in [
        ("2 = \"status\"", "2 = \"nowhere\"", "nowhere"),
        ("say = [\"e_wait\"]", "say = [\"e_wait\", \"no_such_clip\"]", "no_such_clip"),
        ("queue = \"main\"", "queue = \"lobby\"", "lobby"),
        ("do = \"menu\"", "do = \"dance\"", "[node.greeting]"),
    ] {
        let flow = main.replacen(from, to, 1);
        assert_ne!(flow, main, "{from} is in the flow");
        std::fs::write(flows.join("main.toml"), &flow).expect("a file can be written");
        let (well, said) = check(folder.path(), &config);
        let place = format!("main.toml:{}", line_of(&flow, blame));
        assert!(!well, "{blame}: accepted\n{said}");
        assert!(
            said.contains(&place) || (blame == "lobby" && said.contains(blame)),
            "{blame}: no `{place}` in\n{said}"
        );
        assert!(said.contains("remedy: "), "{blame}: no remedy in\n{said}");
    }
    std::fs::remove_file(flows.join("main.toml")).expect("the file is there");

    let prompts = folder.path().join("prompts");
    std::fs::create_dir_all(prompts.join("ru")).expect("a folder can be made");
    std::fs::write(prompts.join("ru/greet.wav"), "no sound").expect("a file can be written");
    let (well, said) = check(folder.path(), &format!("{GOOD}\n[prompts]\nfolder = \"{}\"\n", prompts.display()));
    assert!(!well && said.contains("greet.wav") && said.contains("remedy: "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_ports_are_told_with_the_option_that_changes_them() {
    let mut server = Server::demo().await;
    let folder = TempDir::new().expect("a folder");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let data = folder.path().join("data").display().to_string();
    let (tcp, udp) = (tcp.local_addr().expect("bound"), udp.local_addr().expect("bound"));
    let (http, sip) = (server.port(), server.port());
    let (http, sip) = (format!("127.0.0.1:{http}"), format!("127.0.0.1:{sip}"));
    for (http, sip, blame, option) in [
        (http.as_str(), udp.to_string(), udp.to_string(), "--sip"),
        (http.as_str(), tcp.to_string(), tcp.to_string(), "--sip"),
        (&tcp.to_string(), sip.clone(), tcp.to_string(), "--http"),
        (&server.http.to_string(), sip.clone(), server.http.to_string(), "--http"),
    ] {
        let _ = std::fs::remove_file(folder.path().join("log"));
        let (well, said) = said(&["demo", "--data", &data, "--http", http, "--sip", &sip], folder.path());
        assert!(!well, "{blame}: started on a taken port");
        assert!(said.contains(&blame) && said.contains(option), "{said}");
    }
    // A second server on the same data would write the same journal.
    let data = server.data().display().to_string();
    let _ = std::fs::remove_file(folder.path().join("log"));
    let rtp = format!("{}-{}", server.rtp.0, server.rtp.1);
    let (well, said) = said(&["demo", "--data", &data, "--http", &http, "--sip", &sip, "--rtp", &rtp], folder.path());
    assert!(!well, "two servers on one data folder:\n{said}");
    assert!(server.alive());
}

#[test]
fn too_few_descriptors_are_told_with_a_remedy_and_more_are_taken_when_they_are_allowed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("linedesk.toml");
    std::fs::write(&path, GOOD.replace("{folder}", &folder.path().display().to_string()))
        .expect("a file can be written");
    let serve = |limit: &str| {
        let limited = format!("ulimit {limit}; exec \"$0\" serve --config \"$1\"");
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(limited).arg(crate::server::program()).arg(&path);
        command
    };
    let refused = serve("-n 1000").output().expect("it runs");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("LimitNOFILE=65536") && said.contains("1000"), "{said}");
    // A low soft limit is raised to the hard one.
    let log = folder.path().join("log");
    let said = std::fs::File::create(&log).expect("a log file");
    let mut child = serve("-Sn 1000").stderr(said).spawn().expect("it runs");
    let deadline = std::time::Instant::now() + crate::patiently(30);
    while !std::fs::read_to_string(&log).unwrap_or_default().contains("ready") {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let ended = child.try_wait().expect("a child can be looked at");
        assert!(ended.is_none() && std::time::Instant::now() < deadline, "it does not start: {ended:?}\n{said}");
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("the process is there");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("the kernel tells it");
    let numbers: Vec<&str> = line.split_whitespace().skip(3).take(2).collect();
    assert!(numbers[0] == numbers[1] && numbers[0] != "1000", "{line}");
    child.kill().expect("it lives");
    child.wait().expect("a killed child ends");
}
