//! The frame of a comment: verdict, tables, and what is folded.

use super::escape::prose;

/// GitHub takes 65,536 characters; bytes are at least as many.
const LENGTH_MAX: usize = 65_536;
const WORST_COUNT: usize = 10;

/// A comment that keeps within its length.
pub(crate) struct Comment {
    text: String,
}

impl Comment {
    /// A verdict; a line before it lets a script find the comment again.
    pub(crate) fn new(kind: &str, verdict: &str) -> Self {
        Self { text: format!("<!-- kai {kind} -->\n### {}\n", prose(verdict)) }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Adds a part that fits, or nothing of it.
    pub(super) fn add(&mut self, part: &str) {
        if self.text.len() + part.len() <= LENGTH_MAX {
            self.text.push_str(part);
        }
    }

    /// The first rows of a table, and how many are left out.
    pub(crate) fn table(&mut self, title: &str, head: &str, rows: Vec<String>) {
        if rows.is_empty() {
            return;
        }
        let title = if title.is_empty() { String::new() } else { format!("\n**{title}**\n") };
        let mut table = format!("{title}\n{head}{}", rows[..rows.len().min(WORST_COUNT)].concat());
        if rows.len() > WORST_COUNT {
            table.push_str(&format!("\nAnd {} more.\n", rows.len() - WORST_COUNT));
        }
        self.add(&table);
    }

    /// As many parts as fit, below a line that unfolds them.
    pub(crate) fn fold(&mut self, title: &str, parts: Vec<String>) {
        const END: &str = "\n</details>\n";
        const ROOM_FOR_TITLE: usize = 100;
        let mut room = LENGTH_MAX.saturating_sub(self.text.len() + END.len() + ROOM_FOR_TITLE);
        let all = parts.len();
        let fitting: Vec<String> = parts
            .into_iter()
            .take_while(|it| {
                let fits = it.len() <= room;
                room = room.saturating_sub(it.len());
                fits
            })
            .collect();
        if fitting.is_empty() {
            return;
        }
        let left = if fitting.len() < all {
            format!("{} of {all}", fitting.len())
        } else {
            all.to_string()
        };
        let parts = fitting.concat();
        self.text
            .push_str(&format!("\n<details><summary>{title} ({left})</summary>\n\n{parts}{END}"));
    }
}
