//! The YAML that most texts are written in, read line by line: block collections, block scalars, plain
//! and quoted scalars, flow collections that end on their line, anchors and aliases of values.
//!
//! It is a shortcut: it draws the tree that the parser's events
//! would, with the same numbers and ranges, or it gives up and leaves the whole text to the
//! parser, which also says what is wrong with a text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kai_core::{Document, ScalarStyle};

use super::block_text::BlockText;
use super::duplicates::Repeated;
use super::ranges;
use super::refusal::Refusal;
use super::tree::Builder;
use crate::{Parsed, YamlDocument};

/// What a text came to.
pub(super) struct Read {
    pub parsed: Parsed,
    pub repeated: Vec<Repeated>,
    pub spans: Vec<(u32, u32)>,
}

/// Who makes something of what is read.
pub(super) trait Sink {
    fn start_document(&mut self, at: usize);

    /// A collection that begins at this byte.
    fn open_at(&mut self, is_map: bool, is_block: bool, anchor: usize, start: usize) -> Outcome;

    /// Ends the collection that was opened last, whose bracket ends here if it has one.
    fn close(&mut self, is_map: bool, end: Option<usize>) -> Outcome;

    /// A scalar, or a key, that covers these bytes.
    fn scalar_at(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        range: (usize, usize),
    ) -> Outcome;

    fn alias_at(&mut self, anchor: usize, range: (usize, usize)) -> Outcome;

    /// True where nobody looks at the text of the scalar that comes next.
    fn is_skipping(&self) -> bool;
}

impl Sink for Builder<'_> {
    fn start_document(&mut self, at: usize) {
        self.start_document(at);
    }

    fn open_at(&mut self, is_map: bool, is_block: bool, anchor: usize, start: usize) -> Outcome {
        Ok(self.open_at(is_map, is_block, anchor, start)?)
    }

    fn close(&mut self, is_map: bool, end: Option<usize>) -> Outcome {
        let closed = if is_map { self.close_map(end) } else { self.close_seq(end) };
        Ok(closed?)
    }

    fn scalar_at(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        range: (usize, usize),
    ) -> Outcome {
        Ok(self.scalar_at(text, style, anchor, None, range)?)
    }

    fn alias_at(&mut self, anchor: usize, range: (usize, usize)) -> Outcome {
        Ok(self.alias_at(anchor, range)?)
    }

    fn is_skipping(&self) -> bool {
        false
    }
}

/// Reads a text, or gives up.
pub(super) fn read(document: &Document) -> Option<Read> {
    let mut parsed = Parsed::default();
    let mut repeated = Vec::new();
    let builder = read_into(&document.text, Builder::new(document), |builder| {
        let finished = builder.end_document();
        repeated.extend(finished.repeated);
        if let Some((node, (start, end))) = finished.root {
            parsed.documents.push(YamlDocument { node, start, end });
        }
        Ok(())
    })?;
    Some(Read { parsed, repeated, spans: builder.into_spans() })
}

/// Hands what a text holds to a sink, and tells of every document that ends; or gives up.
pub(super) fn read_into<S: Sink>(
    text: &str,
    sink: S,
    ended: impl FnMut(&mut S) -> Outcome,
) -> Option<S> {
    // Tabs and carriage returns are for the parser, as is what nobody can see.
    if has_control(text.as_bytes()) || has_odd(text) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        line: None,
        is_next: false,
        anchors: BTreeMap::new(),
        anchor_count: 0,
        anchor: 0,
        sink,
    };
    reader.documents(ended).ok()?;
    Some(reader.sink)
}

/// True where a byte is a control character and no line feed. Blocks without a way out are what a
/// processor compares many bytes of at once.
fn has_control(bytes: &[u8]) -> bool {
    let is_control = |it: &u8| (*it < b' ') & (*it != b'\n') | (*it == 0x7f);
    bytes.chunks(256).any(|block| block.iter().fold(false, |found, it| found | is_control(it)))
}

