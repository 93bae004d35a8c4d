//! What parses without a fault is written so that it parses to the same, and writing is stable.
use sip::Message;

pub fn run(data: &[u8]) {
    let Ok(one) = Message::parse(data) else { return };
    if one.fault.is_some() {
        return;
    }
    let written = one.write();
    let two = Message::parse(&written).expect("what is written can be read");
    assert_eq!(two.fault, None);
    assert_eq!(two, one);
    assert_eq!(two.write(), written);
}
