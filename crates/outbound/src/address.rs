//! Which addresses are public: what the special-purpose registries of IANA (RFC 6890, as of 2025)
//! do not set aside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not the public internet.
const RESERVED_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8), // this network; 0.0.0.0 connects to loopback
    (Ipv4Addr::new(10, 0, 0, 0), 8), // private
    (Ipv4Addr::new(100, 64, 0, 0), 10), // shared by the customers of a provider
    (Ipv4Addr::new(127, 0, 0, 0), 8), // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16), // link-local; the metadata services of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12), // private
    (Ipv4Addr::new(192, 0, 0, 0), 24), // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24), // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24), // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16), // private
    (Ipv4Addr::new(198, 18, 0, 0), 15), // benchmarking
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24), // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4), // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4), // reserved; broadcast
];

/// All that IANA has given out for global unicast. What lies outside is loopback, unique local,
/// link-local, multicast, or nothing yet.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within global unicast that are not the public internet.
const RESERVED_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: leads to any IPv4 address
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Prefixes behind which the last 32 bits are an IPv4 address: mapped (RFC 4291) and translated
/// by a NAT64 (RFC 6052).
const HOLDING_V4: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
];

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match held_v4(address) {
            Some(held) => is_public_v4(held),
            None => {
                within_v6(address, GLOBAL_V6)
                    && !RESERVED_V6.iter().any(|block| within_v6(address, *block))
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !RESERVED_V4.iter().any(|(block, bits)| {
        let differing = address.to_bits() ^ block.to_bits();
        differing.leading_zeros() >= *bits
    })
}

fn held_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    let holds = HOLDING_V4.iter().any(|prefix| within_v6(address, *prefix));
    holds.then(|| Ipv4Addr::new(a, b, c, d))
}

fn within_v6(address: Ipv6Addr, (block, bits): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], public: bool) {
        for text in addresses {
            assert_eq!(is_public(text.parse().unwrap()), public, "{text}");
        }
    }

    /// S87: every block that is set aside, at its first and last address.
    #[test]
    fn what_is_set_aside_is_not_public() {
        check(
            &[
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.9",
                "192.88.99.1",
                "192.168.0.0",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "100::1",
                "5f00::1",
                "2001::1",
                "2001:1ff:ffff::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:808:808::1",
                "3fff:fff::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::ffff:10.1.2.3",
                "::ffff:0:7f00:1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::808:808",
            ],
            false,
        );
    }

    #[test]
    fn their_neighbours_are() {
        check(
            &[
                "1.0.0.0",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700::1",
                "2a00:1450::1",
                "::ffff:8.8.8.8",
                "64:ff9b::808:808",
            ],
            true,
        );
    }

    /// The same question asked of the standard library, where that has an answer.
    fn is_known_to_be_special(address: Ipv4Addr) -> bool {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_multicast()
            || address.is_unspecified()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// S87: an address that wraps another one is as public as that one.
        #[test]
        fn a_wrapped_address_is_what_it_wraps(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let public = is_public(address.into());
            prop_assert!(!(public && is_known_to_be_special(address)));
            prop_assert_eq!(is_public(address.to_ipv6_mapped().into()), public);
            let translated = Ipv6Addr::from_bits((0x64_ff9b << 96) | u128::from(bits));
            prop_assert_eq!(is_public(translated.into()), public);
            let six_to_four = Ipv6Addr::from_bits((0x2002 << 112) | (u128::from(bits) << 80));
            prop_assert!(!is_public(six_to_four.into()));
            let compatible = Ipv6Addr::from_bits(bits.into());
            prop_assert!(!is_public(compatible.into()));
        }

        /// S87: an address that the standard library knows to be special is never public.
        #[test]
        fn special_addresses_are_never_public(bits: u128, block in 0..RESERVED_V6.len()) {
            let address = Ipv6Addr::from_bits(bits);
            let special = address.is_multicast()
                || address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local();
            prop_assert!(!(special && is_public(address.into())));
            let (start, length) = RESERVED_V6[block];
            let inside = Ipv6Addr::from_bits(start.to_bits() | (bits >> length));
            prop_assert!(!is_public(inside.into()), "{}", inside);
        }

        #[test]
        fn every_address_of_a_reserved_block_is_found(bits: u32, block in 0..RESERVED_V4.len()) {
            let (start, length) = RESERVED_V4[block];
            let inside = Ipv4Addr::from_bits(start.to_bits() | (bits >> length));
            prop_assert!(!is_public(inside.into()), "{}", inside);
        }
    }
}
