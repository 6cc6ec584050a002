//! Names like the one that was meant.

/// Names less like the wanted one than this are no help (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.75;

/// `; did you mean a, b or c?`, or nothing where no name is alike.
pub fn suggestion<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut alike: Vec<(f64, &str)> =
        names.map(|name| (strsim::jaro_winkler(wanted, name), name)).filter(|(score, _)| *score >= ALIKE).collect();
    alike.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
    alike.dedup_by(|(_, a), (_, b)| a == b);
    let names: Vec<&str> = alike.iter().take(3).map(|(_, name)| *name).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [first @ .., last] => format!("; did you mean {} or {last}?", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_few_and_alike() {
        let names = ["rds/instance-multi-az", "rds/cluster-multi-az", "s3/bucket-versioning", "6.29", "6.2"];
        let told = suggestion("rds/instance-multiaz", names.iter().copied());
        assert!(told.starts_with("; did you mean rds/instance-multi-az"), "{told}");
        assert!(suggestion("6.92", names.iter().copied()).contains("6.29"));
        assert_eq!(suggestion("zzz", names.iter().copied()), "");
    }
}
