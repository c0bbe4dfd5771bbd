//! Go's layouts of dates: an example of the moment `Mon Jan 2 15:04:05 MST 2006`.

use jiff::Zoned;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// What stands for what, longer ones before those that begin them.
const ELEMENTS: &[&str] = &[
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "Z07:00:00",
    "Z070000",
    "Z07:00",
    "Z0700",
    "Z07",
    "-07:00:00",
    "-070000",
    "-07:00",
    "-0700",
    "-07",
    "__2",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "_2",
    "PM",
    "pm",
    "1",
    "2",
    "3",
    "4",
    "5",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Elements of a layout and the text between them, in order.
enum Piece<'a> {
    Text(&'a str),
    Element(&'static str),
    /// A fraction of a second: the mark, how many digits, and whether zeros are left out.
    Fraction(char, usize, bool),
}

fn pieces(layout: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < layout.len() {
        let rest = &layout[at..];
        let found =
            fraction(rest, layout[..at].ends_with(|it: char| it.is_ascii_digit())).or_else(|| {
                let element = ELEMENTS.iter().find(|it| rest.starts_with(**it))?;
                // `Jan` within a word is no month.
                let is_word = matches!(*element, "Jan" | "Mon")
                    && rest[element.len()..].starts_with(|it: char| it.is_ascii_lowercase());
                (!is_word).then_some((Piece::Element(element), element.len()))
            });
        let Some((piece, length)) = found else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if start < at {
            pieces.push(Piece::Text(&layout[start..at]));
        }
        pieces.push(piece);
        at += length;
        start = at;
    }
    if start < layout.len() {
        pieces.push(Piece::Text(&layout[start..]));
    }
    pieces
}

/// `.000` or `,999`, not followed by another digit.
fn fraction(rest: &str, follows_digit: bool) -> Option<(Piece<'static>, usize)> {
    let mark = rest.chars().next().filter(|it| matches!(it, '.' | ',') && follows_digit)?;
    let digit = rest[1..].chars().next().filter(|it| matches!(it, '0' | '9'))?;
    let digits = rest[1..].chars().take_while(|it| *it == digit).count();
    let ends = !rest[1 + digits..].starts_with(|it: char| it.is_ascii_digit());
    ends.then_some((Piece::Fraction(mark, digits, digit == '9'), 1 + digits))
}

/// A moment in a layout.
pub(crate) fn format(moment: &Zoned, layout: &str) -> String {
    let mut out = String::new();
    for piece in pieces(layout) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Element(element) => out.push_str(&shown(moment, element)),
            Piece::Fraction(mark, digits, trims) => {
                let nanoseconds = format!("{:09}", moment.subsec_nanosecond());
                let mut kept = nanoseconds.get(..digits.min(9)).unwrap_or_default();
                if trims {
                    kept = kept.trim_end_matches('0');
                }
                if !(trims && kept.is_empty()) {
                    out.push(mark);
                    out.push_str(kept);
                }
            }
        }
    }
    out
}

fn shown(moment: &Zoned, element: &str) -> String {
    let month = MONTHS[usize::try_from(moment.month() - 1).unwrap_or(0)];
    let day = DAYS[usize::try_from(moment.weekday().to_monday_zero_offset()).unwrap_or(0)];
    let hour = match moment.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match element {
        "January" => month.into(),
        "Jan" => month[..3].into(),
        "1" => moment.month().to_string(),
        "01" => format!("{:02}", moment.month()),
        "Monday" => day.into(),
        "Mon" => day[..3].into(),
        "2" => moment.day().to_string(),
        "_2" => format!("{:2}", moment.day()),
        "02" => format!("{:02}", moment.day()),
        "__2" => format!("{:3}", moment.day_of_year()),
        "002" => format!("{:03}", moment.day_of_year()),
        "15" => format!("{:02}", moment.hour()),
        "3" => hour.to_string(),
        "03" => format!("{hour:02}"),
        "4" => moment.minute().to_string(),
        "04" => format!("{:02}", moment.minute()),
        "5" => moment.second().to_string(),
        "05" => format!("{:02}", moment.second()),
        "2006" => format!("{:04}", moment.year()),
        "06" => format!("{:02}", moment.year().rem_euclid(100)),
        "PM" => if moment.hour() < 12 { "AM" } else { "PM" }.into(),
        "pm" => if moment.hour() < 12 { "am" } else { "pm" }.into(),
        "MST" => zone_name(moment),
        _ => offset(moment, element),
    }
}

fn zone_name(moment: &Zoned) -> String {
    let info = moment.time_zone().to_offset_info(moment.timestamp());
    info.abbreviation().to_owned()
}

