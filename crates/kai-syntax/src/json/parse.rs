//! Values.

use kai_core::{
    Document, DocumentId, Entry, Map, Node, OriginId, Origins, Problem, Scalar, ScalarKind,
    ScalarStyle, SmolStr, Span, Value,
};

use super::intern::Interner;
use super::numbers::Numbers;
use super::options::{JsonOptions, Verdict, Watch};
use super::pieces::{PIECE_MIN, Pieces};
use super::text;
use crate::depth::MAX_DEPTH;
use crate::yaml::{Repeated, join, resolve};
use crate::{Parsed, TemplateKind, YamlDocument};

/// Reads every value of a text, one after the other, as the documents of a YAML stream; a line of
/// three dashes may stand between two.
#[must_use]
pub fn parse(origins: &Origins, id: DocumentId, options: &JsonOptions) -> Parsed {
    parse_in_pieces(origins, id, options, PIECE_MIN)
}

/// The same, where the items of a list that is longer than so many bytes are read side by side.
pub(super) fn parse_in_pieces(
    origins: &Origins,
    id: DocumentId,
    options: &JsonOptions,
    piece_min: usize,
) -> Parsed {
    let document = origins.document(id);
    let mut reader = Reader::new(document, options, piece_min);
    let mut documents = Vec::new();
    let mut template = None;
    loop {
        reader.skip_separators();
        if reader.at == reader.text.len() {
            break;
        }
        let start = reader.at;
        match reader.value(Watch::root(options), 0) {
            Ok(node) => {
                let end = offset(reader.at);
                documents.push(YamlDocument { node, start: offset(start), end });
            }
            Err(broken) => {
                // What ends early was cut off, whatever texts with braces it holds.
                template = TemplateKind::of(&document.text).filter(|_| !reader.ends_early());
                if template.is_none() {
                    reader.problems.push(broken.problem(document, reader.at));
                }
                break;
            }
        }
    }
    origins.set_runs_of_spans(id, reader.numbers.into_spans());
    let parsed = Parsed { documents, problems: reader.problems, template, ..Parsed::default() };
    parsed.with_repeated(reader.repeated, origins)
}

