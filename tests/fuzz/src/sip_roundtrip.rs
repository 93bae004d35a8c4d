//! What parses without a fault is written so that it parses to the same, and writing is stable.

use sip::header::Name;
use sip::{Message, limit};

pub fn run(data: &[u8]) {
    let Ok(one) = Message::parse(data) else { return };
    // What is written has a Content-Length, and that line counts too.
    let counted = one.fields.iter().any(|field| field.name == Name::ContentLength);
    if one.fault.is_some() || (!counted && one.fields.len() == limit::FIELDS) {
        return;
    }
    let written = one.write();
    let two = Message::parse(&written).expect("what is written can be read");
    assert_eq!(two.fault, None);
    assert_eq!(two, one);
    assert_eq!(two.write(), written);
}
