//! YAML to values, typed as Terraform's own reader types scalars: the words of YAML 1.1, the numbers
//! of YAML 1.2, and times as texts.

use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use kai_syntax::yaml::{libyaml_error, timestamp};
use smol_str::SmolStr;

use crate::value::{BigInt, Number, Type, Value};

/// Nothing that is applied is deeper, nor holds more values when its aliases are written out.
const DEPTH_MAX: usize = 500;
const VALUES_MAX: usize = 1 << 20;

const NOT_A_KEY: &str = "only strings are allowed as mapping keys";

const CORE: &str = "tag:yaml.org,2002:";

pub(super) struct YamlReader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, (Value, usize)>,
    count: usize,
}

type Read<T> = Result<T, String>;

/// A key of a mapping, or the mark of a merge.
enum Key {
    Text(SmolStr),
    Merge,
}

impl<'t> YamlReader<'t> {
    /// The value of the only document.
    pub(super) fn read(text: &'t str) -> Read<Value> {
        // Where a block may begin, a tab is no space.
        if text.trim_start_matches([' ', '\n']).starts_with('\t') {
            return Err("found character that cannot start any token".into());
        }
        let options = granit_parser::options! { block_scalar_eof_without_line_feed: true };
        let parser = Parser::new_from_str_with_options(text, options);
        let mut reader = Self { text, parser, anchors: BTreeMap::new(), count: 0 };
        match reader.next()? {
            (Event::DocumentStart(..), _) => {}
            (_, span) => return Err(placed(&span, "missing start of document")),
        }
        let (event, span) = reader.next()?;
        let value = reader.value(event, &span, 0)?;
        match reader.next()? {
            (Event::DocumentEnd, _) => {}
            (_, span) => return Err(placed(&span, "unexpected extra content after value")),
        }
        match reader.next()? {
            (Event::StreamEnd, _) => Ok(value),
            (_, span) => Err(placed(&span, "unexpected extra content after value")),
        }
    }

    fn next(&mut self) -> Read<(Event<'t>, Span)> {
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::StreamStart, _))) => {}
                Some(Ok(next)) => return Ok(next),
                Some(Err(error)) => return Err(words(&error, self.text)),
                None => return Err("expecting value but found end of stream".into()),
            }
        }
    }

    fn value(&mut self, event: Event<'t>, span: &Span, depth: usize) -> Read<Value> {
        self.count += 1;
        if depth > DEPTH_MAX || self.count > VALUES_MAX {
            return Err("the document is nested too deeply or holds too many values".into());
        }
        let before = self.count;
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_absent = style == ScalarStyle::Plain && span.start == span.end;
                let text = if is_absent { "" } else { &*text };
                (resolved(text, style, tag.as_deref())?, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), "seq", "sequence")?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), "map", "mapping")?;
                (self.mapping(depth)?, anchor)
            }
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor).cloned();
                let (value, count) = found.ok_or_else(|| {
                    placed(span, "cannot refer to an anchor from inside its own definition")
                })?;
                self.count += count;
                return Ok(value);
            }
            _ => return Err(placed(span, "expecting value but found end of stream")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.count - before + 1));
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Read<Value> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::tuple(elements)),
                (event, span) => elements.push(self.value(event, &span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Read<Value> {
        let mut attributes = BTreeMap::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Value::object(attributes));
            }
            let key = key(&event, &span)?;
            let (event, span) = self.next()?;
            let value = self.value(event, &span, depth + 1)?;
            match key {
                Key::Text(key) => {
                    attributes.insert(key, value);
                }
                Key::Merge => merge(&mut attributes, &value, &span)?,
            }
        }
    }
}

fn key(event: &Event<'_>, span: &Span) -> Read<Key> {
    let Event::Scalar(text, style, _, tag) = event else {
        return Err(NOT_A_KEY.into());
    };
    if tag.is_none() && text == "<<" {
        return Ok(Key::Merge);
    }
    let is_absent = *style == ScalarStyle::Plain && span.start == span.end;
    let value = resolved(if is_absent { "" } else { text }, *style, tag.as_deref())?;
    let value = value.convert(&Type::String).map_err(|_| NOT_A_KEY)?;
    let key = value.as_str().ok_or("mapping key cannot be null")?;
    Ok(Key::Text(key.into()))
}

