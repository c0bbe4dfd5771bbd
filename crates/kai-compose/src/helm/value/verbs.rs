//! Go's `fmt`: formats and their verbs.
//!
//! [`sprintf`], [`sprint`] and [`sprintln`] are the entry points. Texts that are printed whole keep
//! the sources of their parts.

use std::fmt::Write as _;

use kai_syntax::go_template::bytes::{raw, to_text};
use kai_syntax::go_template::{is_printable, quoted, quoted_char};

use super::format::{go_exponent, go_float};
use super::{Data, Object, Source, Text, TextBuilder, Value, bounds};

/// What stands between a percent sign and its verb.
#[derive(Debug, Clone, Copy, Default)]
struct Spec {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Widths and precisions beyond this are Go's own errors.
const WIDEST: i64 = 1_000_000;

/// `fmt.Sprint`: a space between operands when neither is a text.
pub(crate) fn sprint(values: &[Value]) -> Text {
    let mut out = TextBuilder::default();
    for (index, value) in values.iter().enumerate() {
        let is_text = |it: &Value| matches!(it.data, Data::Text(_));
        if index > 0 && !is_text(value) && !is_text(&values[index - 1]) {
            out.push_plain(" ");
        }
        value.print_inner(&mut out);
    }
    out.finish()
}

/// `fmt.Sprintln`: a space between all operands, and a line break.
pub(crate) fn sprintln(values: &[Value]) -> Text {
    let mut out = TextBuilder::default();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_plain(" ");
        }
        value.print_inner(&mut out);
    }
    out.push_plain("\n");
    out.finish()
}

/// `fmt.Sprintf`.
pub(crate) fn sprintf(format: &Text, values: &[Value]) -> Text {
    let text = format.as_str();
    let mut printer = Printer { text, at: 0, values, next: 0, reordered: false, good_index: true };
    let mut out = TextBuilder::default();
    while printer.at < text.len() {
        let end = text[printer.at..].find('%').map_or(text.len(), |it| printer.at + it);
        out.push_slice(format, printer.at..end);
        printer.at = end + 1;
        if end < text.len() {
            printer.verb(&mut out);
        }
    }
    if !printer.reordered && printer.next < values.len() {
        out.push_plain("%!(EXTRA ");
        for (index, value) in values[printer.next..].iter().enumerate() {
            if index > 0 {
                out.push_plain(", ");
            }
            if value.is_nil() {
                out.push_plain("<nil>");
            } else {
                out.push_plain(value.type_name());
                out.push_plain("=");
                value.print_inner(&mut out);
            }
        }
        out.push_plain(")");
    }
    out.finish()
}

struct Printer<'a> {
    text: &'a str,
    at: usize,
    values: &'a [Value],
    next: usize,
    reordered: bool,
    good_index: bool,
}

impl Printer<'_> {
    fn verb(&mut self, out: &mut TextBuilder) {
        let mut spec = Spec::default();
        self.good_index = true;
        let mut after_index = false;
        self.flags(&mut spec);
        self.index(&mut after_index);
        self.width(&mut spec, &mut after_index, out);
        self.precision(&mut spec, &mut after_index, out);
        if !after_index {
            self.index(&mut after_index);
        }
        let Some(verb) = self.text[self.at..].chars().next() else {
            return out.push_plain("%!(NOVERB)");
        };
        self.at += verb.len_utf8();
        if verb == '%' {
            return out.push_plain("%");
        }
        if !self.good_index {
            return out.push_plain(&format!("%!{verb}(BADINDEX)"));
        }
        let Some(value) = self.values.get(self.next) else {
            return out.push_plain(&format!("%!{verb}(MISSING)"));
        };
        self.next += 1;
        print_argument(out, value, verb, spec);
    }

    fn flags(&mut self, spec: &mut Spec) {
        while let Some(flag) = self.text[self.at..].chars().next() {
            match flag {
                '-' => spec.minus = true,
                '+' => spec.plus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                '0' => spec.zero = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    /// `[3]` before a star or a verb.
    fn index(&mut self, after_index: &mut bool) {
        if !self.text[self.at..].starts_with('[') {
            return;
        }
        self.reordered = true;
        let Some(length) = self.text[self.at..].find(']') else {
            self.good_index = false;
            self.at += 1;
            return;
        };
        let number = self.text[self.at + 1..self.at + length].parse::<usize>();
        self.at += length + 1;
        *after_index = true;
        match number {
            Ok(number @ 1..) if number <= self.values.len() => self.next = number - 1,
            _ => self.good_index = false,
        }
    }

    fn width(&mut self, spec: &mut Spec, after_index: &mut bool, out: &mut TextBuilder) {
        if self.text[self.at..].starts_with('*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    spec.minus |= width < 0;
                    spec.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => out.push_plain("%!(BADWIDTH)"),
            }
            *after_index = false;
            return;
        }
        spec.width = self.digits();
        if *after_index && spec.width.is_some() {
            self.good_index = false;
        }
    }

    fn precision(&mut self, spec: &mut Spec, after_index: &mut bool, out: &mut TextBuilder) {
        if !self.text[self.at..].starts_with('.') {
            return;
        }
        self.at += 1;
        if *after_index {
            self.good_index = false;
        }
        self.index(after_index);
        if self.text[self.at..].starts_with('*') {
            self.at += 1;
            match self.star().and_then(|it| usize::try_from(it).ok()) {
                Some(precision) => spec.precision = Some(precision),
                None => out.push_plain("%!(BADPREC)"),
            }
            *after_index = false;
            return;
        }
        spec.precision = Some(self.digits().unwrap_or(0));
    }

    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        match value.data {
            Data::Int(value, _) if value.abs() <= WIDEST => Some(value),
            _ => None,
        }
    }

    /// A number of which Go asks before each digit whether it is too large already, and then reads no further.
    fn digits(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.text[self.at..].chars().next().and_then(|it| it.to_digit(10)) {
            let so_far = number.unwrap_or(0);
            if so_far > WIDEST.unsigned_abs() {
                self.at = self.text.len();
                return None;
            }
            number = Some(so_far * 10 + u64::from(digit));
            self.at += 1;
        }
        number.and_then(|it| usize::try_from(it).ok())
    }
}

