//! Where lines break: the writing half of go-yaml version 2's emitter.

use std::fmt::Write as _;

use kai_core::OriginId;

use super::style::{Style, always_quoted, is_break, is_printable, of_text};

/// Texts are folded at the first space after this column.
const WIDTH: usize = 80;

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before a colon, where nothing may be folded.
    SimpleKey,
    Value,
}

/// The text so far, and where the next character goes.
#[derive(Debug)]
pub(super) struct Writer {
    text: String,
    /// In characters, from 0.
    column: usize,
    /// The last thing written was white space, so that an indicator needs none before it.
    after_space: bool,
    /// Only indentation and block indicators stand on this line.
    at_indent: bool,
    marks: Vec<Mark>,
    sequences: SequenceIndent,
    quotes: Quotes,
}

/// The bytes that a key or scalar takes in the text, and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub start: u32,
    pub end: u32,
    pub origin: OriginId,
}

/// Which texts are quoted, and what else is written as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Texts that would read as something else. Numbers are written anew, and keys are sorted.
    WhereNeeded,
    /// All of them. Numbers and the order of keys stay.
    Always,
}

/// Where sequences under a key stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceIndent {
    /// At the key's own column, as Kubernetes' tools write them.
    None,
    /// Two columns further, as `toYamlPretty` of Helm writes them.
    Two,
}

impl Writer {
    pub(super) fn new(sequences: SequenceIndent, quotes: Quotes) -> Self {
        Self {
            text: String::new(),
            column: 0,
            after_space: true,
            at_indent: true,
            marks: Vec::new(),
            sequences,
            quotes,
        }
    }

    pub(super) fn quotes_always(&self) -> bool {
        self.quotes == Quotes::Always
    }

    pub(super) fn style(&self, text: &str, place: Place) -> Style {
        match self.quotes {
            Quotes::Always => always_quoted(text, place),
            Quotes::WhereNeeded => of_text(text, place),
        }
    }

    pub(super) fn indents_sequences(&self) -> bool {
        self.sequences == SequenceIndent::Two
    }

    /// The whole text, which ends in a line break.
    pub(super) fn finish(mut self) -> (String, Vec<Mark>) {
        self.indent(0);
        (self.text, self.marks)
    }

    /// Writes something, and marks its bytes with an origin.
    pub(super) fn marked(&mut self, origin: OriginId, write: impl FnOnce(&mut Self)) {
        let length = |it: &Self| u32::try_from(it.text.len()).unwrap_or(u32::MAX);
        let start = length(self);
        write(self);
        let spaces = self.text[start as usize..].len()
            - self.text[start as usize..].trim_start_matches([' ', '\n']).len();
        let start = start + u32::try_from(spaces).unwrap_or(0);
        self.marks.push(Mark { start, end: length(self), origin });
    }

    pub(super) fn is_at_indent(&self) -> bool {
        self.at_indent
    }

    fn put(&mut self, it: char) {
        self.text.push(it);
        self.column += 1;
    }

