//! What is secret by how it begins, and logins in addresses.

use super::{Seal, words};

/// How keys that everybody knows begin, and how many characters they have at least.
const BEGINNINGS: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 35),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("ghu_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("sk_live_", 24),
    ("sk_test_", 24),
    ("rk_live_", 24),
    ("sk-ant-", 30),
    ("sk-", 40),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("hvs.", 24),
    ("npm_", 36),
    ("pypi-", 40),
    ("SG.", 40),
    ("eyJ", 40),
    ("dop_v1_", 60),
    ("shpat_", 32),
];

/// Keys by how they begin, and `user:password@` of addresses.
pub(super) fn seal(seal: &mut Seal, line: &str) -> String {
    let is_part =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '+');
    let is_key = |word: &str| {
        BEGINNINGS.iter().any(|(begin, length)| word.starts_with(begin) && word.len() >= *length)
    };
    let result = words::seal(seal, line, is_part, is_key);
    without_logins(seal, &result)
}

fn without_logins(seal: &mut Seal, line: &str) -> String {
    let mut result = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        result.push_str(before);
        let end = address
            .find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '/' | '`'))
            .unwrap_or(address.len());
        rest = address;
        if let Some(sign) = address[..end].rfind('@')
            && let Some(colon) = address[..sign].find(':')
            && !address[colon + 1..sign].starts_with(['$', '‹', '{'])
        {
            result.push_str(&address[..=colon]);
            result.push_str(&seal.stand_in(&address[colon + 1..sign]));
            rest = &address[sign..];
        }
    }
    result.push_str(rest);
    result
}
