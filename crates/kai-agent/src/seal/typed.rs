//! What is secret by its type: the data of Secrets, private keys, defaults of sensitive variables.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use regex::{Captures, Regex};

use super::Seal;
use super::names::is_secret_name;

static KIND: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["']?kind["']?\s*:\s*["']?Secret\b"#));
static DATA: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(\s*)(?:- )?["']?(?:data|stringData)["']?\s*:\s*(?:#.*)?$"#));
static FLOW: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(["']?(?:data|stringData)["']?\s*:\s*\{)([^{}]*)(\})"#));
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(["']?[\w.-]+["']?\s*:\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^,}]+)"#));
static ENCODED: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/]{40,}={0,2}"));
/// A variable of Terraform, up to the brace at the start of a line.
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?ms)^variable\s+"([^"]*)"\s*\{.*?^\}"#));
static SENSITIVE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bsensitive\s*=\s*true\b"));
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(\bdefault\s*=\s*)"([^"]+)""#));

/// A pattern that is written here.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this module are right")
}

/// Private keys in their armour, and the same as base64.
pub(super) fn private_keys(seal: &mut Seal, text: &str) -> String {
    let mut sealed = String::with_capacity(text.len());
    let mut key: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let begin = line.find("-----BEGIN").filter(|_| line.contains("PRIVATE KEY"));
        let inside = match (&mut key, begin) {
            (Some(key), _) => {
                key.push_str(line);
                line
            }
            (None, Some(at)) => {
                sealed.push_str(&line[..at]);
                key = Some(line[at..].to_owned());
                &line[at..]
            }
            (None, None) => {
                sealed.push_str(line);
                continue;
            }
        };
        if inside.contains("-----END") {
            close(seal, &mut sealed, key.take());
        }
    }
    close(seal, &mut sealed, key);
    let by_content = |it: &Captures<'_>| {
        // What stands in whole groups of four is enough to tell.
        let letters = it[0].trim_end_matches('=');
        let whole = &letters[..letters.len() / 4 * 4];
        let is_key = BASE64_STANDARD
            .decode(whole)
            .is_ok_and(|it| String::from_utf8_lossy(&it).contains("PRIVATE KEY"));
        if is_key { seal.stand_in(&it[0]) } else { it[0].to_owned() }
    };
    ENCODED.replace_all(&sealed, by_content).into_owned()
}

/// A key that is whole, or broken off.
fn close(seal: &mut Seal, sealed: &mut String, key: Option<String>) {
    if let Some(key) = key {
        sealed.push_str(&seal.stand_in(&key));
        sealed.push_str(if key.ends_with('\n') { "\n" } else { "" });
    }
}

/// Defaults of variables that are sensitive by what they say or by their names.
pub(super) fn variables(seal: &mut Seal, text: &str) -> String {
    let sealed = |it: &Captures<'_>| {
        let is_secret = is_secret_name(&it[1]) || SENSITIVE.is_match(&it[0]);
        let default = |it: &Captures<'_>| format!("{}\"{}\"", &it[1], seal.stand_in(&it[2]));
        if is_secret { DEFAULT.replace(&it[0], default).into_owned() } else { it[0].to_owned() }
    };
    VARIABLE.replace_all(text, sealed).into_owned()
}

/// All values below `data` and `stringData` of documents that hold a Secret.
pub(super) fn secrets(seal: &mut Seal, text: &str) -> String {
    let mut sealed = String::with_capacity(text.len());
    let mut document = String::new();
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            sealed.push_str(&of_document(seal, &document));
            document.clear();
        }
        document.push_str(line);
    }
    sealed.push_str(&of_document(seal, &document));
    sealed
}

fn of_document(seal: &mut Seal, text: &str) -> String {
    if !KIND.is_match(text) {
        return text.to_owned();
    }
    let flow = |it: &Captures<'_>| {
        let pairs = PAIR.replace_all(&it[2], |pair: &Captures<'_>| {
            let quote = if pair[2].starts_with('"') { "\"" } else { "" };
            let value = pair[2].trim().trim_matches(['"', '\'']);
            format!("{}{quote}{}{quote}", &pair[1], seal.stand_in(value))
        });
        format!("{}{pairs}{}", &it[1], &it[3])
    };
    let text = FLOW.replace_all(text, flow);
    let mut sealed = String::with_capacity(text.len());
    let mut depth: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if depth.is_some_and(|it| !line.trim().is_empty() && indent <= it) {
            depth = None;
        }
        if depth.is_some() && !line.trim().is_empty() {
            sealed.push_str(&value(seal, line));
            continue;
        }
        if let Some(found) = DATA.captures(line.trim_end_matches(['\n', '\r'])) {
            depth = Some(found[1].len());
        }
        sealed.push_str(line);
    }
    sealed
}

/// The line with its key alone; all of it where it has none.
fn value(seal: &mut Seal, line: &str) -> String {
    let end = if line.ends_with('\n') { "\n" } else { "" };
    let is_block = |it: &str| it.is_empty() || it.starts_with(['|', '>', '{', '[']);
    match line.find(": ").or_else(|| line.trim_end().ends_with(':').then(|| line.rfind(':'))?) {
        Some(at) if is_block(line[at + 1..].trim()) => line.to_owned(),
        Some(at) => {
            let value = line[at + 1..].trim().trim_matches(['"', '\'']);
            format!("{}: {}{end}", &line[..at], seal.stand_in(value))
        }
        None => {
            let indent = line.len() - line.trim_start().len();
            format!("{}{}{end}", &line[..indent], seal.stand_in(line))
        }
    }
}