fn offset(moment: &Zoned, element: &str) -> String {
    let seconds = moment.offset().seconds();
    if element.starts_with('Z') && seconds == 0 {
        return "Z".into();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match &element[1..] {
        "07" => format!("{sign}{hours:02}"),
        "0700" => format!("{sign}{hours:02}{minutes:02}"),
        "07:00" => format!("{sign}{hours:02}:{minutes:02}"),
        "070000" => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// A text in a layout; none where it does not fit.
pub(super) fn parse(layout: &str, text: &str) -> Option<Zoned> {
    let mut rest = text;
    let mut read = Read { month: 1, day: 1, ..Read::default() };
    for piece in pieces(layout) {
        match piece {
            Piece::Text(expected) => rest = rest.strip_prefix(expected)?,
            Piece::Fraction(mark, ..) => {
                if let Some(behind) = rest.strip_prefix(mark) {
                    rest = read.fraction(behind)?;
                }
            }
            Piece::Element(element) => rest = read.element(element, rest)?,
        }
    }
    // A fraction may stand where the layout names none.
    if let Some(behind) = rest.strip_prefix('.') {
        rest = read.fraction(behind)?;
    }
    rest.is_empty().then(|| read.finish()).flatten()
}

#[derive(Default)]
struct Read {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    is_afternoon: Option<bool>,
    offset: i32,
}

impl Read {
    fn element<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        match element {
            "January" | "Jan" => {
                let (index, rest) = named(&MONTHS, element.len() == 3, text)?;
                self.month = i8::try_from(index + 1).ok()?;
                Some(rest)
            }
            "Monday" | "Mon" => named(&DAYS, element.len() == 3, text).map(|it| it.1),
            "2006" => number(text, 4, 4).map(|(value, rest)| self.set_year(value, rest)),
            "06" => number(text, 2, 2).map(|(value, rest)| {
                self.set_year(if value < 69 { 2000 + value } else { 1900 + value }, rest)
            }),
            "PM" | "pm" => {
                let upper = text.get(..2)?.to_uppercase();
                self.is_afternoon = Some(match upper.as_str() {
                    "PM" => true,
                    "AM" => false,
                    _ => return None,
                });
                Some(&text[2..])
            }
            "MST" => {
                let length = text.find(|it: char| !it.is_ascii_uppercase()).unwrap_or(text.len());
                (length >= 3).then(|| &text[length..])
            }
            "002" | "__2" => None,
            element if element.starts_with(['Z', '-']) => self.read_offset(element, text),
            _ => self.field(element, text),
        }
    }

    fn set_year<'a>(&mut self, value: i32, rest: &'a str) -> &'a str {
        self.year = i16::try_from(value).unwrap_or(1);
        rest
    }

    fn field<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        let text = if element == "_2" { text.trim_start_matches(' ') } else { text };
        let least = if element.starts_with('0') || element == "15" { 2 } else { 1 };
        let (value, rest) = number(text, least, 2)?;
        let value = i8::try_from(value).ok()?;
        match element {
            "1" | "01" => self.month = value,
            "2" | "_2" | "02" => self.day = value,
            "15" | "3" | "03" => self.hour = value,
            "4" | "04" => self.minute = value,
            _ => self.second = value,
        }
        Some(rest)
    }

    fn read_offset<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        if element.starts_with('Z')
            && let Some(rest) = text.strip_prefix('Z')
        {
            return Some(rest);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, mut rest) = number(&text[1..], 2, 2)?;
        let mut minutes = 0;
        if element.len() > 3 {
            if element.contains(':') {
                rest = rest.strip_prefix(':')?;
            }
            (minutes, rest) = number(rest, 2, 2)?;
        }
        self.offset = sign * (hours * 3600 + minutes * 60);
        Some(rest)
    }

    fn fraction<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let length = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let digits = text.get(..length.min(9))?;
        self.nanosecond = format!("{digits:0<9}").parse().ok()?;
        Some(&text[length..])
    }

    fn finish(self) -> Option<Zoned> {
        let hour = match (self.is_afternoon, self.hour) {
            (Some(true), hour @ 0..12) => hour + 12,
            (Some(false), 12) => 0,
            (_, hour) => hour,
        };
        let date = Date::new(self.year, self.month, self.day).ok()?;
        let time = Time::new(hour, self.minute, self.second, self.nanosecond).ok()?;
        let zone = match self.offset {
            0 => TimeZone::UTC,
            seconds => TimeZone::fixed(Offset::from_seconds(seconds).ok()?),
        };
        DateTime::from_parts(date, time).to_zoned(zone).ok()
    }
}

fn named<'a>(names: &[&str], is_short: bool, text: &'a str) -> Option<(usize, &'a str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = if is_short { &name[..3] } else { name };
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| (index, &text[name.len()..]))
    })
}

fn number(text: &str, least: usize, most: usize) -> Option<(i32, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (length >= least).then(|| text[..length].parse().ok().map(|it| (it, &text[length..]))).flatten()
}