/// Later keys win over what was there, merged ones as well.
fn merge(attributes: &mut BTreeMap<SmolStr, Value>, value: &Value, span: &Span) -> Read<()> {
    let mut take = |it: &Value, from: &str| match it.entries() {
        Some(entries) => {
            attributes.extend(entries.iter().map(|(key, it)| (key.clone(), it.clone())));
            Ok(())
        }
        None => {
            let message = format!("cannot merge {}{from} into mapping", it.ty().friendly());
            Err(placed(span, &message))
        }
    };
    match value.elements() {
        Some(elements) => elements.iter().try_for_each(|it| take(it, " (from sequence)")),
        None => take(value, ""),
    }
}

fn full(tag: &Tag) -> String {
    match tag.core_suffix() {
        Some(suffix) => format!("{CORE}{suffix}"),
        None => tag.to_string(),
    }
}

fn check_tag(tag: Option<&Tag>, own: &str, what: &str) -> Read<()> {
    match tag {
        Some(tag) if tag.core_suffix() != Some(own) => {
            Err(format!("can't interpret {what} as {}", full(tag)))
        }
        _ => Ok(()),
    }
}

fn resolved(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Read<Value> {
    let kind = match tag {
        None => None,
        Some(tag) => match tag.core_suffix() {
            Some(kind @ ("str" | "binary" | "bool" | "int" | "float" | "null" | "timestamp")) => {
                Some(kind)
            }
            _ => return Err(format!("unsupported tag {:?}", full(tag))),
        },
    };
    let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    match kind {
        Some("str" | "binary") => return Ok(Value::string(text)),
        None if is_block => return Ok(Value::string(text)),
        // What might be a word or number stays a text in quotes, whatever its tag.
        _ if is_quoted && (kind.is_none() || looks_typed(text)) => return Ok(Value::string(text)),
        _ => {}
    }
    let refuse = |kind: &str| Err(format!("cannot parse {text:?} as {CORE}{kind}"));
    if let Some(value) = word(text) {
        return Ok(value);
    }
    if kind.is_none() && matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".into());
    }
    if matches!(kind, None | Some("timestamp"))
        && let Some(time) = timestamp(text)
    {
        return Ok(Value::string(whole_seconds(&time)));
    }
    if let Some(number) = number(text) {
        return Ok(Value::number(number));
    }
    match kind {
        None => Ok(Value::string(text)),
        Some("null") => Ok(Value::null(Type::Dynamic)),
        Some(kind @ ("int" | "float")) => Number::parse(&text.replace('_', ""))
            .map(Value::number)
            .map_or_else(|| refuse(kind), Ok),
        Some(kind) => refuse(kind),
    }
}

fn looks_typed(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_digit() || "+-.yYnNtTfFoO~".contains(it))
        || text.is_empty()
}

fn word(text: &str) -> Option<Value> {
    let infinite = |is_negative| Value::number(Number::Infinite { is_negative });
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::Dynamic),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => infinite(false),
        "-.inf" | "-.Inf" | "-.INF" => infinite(true),
        _ => return None,
    })
}

/// The numbers of YAML 1.2: leading zeros mean nothing, `0o` and `0x` are octal and hexadecimal.
fn number(text: &str) -> Option<Number> {
    let based = |digits: &str, radix| BigInt::parse_bytes(digits.as_bytes(), radix);
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8)
            .filter(|_| !digits.contains(['-', '+', '_']))
            .map(Number::from_big);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16)
            .filter(|_| !digits.contains(['-', '+', '_']))
            .map(Number::from_big);
    }
    let is_number = text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it))
        && text.contains(|it: char| it.is_ascii_digit());
    Number::parse(text).filter(|it| is_number && !it.is_infinite())
}

fn whole_seconds(time: &str) -> String {
    let Some(point) = time.find('.') else { return time.to_owned() };
    let zone = time[point + 1..].find(|it: char| !it.is_ascii_digit());
    let zone = zone.map_or("", |at| &time[point + 1 + at..]);
    format!("{}{zone}", &time[..point])
}

fn placed(span: &Span, message: &str) -> String {
    format!("on line {}, column {}: {message}", span.start.line(), span.start.col() + 1)
}

fn words(error: &ScanError, text: &str) -> String {
    if matches!(error.kind(), ErrorKind::UnknownAnchor) {
        let place = error.marker().byte_offset().and_then(|at| text.get(at..));
        let name = place.and_then(|it| it.strip_prefix('*')).unwrap_or_default();
        let end = name.find(|it: char| !it.is_alphanumeric() && it != '_' && it != '-');
        return format!("reference to undefined anchor {:?}", &name[..end.unwrap_or(name.len())]);
    }
    libyaml_error(text).unwrap_or_else(|| error.info().to_owned())
}
