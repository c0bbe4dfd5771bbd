//! Exceptions that a block carries for scanners: `checkov:skip=CKV_AWS_133:reason`, `tfsec:ignore:…`.

use kai_core::{OriginId, Origins, SmolStr};
use kai_graph::Labels;

const OPENINGS: &[&str] = &["checkov:skip=", "tfsec:ignore:", "trivy:ignore:", "kics-scan ignore"];

/// One of these concerns the line below it alone.
const OF_NEXT_LINE: &str = "kics-scan ignore-line";

/// The exceptions in the comments of the block and in those above it, each as the tool writes it, and the rest
/// of the line as the reason. Sorted.
pub(super) fn of(block: OriginId, origins: &Origins) -> Labels {
    let Some(span) = origins.span(block) else { return Labels::new() };
    let document = origins.document(span.document);
    let (before, from) = document.text.split_at(span.start as usize);
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let above = before[..start].lines().rev().map(str::trim);
    let above = above.take_while(|it| it.starts_with('#') || it.starts_with("//"));
    let is_of_block = |(_, it): &(usize, &str)| !it.contains(OF_NEXT_LINE);
    let above = above.enumerate().filter(|it| it.0 == 0 || is_of_block(it)).map(|it| it.1);
    let inside = comments(from).into_iter().filter(|it| !it.contains(OF_NEXT_LINE));
    let mut found: Labels = above.chain(inside).filter_map(waiver).collect();
    found.sort();
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

fn waiver(line: &str) -> Option<(SmolStr, SmolStr)> {
    let opening = OPENINGS.iter().find(|it| line.contains(**it))?;
    let rest = line.split_once(opening)?.1;
    let is_end = |it: char| it.is_whitespace() || it == ':';
    let end = rest.find(is_end).unwrap_or(rest.len());
    let (id, reason) = rest.split_at(end);
    Some((format!("{opening}{id}").into(), reason.trim_start_matches(is_end).into()))
}

/// The comments of the block with which the text begins, to the brace that closes it. What looks like one in a
/// string or a heredoc is none.
fn comments(text: &str) -> Vec<&str> {
    // What is open: braces and strings, the innermost last.
    let (mut found, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        let rest = &text[at..];
        let is_string = open.last() == Some(&b'"');
        at += match byte {
            b'\\' if is_string => escaped_length(rest),
            b'"' if is_string => {
                open.pop();
                1
            }
            b'$' | b'%' if is_string && rest[1..].starts_with('{') => {
                open.push(b'{');
                2
            }
            // `$${` is no interpolation.
            b'$' | b'%' if is_string => rest.bytes().take_while(|it| *it == byte).count().min(2),
            _ if is_string => char_length(rest),
            b'"' | b'{' => {
                open.push(byte);
                1
            }
            b'}' => {
                open.pop();
                if open.is_empty() {
                    let after = rest[1..].lines().next().unwrap_or_default().trim_start();
                    found.extend(
                        Some(after).filter(|it| it.starts_with('#') || it.starts_with("//")),
                    );
                    break;
                }
                1
            }
            // What begins a block and its brace stand in one line.
            b'\n' if open.is_empty() => break,
            b'#' => comment(rest, "\n", &mut found),
            b'/' if rest.starts_with("//") => comment(rest, "\n", &mut found),
            b'/' if rest.starts_with("/*") => comment(rest, "*/", &mut found),
            b'<' => heredoc_length(rest).unwrap_or(1),
            _ => char_length(rest),
        };
    }
    found.into_iter().flat_map(str::lines).collect()
}

fn char_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

fn escaped_length(text: &str) -> usize {
    1 + text[1..].chars().next().map_or(0, char::len_utf8)
}

fn comment<'a>(text: &'a str, end: &str, found: &mut Vec<&'a str>) -> usize {
    let length = text.find(end).unwrap_or(text.len());
    found.push(&text[..length]);
    if end == "\n" { length } else { (length + end.len()).min(text.len()) }
}

/// The length of the heredoc with which the text begins, to the end of the line that closes it.
fn heredoc_length(text: &str) -> Option<usize> {
    let (first, body) = text.strip_prefix("<<")?.split_once('\n')?;
    let marker = first.strip_prefix('-').unwrap_or(first).trim_end();
    let is_marker = !marker.is_empty()
        && marker.chars().all(|it| it.is_alphanumeric() || it == '_' || it == '-');
    let mut length = text.len() - body.len();
    for line in body.split_inclusive('\n').filter(|_| is_marker) {
        length += line.len();
        if line.trim() == marker {
            // The newline ends what the heredoc is the value of.
            return Some(length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn comments_end_with_the_block_and_texts_are_none() {
        let one_line = "a \"b\" { c = \"d\" } # after\n# next\n";
        assert_eq!(comments(one_line), ["# after"]);
        let block = "a \"b\" { # one\n  c = \"# no ${d[\"# no\"]} $${ \\\" # no\"\n  e = <<-E\n    # no\n    }\n  E\n  /* two\n three */\n  f {\n    // four\n  }\n}\n# no\n";
        assert_eq!(comments(block), ["# one", "/* two", " three ", "// four"]);
    }
}
