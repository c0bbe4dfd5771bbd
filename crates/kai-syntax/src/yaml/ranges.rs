//! Which bytes a value covers, where the parser's events do not say.
//!
//! Events of block collections are empty ranges at the first key or item, those of block scalars
//! start after the indicator, and those of absent values stand somewhere before the next token.

/// Where the value's first indicator from `wanted` stands, looking from `from` over white space,
/// comments, anchors, tags and the indicators of keys and items.
pub(super) fn find_indicator(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        let byte = *text.get(at)?;
        if wanted.contains(&byte) {
            return Some(at);
        }
        at = after_filler(text, at)?;
    }
}

/// Where an absent value would be written: right after the last indicator before `limit`.
pub(super) fn absent_value(text: &[u8], from: usize, limit: usize) -> usize {
    // The parser's mark of an absent value may be the colon itself.
    let limit = if text.get(limit) == Some(&b':') { limit + 1 } else { limit };
    let (mut place, mut at) = (from, from);
    while at < limit {
        let Some(next) = after_filler(text, at) else { break };
        if !matches!(text[at], b' ' | b'\t' | b'\r' | b'\n' | b'#') {
            place = next.min(limit);
        }
        at = next;
    }
    place
}

/// The end of the token, comment or white space at `at` that may stand before a value; none when
/// something else stands there.
fn after_filler(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    match rest.first()? {
        b' ' | b'\t' | b'\r' | b'\n' | b'-' | b':' | b'?' | b',' | b'{' | b'[' => Some(at + 1),
        b'#' => Some(at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())),
        b'&' | b'!' => {
            let length = rest.iter().position(|it| it.is_ascii_whitespace());
            Some(at + length.unwrap_or(rest.len()))
        }
        _ => None,
    }
}

/// The end of a block scalar without the line breaks and blank lines after its text.
pub(super) fn without_trailing_space(text: &[u8], start: usize, end: usize) -> usize {
    let kept = text[start..end].iter().rposition(|it| !it.is_ascii_whitespace());
    kept.map_or(start, |last| start + last + 1)
}