    /// A text without line breaks.
    fn put_all(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn put_break(&mut self, it: char) {
        self.text.push(it);
        self.column = 0;
    }

    /// Goes to a column, on a new line unless only less indentation stands on this one.
    pub(super) fn indent(&mut self, indent: usize) {
        let new_line =
            !self.at_indent || self.column > indent || (self.column == indent && !self.after_space);
        if new_line {
            self.put_break('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_space = true;
        self.at_indent = true;
    }

    /// `-`, `?` or `:` before a block.
    pub(super) fn block_indicator(&mut self, text: &str) {
        self.token(text, true, self.at_indent);
    }

    /// `{}` or `[]`.
    pub(super) fn indicator(&mut self, text: &str) {
        self.token(text, true, false);
    }

    /// The colon after a simple key.
    pub(super) fn attached(&mut self, text: &str) {
        self.token(text, false, false);
    }

    fn token(&mut self, text: &str, apart: bool, at_indent: bool) {
        if apart && !self.after_space {
            self.put(' ');
        }
        self.put_all(text);
        self.after_space = false;
        self.at_indent = at_indent;
    }

    pub(super) fn scalar(&mut self, text: &str, style: Style, place: Place, indent: usize) {
        match style {
            Style::Plain => {
                if !self.after_space {
                    self.put(' ');
                }
                self.folded(text, place, indent, false);
            }
            Style::SingleQuoted => {
                self.indicator("'");
                self.folded(text, place, indent, true);
                self.attached("'");
            }
            Style::DoubleQuoted => self.double_quoted(text, place, indent),
            Style::Literal => return self.literal(text, indent),
        }
        self.after_space = false;
        self.at_indent = false;
    }

    /// The text of a plain or single quoted scalar, which has no line breaks where it is folded.
    fn folded(&mut self, text: &str, place: Place, indent: usize, quoted: bool) {
        if !text.contains(|it| it == ' ' || is_break(it) || quoted && it == '\'') {
            return self.put_all(text);
        }
        let (mut in_spaces, mut in_breaks) = (false, false);
        for (at, it) in text.char_indices() {
            if it == ' ' {
                let inside = !quoted || (at > 0 && at + 1 < text.len());
                let alone = !in_spaces && !text[at + 1..].starts_with(' ');
                if place == Place::Value && inside && alone && self.column > WIDTH {
                    self.indent(indent);
                } else {
                    self.put(' ');
                }
                in_spaces = true;
            } else if is_break(it) {
                if !in_breaks && it == '\n' {
                    self.put_break('\n');
                }
                self.put_break(it);
                self.at_indent = true;
                in_breaks = true;
            } else {
                if in_breaks {
                    self.indent(indent);
                }
                if quoted && it == '\'' {
                    self.put('\'');
                }
                self.put(it);
                self.at_indent = false;
                (in_spaces, in_breaks) = (false, false);
            }
        }
    }

    fn double_quoted(&mut self, text: &str, place: Place, indent: usize) {
        self.indicator("\"");
        // go-yaml looks for the mark at the start of the text whichever character it writes.
        let escape_all = text.starts_with('\u{feff}');
        let mut in_spaces = false;
        for (at, it) in text.char_indices() {
            if escape_all || !is_printable(it) || is_break(it) || matches!(it, '"' | '\\') {
                self.escape(it);
                in_spaces = false;
            } else if it == ' ' {
                let inside = at > 0 && at + 1 < text.len();
                if place == Place::Value && inside && !in_spaces && self.column > WIDTH {
                    self.indent(indent);
                    if text[at + 1..].starts_with(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                in_spaces = true;
            } else {
                self.put(it);
                in_spaces = false;
            }
        }
        self.attached("\"");
    }

    fn escape(&mut self, it: char) {
        let short = match it {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => it,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => return self.escape_number(u32::from(it)),
        };
        self.put('\\');
        self.put(short);
    }

    fn escape_number(&mut self, code: u32) {
        let before = self.text.len();
        let written = if code <= 0xff {
            write!(self.text, "\\x{code:02X}")
        } else if code <= 0xffff {
            write!(self.text, "\\u{code:04X}")
        } else {
            write!(self.text, "\\U{code:08X}")
        };
        debug_assert!(written.is_ok(), "a string takes everything");
        self.column += self.text.len() - before;
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.indicator("|");
        if text.starts_with([' ', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
            self.attached("2");
        }
        self.attached(chomping(text));
        self.put_break('\n');
        self.at_indent = true;
        self.after_space = true;
        let mut after_break = true;
        for it in text.chars() {
            if is_break(it) {
                self.put_break(it);
                self.at_indent = true;
                after_break = true;
            } else {
                if after_break {
                    self.indent(indent);
                }
                self.put(it);
                self.at_indent = false;
                after_break = false;
            }
        }
    }
}

/// What the reader has to do with the line breaks at the end.
fn chomping(text: &str) -> &'static str {
    let mut from_end = text.chars().rev();
    match (from_end.next().is_some_and(is_break), from_end.next()) {
        (false, _) => "-",
        (true, Some(before)) if !is_break(before) => "",
        (true, _) => "+",
    }
}
