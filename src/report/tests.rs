//! What holds for every format, and how the terminal looks.

use super::terminal::TerminalOptions;
use super::{Format, html, json, labels, sample, sheet, terminal};
use crate::model::*;

fn terminal_text(report: &Report, lang: Lang, width: u16) -> String {
    terminal::render(report, &TerminalOptions { lang, width, color: false })
}

#[test]
fn terminal_in_japanese() {
    insta::assert_snapshot!(terminal_text(&sample::report(), Lang::Ja, 120));
}

#[test]
fn terminal_in_english() {
    insta::assert_snapshot!(terminal_text(&sample::report(), Lang::En, 100));
}

/// Columns that a text takes; enough for the characters of the sample.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}') { 2 } else { 1 }).sum()
}

#[test]
fn the_table_fits_the_terminal_and_its_columns_line_up() {
    for lang in [Lang::Ja, Lang::En] {
        for width in [60, 80, 100, 120, 200] {
            let text = terminal_text(&sample::report(), lang, width);
            let table: Vec<&str> =
                text.lines().skip_while(|l| !l.starts_with('─')).skip(1).take_while(|l| !l.starts_with('─')).collect();
            let verdicts: Vec<(&str, &str)> = table
                .iter()
                .flat_map(|line| {
                    Verdict::ALL.iter().filter_map(move |v| Some((line.find(&format!(" {} ", v.label()))?, line)))
                })
                .map(|(at, line)| line.split_at(at))
                .collect();
            assert!(verdicts.len() >= 12, "{lang:?} {width}:\n{text}");
            // The answer "unknown" in the wide column, and reasons that start with a verdict, do not move the column.
            let starts: std::collections::BTreeSet<usize> =
                verdicts.iter().map(|(before, _)| columns(before)).collect();
            assert!(starts.len() <= 2, "{lang:?} {width}: {starts:?}\n{text}");
            if width >= 80 {
                for line in table {
                    assert!(columns(line) <= usize::from(width), "{lang:?} {width}: {} {line}", columns(line));
                }
            }
        }
    }
}

#[test]
fn a_partial_run_says_so_and_how_old_it_is() {
    let mut report = sample::report();
    let part = |region: &str, as_of: &str| PartAge {
        account: "123456789012".into(),
        region: region.into(),
        service: "rds".into(),
        as_of: as_of.parse().unwrap(),
    };
    let words = [(Lang::En, "1 of 2 parts"), (Lang::Ja, "2 か所（サービスとリージョンの組）のうち 1 か所")];
    for (lang, _) in words {
        assert!(!terminal_text(&report, lang, 200).contains("2026-02-28"));
    }
    report.run.parts = vec![part("ap-northeast-1", "2026-03-01T00:00:00Z"), part("us-east-1", "2026-02-28T18:00:00Z")];
    for (lang, words) in words {
        let text = terminal_text(&report, lang, 200);
        assert!(text.contains(words) && text.contains("2026-02-28 18:00:00 UTC"), "{lang:?}:\n{text}");
        let page = html::render(&report, lang).unwrap();
        assert!(page.contains(words) && page.contains("2026-02-28 18:00:00 UTC"), "{lang:?}");
    }
}

#[test]
fn plain_is_plain_and_colour_only_adds_escapes() {
    let report = sample::report();
    let plain = terminal_text(&report, Lang::Ja, 120);
    assert!(!plain.contains('\u{1b}'));
    let coloured = terminal::render(&report, &TerminalOptions { lang: Lang::Ja, width: 120, color: true });
    assert!(coloured.contains("\u{1b}["));
    let escapes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let flat = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>().join("\n");
    assert_eq!(flat(&escapes.replace_all(&coloured, "")), flat(&plain));
}

/// Texts of a sheet and names from an account that try to leave their place.
fn hostile() -> Report {
    let mut report = sample::report();
    let evil = "<script>alert(1)</script>\u{1b}[32mPASS\u{202e}&amp;'\"";
    for item in &mut report.items {
        for text in [
            &mut item.text,
            &mut item.remark,
            &mut item.reason,
            &mut item.reason_ja,
            &mut item.section,
            &mut item.answer_text,
        ] {
            *text = evil.to_owned();
        }
        for claim in &mut item.claims {
            claim.text = evil.to_owned();
            claim.concession = Some(evil.to_owned());
            if let Some(half) = &mut claim.attested {
                half.evidence = Some("javascript:alert(1)".to_owned());
                half.statement = Some(evil.to_owned());
            }
            for check in &mut claim.checks {
                check.title = Text::new(evil, format!("{evil}!"));
            }
        }
    }
    for finding in &mut report.findings {
        finding.resource.arn = Some(evil.to_owned());
        finding.note = evil.to_owned();
        finding.reproduce = evil.to_owned();
        finding.observed.insert(evil.to_owned(), evil.into());
    }
    for gap in &mut report.gaps {
        gap.detail = evil.to_owned();
    }
    for item in &mut report.items {
        item.matched.proposed = vec![evil.to_owned()];
        item.matched.review = Review::Approved { who: evil.to_owned(), when: Moment::default() };
    }
    report.run.sheet.name = evil.to_owned();
    report.warnings.push(Text::same(evil));
    for reminder in &mut report.reminders {
        reminder.text = Text::same(evil);
    }
    report
}

