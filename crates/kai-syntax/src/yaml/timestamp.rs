//! Dates and times as go-yaml reads them from plain scalars (`parseTimestamp` in `resolve.go`).

/// The time as RFC 3339 writes it, if the text is a time at all: Kustomize rewrites it so.
#[must_use]
pub fn normalize(text: &str) -> Option<String> {
    // Nearly every text is told apart by its first five bytes.
    let [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..] = text.as_bytes() else {
        return None;
    };
    let mut rest = Reader(&text[5..]);
    let year: u32 = text[..4].parse().ok()?;
    let month = rest.number(1..=12)?;
    rest.literal("-")?;
    let day = rest.number(1..=days_in(year, month))?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.0.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let with_zone = rest.literal("T").or_else(|| rest.literal("t")).is_some();
    if !with_zone {
        rest.literal(" ")?;
    }
    let time = rest.time()?;
    let zone = if with_zone { rest.zone()? } else { "Z".to_owned() };
    rest.0.is_empty().then(|| format!("{date}T{time}{zone}"))
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn literal(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// One or two digits.
    fn number(&mut self, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let digits = self.0.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok().filter(|it| range.contains(it))
    }

    fn time(&mut self) -> Option<String> {
        let hour = self.number(0..=23)?;
        self.literal(":")?;
        let minute = self.number(0..=59)?;
        self.literal(":")?;
        let second = self.number(0..=59)?;
        let fraction = self.fraction();
        Some(format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
    }

    fn fraction(&mut self) -> String {
        let Some(rest) = self.0.strip_prefix(['.', ',']) else { return String::new() };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return String::new();
        }
        let (fraction, rest) = rest.split_at(digits);
        self.0 = rest;
        let fraction = fraction[..digits.min(9)].trim_end_matches('0');
        if fraction.is_empty() { String::new() } else { format!(".{fraction}") }
    }

    fn zone(&mut self) -> Option<String> {
        if self.literal("Z").is_some() {
            return Some("Z".to_owned());
        }
        let sign = self.0.chars().next().filter(|it| matches!(it, '+' | '-'))?;
        let (hours, minutes) = self.0.get(1..6)?.split_once(':')?;
        let in_range = hours.parse::<u8>().is_ok_and(|it| it <= 24)
            && minutes.parse::<u8>().is_ok_and(|it| it < 60)
            && hours.len() == 2;
        let zone = format!("{sign}{hours}:{minutes}");
        self.0 = &self.0[6..];
        in_range.then(|| if &zone[1..] == "00:00" { "Z".to_owned() } else { zone })
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}