fn print_argument(out: &mut TextBuilder, value: &Value, verb: char, spec: Spec) {
    if value.is_nil() {
        return match verb {
            'T' | 'v' => pad(out, "<nil>", spec),
            _ => out.push_plain(&format!("%!{verb}(<nil>)")),
        };
    }
    match verb {
        'T' => text(out, &Text::plain(value.type_name()), 's', spec),
        'v' => print_value(out, value, verb, Spec { plus: false, ..spec }),
        _ => print_value(out, value, verb, spec),
    }
}

fn print_value(out: &mut TextBuilder, value: &Value, verb: char, spec: Spec) {
    let source = Source::Value(value.origin);
    match &value.data {
        Data::Missing | Data::Nil => {
            out.push_plain(if spec.sharp && verb == 'v' { "interface {}(nil)" } else { "<nil>" });
        }
        Data::Bool(truth) if matches!(verb, 't' | 'v') => {
            pad_from(out, if *truth { "true" } else { "false" }, spec, source);
        }
        Data::Int(number, _) if is_integer_verb(verb) => {
            integer(out, (*number).into(), verb, spec, source);
        }
        Data::Unsigned(number) if is_integer_verb(verb) => {
            integer(out, (*number).into(), verb, spec, source);
        }
        Data::Float(number) if "vbgGxXfFeE".contains(verb) => {
            float(out, *number, verb, spec, source);
        }
        Data::Text(it) if "vsxXq".contains(verb) => text(out, it, verb, spec),
        Data::Bytes(bytes) if "sxXq".contains(verb) => {
            text(out, &Text::new(to_text(bytes.to_vec()), value.origin), verb, spec);
        }
        Data::Bytes(bytes) if "vd".contains(verb) => {
            let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
            out.push(&format!("[{}]", bytes.join(" ")), source);
        }
        Data::List(items, kind) => {
            let is_go_syntax = spec.sharp && verb == 'v';
            let (open, separator, close) =
                if is_go_syntax { ("{", ", ", "}") } else { ("[", " ", "]") };
            if is_go_syntax {
                out.push_plain(kind.as_str());
            }
            out.push_plain(open);
            bounds::within(items.len(), || {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_plain(separator);
                    }
                    print_value(out, item, verb, spec);
                }
            });
            out.push_plain(close);
        }
        Data::Map(map) => {
            let map = map.borrow();
            let is_go_syntax = spec.sharp && verb == 'v';
            let (open, separator, close) =
                if is_go_syntax { ("{", ", ", "}") } else { ("map[", " ", "]") };
            if is_go_syntax {
                out.push_plain(map.kind.as_str());
            }
            out.push_plain(open);
            bounds::within(map.len(), || {
                for (index, (key, entry)) in map.iter().enumerate() {
                    if index > 0 {
                        out.push_plain(separator);
                    }
                    let key = Value::text(key.as_str()).with_origin(entry.key_origin);
                    print_value(out, &key, verb, spec);
                    out.push_plain(":");
                    print_value(out, &entry.value, verb, spec);
                }
            });
            out.push_plain(close);
        }
        Data::Object(object) => match &**object {
            Object::Struct(it) if it.text.is_none() => value.print_inner(out),
            _ if "vsxXq".contains(verb) => {
                text(out, &Text::plain(value.to_plain_string()), verb, spec);
            }
            _ => bad_verb(out, value, verb, spec),
        },
        _ => bad_verb(out, value, verb, spec),
    }
}

