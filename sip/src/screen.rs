//! What every message must have before anybody looks closer (RFC 3261 8.1.1, 8.2.2; RFC 4475 for the codes).

use crate::header::{Address, CSeq, Name, Via};
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message, Method, Start};
use crate::uri::{Scheme, Uri};

/// The parts that identify a message, each parsed once and known to be well formed.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    pub via: Via<'a>,
    pub from: Address<'a>,
    pub to: Address<'a>,
    /// Empty with RFC 2543 peers.
    pub from_tag: &'a [u8],
    pub to_tag: Option<&'a [u8]>,
    pub call_id: &'a [u8],
    pub cseq: CSeq<'a>,
}

/// Checks a message: first what the lexer saw, then the mandatory headers.
pub fn screen<'a>(message: &Message<'a>) -> Result<Head<'a>, Fault> {
    if let Some(fault) = message.fault {
        return Err(fault);
    }
    let via = message.list(Name::Via).next().ok_or(Fault { code: 400, what: "no Via" })?;
    let via = Via::parse(via)?;
    let from = Address::parse(one(message, Name::From, "From")?)?;
    let to = Address::parse(one(message, Name::To, "To")?)?;
    let call_id = lex::trim(one(message, Name::CallId, "Call-ID")?);
    let cseq = CSeq::parse(one(message, Name::CSeq, "CSeq")?)?;
    let (from_tag, to_tag) = (from.tag().unwrap_or_default(), to.tag());
    if call_id.is_empty() || call_id.iter().any(|b| lex::is_space(*b)) {
        return Err(Fault { code: 400, what: "Call-ID" });
    }
    if [call_id, from_tag, to_tag.unwrap_or_default()].iter().any(|id| id.len() > limit::IDENTIFIER) {
        return Err(Fault { code: 400, what: "identifier too long" });
    }
    if let Start::Request { method, .. } = message.start {
        if let Method::Other(_) = method {
            // RFC 4475 3.1.2.18: an unknown method is that first, whatever its CSeq says.
            return Err(Fault { code: 501, what: "method" });
        }
        if cseq.method != method {
            return Err(Fault { code: 400, what: "CSeq names another method" });
        }
        max_forwards(message)?;
    }
    Ok(Head { via, from, to, from_tag, to_tag, call_id, cseq })
}

/// The one value of a header that may stand once (RFC 4475 3.3.8).
fn one<'a>(message: &Message<'a>, name: Name, what: &'static str) -> Result<&'a [u8], Fault> {
    let mut values = message.all(name);
    let first = values.next().ok_or(Fault { code: 400, what })?;
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Fault { code: 400, what }),
    }
}

/// Max-Forwards: absent (RFC 2543) or 0 to 255.
pub fn max_forwards(message: &Message) -> Result<Option<u8>, Fault> {
    if message.get(Name::MaxForwards).is_none() {
        return Ok(None);
    }
    let value = one(message, Name::MaxForwards, "Max-Forwards")?;
    let hops = lex::number(lex::trim(value)).and_then(|n| u8::try_from(n).ok());
    hops.map(Some).ok_or(Fault { code: 400, what: "Max-Forwards" })
}

/// The Request-URI, if it is one that we serve.
pub fn request_uri<'a>(text: &'a [u8]) -> Result<Uri<'a>, Fault> {
    let uri = Uri::parse(text).map_err(|m| Fault { code: 400, what: m.0 })?;
    match uri.scheme {
        Scheme::Other => Err(Fault { code: 416, what: "Request-URI scheme" }),
        // RFC 3261 19.1.5: headers may not stand in a Request-URI; they would be somebody else's headers.
        _ if !uri.headers.is_empty() => Err(Fault { code: 400, what: "headers in the Request-URI" }),
        _ => Ok(uri),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nMax-Forwards: 70\r\n\r\n";

    fn code(text: &str) -> Option<u16> {
        screen(&Message::parse(text.as_bytes()).unwrap()).err().map(|f| f.code)
    }

    #[test]
    fn mandatory_headers() {
        assert_eq!(code(GOOD), None);
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            assert_eq!(code(&GOOD.replace(&format!("\r\n{name}:"), "\r\nX-Other:")), Some(400), "{name}");
        }
        assert_eq!(code(&GOOD.replace("Max-Forwards: 70", "X: y")), None);
        assert_eq!(code(&GOOD.replace("70", "256")), Some(400));
        assert_eq!(code(&GOOD.replace("Call-ID: x", "Call-ID: x\r\nCall-ID: y")), Some(400));
        assert_eq!(code(&GOOD.replace("CSeq: 1 BYE", "CSeq: 1 INVITE")), Some(400));
        assert_eq!(code(&GOOD.replace("BYE", "JUMP")), Some(501));
    }

    #[test]
    fn identifiers_end_at_their_limit() {
        assert_eq!(code(&GOOD.replace("Call-ID: x", &format!("Call-ID: {}", "x".repeat(limit::IDENTIFIER)))), None);
        assert_eq!(
            code(&GOOD.replace("Call-ID: x", &format!("Call-ID: {}", "x".repeat(limit::IDENTIFIER + 1)))),
            Some(400)
        );
    }

    #[test]
    fn request_uris() {
        let code = |text: &str| request_uri(text.as_bytes()).err().map(|f| f.code);
        assert_eq!(code("tel:+7495"), None);
        assert_eq!(code("sip:+1@[2001:db8::10]:5060"), None);
        assert_eq!(code("nobodyKnowsThisScheme:x"), Some(416));
        assert_eq!(code("soap.beep://192.0.2.103:3002"), Some(416));
        assert_eq!(code("<sip:a@b>"), Some(400));
        assert_eq!(code("sip:a@b?Route=%3Csip:x%3E"), Some(400));
    }
}
