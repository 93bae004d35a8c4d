//! CSeq (RFC 3261 20.16).

use crate::lex::{self, Malformed};
use crate::message::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CSeq<'a> {
    pub number: u32,
    pub method: Method<'a>,
}

impl<'a> CSeq<'a> {
    pub fn parse(value: &'a [u8]) -> Result<CSeq<'a>, Malformed> {
        let value = lex::trim(value);
        let space = value.iter().position(|b| lex::is_space(*b)).ok_or(Malformed("CSeq without a method"))?;
        let (number, method) =
            (value.get(..space).unwrap_or_default(), lex::trim(value.get(space..).unwrap_or_default()));
        // RFC 3261 8.1.1.5: the number must be less than 2^31.
        let number = lex::number(number)
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n < 1 << 31)
            .ok_or(Malformed("CSeq number"))?;
        if !lex::is_whole_token(method) {
            return Err(Malformed("CSeq method"));
        }
        Ok(CSeq { number, method: Method::of(method) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_folds() {
        assert_eq!(CSeq::parse(b"0009\r\n  INVITE"), Ok(CSeq { number: 9, method: Method::Invite }));
        assert_eq!(CSeq::parse(b"2147483647 BYE").map(|c| c.number), Ok(2147483647));
        for bad in [&b"2147483648 BYE"[..], b"36893488147419103232 REGISTER", b"BYE", b"1", b"", b"1 a b", b"-1 BYE"] {
            assert!(CSeq::parse(bad).is_err());
        }
    }
}