/// True where a character ends a line, marks the order of bytes, or is no text.
fn has_odd(text: &str) -> bool {
    // The first bytes of those characters in UTF-8.
    let mut begins = memchr::memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes());
    begins.any(|at| {
        let character = text.get(at..).and_then(|it| it.chars().next());
        matches!(
            character,
            Some(
                '\u{80}'
                    ..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
        )
    })
}

/// What only the parser understands.
pub(super) struct Beyond;

pub(super) type Outcome<T = ()> = Result<T, Beyond>;

impl From<Refusal> for Beyond {
    fn from(_: Refusal) -> Self {
        Self
    }
}

/// A line that holds something, or what is left of one.
#[derive(Clone, Copy)]
struct Line {
    /// The column of its first byte, which is the indentation of what begins there.
    indent: usize,
    start: usize,
    /// The line break, or the end of the text.
    end: usize,
}

struct Key<'a> {
    text: &'a str,
    style: ScalarStyle,
    range: (usize, usize),
    /// The byte after its colon.
    after: usize,
}

struct Reader<'a, S> {
    text: &'a str,
    bytes: &'a [u8],
    /// The start of the line after the one at hand.
    at: usize,
    /// The line at hand; nothing behind the last one.
    line: Option<Line>,
    /// True where nothing stands between the line at hand and the one before.
    is_next: bool,
    /// The numbers of the anchors of this document.
    anchors: BTreeMap<&'a str, usize>,
    anchor_count: usize,
    /// The anchor of the value that begins next; zero where it has none.
    anchor: usize,
    sink: S,
}

/// Some programs write so before every key that merges.
const MERGE_TAG: &[u8] = b"!!merge ";

/// A key that is longer is none.
const LONGEST_KEY: usize = 1000;

impl<'a, S: Sink> Reader<'a, S> {
    fn documents(&mut self, mut ended: impl FnMut(&mut S) -> Outcome) -> Outcome {
        self.advance();
        while let Some(line) = self.line {
            if self.is_mark(line) {
                self.ends(line.start + 3, line)?;
                self.advance();
                continue;
            }
            self.sink.start_document(line.start);
            self.anchors.clear();
            if !self.block(line)? {
                return Err(Beyond);
            }
            if self.line.is_some_and(|it| !self.is_mark(it)) {
                return Err(Beyond);
            }
            ended(&mut self.sink)?;
        }
        Ok(())
    }

