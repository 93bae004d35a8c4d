//! Session-Expires (RFC 4028 4).

use crate::lex::{self, Malformed, Params};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    Uac,
    Uas,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    pub seconds: u32,
    pub refresher: Option<Refresher>,
}

impl SessionExpires {
    pub fn parse(value: &[u8]) -> Result<SessionExpires, Malformed> {
        let (seconds, params) = lex::cut(value, b';');
        let seconds = lex::seconds(lex::trim(seconds)).ok_or(Malformed("Session-Expires"))?;
        let params = params.map_or(Ok(Params::default()), Params::parse)?;
        let refresher = match params.get("refresher") {
            Some(r) if r.eq_ignore_ascii_case(b"uac") => Some(Refresher::Uac),
            Some(r) if r.eq_ignore_ascii_case(b"uas") => Some(Refresher::Uas),
            _ => None,
        };
        Ok(SessionExpires { seconds, refresher })
    }

    pub fn text(self) -> String {
        match self.refresher {
            Some(Refresher::Uac) => format!("{};refresher=uac", self.seconds),
            Some(Refresher::Uas) => format!("{};refresher=uas", self.seconds),
            None => self.seconds.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for s in ["1800;refresher=uac", "90;refresher=uas", "4000"] {
            assert_eq!(SessionExpires::parse(s.as_bytes()).unwrap().text(), s);
        }
        assert!(SessionExpires::parse(b"soon").is_err());
    }
}
