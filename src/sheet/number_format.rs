//! Numbers as people see them in a spreadsheet, as far as it matters for a check sheet: `6.10` kept as the number 6.1 under the
//! format `0.00`, `99.9%` kept as 0.999, dates.

use calamine::ExcelDateTime;

/// A date, a time or both, in the order of ISO 8601; a duration in hours, minutes and seconds.
pub(crate) fn moment(value: &ExcelDateTime) -> String {
    if value.is_duration() {
        // Seconds of a day.
        let seconds = (value.as_f64() * 86_400.0).round();
        let whole = format!("{seconds:.0}").parse::<i64>().unwrap_or(0);
        let sign = if whole < 0 { "-" } else { "" };
        let whole = whole.unsigned_abs();
        return format!("{sign}{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    let serial = value.as_f64();
    if (0.0..1.0).contains(&serial) {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if serial.fract() == 0.0 { date } else { format!("{date} {time}") }
}

/// A number under a format code (ECMA-376 part 1, 18.8.30); whole numbers without a fraction where the code is none of the plain
/// ones.
pub(crate) fn number(value: f64, code: &str) -> String {
    // The first section is for what is positive.
    let code = code.split(';').next().unwrap_or_default();
    let (head, tail) = match code.find(['0', '#']) {
        Some(at) => code.split_at(at),
        None => return value.to_string(),
    };
    let plain_end = tail.find(|c: char| !matches!(c, '0' | '#' | '.' | ',')).unwrap_or(tail.len());
    let (digits, unit) = tail.split_at(plain_end);
    let (Some(before), Some(after)) = (literal(head), literal(unit)) else { return value.to_string() };
    let percent = unit.contains('%');
    let value = if percent { value * 100.0 } else { value };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // `0,` divides by a thousand: rare, and not read.
    if whole.ends_with(',') || fraction.contains(',') || !value.is_finite() {
        return value.to_string();
    }
    let mut text = format!("{value:.*}", fraction.len());
    // `#` shows a digit only where there is one.
    let optional = fraction.len() - fraction.trim_end_matches('#').len();
    for _ in 0..optional {
        if text.ends_with('0') {
            text.pop();
        }
    }
    if text.ends_with('.') {
        text.pop();
    }
    let wanted = whole.chars().filter(|c| *c == '0').count();
    let (sign, rest) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let length = rest.split('.').next().unwrap_or_default().len();
    let zeros = "0".repeat(wanted.saturating_sub(length));
    let mut number = format!("{zeros}{rest}");
    if whole.contains(',') {
        number = grouped(&number);
    }
    format!("{sign}{before}{number}{after}")
}

/// Thousands parted by commas.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(w, f)| (w, Some(f)));
    let mut out = String::new();
    let length = whole.len();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (length - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// What stands around the digits: quoted text, escaped and plain characters; none where something of the format is in it
/// that is not read here.
fn literal(code: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.extend(characters.by_ref().take_while(|c| *c != '"')),
            '\\' => out.extend(characters.next()),
            // A space as wide as the next character, and a character that fills the cell.
            '_' | '*' => drop(characters.next()),
            // A colour, a condition or a locale.
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                if inside.starts_with(['<', '>', '=']) {
                    return None;
                }
                if let Some(currency) = inside.strip_prefix('$') {
                    out.push_str(currency.split('-').next().unwrap_or_default());
                }
            }
            c if c.is_ascii_alphabetic() || matches!(c, '?' | '@' | '0' | '#') => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_as_people_see_them() {
        for (value, code, seen) in [
            (6.1, "0.00", "6.10"),
            (6.1, "General", "6.1"),
            (3.0, "General", "3"),
            (0.999, "0.0%", "99.9%"),
            (1.0, "0%", "100%"),
            (7.0, "000", "007"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (5.0, "0\"日\"", "5日"),
            (1.5, "0.##", "1.5"),
            (1.0, "0.##", "1"),
            (-2.0, "0_ ;[Red]\\-0\\ ", "-2"),
            (3.0, "\"第\"0\"条\"", "第3条"),
            (12.0, "[$¥-411]#,##0", "¥12"),
            (0.25, "# ?/?", "0.25"),
            (2.0, "@", "2"),
        ] {
            assert_eq!(number(value, code), seen, "{code}");
        }
    }

    #[test]
    fn dates_and_times() {
        let of = |value, kind| moment(&ExcelDateTime::new(value, kind, false));
        assert_eq!(of(46_113.0, ExcelDateTimeType::DateTime), "2026-04-01");
        assert_eq!(of(46_113.375, ExcelDateTimeType::DateTime), "2026-04-01 09:00");
        assert_eq!(of(0.375, ExcelDateTimeType::DateTime), "09:00");
        assert_eq!(of(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
    }
}