fn is_integer_verb(verb: char) -> bool {
    "vdboOxXcqU".contains(verb)
}

fn bad_verb(out: &mut TextBuilder, value: &Value, verb: char, spec: Spec) {
    out.push_plain(&format!("%!{verb}({}=", value.type_name()));
    print_value(out, value, 'v', spec);
    out.push_plain(")");
}

fn text(out: &mut TextBuilder, text: &Text, verb: char, spec: Spec) {
    let cut = match spec.precision {
        Some(most) if matches!(verb, 's' | 'v' | 'q') => {
            let end = text.as_str().char_indices().nth(most).map_or(text.len(), |it| it.0);
            text.slice(0..end)
        }
        _ => text.clone(),
    };
    match verb {
        'q' => pad(out, &go_quoted(cut.as_str(), spec), spec),
        'v' if spec.sharp => pad(out, &quoted(cut.as_str()), spec),
        'x' | 'X' => pad(out, &hexadecimal(&text.bytes(), verb, spec), spec),
        _ => pad_text(out, &cut, spec),
    }
}

fn go_quoted(text: &str, spec: Spec) -> String {
    if spec.sharp && can_backquote(text) {
        return format!("`{text}`");
    }
    if !spec.plus {
        return quoted(text);
    }
    let mut ascii = String::new();
    for character in quoted(text).chars() {
        // Writing to a string cannot fail.
        let _ = match u32::from(character) {
            0..=0x7f => write!(ascii, "{character}"),
            code @ 0x80..=0xffff => write!(ascii, "\\u{code:04x}"),
            code => write!(ascii, "\\U{code:08x}"),
        };
    }
    ascii
}

fn can_backquote(text: &str) -> bool {
    let fits = |it: char| !matches!(it, '`' | '\u{feff}') && (it == '\t' || !it.is_control());
    text.chars().all(|it| fits(it) && raw(it).is_none())
}

fn hexadecimal(bytes: &[u8], verb: char, spec: Spec) -> String {
    let most = spec.precision.unwrap_or(usize::MAX);
    let prefix = if verb == 'x' { "0x" } else { "0X" };
    let bytes: Vec<_> = bytes
        .iter()
        .take(most)
        .map(|it| if verb == 'x' { format!("{it:02x}") } else { format!("{it:02X}") })
        .collect();
    match (bytes.is_empty(), spec.space, spec.sharp) {
        (true, ..) => String::new(),
        (false, true, true) => format!("{prefix}{}", bytes.join(&format!(" {prefix}"))),
        (false, true, false) => bytes.join(" "),
        (false, false, true) => format!("{prefix}{}", bytes.concat()),
        (false, false, false) => bytes.concat(),
    }
}

