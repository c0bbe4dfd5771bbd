//! What stands between `${{` and `}}`.

use std::ops::Range;

/// An expression in a text.
pub(super) struct Hole<'a> {
    pub(super) words: &'a str,
    /// With its braces.
    pub(super) range: Range<usize>,
}

/// The expressions of a text, in their order.
pub(super) fn holes(text: &str) -> Vec<Hole<'_>> {
    let mut holes = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("${{").map(|it| from + it) {
        let Some(end) = text[start..].find("}}").map(|it| start + it) else { break };
        holes.push(Hole { words: text[start + 3..end].trim(), range: start..end + 2 });
        from = end + 2;
    }
    holes
}

/// The same text with a word of the same length for every expression, so that a shell can be read.
pub(super) fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for hole in holes(text) {
        masked.push_str(&text[from..hole.range.start]);
        // Line breaks stay, so that lines do.
        masked.extend(
            text[hole.range.clone()].bytes().map(|it| if it == b'\n' { '\n' } else { '_' }),
        );
        from = hole.range.end;
    }
    masked.push_str(&text[from..]);
    masked
}

/// The names of the secrets that an expression asks for, without the token that every run has.
pub(super) fn secrets(words: &str) -> impl Iterator<Item = &str> {
    let named = words.split("secrets.").skip(1).map(|it| {
        let end = it.find(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '-');
        &it[..end.unwrap_or(it.len())]
    });
    named.filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case("GITHUB_TOKEN"))
}

/// Texts that anybody may write: titles, bodies, names of branches and authors.
const OF_STRANGERS: &[&str] = &[
    "github.event.comment.body",
    "github.event.discussion.body",
    "github.event.discussion.title",
    "github.event.issue.body",
    "github.event.issue.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.title",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_commit.message",
    "github.head_ref",
];

/// The text of a stranger that an expression gives as it is: one that only compares says true or
/// false.
pub(super) fn of_stranger(words: &str) -> Option<&'static str> {
    let parts = || words.split("||").map(str::trim);
    OF_STRANGERS.iter().find(|wanted| parts().any(|it| it == **wanted)).copied()
}

/// True for what names the code of whoever proposes a change.
pub(super) fn is_strange_code(text: &str) -> bool {
    const HEADS: [&str; 6] = [
        "github.event.pull_request.head.",
        "github.head_ref",
        "github.event.pull_request.merge_commit_sha",
        "github.event.workflow_run.head_",
        "refs/pull/",
        "github.event.issue.number",
    ];
    HEADS.iter().any(|it| text.contains(it))
}
