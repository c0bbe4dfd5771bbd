//! Which bytes of a scalar's text are which bytes of the file.

use kai_core::{DocumentId, Run, RunSource, Span};

/// Where runs of equal bytes begin, for a scalar that is written as `written` at `outer` and reads
/// as `text`. Empty when the two cannot be aligned.
pub(super) fn runs(written: &str, outer: Span, text: &str) -> Vec<Run> {
    let mut runs = Runs { document: outer.document, start: outer.start, found: Vec::new() };
    let aligned = match written.as_bytes() {
        [b'|', ..] => literal(&mut runs, written, text).or_else(|| {
            runs.found.clear();
            filled(&mut runs, written, written.find('\n')? + 1, text)
        }),
        [b'>', ..] => match written.find('\n') {
            Some(header) => lines(&mut runs, written, header, written.len(), text),
            None => None,
        },
        [b'"', .., b'"'] if written.contains('\\') => escaped(&mut runs, written, text),
        [b'\'', .., b'\''] if written[1..written.len() - 1].contains('\'') => {
            doubled(&mut runs, written, text)
        }
        [b'"', .., b'"'] | [b'\'', .., b'\''] => {
            lines(&mut runs, written, 1, written.len() - 1, text)
        }
        _ => lines(&mut runs, written, 0, written.len(), text).or_else(|| {
            runs.found.clear();
            filled(&mut runs, written, 0, text)
        }),
    };
    if aligned.is_some() { runs.found } else { Vec::new() }
}

struct Runs {
    document: DocumentId,
    start: u32,
    found: Vec<Run>,
}

impl Runs {
    /// Notes that the byte `inner` of the text is the byte `outer` of what is written.
    fn push(&mut self, inner: usize, outer: usize) -> Option<()> {
        let inner = u32::try_from(inner).ok()?;
        let place = self.start + u32::try_from(outer).ok()?;
        let run = Run { inner, source: RunSource::Text(self.document, place) };
        let continues = self.found.last().is_some_and(|last| {
            let at = last.inner <= inner;
            at && matches!(last.source, RunSource::Text(_, at) if at + (inner - last.inner) == place)
        });
        if !continues {
            self.found.push(run);
        }
        Some(())
    }
}

/// A literal block: every line after the header, less its indentation, is a line of the text.
fn literal(runs: &mut Runs, written: &str, text: &str) -> Option<()> {
    let mut outer = written.find('\n')? + 1;
    let indent = block_indent(&written[..outer], &written[outer..]);
    let mut inner = 0;
    while inner < text.len() {
        let line = text[inner..].split('\n').next()?;
        if outer >= written.len() {
            // The span of a block ends before the blank lines that close it.
            return text[inner..].trim().is_empty().then_some(());
        }
        let place = written[outer..].split('\n').next()?;
        let content = place.strip_suffix('\r').unwrap_or(place);
        let kept = content.get(indent..).unwrap_or_default();
        if kept != line {
            return None;
        }
        runs.push(inner, outer + indent.min(content.len()))?;
        inner += line.len() + 1;
        outer += place.len() + 1;
    }
    Some(())
}

/// The indentation of a block's lines: that of its first line that is not blank. A header that
/// names one counts from the indentation of the collection, which is not known here, so the
/// smallest of all lines is taken.
fn block_indent(header: &str, body: &str) -> usize {
    let mut indents = body
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len());
    let is_explicit = header.bytes().any(|it| it.is_ascii_digit());
    if is_explicit { indents.min() } else { indents.next() }.unwrap_or_default()
}

/// A text that may be folded: every line, less the white space around it, stands in the text.
fn lines(runs: &mut Runs, written: &str, from: usize, to: usize, text: &str) -> Option<()> {
    if written.get(from..to)? == text {
        return runs.push(0, from);
    }
    let (mut inner, mut outer) = (0, from);
    for line in written[from..to].split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() {
            let lead = line.len() - line.trim_start().len();
            let skipped = text[inner..].len() - text[inner..].trim_start().len();
            if !text[inner + skipped..].starts_with(content) {
                return None;
            }
            runs.push(inner + skipped, outer + lead)?;
            inner += skipped + content.len();
        }
        outer += line.len();
    }
    text[inner..].trim().is_empty().then_some(())
}

/// A text whose holes (`${name}`, `${{ name }}`) are filled, line by line: a line without one stands in it as it is,
/// and what follows the first hole of another comes from there.
fn filled(runs: &mut Runs, written: &str, from: usize, text: &str) -> Option<()> {
    let body = written.get(from..)?;
    let has_hole = |it: &str| it.contains("${") || it.contains("%{");
    if !has_hole(body) || body.lines().count() != text.lines().count() {
        return None;
    }
    let (mut inner, mut outer) = (0, from);
    for (place, line) in body.split_inclusive('\n').zip(text.split_inclusive('\n')) {
        let lead = |it: &str| it.len() - it.trim_start().len();
        let (before, after) = (place.trim(), line.trim());
        if !after.is_empty() {
            let (from, to) = (outer + lead(place), inner + lead(line));
            runs.push(to, from)?;
            if before != after {
                let same = shared(before, after);
                has_hole(before).then_some(())?;
                for (at, _) in after[same..].char_indices() {
                    runs.push(to + same + at, from + same)?;
                }
            }
        }
        inner += line.len();
        outer += place.len();
    }
    Some(())
}

/// How many bytes two texts begin with in common.
fn shared(one: &str, other: &str) -> usize {
    let mut both = one.char_indices().zip(other.chars());
    let differ = both.find(|((_, one), other)| one != other);
    differ.map_or(one.len().min(other.len()), |((at, _), _)| at)
}

/// Single quotes, where a quote is written twice.
fn doubled(runs: &mut Runs, written: &str, text: &str) -> Option<()> {
    let (mut inner, mut outer) = (0, 1);
    for part in written[1..written.len() - 1].split_inclusive("''") {
        let kept = part.strip_suffix("''").map_or(part.len(), |it| it.len() + 1);
        if text.get(inner..inner + kept)? != &part[..kept] {
            return None;
        }
        runs.push(inner, outer)?;
        inner += kept;
        outer += part.len();
    }
    (inner == text.len()).then_some(())
}

/// Double quotes with escapes; folded lines are not aligned.
fn escaped(runs: &mut Runs, written: &str, text: &str) -> Option<()> {
    let body = &written[1..written.len() - 1];
    let (mut inner, mut outer) = (0, 0);
    while outer < body.len() {
        let rest = body.get(outer..)?;
        let plain = rest.find('\\').unwrap_or(rest.len());
        if text.get(inner..inner + plain)? != &rest[..plain] {
            return None;
        }
        runs.push(inner, outer + 1)?;
        inner += plain;
        outer += plain;
        if plain < rest.len() {
            runs.push(inner, outer + 1)?;
            outer += escape_length(&rest[plain..])?;
            inner += text[inner..].chars().next()?.len_utf8();
        }
    }
    (inner == text.len()).then_some(())
}

/// The bytes of one escape; two halves of a surrogate pair are one.
fn escape_length(text: &str) -> Option<usize> {
    Some(match text.as_bytes().get(1)? {
        b'x' => 4,
        b'u' if is_high_surrogate(text.get(2..6)?) => 12,
        b'u' => 6,
        b'U' => 10,
        _ => 1 + text[1..].chars().next()?.len_utf8(),
    })
}

fn is_high_surrogate(digits: &str) -> bool {
    u16::from_str_radix(digits, 16).is_ok_and(|it| (0xd800..0xdc00).contains(&it))
}
