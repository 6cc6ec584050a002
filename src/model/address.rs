//! Address ranges: which of them are the Internet.

use ipnet::IpNet;

/// IPv4 ranges with a shorter prefix than this are "the Internet": nobody owns so much of it.
const WIDE_V4: u8 = 8;
/// The same for IPv6: a registry hands out /12 to regions, and /16 to nobody.
const WIDE_V6: u8 = 16;

/// Whether a range is the whole Internet or a large part of it: `0.0.0.0/0`, `0.0.0.0/1`, `::/0`, `2000::/3`.
/// What is no range is not.
pub fn internet_wide(range: &str) -> bool {
    match range.parse::<IpNet>() {
        Ok(IpNet::V4(net)) => net.prefix_len() < WIDE_V4,
        Ok(IpNet::V6(net)) => net.prefix_len() < WIDE_V6,
        Err(_) => false,
    }
}

/// Whether a range is every address of its family.
pub fn whole_internet(range: &str) -> bool {
    range.parse::<IpNet>().is_ok_and(|net| net.prefix_len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_the_internet_count_and_private_ranges_do_not() {
        for wide in ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "2000::/3"] {
            assert!(internet_wide(wide), "{wide}");
        }
        for narrow in ["10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32", "fd00::/16", "sg-1", ""] {
            assert!(!internet_wide(narrow), "{narrow}");
        }
        assert!(whole_internet("::/0") && !whole_internet("0.0.0.0/1"));
    }
}
