//! The last door before a text leaves for a model or a client.

/// What stands for a secret.
const SEALED: &str = "‹secret›";

/// Parts of names whose values are secret.
const NAMES: &[&str] = &[
    "accesskey",
    "access_key",
    "api_key",
    "apikey",
    "api-key",
    "auth_token",
    "client_secret",
    "connection_string",
    "credential",
    "dsn",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "privatekey",
    "secret_key",
    "secretkey",
    "token",
];

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

/// The text without values that are secret by their name, their form or their place.
#[must_use]
pub fn seal(text: &str) -> String {
    let mut sealed = String::with_capacity(text.len());
    let mut is_named_before = false;
    let mut is_inside_key = false;
    for line in text.split_inclusive('\n') {
        if is_inside_key {
            is_inside_key = !line.contains("-----END");
            continue;
        }
        if let Some(at) = line.find("-----BEGIN").filter(|_| line.contains("PRIVATE KEY")) {
            sealed.push_str(&line[..at]);
            sealed.push_str(SEALED);
            sealed.push_str(if line.ends_with('\n') { "\n" } else { "" });
            is_inside_key = !line[at..].contains("-----END");
            continue;
        }
        let line = by_name(line, is_named_before);
        is_named_before = names_a_secret(&line);
        sealed.push_str(&by_form(&line));
    }
    sealed
}

/// `- name: DB_PASSWORD`, whose value stands on the next line.
fn names_a_secret(line: &str) -> bool {
    let plain = line.trim().trim_start_matches("- ");
    let name = plain.strip_prefix("name:").or_else(|| plain.strip_prefix("\"name\":"));
    name.is_some_and(|it| is_secret_name(it.trim().trim_matches(['"', '\'', ','])))
}

fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|it| lower.ends_with(it) || lower.contains(&format!("{it}_")))
        && !lower.ends_with("name")
        && !lower.ends_with("_file")
        && !lower.ends_with("path")
}

/// `password: x`, `TOKEN=x`.
fn by_name(line: &str, is_value_of_secret: bool) -> String {
    let Some(at) = line.find([':', '=']) else { return line.to_owned() };
    let name = line[..at].trim().trim_start_matches("- ").trim_matches(['"', '\'']);
    let is_plain = !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it));
    let is_meant = is_plain && (is_secret_name(name) || is_value_of_secret && name == "value");
    let value = line[at + 1..].trim_end();
    let bare = value.trim().trim_matches(['"', '\'', ',']);
    let tells = bare.len() >= 4
        && !bare.starts_with(['$', '{', '[', '|', '>', '<', '‹'])
        && !bare.contains(' ')
        && !matches!(bare, "true" | "false" | "null" | "none");
    if is_meant && tells {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        let space = if value.starts_with(' ') { " " } else { "" };
        return format!("{}{space}{SEALED}{end}", &line[..=at]);
    }
    line.to_owned()
}

/// Keys by how they begin, and `user:password@` of addresses.
fn by_form(line: &str) -> String {
    let is_part =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '+' | '=');
    let mut result = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        result.push_str(before);
        let end = word.find(|it| !is_part(it)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        let is_key = BEGINNINGS
            .iter()
            .any(|(begin, length)| word.starts_with(begin) && word.len() >= *length);
        result.push_str(if is_key { SEALED } else { word });
        rest = after;
    }
    result.push_str(rest);
    without_logins(&result)
}

fn without_logins(line: &str) -> String {
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
            result.push_str(SEALED);
            rest = &address[sign..];
        }
    }
    result.push_str(rest);
    result
}