/// What the reader expected and did not find.
pub(super) struct Broken(&'static str);

pub(super) struct Reader<'a> {
    pub(super) document: &'a Document,
    pub(super) options: &'a JsonOptions,
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) numbers: Numbers,
    /// Finished values of open collections, so that each is allocated in its final size.
    pub(super) nodes: Vec<Node>,
    entries: Vec<Entry>,
    texts: Interner,
    problems: Vec<Problem>,
    pub(super) repeated: Vec<Repeated>,
    /// Pieces of a list are longer than this.
    piece_min: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document, options: &'a JsonOptions, piece_min: usize) -> Self {
        let at = if document.text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            document,
            options,
            text: &document.text,
            at,
            numbers: Numbers::default(),
            nodes: Vec::new(),
            entries: Vec::new(),
            texts: Interner::new(),
            problems: Vec::new(),
            repeated: Vec::new(),
            piece_min,
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
            // Dumps are indented by dozens of spaces.
            while bytes.get(self.at..self.at + 8).is_some_and(|it| it == b"        ") {
                self.at += 8;
            }
        }
    }

    /// Steps over space and `---` before a document.
    fn skip_separators(&mut self) {
        self.skip_space();
        while let Some(rest) = self.text[self.at..].strip_prefix("---") {
            let is_line = rest.is_empty() || rest.starts_with(['\n', '\r', ' ', '\t']);
            if !is_line {
                break;
            }
            self.at += 3;
            self.skip_space();
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Broken> {
        if self.byte() != Some(byte) {
            return Err(Broken(what));
        }
        self.at += 1;
        Ok(())
    }

    fn number_value(&mut self, start: usize, end: usize) -> OriginId {
        self.document.origin(self.numbers.add(offset(start), offset(end)))
    }

    fn value(&mut self, watch: Watch, depth: u32) -> Result<Node, Broken> {
        match self.byte() {
            Some(b'{') => self.object(watch, depth),
            Some(b'[') => self.array(watch, depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", ScalarKind::Bool),
            Some(b'f') => self.word("false", ScalarKind::Bool),
            Some(b'n') => self.word("null", ScalarKind::Null),
            _ => Err(Broken("a value is expected here")),
        }
    }

    fn string(&mut self) -> Result<Node, Broken> {
        let start = self.at;
        let (content, end) = text::read(self.text, start).ok_or(Broken(UNREADABLE))?;
        let content = self.texts.share(&content);
        self.at = end + 1;
        Ok(self.scalar(content, ScalarKind::Str, ScalarStyle::DoubleQuoted, start))
    }

    fn number(&mut self) -> Result<Node, Broken> {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let is_part = |it: &u8| matches!(it, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = rest.iter().take_while(|it| is_part(it)).count();
        let written = &self.text[start..start + length];
        let kind = resolve(written);
        let digits = written.strip_prefix('-').unwrap_or(written).as_bytes();
        let has_leading_zero = matches!(digits, [b'0', b'0'..=b'9', ..]);
        if has_leading_zero || !matches!(kind, ScalarKind::Int | ScalarKind::Float) {
            return Err(Broken("a number is expected here"));
        }
        self.at += length;
        Ok(self.scalar(SmolStr::new(written), kind, ScalarStyle::Plain, start))
    }

    fn word(&mut self, word: &'static str, kind: ScalarKind) -> Result<Node, Broken> {
        let start = self.at;
        if !self.text[start..].starts_with(word) {
            return Err(Broken("a value is expected here"));
        }
        self.at += word.len();
        Ok(self.scalar(SmolStr::new_static(word), kind, ScalarStyle::Plain, start))
    }

    fn scalar(
        &mut self,
        text: SmolStr,
        kind: ScalarKind,
        style: ScalarStyle,
        start: usize,
    ) -> Node {
        let origin = self.number_value(start, self.at);
        Node::new(Value::Scalar(Scalar { text, kind, style }), origin)
    }

    /// Gives a collection its number and steps over its bracket.
    fn open(&mut self, depth: u32) -> Result<OriginId, Broken> {
        if depth >= MAX_DEPTH {
            return Err(Broken("values are nested too deeply here"));
        }
        let origin = self.number_value(self.at, self.at);
        self.at += 1;
        self.skip_space();
        Ok(origin)
    }

    /// Steps over the closing bracket, which ends the span of the collection.
    fn close(&mut self, origin: OriginId) {
        self.at += 1;
        let number = origin.distance_from(self.document.origin(0));
        self.numbers.end(number, offset(self.at));
    }

    /// After an item: true when another one follows.
    fn more(&mut self, close: u8, expected: &'static str) -> Result<bool, Broken> {
        self.skip_space();
        match self.byte() {
            Some(b',') => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            _ => Err(Broken(expected)),
        }
    }

    fn array(&mut self, watch: Watch, depth: u32) -> Result<Node, Broken> {
        let origin = self.open(depth)?;
        let first = self.nodes.len();
        let mut more = self.byte() != Some(b']');
        if more && watch.is_items() {
            let start = self.at;
            more = self.items(watch.item(), depth, start + 1)?;
            if more && let Some(pieces) = Pieces::of(self.text, start, self.at, self.piece_min) {
                more = pieces.read(self, watch.item(), depth);
            }
        }
        if more {
            self.items(watch.item(), depth, usize::MAX)?;
        }
        self.close(origin);
        Ok(Node::seq(self.nodes.drain(first..).collect(), origin))
    }

    /// Reads items as far as one begins at `end` or behind it; true when one does.
    pub(super) fn items(&mut self, watch: Watch, depth: u32, end: usize) -> Result<bool, Broken> {
        while self.at < end {
            let node = self.value(watch, depth + 1)?;
            self.nodes.push(node);
            if !self.more(b']', "a comma or a closing bracket is expected here")? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn object(&mut self, watch: Watch, depth: u32) -> Result<Node, Broken> {
        let origin = self.open(depth)?;
        let first = self.entries.len();
        let mut more = self.byte() != Some(b'}');
        while more {
            self.entry(watch, depth)?;
            more = self.more(b'}', "a comma or a closing brace is expected here")?;
        }
        self.close(origin);
        let mut entries: Vec<Entry> = self.entries.drain(first..).collect();
        join(&mut entries, &[], |it| self.repeated.push(it));
        Ok(Node::map(Map::from_entries(entries), origin))
    }

    fn entry(&mut self, watch: Watch, depth: u32) -> Result<(), Broken> {
        let start = self.at;
        if self.byte() != Some(b'"') {
            return Err(Broken("a key in double quotes is expected here"));
        }
        let (key, end) = text::read(self.text, start).ok_or(Broken(UNREADABLE))?;
        self.at = end + 1;
        self.skip_space();
        self.expect(b':', "a colon is expected here")?;
        self.skip_space();
        let watch = match watch.key(self.options, &key) {
            Verdict::Drop => return self.skip_value(),
            Verdict::Read(watch) => watch,
        };
        let key = self.texts.share(&key);
        let key_origin = self.number_value(start, end + 1);
        let node = self.value(watch, depth + 1)?;
        self.entries.push(Entry { key, key_origin, node });
        Ok(())
    }

    /// True where the text ends inside a value.
    fn ends_early(&self) -> bool {
        let bytes = self.text.as_bytes();
        let is_open = || bytes[self.at] == b'"' && text::end(bytes, self.at).is_none();
        self.at >= bytes.len() || is_open()
    }

    /// Steps over a value, looking only at brackets and quotes.
    fn skip_value(&mut self) -> Result<(), Broken> {
        let bytes = self.text.as_bytes();
        let mut depth = 0_u32;
        loop {
            match bytes.get(self.at) {
                None => return Err(Broken("the text ends inside a value")),
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') if depth <= 1 => {
                    // A bracket that closes what is around a number or word ends it too.
                    self.at += usize::from(depth == 1);
                    return Ok(());
                }
                Some(b'}' | b']') => depth -= 1,
                Some(b'"') => self.at = text::end(bytes, self.at).ok_or(Broken(UNREADABLE))?,
                Some(b',') if depth == 0 => return Ok(()),
                Some(_) => {}
            }
            self.at += 1;
        }
    }
}

const UNREADABLE: &str = "this string does not end, or has an escape that JSON does not know";

impl Broken {
    fn problem(&self, document: &Document, at: usize) -> Problem {
        let at = offset(at.min(document.text.len()));
        let span = Span { document: document.id, start: at, end: at };
        let message = format!("this is not valid JSON: {}", self.0);
        Problem::at(span, message, "correct the text here, or write the file again")
    }
}

/// A document that is registered is shorter than a gibibyte.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
