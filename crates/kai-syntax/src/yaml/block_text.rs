//! What the lines of a block scalar say together.

use kai_core::ScalarStyle;

/// The text of a block scalar as its lines come.
pub(super) struct BlockText {
    style: ScalarStyle,
    pub(super) text: String,
    /// Line breaks since the last line with a text.
    pub(super) breaks: usize,
    /// True where that line is indented more than the first one, or is none.
    was_deeper: bool,
}

impl BlockText {
    pub(super) fn new(style: ScalarStyle) -> Self {
        Self { style, text: String::new(), breaks: 0, was_deeper: true }
    }

    /// A folded line break is a space, and the first of several is none.
    pub(super) fn push(&mut self, line: &str) {
        let is_deeper = line.starts_with(' ');
        let is_folded = self.style == ScalarStyle::Folded && !self.was_deeper && !is_deeper;
        match (is_folded, self.breaks) {
            (true, 1) => self.text.push(' '),
            (true, breaks) => self.text.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1))),
            (false, breaks) => self.text.extend(std::iter::repeat_n('\n', breaks)),
        }
        self.text.push_str(line);
        (self.breaks, self.was_deeper) = (0, is_deeper);
    }
}
