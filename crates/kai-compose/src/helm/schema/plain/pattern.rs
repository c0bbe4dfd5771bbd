//! Patterns that mean the same in the dialects of JavaScript, of Go and of Rust.

use regex::Regex;
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Ast, ClassBracketed, ClassPerlKind, ClassSet, ClassSetItem, GroupKind, Literal, LiteralKind,
    Repetition, RepetitionKind, RepetitionRange,
};

use super::known::Known;

/// Longer ones might be more than Go compiles.
const LONGEST: usize = 1000;

/// What Go repeats at most.
const MOST: u32 = 1000;

pub(super) fn is_plain(pattern: &str) -> bool {
    let is_short = pattern.is_ascii() && pattern.len() <= LONGEST;
    is_short && Parser::new().parse(pattern).is_ok_and(|it| Pattern(pattern).is_plain(&it))
}

/// Whether a plain pattern is somewhere in a text.
pub(super) fn is_match(pattern: &str, text: &str) -> Known {
    // Only to Rust a digit is one of any script.
    let has_classes = pattern.contains('\\');
    if has_classes && !text.is_ascii() {
        return None;
    }
    Some(Regex::new(pattern).ok()?.is_match(text))
}

struct Pattern<'a>(&'a str);

impl Pattern<'_> {
    fn is_plain(&self, ast: &Ast) -> bool {
        match ast {
            Ast::Empty(_) | Ast::Dot(_) => true,
            Ast::Literal(literal) => is_plain_literal(literal),
            // `\b` and others differ, `^` and `$` have no backslash.
            Ast::Assertion(it) => !self.text(it.span.start.offset).starts_with('\\'),
            Ast::ClassPerl(class) => class.kind != ClassPerlKind::Space,
            Ast::ClassBracketed(class) => self.is_plain_class(class),
            Ast::Repetition(repetition) => self.is_plain_repetition(repetition),
            Ast::Group(group) => self.is_plain_group(&group.kind) && self.is_plain(&group.ast),
            Ast::Alternation(alternation) => alternation.asts.iter().all(|it| self.is_plain(it)),
            Ast::Concat(concat) => concat.asts.iter().all(|it| self.is_plain(it)),
            Ast::Flags(_) | Ast::ClassUnicode(_) => false,
        }
    }

    /// Only Rust has operators in classes.
    fn is_plain_class(&self, class: &ClassBracketed) -> bool {
        let (start, end) = (class.span.start.offset, class.span.end.offset);
        let text = self.0.get(start..end).unwrap_or_default();
        !["--", "&&", "~~"].iter().any(|it| text.contains(it))
            && matches!(&class.kind, ClassSet::Item(item) if is_plain_item(item))
    }

    fn is_plain_group(&self, kind: &GroupKind) -> bool {
        match kind {
            GroupKind::CaptureIndex(_) => true,
            GroupKind::NonCapturing(flags) => flags.items.is_empty(),
            GroupKind::CaptureName { .. } => false,
        }
    }

    /// Only Rust repeats what is repeated and allows spaces in a count.
    fn is_plain_repetition(&self, repetition: &Repetition) -> bool {
        let inner = repetition.ast.as_ref();
        let is_plain = match &repetition.op.kind {
            RepetitionKind::Range(range) => {
                let counts = counts(range);
                counts.is_some_and(|it| self.text(repetition.op.span.start.offset).starts_with(&it))
                    && !has_counts(inner)
            }
            _ => true,
        };
        is_plain
            && !matches!(inner, Ast::Repetition(_) | Ast::Assertion(_) | Ast::Empty(_))
            && self.is_plain(inner)
    }

    fn text(&self, start: usize) -> &str {
        self.0.get(start..).unwrap_or_default()
    }
}

/// How all write a count that Go takes.
fn counts(range: &RepetitionRange) -> Option<String> {
    match range {
        RepetitionRange::Exactly(count) => (*count <= MOST).then(|| format!("{{{count}}}")),
        RepetitionRange::AtLeast(least) => (*least <= MOST).then(|| format!("{{{least},}}")),
        RepetitionRange::Bounded(least, most) => {
            (least <= most && *most <= MOST).then(|| format!("{{{least},{most}}}"))
        }
    }
}

/// Go multiplies counts within counts.
fn has_counts(ast: &Ast) -> bool {
    match ast {
        Ast::Repetition(it) => {
            matches!(it.op.kind, RepetitionKind::Range(_)) || has_counts(&it.ast)
        }
        Ast::Group(group) => has_counts(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().any(has_counts),
        Ast::Concat(concat) => concat.asts.iter().any(has_counts),
        _ => false,
    }
}

/// True for a character that stands for itself, and for punctuation behind a backslash.
fn is_plain_literal(literal: &Literal) -> bool {
    matches!(literal.kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous)
}

/// Only Rust has classes in classes, and only some have `[:alpha:]`.
fn is_plain_item(item: &ClassSetItem) -> bool {
    match item {
        ClassSetItem::Empty(_) => true,
        ClassSetItem::Literal(literal) => is_plain_literal(literal),
        ClassSetItem::Range(range) => {
            is_plain_literal(&range.start) && is_plain_literal(&range.end)
        }
        ClassSetItem::Perl(class) => class.kind != ClassPerlKind::Space,
        ClassSetItem::Union(union) => union.items.iter().all(is_plain_item),
        ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => false,
    }
}
