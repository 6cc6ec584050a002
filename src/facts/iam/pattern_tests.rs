//! Patterns, by example and against brute force.

use proptest::prelude::*;

use super::pattern::{Pattern, Value, Variables};

#[test]
fn wildcards_work_inside_names_and_never_as_substrings() {
    let put = Pattern::action("iam:Put*Policy");
    assert!(put.matches("iam:putuserpolicy"));
    assert!(!put.matches("iam:putuserpermissionsboundary"));
    assert!(!Pattern::action("iam:Get").matches("iam:getuser"));
    assert!(!Pattern::action("s3:Get*").matches("s3-object-lambda:getobject"));
    assert!(Pattern::action("IAM:PassRol?").matches("iam:passrole"));
    assert!(Pattern::action("iam:passrole").matches("iam:PassRole"));
    assert!(!Pattern::resource("arn:aws:iam::123456789012:role/App").matches("arn:aws:iam::123456789012:role/app"));
}

#[test]
fn short_arns_are_completed() {
    assert!(Pattern::resource("arn:aws:sqs").matches("arn:aws:sqs:ap-northeast-1:123456789012:jobs"));
    assert!(Pattern::resource("arn:aws:iam::*").matches("arn:aws:iam::123456789012:role/app"));
    assert!(!Pattern::resource("arn:aws:s3:::logs").matches("arn:aws:s3:::logs/key"));
}

#[test]
fn variables_are_bound_or_open() {
    struct Bob;
    impl Variables for Bob {
        fn value(&self, name: &str) -> Value {
            match name {
                "aws:username" => Value::Is("bob".into()),
                "aws:never" => Value::Never,
                _ => Value::Unknown,
            }
        }
    }
    let open = Pattern::resource("arn:aws:iam::*:user/${aws:username}");
    assert!(open.unresolved());
    let bob = open.bind(&Bob);
    assert!(!bob.unresolved());
    assert!(bob.matches("arn:aws:iam::123456789012:user/bob"));
    assert!(!bob.matches("arn:aws:iam::123456789012:user/alice"));
    assert!(!Pattern::resource("arn:aws:iam::*:user/${aws:never}").bind(&Bob).matches("arn:aws:iam::1:user/"));
    assert!(Pattern::resource("arn:aws:s3:::b/${*}x").matches("arn:aws:s3:::b/*x"));
    assert!(!Pattern::resource("arn:aws:s3:::b/${*}x").matches("arn:aws:s3:::b/ax"));
}

#[test]
fn cover_needs_the_whole_of_the_other() {
    let covers = |a: &str, b: &str| Pattern::text(a).covers(&Pattern::text(b));
    assert!(covers("?*", "*?"));
    assert!(covers("a*", "a*b"));
    assert!(!covers("a*b", "a*"));
    assert!(covers("*a*", "*ba?"));
    assert!(!covers("?", "*"));
    assert!(covers("arn:*:key/*", "arn:aws:kms:*:1:key/*"));
    assert!(!covers("arn:aws:kms:x:1:key/*", "arn:aws:kms:*:1:key/*"));
}

fn words(longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last.iter().flat_map(|word| ["a", "b", "z"].map(|c| format!("{word}{c}"))).collect();
        all.extend(last.clone());
    }
    all
}

fn naive(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|n| naive(rest, &text[n..])),
        Some((p, rest)) => text.split_first().is_some_and(|(c, tail)| (*p == '?' || p == c) && naive(rest, tail)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn agrees_with_brute_force(a in "[ab*?]{0,4}", b in "[ab*?]{0,4}") {
        // `z` is in no pattern; a counter-example, where there is one, is no longer than both patterns together.
        let all = words(6);
        let brute = |pattern: &str| -> Vec<bool> {
            let pattern: Vec<char> = pattern.chars().collect();
            all.iter().map(|word| naive(&pattern, &word.chars().collect::<Vec<_>>())).collect()
        };
        let (in_a, in_b) = (brute(&a), brute(&b));
        let (pa, pb) = (Pattern::text(&a), Pattern::text(&b));
        for (word, expected) in all.iter().zip(&in_a) {
            prop_assert_eq!(pa.matches(word), *expected, "{} on {}", &a, word);
        }
        let both = in_a.iter().zip(&in_b).any(|(x, y)| *x && *y);
        let within = in_a.iter().zip(&in_b).all(|(x, y)| *x || !*y);
        prop_assert_eq!(pa.intersects(&pb), both, "{} meets {}", &a, &b);
        prop_assert_eq!(pa.covers(&pb), within, "{} covers {}", &a, &b);
    }
}