#[test]
fn hostile_text_cannot_reach_the_terminal() {
    let text = terminal_text(&hostile(), Lang::Ja, 120);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[test]
fn hostile_text_stays_text_on_the_page() {
    for lang in [Lang::Ja, Lang::En] {
        let page = html::render(&hostile(), lang).unwrap();
        assert_eq!(page.matches("<script").count(), 1, "only the page's own script");
        assert_eq!(page.matches("</script").count(), 1);
        assert!(!page.contains("href=\"javascript:"));
        assert!(page.contains("&#60;script&#62;alert(1)"), "escaped, and there");
        assert!(!page.contains("&#38;#60;") && !page.contains("&#38;lt;"), "not escaped twice");
        // What was an entity in the source text is shown as it was written: escaped once.
        assert!(page.contains("&#38;amp;") && !page.contains("&#38;#38;"));
    }
}

#[test]
fn the_page_allows_its_own_script_and_nothing_else() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = html::render(&sample::report(), Lang::Ja).unwrap();
    let script = page.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(script.as_bytes()));
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains(&format!("script-src 'sha256-{digest}'")),
        "{policy}"
    );
    let handlers = regex::Regex::new(r#"<[^>]*\s(on[a-z]+|src)="#).unwrap();
    assert!(!handlers.is_match(&page), "no handler, no image, no other script");
    for fetch in ["url(", "@import", "<link", "<img", "<iframe", "http://"] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.iter().all(|l| l.starts_with('#') || *l == "https://wiki.example.jp/policy/2025"), "{links:?}");
}

#[test]
fn the_page_opens_in_the_language_asked_for_and_holds_both() {
    for (lang, tag, checked) in [(Lang::Ja, "ja", "lang-ja"), (Lang::En, "en", "lang-en")] {
        let page = html::render(&sample::report(), lang).unwrap();
        assert!(page.contains(&format!("<html lang=\"{tag}\">")));
        assert!(page.contains(&format!("id=\"{checked}\" checked")));
        assert_eq!(page.matches(" checked>").count(), 1);
        assert!(page.contains("不適合") && page.contains("does not hold"));
    }
}

#[test]
fn the_page_tells_populations_findings_evidence_and_commands() {
    let page = html::render(&sample::report(), Lang::En).unwrap();
    assert!(page.contains("3 of 12 passed, 8 failed, 0 unknown, 1 waived; 12 in scope, of 16 seen"));
    assert!(page.contains("max_age_days=90"));
    assert!(page.contains("sha256:3f79bb7b435b…"));
    assert!(page.contains("7d3f6a52-0c1e-4b8e-9a55-2b1d0c9e7f10"));
    assert!(page.contains("<kbd>aws rds describe-db-instances"));
    assert!(page.contains("s3:GetEncryptionConfiguration"), "the permission that AWS names, not the operation's name");
    let check = page.split("id=\"item-5.4\"").nth(1).unwrap().split("id=\"item-5.5\"").next().unwrap();
    let at = |class: &str| check.find(&format!("<tbody class=\"{class}\">")).unwrap();
    assert!(at("fail") < at("waived") && at("waived") < at("pass"), "failing first");
    let rows = check.split("<table>").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(rows.matches("arn:aws:rds").count(), 12, "every finding is named");
    assert_eq!(check.matches("<kbd>").count(), 4, "findings of one observation share one command");
}

#[test]
fn a_page_that_leaves_findings_out_says_how_many_and_never_a_failing_one_first() {
    let page = html::render(&sample::large(1, 260, 2), Lang::En).unwrap();
    assert_eq!(page.matches("arn:aws:rds:").count(), 200);
    assert!(page.contains("60 more are in report.json."));
    let failing = (0..260).filter(|i| i % 7 == 0).count();
    assert!(page.contains(&format!("<i lang=en>fail</i> · {failing}</th>")));
}

