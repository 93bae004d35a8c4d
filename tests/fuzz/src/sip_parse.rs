//! Any bytes: nothing panics, and every typed header reads or refuses.

use sip::header::{Address, CSeq, Name, SessionExpires, Via, auth};
use sip::uri::Uri;
use sip::{Message, screen};

pub fn run(data: &[u8]) {
    let Ok(message) = Message::parse(data) else { return };
    let _ = screen::screen(&message);
    let _ = message.content_type();
    for field in &message.fields {
        let _ = Via::parse(field.value).map(|v| v.branch());
        let _ = Address::parse(field.value).map(|a| (a.party(), a.tag()));
        let _ = CSeq::parse(field.value);
        let _ = SessionExpires::parse(field.value);
        let _ = Uri::parse(field.value).map(|u| (u.user_text(), u.host_text(), u.socket()));
        let _ = auth::credentials(field.value, "INVITE");
        let _ = auth::challenge(field.value);
        for value in sip::lex::commas(field.value) {
            assert!(!value.is_empty());
        }
    }
    let _ = message.list(Name::Contact).count();
}
