//! Descriptions from the network: as an offer, as an answer, as a renegotiation, as a browser's.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::browser::Browser;
use media::sdp;

fuzz_target!(|data: &[u8]| {
    let local = ([192, 0, 2, 1], 20_000).into();
    let accepted = sdp::accept(data);
    if let Ok((text, agreed)) = sdp::answer(data, local, None, 1, 1) {
        assert!(!sdp::is_browser(&text));
        // Our own answer is one that we would take.
        assert!(sdp::accept(&text).is_ok());
        let _ = sdp::answer(data, local, Some(&agreed), 1, 2);
    }
    drop(accepted);
    if sdp::is_browser(data) {
        let now = std::time::Instant::now();
        let (ufrag, password) = ("leg12345".to_owned(), "p".repeat(24));
        let _ = Browser::answering(now, data, local, ufrag, password);
    }
});
