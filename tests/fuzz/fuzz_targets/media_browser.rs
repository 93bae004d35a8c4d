#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::media_browser::run(data));
