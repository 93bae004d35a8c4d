use super::*;

fn faults(text: &str) -> Vec<String> {
    match Config::parse(text, "x.toml") {
        Ok(_) => vec![],
        Err(faults) => faults.iter().map(|f| format!("{}: {}", f.place, f.what)).collect(),
    }
}

#[test]
fn the_commented_file_holds_and_shows_every_default() {
    let text = include_str!("../../config/linedesk.toml");
    // every commented key, with its comment sign taken off, must be valid too
    let all: String = text.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    for (text, what) in [(text, "as it is"), (all.as_str(), "with all keys on")] {
        if let Err(faults) = Config::parse(text, "config/linedesk.toml") {
            panic!("{what}: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
    }
    let empty = Config::parse("", "x").unwrap();
    let shown = Config::parse(text, "x").unwrap();
    assert_eq!((shown.node.drain, shown.node.timezone), (empty.node.drain, empty.node.timezone));
    assert_eq!(format!("{:?}", shown.http), format!("{:?}", empty.http));
    assert_eq!(format!("{:?}", shown.logins), format!("{:?}", empty.logins));
    assert_eq!(format!("{:?}", shown.sip), format!("{:?}", empty.sip));
    assert_eq!(format!("{:?}", shown.media), format!("{:?}", empty.media));
    assert_eq!(format!("{:?}", shown.policy), format!("{:?}", empty.policy));
    assert_eq!(format!("{:?}", shown.journal), format!("{:?}", empty.journal));
}

#[test]
fn an_unknown_key_and_a_wrong_type_are_named_with_their_line() {
    assert_eq!(
        faults("[http]\n\nadress = \"127.0.0.1:80\"")[0].split(',').next(),
        Some("x.toml:3: unknown field `adress`")
    );
    assert!(faults("[sip]\nudp = 5060")[0].starts_with("x.toml:2: "));
    assert!(faults("[node]\ndrain = \"soon\"")[0].contains("`soon` is not a time span"));
    assert!(faults("[node]\ntimezone = \"Mars/Olympus\"")[0].contains("is not a time zone"));
    assert!(
        faults("[node]\ntimezone = \"+05:30\"").is_empty() && faults("[node]\ntimezone = \"Asia/Omsk\"").is_empty()
    );
    assert!(faults("x = ")[0].starts_with("x.toml:1: "));
    let error = Config::parse("[http]\nadress = 1", "x.toml").unwrap_err();
    assert!(error[0].to_string().contains("remedy: "));
}

#[test]
fn a_number_written_twice_is_refused_and_a_doubtful_one_is_warned_of() {
    let with = |numbers: &[&str]| {
        let numbers: String = numbers.iter().map(|n| format!("[numbers.\"{n}\"]\nflow = \"main\"\n")).collect();
        format!("{numbers}[[queues]]\nname = \"main\"\n")
    };
    let twice = faults(&with(&["+7 (495) 123-45-67", "84951234567"]));
    assert!(twice[0].ends_with("`+7 (495) 123-45-67` and `84951234567` are the same number"), "{twice:?}");
    let warnings = |number: &str| Config::parse(&with(&[number]), "x").unwrap().warnings();
    for well in ["1000", "112", "74951234567", "+7 495 123-45-67", "442079460000"] {
        assert_eq!(warnings(well), [""; 0], "{well}");
    }
    assert!(warnings("1234567")[0].contains("`1234567` is no whole number"));
    assert!(warnings("749512345678")[0].contains("no Russian number"));
    let trunk = "[[trunks]]\nname = \"c\"\naddresses = [\"192.0.2.1\"]\n";
    assert_eq!(Config::parse(trunk, "x").unwrap().trunks[0].caller, CallerHeader::ALL);
    let pai = Config::parse(&format!("{trunk}caller = [\"pai\"]"), "x").unwrap();
    assert!(pai.warnings()[0].contains("in From only"));
}

#[test]
fn values_that_contradict_are_refused_all_at_once() {
    let text = r#"
[http]
address = "0.0.0.0:80"
[media]
ports = "30000-40000"
browser = "here"
[[queues]]
name = "Main queue"
[[devices]]
account = "desk1"
agent = "a"
ha1_md5 = "0123"
"#;
    let found = faults(text);
    for (part, line) in [
        ("log-ins would cross", 3),
        ("32768-60999", 5),
        ("not an address with port", 6),
        ("Main queue", 8),
        ("no ha1_sha256 of 64", 10),
    ] {
        let fault = found.iter().find(|f| f.contains(part)).unwrap_or_else(|| panic!("{part}: {found:?}"));
        assert!(fault.starts_with(&format!("x.toml:{line}:")), "{fault}");
    }
    assert_eq!(found.len(), 5);
}

#[test]
fn the_demo_binds_loopback_only() {
    let told = Demo {
        data: "d".into(),
        http: "127.0.0.1:8080".parse().unwrap(),
        sip: "127.0.0.1:5060".parse().unwrap(),
        rtp: Some("21000-21999".into()),
        callers: 0,
        seed: 1,
    };
    let config = demo(&told).unwrap();
    assert!(config.http.address.ip().is_loopback() && config.media.bind.is_loopback());
    assert_eq!(config.media.ports, (21_000, 21_999));
    assert!(config.numbers.contains_key("1000") && config.numbers.contains_key("1112"));
    let wrong = Demo { http: "0.0.0.0:8080".parse().unwrap(), ..told };
    assert_eq!(demo(&wrong).unwrap_err()[0].place, "--http");
}
