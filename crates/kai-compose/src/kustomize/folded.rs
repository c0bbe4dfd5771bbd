//! What becomes of folded texts when Kustomize writes and reads them again.
//!
//! Before it prints an object, Kustomize writes it with go-yaml version 3 and reads that back. The
//! writer puts one more line break after a line that is not indented, whatever follows (it looks
//! at the start of the text where it should look ahead: `yaml_emitter_write_folded_scalar`), and
//! before an indented line the reader keeps it. So a folded text gains a line break there.

/// The text after the round trip; none where it stays the same.
pub(crate) fn round_trip(text: &str) -> Option<String> {
    // Nothing happens to a text without indented lines, and most have none.
    let is_special = text.contains("\n ") || text.starts_with(' ') || text.ends_with("\n\n");
    if !is_special || is_written_quoted(text) {
        return None;
    }
    let adds_breaks = text.trim_start_matches('\n').starts_with(|it| !is_blank(it));
    let mut result = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // Breaks before the first line are written as they are.
    let first = rest.find(|it| it != '\n')?;
    result.push_str(&rest[..first]);
    rest = &rest[first..];
    while !rest.is_empty() {
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let (line, after) = rest.split_at(line_end);
        let breaks = after.len() - after.trim_start_matches('\n').len();
        let next = &after[breaks..];
        result.push_str(line);
        let is_indented = line.starts_with(is_blank);
        result.push_str(&read_back(breaks, adds_breaks && !is_indented, is_indented, next));
        rest = next;
    }
    (result != text).then_some(result)
}

/// The line breaks that are read where `breaks` were meant.
fn read_back(breaks: usize, one_more: bool, after_indented: bool, next: &str) -> String {
    let written = breaks + usize::from(one_more && breaks > 0);
    if next.is_empty() {
        // A text that ends in one break is clipped to it; several are kept.
        return "\n".repeat(if breaks < 2 { breaks } else { written });
    }
    if after_indented || next.starts_with(is_blank) {
        return "\n".repeat(written);
    }
    if written == 1 { " ".to_owned() } else { "\n".repeat(written - 1) }
}

/// Texts that a block cannot hold are written in double quotes, which changes nothing.
fn is_written_quoted(text: &str) -> bool {
    text.ends_with(' ')
        || text.contains(" \n")
        || text.bytes().any(|it| (it < b' ' && it != b'\n') || it == 0x7f)
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}