    /// Goes on to the next line that holds more than a comment.
    fn advance(&mut self) {
        self.is_next = true;
        while self.at < self.bytes.len() {
            let (begin, end) = (self.at, self.line_end(self.at));
            self.at = end + 1;
            let start = self.after_spaces(begin, end);
            if start < end && self.bytes[start] != b'#' {
                self.line = Some(Line { indent: start - begin, start, end });
                return;
            }
            self.is_next = false;
        }
        self.line = None;
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |it| from + it)
    }

    fn after_spaces(&self, from: usize, end: usize) -> usize {
        let spaces = self.bytes[from..end].iter().take_while(|it| **it == b' ');
        from + spaces.count()
    }

    /// Three dashes, behind which a document begins.
    fn is_mark(&self, line: Line) -> bool {
        line.indent == 0 && self.bytes[line.start..line.end].starts_with(b"---")
    }

    fn is_item(&self, line: Line) -> bool {
        self.bytes[line.start] == b'-' && self.is_blank(line.start + 1, line)
    }

    /// True at a space and at the end of the line.
    fn is_blank(&self, at: usize, line: Line) -> bool {
        at >= line.end || self.bytes[at] == b' '
    }

    /// Nothing but a comment may stand behind a value.
    fn ends(&self, at: usize, line: Line) -> Outcome {
        let next = self.after_spaces(at, line.end);
        let is_comment = next > at && self.bytes.get(next) == Some(&b'#');
        if next == line.end || is_comment { Ok(()) } else { Err(Beyond) }
    }

    /// The collection that begins with a line; false where none does.
    fn block(&mut self, line: Line) -> Outcome<bool> {
        if self.is_item(line) {
            self.line = Some(line);
            self.sequence(line)?;
        } else if let Some(key) = self.key(line) {
            self.line = Some(line);
            self.mapping(line, key)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn open(&mut self, is_map: bool, is_block: bool, start: usize) -> Outcome {
        let anchor = std::mem::take(&mut self.anchor);
        self.sink.open_at(is_map, is_block, anchor, start)
    }

    fn add(&mut self, text: &str, style: ScalarStyle, range: (usize, usize)) -> Outcome {
        let anchor = std::mem::take(&mut self.anchor);
        self.sink.scalar_at(text, style, anchor, range)
    }

    fn sequence(&mut self, first: Line) -> Outcome {
        self.open(false, true, first.start)?;
        while let Some(line) = self.line {
            if line.indent < first.indent || line.indent == first.indent && !self.is_item(line) {
                break;
            }
            if line.indent > first.indent {
                return Err(Beyond);
            }
            self.item(line)?;
        }
        self.sink.close(false, None)
    }

    fn item(&mut self, line: Line) -> Outcome {
        let start = self.after_spaces(line.start + 1, line.end);
        if start == line.end || self.bytes[start] == b'#' {
            return self.below(line.start + 1, line.indent, false);
        }
        let inner = Line { indent: line.indent + start - line.start, start, ..line };
        if self.block(inner)? { Ok(()) } else { self.scalar(start, line) }
    }

    fn mapping(&mut self, first: Line, first_key: Key<'a>) -> Outcome {
        self.open(true, true, first.start)?;
        let mut first_key = Some(first_key);
        while let Some(line) = self.line {
            if line.indent < first.indent || self.is_mark(line) {
                break;
            }
            if line.indent > first.indent {
                return Err(Beyond);
            }
            let key = first_key.take().or_else(|| self.key(line)).ok_or(Beyond)?;
            self.sink.scalar_at(key.text, key.style, 0, key.range)?;
            let start = self.after_spaces(key.after, line.end);
            if start == line.end || self.bytes[start] == b'#' {
                self.below(key.after, line.indent, true)?;
            } else {
                self.scalar(start, line)?;
            }
        }
        self.sink.close(true, None)
    }

    /// The key that begins a line.
    fn key(&self, line: Line) -> Option<Key<'a>> {
        let is_tagged = self.bytes[line.start..line.end].starts_with(MERGE_TAG);
        let start = line.start + if is_tagged { MERGE_TAG.len() } else { 0 };
        let (text, style, end) = match *self.bytes.get(start)? {
            quote @ (b'"' | b'\'') => {
                let length = memchr::memchr2(quote, b'\\', &self.bytes[start + 1..line.end])?;
                let end = start + 1 + length;
                let style = match quote {
                    b'"' => ScalarStyle::DoubleQuoted,
                    _ => ScalarStyle::SingleQuoted,
                };
                (&self.text[start + 1..end], style, end + 1)
            }
            _ => {
                let line = Line { start, ..line };
                let end = if self.begins_plain(line) { self.plain_end(line) } else { return None };
                (&self.text[start..end], ScalarStyle::Plain, end)
            }
        };
        let is_key = self.bytes.get(end) == Some(&b':') && self.is_blank(end + 1, line);
        let is_odd = text.ends_with(' ') && style == ScalarStyle::Plain;
        let fits = end - start < LONGEST_KEY;
        (is_key && fits && !is_odd && (!is_tagged || text == "<<")).then_some(Key {
            text,
            style,
            range: (start, end),
            after: end + 1,
        })
    }

    fn begins_plain(&self, line: Line) -> bool {
        match &self.bytes[line.start..line.end] {
            [b'-' | b':', next, ..] => !matches!(next, b' '),
            [b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!', ..]
            | [b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' | b'-', ..]
            | [] => false,
            _ => true,
        }
    }

    /// Where the plain text of a line ends: before a colon or a comment, or with the line.
    fn plain_end(&self, line: Line) -> usize {
        let bytes = &self.bytes[line.start..line.end];
        let mut from = 0;
        while let Some(found) = memchr::memchr2(b':', b'#', &bytes[from..]) {
            let at = from + found;
            let ends = match bytes[at] {
                b':' => self.is_blank(line.start + at + 1, line),
                _ => at > 0 && bytes[at - 1] == b' ',
            };
            if ends {
                return line.start + at;
            }
            from = at + 1;
        }
        line.end
    }

    /// What stands in the lines below a key or a dash, which ends at `after`.
    fn below(&mut self, after: usize, indent: usize, is_key: bool) -> Outcome {
        self.advance();
        match self.line {
            Some(line) if line.indent > indent => {
                let is_block = self.block(line)?;
                if is_block { Ok(()) } else { self.scalar(line.start, Line { indent, ..line }) }
            }
            Some(line) if is_key && line.indent == indent && self.is_item(line) => {
                self.sequence(line)
            }
            // Where an absent value stands that has an anchor, the parser knows.
            _ if self.anchor != 0 => Err(Beyond),
            _ => self.add("", ScalarStyle::Plain, (after, after)),
        }
    }

    /// A value that begins at this byte of a line.
    fn scalar(&mut self, start: usize, line: Line) -> Outcome {
        match self.bytes[start] {
            b'|' | b'>' => return self.block_scalar(start, line),
            b'"' | b'\'' => {
                let (end, line) = self.quoted(start, line)?;
                self.ends(end, line)?;
            }
            b'[' | b'{' => {
                let end = self.flow(start, line)?;
                self.ends(end, line)?;
            }
            b'&' => return self.anchored(start, line),
            b'*' => {
                let end = self.alias(start, line)?;
                self.ends(end, line)?;
            }
            _ => return self.plain(start, line),
        }
        self.advance();
        Ok(())
    }

    /// A value behind its anchor.
    fn anchored(&mut self, start: usize, line: Line) -> Outcome {
        let end = self.name_end(start + 1, line)?;
        if !self.is_blank(end, line) {
            return Err(Beyond);
        }
        let next = self.after_spaces(end, line.end);
        if self.anchor != 0 || matches!(self.bytes.get(next), Some(b'&' | b'*')) {
            return Err(Beyond);
        }
        self.anchor_count += 1;
        self.anchor = self.anchor_count;
        self.anchors.insert(&self.text[start + 1..end], self.anchor);
        if next < line.end && self.bytes[next] != b'#' {
            return self.scalar(next, line);
        }
        self.advance();
        match self.line {
            Some(below) if below.indent > line.indent && self.is_item(below) => {
                self.sequence(below)
            }
            Some(below) if below.indent > line.indent => {
                let key = self.key(below).ok_or(Beyond)?;
                self.mapping(below, key)
            }
            _ => Err(Beyond),
        }
    }

    /// The byte after the name of an anchor.
    fn name_end(&self, start: usize, line: Line) -> Outcome<usize> {
        let is_name = |it: &&u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
        let end = start + self.bytes[start..line.end].iter().take_while(is_name).count();
        let is_end = self.is_blank(end, line) || b",]}".contains(&self.bytes[end]);
        if end > start && is_end { Ok(end) } else { Err(Beyond) }
    }

    /// A value that stands elsewhere; gives the byte after its name.
    fn alias(&mut self, start: usize, line: Line) -> Outcome<usize> {
        let end = self.name_end(start + 1, line)?;
        let anchor = self.anchors.get(&self.text[start + 1..end]).ok_or(Beyond)?;
        self.sink.alias_at(*anchor, (start, end))?;
        Ok(end)
    }

    fn plain(&mut self, start: usize, line: Line) -> Outcome {
        if !self.begins_plain(Line { start, ..line }) {
            return Err(Beyond);
        }
        let (mut end, is_last) = self.plain_part(Line { start, ..line })?;
        let mut text = Cow::Borrowed(&self.text[start..end]);
        self.advance();
        let mut is_open = !is_last;
        while let Some(next) = self.line.filter(|it| it.indent > line.indent) {
            if !is_open || !self.is_next || matches!(self.bytes[next.start], b'?' | b':') {
                return Err(Beyond);
            }
            let (part_end, is_last) = self.plain_part(next)?;
            let text = text.to_mut();
            text.push(' ');
            text.push_str(&self.text[next.start..part_end]);
            (end, is_open) = (part_end, !is_last);
            self.advance();
        }
        self.add(&text, ScalarStyle::Plain, (start, end))
    }

    /// Where the plain text of a line ends, and whether a comment ends it.
    fn plain_part(&self, line: Line) -> Outcome<(usize, bool)> {
        let end = self.plain_end(line);
        if self.bytes.get(end) == Some(&b':') {
            return Err(Beyond);
        }
        let text = self.text[line.start..end].trim_end_matches(' ');
        Ok((line.start + text.len(), end < line.end))
    }

    /// A text in quotes; gives the byte after it, and the line in which it ends.
    fn quoted(&mut self, start: usize, first: Line) -> Outcome<(usize, Line)> {
        let quote = self.bytes[start];
        let style = match quote {
            b'"' => ScalarStyle::DoubleQuoted,
            _ => ScalarStyle::SingleQuoted,
        };
        let mut line = first;
        let mut text = Cow::Borrowed("");
        let mut from = start + 1;
        loop {
            let rest = &self.bytes[from..line.end];
            let found = match style {
                ScalarStyle::DoubleQuoted => memchr::memchr2(quote, b'\\', rest),
                _ => memchr::memchr(quote, rest),
            };
            let Some(found) = found else {
                let text = text.to_mut();
                text.push_str(self.text[from..line.end].trim_end_matches(' '));
                line = self.folded_break(first, " ", text)?;
                from = line.start;
                continue;
            };
            let at = from + found;
            let next = self.bytes.get(at + 1).filter(|_| at + 1 < line.end);
            let escaped = match (self.bytes[at], next) {
                (b'\\', Some(b'"')) => "\"",
                (b'\\', Some(b'\\')) => "\\",
                (b'\\', Some(b'n')) => "\n",
                (b'\\', Some(b't')) => "\t",
                (b'\\', Some(b' ')) => " ",
                (b'\\', None) => {
                    let text = text.to_mut();
                    text.push_str(&self.text[from..at]);
                    line = self.folded_break(first, "", text)?;
                    from = line.start;
                    continue;
                }
                (b'\\', _) => return Err(Beyond),
                (b'\'', Some(b'\'')) => "'",
                _ => {
                    let last = &self.text[from..at];
                    match text.is_empty() {
                        true => text = Cow::Borrowed(last),
                        false => text.to_mut().push_str(last),
                    }
                    self.add(&text, style, (start, at + 1))?;
                    return Ok((at + 1, line));
                }
            };
            let text = text.to_mut();
            text.push_str(&self.text[from..at]);
            text.push_str(escaped);
            from = at + 2;
        }
    }

    /// Goes on to the next line of a text in quotes, and adds what its line breaks stand for: one
    /// alone for what is given.
    fn folded_break(&mut self, first: Line, alone: &str, text: &mut String) -> Outcome<Line> {
        let mut blank_count = 0;
        while self.at < self.bytes.len() {
            let (begin, end) = (self.at, self.line_end(self.at));
            self.at = end + 1;
            let start = self.after_spaces(begin, end);
            if start == end {
                blank_count += 1;
                continue;
            }
            if start - begin <= first.indent {
                return Err(Beyond);
            }
            match blank_count {
                0 => text.push_str(alone),
                _ => text.extend(std::iter::repeat_n('\n', blank_count)),
            }
            return Ok(Line { start, end, ..first });
        }
        Err(Beyond)
    }

    /// A collection in brackets that ends on its line; gives the byte after it.
    fn flow(&mut self, start: usize, line: Line) -> Outcome<usize> {
        let is_map = self.bytes[start] == b'{';
        let close = if is_map { b'}' } else { b']' };
        // Two braces are the hole of a template.
        if is_map && self.is_at(b'{', start + 1, line) {
            return Err(Beyond);
        }
        self.open(is_map, false, start)?;
        let mut at = self.after_spaces(start + 1, line.end);
        let mut is_first = true;
        while !(is_first && self.is_at(close, at, line)) {
            is_first = false;
            at = if is_map { self.flow_entry(at, line)? } else { self.flow_item(at, line)? };
            at = self.after_spaces(at, line.end);
            if !self.is_at(b',', at, line) {
                break;
            }
            at = self.after_spaces(at + 1, line.end);
        }
        if !self.is_at(close, at, line) {
            return Err(Beyond);
        }
        self.sink.close(is_map, Some(at + 1))?;
        Ok(at + 1)
    }

    fn is_at(&self, byte: u8, at: usize, line: Line) -> bool {
        at < line.end && self.bytes[at] == byte
    }

    fn flow_entry(&mut self, start: usize, line: Line) -> Outcome<usize> {
        let end = self.flow_scalar(start, line)?;
        let is_key = self.is_at(b':', end, line) && self.is_at(b' ', end + 1, line);
        if !is_key || end - start >= LONGEST_KEY {
            return Err(Beyond);
        }
        self.flow_item(self.after_spaces(end + 1, line.end), line)
    }

    fn flow_item(&mut self, start: usize, line: Line) -> Outcome<usize> {
        match self.bytes.get(start) {
            Some(b'[' | b'{') => self.flow(start, line),
            Some(b'*') => self.alias(start, line),
            _ => self.flow_scalar(start, line),
        }
    }

    fn flow_scalar(&mut self, start: usize, line: Line) -> Outcome<usize> {
        if self.is_at(b'"', start, line) || self.is_at(b'\'', start, line) {
            let (end, last) = self.quoted(start, line)?;
            return if last.end == line.end { Ok(end) } else { Err(Beyond) };
        }
        let is_simple = |it: &&u8| it.is_ascii_alphanumeric() || b"._/-=+$".contains(it);
        let length = self.bytes[start..line.end].iter().take_while(is_simple).count();
        let text = &self.text[start..start + length];
        // A dash alone opens an item.
        if text.is_empty() || text == "-" {
            return Err(Beyond);
        }
        self.add(text, ScalarStyle::Plain, (start, start + length))?;
        Ok(start + length)
    }

    /// The lines behind `|`, `>` and what says which of the last line breaks stay.
    fn block_scalar(&mut self, start: usize, line: Line) -> Outcome {
        let header = self.text[start..line.end].trim_end_matches(' ');
        let style = match self.bytes[start] {
            b'|' => ScalarStyle::Literal,
            _ => ScalarStyle::Folded,
        };
        let mut lines = BlockText::new(style);
        let is_skipping = self.sink.is_skipping();
        let (mut margin, mut widest_blank) = (None, 0);
        let mut is_broken = true;
        while self.at < self.bytes.len() {
            let (begin, end) = (self.at, self.line_end(self.at));
            let content = self.after_spaces(begin, end);
            let indent = content - begin;
            match margin {
                None if content == end => widest_blank = widest_blank.max(indent),
                None if indent <= line.indent && widest_blank <= line.indent => break,
                None if indent <= line.indent || indent < widest_blank => return Err(Beyond),
                None => margin = Some(indent),
                Some(margin) if content < end && indent < margin => {
                    if indent > line.indent {
                        return Err(Beyond);
                    }
                    break;
                }
                Some(_) => {}
            }
            if let Some(margin) = margin.filter(|it| *it < end - begin) {
                if style == ScalarStyle::Folded && content == end {
                    return Err(Beyond);
                }
                if is_skipping {
                    lines.breaks = 0;
                } else {
                    lines.push(&self.text[begin + margin..end]);
                }
            }
            is_broken = end < self.bytes.len();
            lines.breaks += usize::from(is_broken);
            self.at = end + 1;
        }
        // A text of blank lines is none, but at the end of everything.
        if margin.is_none() {
            if self.at >= self.bytes.len() {
                return Err(Beyond);
            }
            lines.breaks = 0;
        }
        let mut text = lines.text;
        match &header[1..] {
            "" => text.extend(std::iter::repeat_n('\n', lines.breaks.min(1))),
            "-" => {}
            "+" if is_broken && margin.is_some() => {
                text.extend(std::iter::repeat_n('\n', lines.breaks));
            }
            _ => return Err(Beyond),
        }
        let end = self.at.min(self.bytes.len());
        let range = (start, ranges::without_trailing_space(self.bytes, start, end));
        self.add(&text, style, range)?;
        self.advance();
        Ok(())
    }
}
