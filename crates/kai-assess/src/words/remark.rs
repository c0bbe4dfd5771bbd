//! What a file says of a line itself, where its comment speaks of a choice: "acceptable for v0.1".

use camino::Utf8PathBuf;
use kai_core::{OriginId, Origins};

/// In characters; what is longer is an essay and is left to the file.
const LONGEST: usize = 160;

/// In lines; no object is longer, and what lies farther above is about others. Dumps have millions.
const FARTHEST: usize = 2000;

/// Words of comments that say why something is as it is. In small letters.
const INTENT: &[&str] = &[
    "accept",
    "by design",
    "deliberate",
    "do not use",
    "for now",
    "hard-coded",
    "hardcoded",
    "in production",
    "insecure",
    "intention",
    "marginal",
    "not for production",
    "on purpose",
    "out of scope",
    "should never",
    "temporar",
    "trade-off",
    "tradeoff",
];

/// The sentence of a comment at the value's line, or above it or above a key around it, that
/// speaks of intent; else at a line that the value was before. With the file where it stands.
pub(super) fn remark(origins: &Origins, origin: OriginId) -> Option<(String, Utf8PathBuf)> {
    origins.chain(origin).into_iter().find_map(|it| {
        let span = origins.outermost(origins.span(it)?);
        Some((at(origins, it)?, origins.document(span.document).path.clone()))
    })
}

fn at(origins: &Origins, origin: OriginId) -> Option<String> {
    let span = origins.outermost(origins.span(origin)?);
    let text = &*origins.document(span.document).text;
    let from = text.get(..span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text[from..].lines().next()?;
    let above = text[..from].lines().rev().take(FARTHEST);
    let trailing = line.split_once(" #").and_then(|(_, words)| sentence(words));
    trailing.or_else(|| above_line(above, indent(line)))
}

/// From the nearest comment outward: only comments of the keys around the line are about it, and
/// what stands above the first line of its object.
fn above_line<'a>(lines: impl Iterator<Item = &'a str>, mut depth: usize) -> Option<String> {
    let (mut block, mut head) = (Vec::new(), Vec::new());
    let (mut is_about, mut is_first) = (true, false);
    for line in lines {
        let words = line.trim_start();
        if words.starts_with("---") {
            break;
        }
        if let Some(words) = comment(words) {
            block.push(words);
            continue;
        }
        let above = std::mem::take(&mut block);
        if is_about && let found @ Some(_) = said(above.clone()) {
            return found;
        }
        is_about = !words.is_empty() && indent(line) < depth;
        if is_about {
            depth = indent(line);
        }
        if !words.is_empty() {
            is_first = line.starts_with("apiVersion:");
            head.clear();
        } else if head.is_empty() {
            head = above;
        }
    }
    let of_object = if head.is_empty() { block } else { head };
    said(of_object).filter(|_| is_first || is_about)
}

/// The lines of a comment, the last one first.
fn said(mut block: Vec<&str>) -> Option<String> {
    block.reverse();
    let mut text = String::new();
    for line in block.iter().map(|it| it.trim()) {
        // A line that begins anew is a sentence of its own.
        let is_new = line.starts_with(char::is_uppercase) && !text.ends_with(['.', ',', ':']);
        text.push_str(if text.is_empty() || !is_new { " " } else { ". " });
        text.push_str(line);
    }
    sentence(&text)
}

fn comment(line: &str) -> Option<&str> {
    let words = line.strip_prefix('#').or_else(|| line.strip_prefix("//"))?;
    Some(words.trim_matches(['#', '/', '-', '=', ' ']))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The first sentence that speaks of intent and can hold no credential.
fn sentence(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let speaks = |it: &&str| {
        let small = it.to_lowercase();
        INTENT.iter().any(|word| small.contains(word)) && it.chars().count() <= LONGEST
    };
    let found = text.split(". ").map(|it| it.trim().trim_end_matches('.')).find(speaks)?;
    (!holds_credential(found)).then(|| found.to_owned())
}

/// A long word of letters and digits, or the value behind a name for one.
fn holds_credential(text: &str) -> bool {
    let is_random = |it: &str| {
        it.len() >= 16
            && it.bytes().any(|it| it.is_ascii_digit())
            && it.bytes().any(|it| it.is_ascii_alphabetic())
            && !it.contains('/')
    };
    let small = text.to_lowercase();
    let names_one = ["passw", "token", "secret"].iter().any(|it| small.contains(it));
    let shows_one = text.contains(['=', ':', '\'', '"', '`']);
    text.split_whitespace().any(is_random) || (names_one && shows_one)
}

#[cfg(test)]
mod tests {
    use super::{above_line, sentence};

    fn above(text: &str, depth: usize) -> Option<String> {
        above_line(text.lines().rev(), depth)
    }

    #[test]
    fn a_comment_above_the_line_is_its_remark() {
        let text = "budget:\n  # One replica: blocks voluntary disruptions. Acceptable for\n  # the first version.\n";
        assert_eq!(above(text, 2).as_deref(), Some("Acceptable for the first version"));
    }

    #[test]
    fn a_comment_above_a_key_around_it_is_too() {
        let text = "# Licence.\n\n# Should never be here.\napiVersion: v1\ndata:\n";
        assert_eq!(above(text, 2).as_deref(), Some("Should never be here"));
        let text = "# Should never be here.\nother: 1\ndata:\n";
        assert_eq!(above(text, 2), None, "`other` is no key around the line");
        let text = "# Should never be here.\ndata:\n";
        assert_eq!(above(text, 2).as_deref(), Some("Should never be here"));
    }

    #[test]
    fn a_comment_of_a_neighbour_is_not() {
        let text = "data:\n  # On purpose.\n  other: 1\n";
        assert_eq!(above(text, 2), None);
    }

    #[test]
    fn nothing_like_a_credential_is_repeated() {
        assert_eq!(sentence("for now the password is: hunter2"), None);
        assert_eq!(sentence("hardcoded to the password 'hunter2'"), None);
        assert_eq!(sentence("for now AKIAFAKEFAKEFAKE1234"), None);
        assert_eq!(sentence("what this is for"), None);
    }
}
