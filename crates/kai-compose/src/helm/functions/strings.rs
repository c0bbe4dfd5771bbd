//! Sprig's functions of texts. Those that only cut, join or indent keep the sources of the parts.

use std::ops::Range;

use kai_syntax::go_template::bytes;

use super::cases;
use super::convert::{to_int, to_text, to_texts};
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Map, MapType, Part, Source, Text, TextBuilder, Value, bounds};

const TEXT: &[Kind] = &[Kind::Text];
const TEXTS: &[Kind] = &[Kind::Text, Kind::Text];
const INT_TEXT: &[Kind] = &[Kind::Int, Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("abbrev", INT_TEXT, None, |run, it| {
        let (width, text) = (int(&it[0]), str(&it[1]));
        Ok(changed(run, &it[1], abbreviated(text, 0, width)))
    }),
    function("abbrevboth", &[Kind::Int, Kind::Int, Kind::Text], None, |run, it| {
        let (offset, width, text) = (int(&it[0]), int(&it[1]), str(&it[2]));
        Ok(changed(run, &it[2], abbreviated(text, offset, width)))
    }),
    function("camelcase", TEXT, None, |run, it| {
        Ok(changed(run, &it[0], cases::camel(str(&it[0]))))
    }),
    function("cat", &[], Some(Kind::Any), |_, it| Ok(cat(&it))),
    function("contains", TEXTS, None, |_, it| Ok(Value::bool(str(&it[1]).contains(str(&it[0]))))),
    function("hasPrefix", TEXTS, None, |_, it| {
        Ok(Value::bool(str(&it[1]).starts_with(str(&it[0]))))
    }),
    function("hasSuffix", TEXTS, None, |_, it| Ok(Value::bool(str(&it[1]).ends_with(str(&it[0]))))),
    function("hello", &[], None, |_, _| Ok(Value::text("Hello!"))),
    function("indent", INT_TEXT, None, |_, it| indented(&text(&it[1]), int(&it[0]), "")),
    function("initials", TEXT, None, |run, it| {
        // Go takes the first byte for a character.
        let words = str(&it[0]).split(char::is_whitespace);
        let initials = words.filter_map(|it| it.bytes().next()).map(char::from).collect();
        Ok(changed(run, &it[0], initials))
    }),
    function("join", &[Kind::Text, Kind::Any], None, join),
    function("kebabcase", TEXT, None, |run, it| {
        Ok(changed(run, &it[0], cases::separated(str(&it[0]), '-')))
    }),
    function("lower", TEXT, None, |run, it| Ok(changed(run, &it[0], str(&it[0]).to_lowercase()))),
    function("nindent", INT_TEXT, None, |_, it| indented(&text(&it[1]), int(&it[0]), "\n")),
    function("nospace", TEXT, None, |run, it| {
        let kept: String = str(&it[0]).chars().filter(|it| !it.is_whitespace()).collect();
        Ok(changed(run, &it[0], kept))
    }),
    function("plural", &[Kind::Text, Kind::Text, Kind::Int], None, |_, mut it| {
        let chosen = usize::from(int(&it[2]) != 1);
        Ok(it.swap_remove(chosen))
    }),
    function("quote", &[], Some(Kind::Any), quote),
    function("repeat", INT_TEXT, None, repeat),
    function("replace", &[Kind::Text, Kind::Text, Kind::Text], None, replace),
    function("snakecase", TEXT, None, |run, it| {
        Ok(changed(run, &it[0], cases::separated(str(&it[0]), '_')))
    }),
    function("split", TEXTS, None, split),
    function("splitList", TEXTS, None, |_, it| {
        let parts = split_parts(&text(&it[1]), str(&it[0]), usize::MAX);
        Ok(Value::strings(parts.into_iter().map(Value::from).collect::<Vec<_>>()))
    }),
    function("splitn", &[Kind::Text, Kind::Int, Kind::Text], None, |_, it| {
        let most = usize::try_from(int(&it[1])).unwrap_or(usize::MAX);
        if most == 0 {
            return Ok(Value::map(Map::new(MapType::Strings)));
        }
        Ok(numbered(split_parts(&text(&it[2]), str(&it[0]), most)))
    }),
    function("squote", &[], Some(Kind::Any), squote),
    function("substr", &[Kind::Int, Kind::Int, Kind::Text], None, substr),
    function("swapcase", TEXT, None, |run, it| Ok(changed(run, &it[0], swap_case(str(&it[0]))))),
    function("title", TEXT, None, |run, it| Ok(changed(run, &it[0], title(str(&it[0]))))),
    function("trim", TEXT, None, |_, it| Ok(trimmed(&it[0], str::trim))),
    function("trimAll", TEXTS, None, trim_all),
    function("trimPrefix", TEXTS, None, |_, it| {
        let prefix = str(&it[0]);
        Ok(trimmed(&it[1], |it| it.strip_prefix(prefix).unwrap_or(it)))
    }),
    function("trimSuffix", TEXTS, None, |_, it| {
        let suffix = str(&it[0]);
        Ok(trimmed(&it[1], |it| it.strip_suffix(suffix).unwrap_or(it)))
    }),
    function("trimall", TEXTS, None, trim_all),
    function("trunc", INT_TEXT, None, trunc),
    function("untitle", TEXT, None, |run, it| {
        Ok(changed(run, &it[0], words(str(&it[0]), |first| first.to_lowercase().collect())))
    }),
    function("upper", TEXT, None, |run, it| Ok(changed(run, &it[0], str(&it[0]).to_uppercase()))),
    function("wrap", INT_TEXT, None, |run, it| {
        Ok(changed(run, &it[1], wrapped(str(&it[1]), int(&it[0]), "\n", false)))
    }),
    function("wrapWith", &[Kind::Int, Kind::Text, Kind::Text], None, |run, it| {
        Ok(changed(run, &it[2], wrapped(str(&it[2]), int(&it[0]), str(&it[1]), true)))
    }),
];

