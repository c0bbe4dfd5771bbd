//! Every rule has found something true in a public repository that somebody read: `seen.tsv` says
//! where, and what was laid beside the repository to find it, if anything (`kai.yaml`, a report). What
//! lies in the pinned corpora is found again with `cargo xtask corpora`.

use std::collections::BTreeSet;

use kai_rules::RULES;

const TABLE: &str = include_str!("../seen.tsv");

#[test]
fn every_rule_was_seen_in_a_public_repository() {
    let seen: BTreeSet<&str> = rows().map(|it| it[0]).collect();
    let known: BTreeSet<&str> = RULES.iter().map(|it| it.id).collect();
    let unseen: Vec<&str> = known.difference(&seen).copied().collect();
    assert!(unseen.is_empty(), "a rule needs a row in seen.tsv: {unseen:?}");
    let unknown: Vec<_> = seen.difference(&known).collect();
    assert!(unknown.is_empty(), "no rules: {unknown:?}");
}

#[test]
fn every_row_names_one_line_of_one_commit() {
    for row in rows() {
        let [rule, repository, commit, path, line, ..] = row[..] else {
            panic!("too few columns: {row:?}")
        };
        assert_eq!(repository.split('/').count(), 2, "{rule}: {repository} is no owner/name");
        let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
        assert!(is_commit, "{rule}: {commit} is no commit");
        assert!(!path.is_empty() && !path.starts_with('/'), "{rule}: {path} is no path");
        assert!(line.parse::<u32>().unwrap() > 0, "{rule}: {line} is no line");
    }
}

/// Rule, repository, commit, path, line, and what was added to find it, if anything.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    TABLE.lines().skip(1).map(|it| it.split('\t').collect())
}
