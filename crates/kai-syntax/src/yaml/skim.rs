//! A document read for a few of its values: nothing is built of the rest.

use kai_core::{Node, OriginId, ScalarKind, ScalarStyle};

use super::lines::{self, Beyond, Outcome, Sink};
use super::resolve;
use super::tree::Builder;
use crate::depth::MAX_DEPTH;

/// What stands in a text of one document at the ends of these paths of keys, at most 31 of them. The
/// mappings on the way hold nothing else, nothing has an origin, and a text without a document is
/// null. None where only [`super::parse`] can say what the text holds, or what is wrong with it.
#[must_use]
pub fn skim(text: &str, paths: &[&[&str]]) -> Option<Node> {
    let skim = Skim {
        paths,
        builder: Builder::without_origins(text),
        way: Vec::new(),
        skipped: Vec::new(),
        next: Next::Way(u32::MAX),
    };
    let mut root = None;
    lines::read_into(text, skim, |skim| {
        let found = skim.builder.end_document().root.map(|it| it.0);
        skim.next = Next::Way(u32::MAX);
        match found.map(|it| root.replace(it)) {
            Some(Some(_)) => Err(Beyond),
            _ => Ok(()),
        }
    })?;
    Some(root.unwrap_or_else(|| Node::null(OriginId::NONE)))
}

struct Skim<'a> {
    paths: &'a [&'a [&'a str]],
    /// Gets what is kept.
    builder: Builder<'a>,
    /// The open mappings on the way, each with the paths that lead through it.
    way: Vec<u32>,
    /// What is open in a value that is left out.
    skipped: Vec<Skipped>,
    next: Next,
}

/// What comes next: a bit for each path.
#[derive(Clone, Copy)]
enum Next {
    /// A key of a mapping on the way.
    Key,
    /// A value on the way: a mapping is looked into, and anything else kept.
    Way(u32),
    /// A value that is kept, in which so many collections are open.
    Kept(u32),
    /// A value that is left out, or a part of one.
    Skipped,
}

enum Skipped {
    Seq,
    MapAtKey,
    MapAtValue,
}

impl Skim<'_> {
    fn key(&mut self, text: &str, style: ScalarStyle, range: (usize, usize)) -> Outcome {
        let (Some(way), depth) = (self.way.last(), self.way.len()) else { return Err(Beyond) };
        let (mut open, mut ends) = (*way, false);
        for (number, path) in self.paths.iter().enumerate() {
            let is_on_it = path.get(depth - 1) == Some(&text);
            open &= !(u32::from(!is_on_it) << number);
            ends |= is_on_it && open & (1 << number) != 0 && path.len() == depth;
        }
        // Bits beyond the last path stand for none.
        open &= (1_u32 << self.paths.len()).wrapping_sub(1);
        if open == 0 {
            self.next = Next::Skipped;
            self.builder.pass(range.1);
            return skipped_key(text, style);
        }
        self.next = if ends { Next::Kept(0) } else { Next::Way(open) };
        Sink::scalar_at(&mut self.builder, text, style, 0, range)
    }

    /// Goes on behind a value of a mapping on the way.
    fn end_value(&mut self) {
        self.next = Next::Key;
    }

    fn end_skipped(&mut self) {
        match self.skipped.last_mut() {
            Some(Skipped::Seq) => {}
            Some(map) => *map = Skipped::MapAtKey,
            None => self.end_value(),
        }
    }
}

/// Refuses what is no key, and what fills the mapping around it.
fn skipped_key(text: &str, style: ScalarStyle) -> Outcome {
    let is_odd = style == ScalarStyle::Plain
        && matches!(text.as_bytes().first(), None | Some(b'~' | b'n' | b'N' | b'<'))
        && (text == "<<" || resolve(text) == ScalarKind::Null);
    if is_odd { Err(Beyond) } else { Ok(()) }
}

impl Sink for Skim<'_> {
    fn start_document(&mut self, at: usize) {
        self.builder.start_document(at);
    }

    fn open_at(&mut self, is_map: bool, is_block: bool, anchor: usize, start: usize) -> Outcome {
        match self.next {
            Next::Key => return Err(Beyond),
            Next::Way(paths) if is_map => {
                self.way.push(paths);
                self.next = Next::Key;
            }
            Next::Way(_) => self.next = Next::Kept(1),
            Next::Kept(open) => self.next = Next::Kept(open + 1),
            Next::Skipped => {
                let is_key = matches!(self.skipped.last(), Some(Skipped::MapAtKey));
                if is_key || self.way.len() + self.skipped.len() >= MAX_DEPTH as usize {
                    return Err(Beyond);
                }
                self.skipped.push(if is_map { Skipped::MapAtKey } else { Skipped::Seq });
                return Ok(());
            }
        }
        Sink::open_at(&mut self.builder, is_map, is_block, anchor, start)
    }

    fn close(&mut self, is_map: bool, end: Option<usize>) -> Outcome {
        match self.next {
            Next::Skipped => {
                self.skipped.pop();
                self.end_skipped();
                return Ok(());
            }
            Next::Kept(open) if open > 1 => self.next = Next::Kept(open - 1),
            Next::Key => drop(self.way.pop()),
            Next::Kept(_) | Next::Way(_) => self.end_value(),
        }
        Sink::close(&mut self.builder, is_map, end)
    }

    fn scalar_at(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        range: (usize, usize),
    ) -> Outcome {
        match self.next {
            Next::Key => return self.key(text, style, range),
            Next::Way(_) | Next::Kept(0) => self.end_value(),
            Next::Kept(_) => {}
            Next::Skipped => {
                if let Some(map @ Skipped::MapAtKey) = self.skipped.last_mut() {
                    *map = Skipped::MapAtValue;
                    return skipped_key(text, style);
                }
                self.end_skipped();
                return Ok(());
            }
        }
        Sink::scalar_at(&mut self.builder, text, style, anchor, range)
    }

    fn alias_at(&mut self, _: usize, _: (usize, usize)) -> Outcome {
        Err(Beyond)
    }

    fn is_skipping(&self) -> bool {
        matches!(self.next, Next::Skipped)
    }
}