/// Texts longer than this are a mistake, and would fill the memory.
const LONGEST: usize = 16 << 20;

fn str(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn text(value: &Value) -> Text {
    value.as_text().cloned().unwrap_or_else(|| Text::plain(""))
}

fn int(value: &Value) -> i64 {
    to_int(value)
}

/// Another text made of a value as a whole.
fn changed(run: &Run<'_>, from: &Value, result: String) -> Value {
    text(from).changed(result, run.origins).into()
}

/// A part of a text, as a function of plain texts cuts it out.
fn trimmed(value: &Value, cut: impl Fn(&str) -> &str) -> Value {
    let text = text(value);
    let kept = cut(text.as_str());
    // What is cut out of a text begins where its bytes do.
    let start = kept.as_ptr() as usize - text.as_str().as_ptr() as usize;
    text.slice(start..start + kept.len()).into()
}

fn trim_all(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let cut = str(&arguments[0]);
    Ok(trimmed(&arguments[1], |it| it.trim_matches(|it| cut.contains(it))))
}

fn trunc(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = text(&arguments[1]);
    let (count, length) = (int(&arguments[0]), text.bytes().len());
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let range = match count {
        0.. if size < length => 0..size,
        ..0 if size < length => length - size..length,
        _ => 0..length,
    };
    Ok(cut(&text, range).into())
}

fn substr(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = text(&arguments[2]);
    let (start, end) = (int(&arguments[0]), int(&arguments[1]));
    let length = text.bytes().len();
    let place = |it: i64| usize::try_from(it).unwrap_or(0).min(length);
    let range = match (start, end) {
        (..0, _) if end < 0 => return Err(out_of_bounds(end, length)),
        (..0, _) => 0..place(end),
        (_, ..0) => place(start)..length,
        _ if usize::try_from(end).is_ok_and(|it| it > length) => place(start)..length,
        _ if start > end => return Err(out_of_bounds(start, length)),
        _ => place(start)..place(end),
    };
    Ok(cut(&text, range).into())
}

/// The bytes of a range. Go cuts inside of characters, of which bytes are left that are no UTF-8.
fn cut(text: &Text, range: Range<usize>) -> Text {
    let whole = text.as_str();
    if bytes::has_raw(whole) {
        let mut out = TextBuilder::default();
        push_whole(&mut out, text, &bytes::to_text(text.bytes()[range].to_vec()));
        return out.finish();
    }
    let first = (range.start..range.end).find(|&it| whole.is_char_boundary(it));
    let first = first.unwrap_or(range.end);
    let last = (first..=range.end).rfind(|&it| whole.is_char_boundary(it)).unwrap_or(first);
    if (first, last) == (range.start, range.end) {
        return text.slice(range);
    }
    let broken = |it: Range<usize>| bytes::to_text(whole.as_bytes()[it].to_vec());
    let mut out = TextBuilder::default();
    out.push_plain(&broken(range.start..first));
    if first < last {
        out.push_slice(text, first..last);
    }
    out.push_plain(&broken(last..range.end));
    out.finish()
}

fn out_of_bounds(at: i64, length: usize) -> String {
    format!("runtime error: slice bounds out of range [{at}:] with length {length}")
}

fn indented(text: &Text, spaces: i64, before: &str) -> Outcome {
    let spaces = count(spaces)?;
    let lines = memchr::memchr_iter(b'\n', text.as_str().as_bytes()).count() + 1;
    let room = lines.saturating_mul(spaces).saturating_add(before.len() + text.len());
    if room > LONGEST {
        return Err(format!("gives more than {LONGEST} bytes"));
    }
    let indent = " ".repeat(spaces);
    let mut out = TextBuilder::with_room(room, text.parts().len() + 2 * lines);
    out.push_plain(before);
    out.push_plain(&indent);
    let mut start = 0;
    for (at, _) in text.as_str().match_indices('\n') {
        out.push_slice(text, start..at + 1);
        out.push_plain(&indent);
        start = at + 1;
    }
    out.push_slice(text, start..text.len());
    Ok(out.finish().into())
}

/// How often a text is repeated.
fn count(count: i64) -> Result<usize, String> {
    usize::try_from(count).map_err(|_| "strings: negative Repeat count".into())
}

fn quote(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(between_spaces(&arguments, |out, it| {
        let text = to_text(it);
        let quoted = kai_syntax::go_template::quoted(text.as_str());
        // Where nothing is escaped, the parts between the quotes are those of the text.
        if quoted[1..quoted.len() - 1] == *text.as_str() {
            out.push_plain("\"");
            out.push_text(&text);
            out.push_plain("\"");
        } else {
            push_whole(out, &text, &quoted);
        }
    }))
}

fn squote(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(between_spaces(&arguments, |out, it| {
        out.push_plain("'");
        out.push_text(&to_text(it));
        out.push_plain("'");
    }))
}

/// A text that stands for another one, from the source of its first part.
fn push_whole(out: &mut TextBuilder, from: &Text, result: &str) {
    match from.parts().first() {
        Some(part) => out.push(result, part.source),
        None => out.push_plain(result),
    }
}

/// All values but nils, with a space between them.
fn between_spaces(values: &[Value], mut push: impl FnMut(&mut TextBuilder, &Value)) -> Value {
    let mut out = TextBuilder::default();
    for (index, value) in values.iter().filter(|it| !it.is_nil()).enumerate() {
        if index > 0 {
            out.push_plain(" ");
        }
        push(&mut out, value);
    }
    out.finish().into()
}

fn cat(values: &[Value]) -> Value {
    between_spaces(values, |out, it| it.print_inner(out))
}

fn join(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let separator = text(&arguments[0]);
    let mut out = TextBuilder::default();
    for (index, item) in to_texts(&arguments[1]).iter().enumerate() {
        if index > 0 {
            out.push_text(&separator);
        }
        out.push_text(item);
    }
    Ok(out.finish().into())
}

fn repeat(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = text(&arguments[1]);
    let count = count(int(&arguments[0]))?;
    if text.len().saturating_mul(count) > LONGEST {
        return Err(format!("gives more than {LONGEST} bytes"));
    }
    if let [Part { source: Source::Value(origin), .. }] = text.parts() {
        return Ok(Text::new(text.as_str().repeat(count), *origin).into());
    }
    let mut out = TextBuilder::default();
    for _ in 0..count {
        out.push_text(&text);
    }
    Ok(out.finish().into())
}

fn replace(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let (old, new, text) = (str(&arguments[0]), text(&arguments[1]), text(&arguments[2]));
    let mut out = TextBuilder::default();
    let mut start = 0;
    for (at, _) in text.as_str().match_indices(old) {
        out.push_slice(&text, start..at);
        out.push_text(&new);
        start = at + old.len();
        if out.len() > LONGEST {
            return Err(format!("gives more than {LONGEST} bytes"));
        }
    }
    out.push_slice(&text, start..text.len());
    Ok(out.finish().into())
}

fn split(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(numbered(split_parts(&text(&arguments[1]), str(&arguments[0]), usize::MAX)))
}

/// Parts under the keys `_0`, `_1` …
fn numbered(parts: Vec<Text>) -> Value {
    let mut map = Map::new(MapType::Strings);
    for (index, part) in parts.into_iter().enumerate() {
        map.set(format!("_{index}"), part.into());
    }
    Value::map(map)
}

/// At most so many parts; an empty separator splits between characters.
fn split_parts(text: &Text, separator: &str, most: usize) -> Vec<Text> {
    let whole = text.as_str();
    let mut parts = Vec::new();
    let mut start = 0;
    if separator.is_empty() {
        for (at, _) in whole.char_indices().skip(1) {
            if parts.len() + 1 < most && bounds::may_hold(parts.len()) {
                parts.push(text.slice(start..at));
                start = at;
            }
        }
        if !whole.is_empty() {
            parts.push(text.slice(start..whole.len()));
        }
        return parts;
    }
    for (at, _) in whole.match_indices(separator) {
        if parts.len() + 1 >= most || !bounds::may_hold(parts.len()) {
            break;
        }
        parts.push(text.slice(start..at));
        start = at + separator.len();
    }
    parts.push(text.slice(start..whole.len()));
    parts
}

/// The first character of every word changed; words begin where Go's `strings.Title` says.
fn words(text: &str, change: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for character in text.chars() {
        if is_separator(before) {
            out.push_str(&change(character));
        } else {
            out.push(character);
        }
        before = character;
    }
    out
}

fn title(text: &str) -> String {
    words(text, |first| first.to_uppercase().collect())
}

fn is_separator(character: char) -> bool {
    match character {
        '_' => false,
        it if it.is_ascii() => !it.is_ascii_alphanumeric(),
        it => !it.is_alphanumeric() && it.is_whitespace(),
    }
}

fn swap_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before_is_space = true;
    for character in text.chars() {
        if character.is_uppercase() {
            out.extend(character.to_lowercase());
        } else if character.is_lowercase() && before_is_space {
            // The first letter of a word becomes a title, the others capitals.
            out.extend(character.to_uppercase());
        } else if character.is_lowercase() {
            out.extend(character.to_uppercase());
        } else {
            out.push(character);
        }
        before_is_space = character.is_whitespace();
    }
    out
}

