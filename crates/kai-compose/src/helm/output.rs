//! What Helm does to finished texts.

use memchr::memmem;

use super::value::{Text, TextBuilder};

const NO_VALUE: &str = "<no value>";

/// A text without what absent values print as, wherever it comes from.
pub(crate) fn without_no_value(text: Text) -> Text {
    if memmem::find(text.as_str().as_bytes(), NO_VALUE.as_bytes()).is_none() {
        return text;
    }
    let mut out = TextBuilder::default();
    let mut start = 0;
    for (at, _) in text.as_str().match_indices(NO_VALUE) {
        out.push_slice(&text, start..at);
        start = at + NO_VALUE.len();
    }
    out.push_slice(&text, start..text.len());
    out.finish()
}
