//! Whom an address stands for, where peers are counted.

use std::net::{IpAddr, Ipv6Addr};

/// One source is one address, or one IPv6 network of 64 bits: whoever has one address of it has them all.
pub fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_source_and_a_mapped_address_is_its_ipv4_address() {
        fn check(address: &str, expected: &str) {
            let read = |text: &str| text.parse::<IpAddr>().expect("an address");
            assert_eq!(source(read(address)), read(expected), "{address}");
        }
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("2001:db8:1:2::", "2001:db8:1:2::");
        check("::ffff:10.0.0.1", "10.0.0.1");
        check("10.0.0.1", "10.0.0.1");
    }
}