/// As `goutils.AbbreviateFull` cuts, with three dots on the sides that lose something.
fn abbreviated(text: &str, offset: i64, width: i64) -> String {
    let least = if offset > 0 { 7 } else { 4 };
    let (Ok(width), Ok(mut offset)) = (usize::try_from(width), usize::try_from(offset.max(0)))
    else {
        return text.into();
    };
    let characters: Vec<_> = text.chars().collect();
    if width < least || characters.len() <= width {
        return text.into();
    }
    offset = offset.min(characters.len());
    if characters.len() - offset < width - 3 {
        offset = characters.len() - (width - 3);
    }
    if offset <= 4 {
        return characters[..width - 3].iter().collect::<String>() + "...";
    }
    if offset + width - 3 < characters.len() {
        let rest: String = characters[offset..].iter().collect();
        return format!("...{}", abbreviated(&rest, 0, i64::try_from(width - 3).unwrap_or(4)));
    }
    let kept: String = characters[characters.len() - (width - 3)..].iter().collect();
    format!("...{kept}")
}

/// As `goutils.WrapCustom` breaks lines at spaces, and within long words where it may.
fn wrapped(text: &str, width: i64, break_with: &str, breaks_words: bool) -> String {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let characters: Vec<_> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while characters.len() - at > width {
        if characters[at] == ' ' {
            at += 1;
            continue;
        }
        let end = at + width + 1;
        let space = characters[at..end.min(characters.len())].iter().rposition(|&it| it == ' ');
        let end = match space {
            Some(space) => at + space,
            None if breaks_words => {
                out.extend(&characters[at..at + width]);
                out.push_str(break_with);
                at += width;
                continue;
            }
            None => match characters[at + width..].iter().position(|&it| it == ' ') {
                Some(space) => at + width + space,
                None => break,
            },
        };
        out.extend(&characters[at..end]);
        out.push_str(break_with);
        at = end + 1;
    }
    out.extend(&characters[at.min(characters.len())..]);
    out
}