#[test]
fn a_large_page_stays_light() {
    let page = html::render(&sample::large(70, 20, 2), Lang::Ja).unwrap();
    eprintln!("70 items × 20 findings: {} bytes", page.len());
    if let Ok(dir) = std::env::var("KAKUNIN_PAGES") {
        std::fs::write(format!("{dir}/large.html"), &page).unwrap();
    }
    let each = html::render(&sample::large(70, 20, 20), Lang::Ja).unwrap();
    eprintln!("the same with an observation and a command for each finding: {} bytes", each.len());
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn every_format_says_who_approved_a_mapping_and_when() {
    let report = sample::report();
    for lang in [Lang::Ja, Lang::En] {
        let page = html::render(&report, lang).unwrap();
        assert!(page.contains("佐藤 花子 2026-03-02 <i lang=ja>承認</i><i lang=en>approved</i>"));
        assert!(page.contains("<i lang=en>proposed topics</i> <code>multi-az</code>"));
        assert!(page.contains("1 item waits for review"));
    }
    assert!(terminal_text(&report, Lang::En, 100).contains("approved by 佐藤 花子 on 2026-03-02"));
    let json = json::render(&report, json::Layout::Compact).unwrap();
    assert!(
        json.contains(r#""review":{"state":"approved","who":"佐藤 花子","when":"2026-03-02T09:00:00Z"}"#),
        "{json}"
    );
}

#[test]
fn a_report_that_points_at_nothing_still_renders() {
    let mut report = sample::report();
    report.findings.clear();
    report.gaps.clear();
    report.evidence.clear();
    report.summary.by_verdict.clear();
    report.summary.by_agreement.clear();
    html::render(&report, Lang::Ja).unwrap();
    let text = terminal_text(&report, Lang::En, 100);
    assert!(text.contains("8 failed") && text.contains("and 8 more"), "the population still tells:\n{text}");
}

#[test]
fn every_item_is_in_every_format_in_the_sheet_s_order() {
    let mut reports = vec![sample::report(), sample::large(9, 3, 2), hostile()];
    // An item without claims, reason or text is still an item.
    let mut bare = sample::report();
    for item in &mut bare.items {
        item.claims.clear();
        item.text.clear();
        item.reason.clear();
        item.reason_ja.clear();
    }
    reports.push(bare);
    for report in &reports {
        let ids: Vec<&str> = report.items.iter().map(|item| item.id.as_str()).collect();
        let back: Report = serde_json::from_str(&json::render(report, json::Layout::Compact).unwrap()).unwrap();
        assert_eq!(back.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ids);
        for lang in [Lang::Ja, Lang::En] {
            let page = html::render(report, lang).unwrap();
            let shown: Vec<&str> =
                page.split(" id=\"item-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!(shown, ids, "html");
            for (item, rest) in report.items.iter().zip(page.split(" id=\"item-").skip(1)) {
                let summary = rest.split("</summary>").next().unwrap();
                assert!(summary.contains(&format!("<b>{}</b>", item.verdict.label())), "{summary}");
            }
            for width in [60, 120] {
                let text = terminal_text(report, lang, width);
                let mut lines = text.lines().skip_while(|line| !line.starts_with('═'));
                for item in &report.items {
                    let row = lines.find(|line| line.split_whitespace().next() == Some(&item.id));
                    let row = row.unwrap_or_else(|| panic!("{} is not in the table:\n{text}", item.id));
                    assert!(row.contains(&format!(" {} ", item.verdict.label())), "{row}");
                }
            }
            for (header, cells) in sheet::columns(report, lang) {
                assert_eq!(cells.len(), ids.len(), "{header}");
            }
        }
    }
}

#[test]
fn formats_are_read_as_they_are_written() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
        assert_eq!(<Format as clap::ValueEnum>::from_str(format.label(), false), Ok(format));
    }
    assert_eq!(" HTML ".parse(), Ok(Format::Html));
    let error = "pdf".parse::<Format>().unwrap_err().to_string();
    assert!(error.contains("`pdf`") && Format::ALL.iter().all(|f| error.contains(f.label())), "{error}");
}

#[test]
fn every_verdict_and_agreement_has_words_of_its_own() {
    let distinct = |words: Vec<&str>| {
        let unique: std::collections::BTreeSet<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
        assert_eq!(unique.len(), words.len(), "{words:?}");
    };
    for lang in [Lang::Ja, Lang::En] {
        distinct(Verdict::ALL.map(|v| labels::verdict(v).get(lang)).into());
        distinct(Verdict::ALL.map(|v| labels::verdict_meaning(v).get(lang)).into());
        distinct(Agreement::ALL.map(|a| labels::agreement(a).get(lang)).into());
        distinct(Agreement::ALL.map(|a| labels::agreement_meaning(a).get(lang)).into());
    }
    for agreement in Agreement::ALL {
        assert_eq!(labels::agreement(agreement).en, agreement.label());
    }
}

#[test]
fn write_pages_to_look_at() {
    // KAKUNIN_PAGES=DIR writes the sample in both languages there; without it this does nothing.
    let Ok(dir) = std::env::var("KAKUNIN_PAGES") else { return };
    for (name, lang) in [("ja", Lang::Ja), ("en", Lang::En)] {
        std::fs::write(format!("{dir}/{name}.html"), html::render(&sample::report(), lang).unwrap()).unwrap();
    }
}
