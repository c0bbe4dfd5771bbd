//! A comparison as a comment on a pull request.

use super::compare::{Change, Comparison};
use super::page::{how, place};
use super::snapshot::Entry;
use crate::markdown::{Comment, cell, code, prose};

/// The comment, ending in a line break. Its first line lets a script find it again.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut comment = Comment::new("diff", &comparison.verdict);
    let Comparison { new, worse, better, gone, .. } = comparison;
    let changed = |it: &Change| row(&it.after, &it.how);
    let alone = |it: &Entry| row(it, "");
    comment.table("New", HEAD, new.iter().map(alone).collect());
    comment.table("Worse", HEAD, worse.iter().map(changed).collect());
    let allowed = comparison.allowed.iter().map(|it| row(&it.entry, &how(it)));
    comment.table("Allowed", HEAD, allowed.collect());
    comment.fold("Better", table(better.iter().map(changed).collect()));
    comment.fold("Gone", table(gone.iter().map(alone).collect()));
    comment.into_text()
}

const HEAD: &str = "| level | component | at risk | change | line |\n|-|-|-|-|-|\n";

/// The rows of a table below its head, which is a part of the first one.
fn table(mut rows: Vec<String>) -> Vec<String> {
    if let Some(first) = rows.first_mut() {
        first.insert_str(0, HEAD);
    }
    rows
}

fn row(entry: &Entry, how: &str) -> String {
    format!(
        "| **{}** {} | {} | {} | {} | {} |\n",
        entry.level.as_str(),
        entry.loss_class.as_str(),
        cell(&code(&entry.component)),
        cell(&prose(&entry.title)),
        cell(&prose(how)),
        cell(&code(&place(entry))),
    )
}