fn integer(out: &mut TextBuilder, number: i128, verb: char, spec: Spec, source: Source) {
    let character = || u32::try_from(number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    match verb {
        'c' => return pad_from(out, &character().to_string(), spec, source),
        'q' => return pad_from(out, &quoted_char(character()), spec, source),
        'U' => {
            let mut code = format!("U+{number:04X}");
            if spec.sharp && is_printable(character()) {
                let _ = write!(code, " '{}'", character());
            }
            return pad_from(out, &code, Spec { zero: false, ..spec }, source);
        }
        _ => {}
    }
    let magnitude = number.unsigned_abs();
    let mut digits = match verb {
        'b' => format!("{magnitude:b}"),
        'o' | 'O' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        _ => magnitude.to_string(),
    };
    if spec.precision == Some(0) && number == 0 {
        return pad_from(out, "", Spec { zero: false, ..spec }, source);
    }
    let prefix = match (verb, spec.sharp) {
        ('O', _) => "0o",
        ('b', true) => "0b",
        ('o', true) if !digits.starts_with('0') => "0",
        ('x', true) => "0x",
        ('X', true) => "0X",
        _ => "",
    };
    let sign = sign_of(number < 0, spec);
    let least = match (spec.precision, spec.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if spec.zero && !spec.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    digits.insert_str(0, &"0".repeat(least.saturating_sub(digits.len())));
    pad_from(out, &format!("{sign}{prefix}{digits}"), Spec { zero: false, ..spec }, source);
}

fn sign_of(is_negative: bool, spec: Spec) -> &'static str {
    match (is_negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn float(out: &mut TextBuilder, number: f64, verb: char, spec: Spec, source: Source) {
    let magnitude = number.abs();
    let sign = sign_of(number.is_sign_negative() && !number.is_nan(), spec);
    if !magnitude.is_finite() {
        let text = if number.is_nan() { "NaN" } else { "Inf" };
        let sign = if sign.is_empty() && number.is_infinite() { "+" } else { sign };
        let sign = if number.is_nan() && !spec.plus && !spec.space { "" } else { sign };
        return pad_from(out, &format!("{sign}{text}"), Spec { zero: false, ..spec }, source);
    }
    let digits = match (verb, spec.precision) {
        ('v' | 'g', None) => go_float(magnitude),
        ('G', None) => go_float(magnitude).to_uppercase(),
        ('v' | 'g', Some(precision)) => general(magnitude, precision, spec.sharp),
        ('G', Some(precision)) => general(magnitude, precision, spec.sharp).to_uppercase(),
        ('f' | 'F', precision) => decimals(magnitude, precision.unwrap_or(6)),
        ('e', precision) => go_exponent(&scientific(magnitude, precision.unwrap_or(6))),
        ('E', precision) => {
            go_exponent(&scientific(magnitude, precision.unwrap_or(6))).to_uppercase()
        }
        ('x', precision) => hexadecimal_float(magnitude, precision),
        ('X', precision) => hexadecimal_float(magnitude, precision).to_uppercase(),
        _ => return bad_verb(out, &Value::float(number), verb, spec),
    };
    if spec.zero && !spec.minus {
        let width = spec.width.unwrap_or(0).saturating_sub(sign.len());
        let zeros = "0".repeat(width.saturating_sub(digits.len()));
        return out.push(&format!("{sign}{zeros}{digits}"), source);
    }
    pad_from(out, &format!("{sign}{digits}"), spec, source);
}

/// `0x1.8p+01`; digits beyond a precision are cut, not rounded.
fn hexadecimal_float(magnitude: f64, precision: Option<usize>) -> String {
    let bits = magnitude.to_bits();
    let (exponent, fraction) = (bits >> 52 & 0x7ff, bits & ((1 << 52) - 1));
    let exponent = i64::try_from(exponent).unwrap_or(0) - if magnitude == 0.0 { 0 } else { 1023 };
    let digits = format!("{fraction:013x}");
    let digits = match precision {
        Some(precision) => {
            let zeros = "0".repeat(precision.saturating_sub(digits.len()));
            format!("{digits}{zeros}")[..precision].to_owned()
        }
        None => digits.trim_end_matches('0').to_owned(),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let whole = u8::from(magnitude != 0.0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("0x{whole}{point}{digits}p{sign}{:02}", exponent.unsigned_abs())
}

/// `%.3g`: so many significant digits, an exponent where the number is very large or small.
fn general(magnitude: f64, precision: usize, keeps_zeros: bool) -> String {
    let precision = precision.max(1);
    let text = scientific(magnitude, precision - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') && !keeps_zeros {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let most = i32::try_from(precision).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= most {
        return go_exponent(&format!("{}e{exponent}", trimmed(mantissa)));
    }
    let places = usize::try_from(most - 1 - exponent).unwrap_or(0);
    trimmed(&decimals(magnitude, places))
}

/// No double has more places than this, and no text of Rust's may have 65,536.
const PLACES_MAX: usize = 1100;

fn decimals(magnitude: f64, places: usize) -> String {
    let written = places.min(PLACES_MAX);
    format!("{magnitude:.written$}") + &"0".repeat(places - written)
}

fn scientific(magnitude: f64, places: usize) -> String {
    let written = places.min(PLACES_MAX);
    let text = format!("{magnitude:.written$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{mantissa}{}e{exponent}", "0".repeat(places - written))
}

fn pad(out: &mut TextBuilder, text: &str, spec: Spec) {
    pad_text(out, &Text::plain(text), spec);
}

fn pad_from(out: &mut TextBuilder, text: &str, spec: Spec, source: Source) {
    let before = TextBuilder::default();
    let mut part = before;
    part.push(text, source);
    pad_text(out, &part.finish(), spec);
}

fn pad_text(out: &mut TextBuilder, text: &Text, spec: Spec) {
    let missing = spec.width.unwrap_or(0).saturating_sub(text.as_str().chars().count());
    if missing == 0 {
        return out.push_text(text);
    }
    let padding = if spec.zero && !spec.minus { "0" } else { " " }.repeat(missing);
    if spec.minus {
        out.push_text(text);
        out.push_plain(&padding);
    } else {
        out.push_plain(&padding);
        out.push_text(text);
    }
}
