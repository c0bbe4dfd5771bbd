//! What is secret by its name: `password: x`, `TOKEN=x`, `--admin-password=x`, `password "x"`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Seal;
use super::typed::pattern;

/// Parts of names whose values are secret.
const WORD: &str = "pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|dsn|api[_-]?key|access[_-]?key|account[_-]?key|\
                    private[_-]?key|client[_-]?key|signing[_-]?key|encryption[_-]?key|connection[_-]?string";

/// A name that ends in one of them, or goes on with how it is written, and its value.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"(?i)((?:\b|_|-)[\w.-]*?(?:{WORD})(?:[_-]?(?:b64|base64|data|key|value))?["']?(?:\s*[:=]\s*(?:&\w+\s+)?|["']\s*,\s*|\s+(?:")))("(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?|[^\s,;&"'}}\]]+)"#
    ))
});
static BEARER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(bearer|basic|apikey)(\s+)([A-Za-z0-9._~+/=-]{8,})"));
static COOKIE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?im)^(.*\b(?:set-)?cookie:\s*)(.*)$"));
static CRUMB: LazyLock<Regex> = LazyLock::new(|| pattern(r"([\w.-]+=)([^;\s]+)"));
/// What stands where a secret would, and is none.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)^(?:[$<‹*{\[|>%].*|true|false|null|none|yes|no|required|strict|\d{1,6}(?:\.\d+)?[a-z%]{0,3}|.{0,3}|\(sensitive.*|arn:.*)$"#,
    )
});

/// `- name: DB_PASSWORD`, whose value stands on the next line.
pub(super) fn names_a_secret(line: &str) -> bool {
    let plain = line.trim().trim_start_matches("- ");
    let name = plain.strip_prefix("name:").or_else(|| plain.strip_prefix("\"name\":"));
    name.is_some_and(|it| is_secret_name(it.trim().trim_matches(['"', '\'', ','])))
}

pub(super) fn is_secret_name(name: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(r"(?i)(?:{WORD})(?:[_-]?(?:b64|data|key|value))?$|^authorization$"))
    });
    NAME.is_match(name)
}

/// The value of such a name, unless it is plain that it is none.
pub(super) fn value(seal: &mut Seal, text: &str) -> String {
    if PLAIN.is_match(text) { text.to_owned() } else { seal.stand_in(text) }
}

pub(super) fn seal(seal: &mut Seal, line: &str, is_value_of_secret: bool) -> String {
    let line = of_next_line(seal, line, is_value_of_secret);
    let line = BEARER
        .replace_all(&line, |it: &Captures<'_>| {
            format!("{}{}{}", &it[1], &it[2], seal.stand_in(&it[3]))
        })
        .into_owned();
    let line = COOKIE
        .replace(&line, |it: &Captures<'_>| {
            format!(
                "{}{}",
                &it[1],
                CRUMB.replace_all(&it[2], |it: &Captures<'_>| format!(
                    "{}{}",
                    &it[1],
                    seal.stand_in(&it[2])
                ))
            )
        })
        .into_owned();
    PAIR.replace_all(&line, |it: &Captures<'_>| {
        let value = it[2].trim_matches(['"', '\'']);
        if PLAIN.is_match(value) {
            return it[0].to_owned();
        }
        let quote = match it[2].chars().next() {
            Some(it @ ('"' | '\'')) => it.to_string(),
            _ => String::new(),
        };
        format!("{}{quote}{}{quote}", &it[1], seal.stand_in(value))
    })
    .into_owned()
}

fn of_next_line(seal: &mut Seal, line: &str, is_value_of_secret: bool) -> String {
    let name = line.split([':', '=']).next().unwrap_or_default();
    let is_value = name.trim().trim_matches(['"', '\'', '-', ' ']) == "value";
    let Some(at) = line.find(':').filter(|_| is_value_of_secret && is_value) else {
        return line.to_owned();
    };
    let value = line[at + 1..].trim().trim_matches(['"', '\'', ',']);
    if PLAIN.is_match(value) {
        return line.to_owned();
    }
    format!(
        "{}: {}{}",
        &line[..at],
        seal.stand_in(value),
        if line.ends_with('\n') { "\n" } else { "" }
    )
}
