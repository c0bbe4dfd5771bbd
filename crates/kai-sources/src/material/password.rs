//! Passwords under keys that say so.

use super::scan::Place;

/// Last words of a key that hold a password, whatever the place.
const PASSWORDS: &[&str] =
    &["password", "passwd", "pwd", "passphrase", "pass", "requirepass", "masterauth"];

/// Last words that hold a secret in a Secret, and may hold the name of one elsewhere.
const SECRETS: &[&str] = &["secret", "token", "apikey", "secretkey"];

/// The same in two words.
const SECRETS_OF_TWO: &[(&str, &str)] = &[
    ("account", "key"),
    ("api", "key"),
    ("auth", "key"),
    ("client", "secret"),
    ("encryption", "key"),
    ("master", "key"),
    ("secret", "key"),
    ("signing", "key"),
];

/// The same in three words: Amazon's, and what Rails and Phoenix sign sessions with.
const SECRETS_OF_THREE: &[[&str; 3]] = &[["secret", "access", "key"], ["secret", "key", "base"]];

/// True where the key says that it holds a password and the value is one, not a stand-in.
pub(super) fn is_in_clear(key: &str, value: &str, place: Place) -> bool {
    if !may_hold_secret(key) {
        return false;
    }
    let words = words(key);
    let Some(last) = words.last() else { return false };
    if PASSWORDS.contains(&last.as_str()) {
        return !is_placeholder(value);
    }
    let is_pair = matches!(&words[..], [.., first, _]
        if SECRETS_OF_TWO.contains(&(first.as_str(), last.as_str())));
    let is_of_three = SECRETS_OF_THREE.iter().any(|it| words.ends_with(&it.map(String::from)));
    if !is_pair && !is_of_three && !SECRETS.contains(&last.as_str()) {
        return false;
    }
    let is_long = value.len() >= 8;
    is_long && !is_placeholder(value) && (place == Place::Secret || looks_random(value))
}

/// Most keys end in none of the words, and are not taken apart.
fn may_hold_secret(key: &str) -> bool {
    let key = key.as_bytes();
    let ends_with = |word: &str| {
        let start = key.len().checked_sub(word.len());
        start.is_some_and(|it| key[it..].eq_ignore_ascii_case(word.as_bytes()))
    };
    ends_with("key")
        || ends_with("key_base")
        || ends_with("keybase")
        || PASSWORDS.iter().chain(SECRETS).any(|it| ends_with(it))
}

/// `POSTGRES_PASSWORD`, `clientSecret` and `--api-key` as lower-case words.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in key.chars() {
        let is_new = !letter.is_ascii_alphanumeric()
            || (letter.is_ascii_uppercase() && before.is_ascii_lowercase());
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.retain(|it| !it.is_empty());
    words
}

/// A name of something is made of words; what a machine made mixes letters and digits.
fn looks_random(value: &str) -> bool {
    let has = |is: fn(char) -> bool| value.contains(is);
    let classes = [
        has(|it| it.is_ascii_digit()),
        has(|it| it.is_ascii_uppercase()),
        has(|it| it.is_ascii_lowercase()),
    ];
    value.len() >= 16
        && classes.iter().filter(|it| **it).count() >= 2
        && !value.contains([' ', '.'])
}

/// True for what everybody tries first: the defaults of products and the word itself.
pub(super) fn is_guessed_first(password: &str) -> bool {
    const FIRST: &[&str] = &[
        "12345678",
        "123456",
        "admin",
        "administrator",
        "guest",
        "minioadmin",
        "mysql",
        "passw0rd",
        "password",
        "postgres",
        "redis",
        "root",
        "secret",
        "test",
        "toor",
        "user",
    ];
    FIRST.iter().any(|it| password.eq_ignore_ascii_case(it))
}

/// True for what stands where a password will stand, or says where to find it.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || is_filled_in_later(value)
        || is_reference(&lower)
        || is_hash(value)
        || is_said(&lower)
        || matches!(lower.as_str(), "true" | "false" | "null" | "none" | "nil" | "yes" | "no")
        || matches!(lower.as_str(), "on" | "off" | "enabled" | "disabled" | "required" | "optional")
        || matches!(lower.as_str(), "foo" | "bar" | "baz" | "foobar" | "hoge" | "fuga")
        || value.chars().all(|it| value.starts_with(it))
}

/// `${X}`, `$(X)`, `$X`, `{{ x }}`, `{X}`, `{}`, `<x>`, `%s`, `ENC[…]`.
fn is_filled_in_later(value: &str) -> bool {
    let is_variable = value.strip_prefix('$').is_some_and(|it| {
        it.starts_with(|it: char| it.is_ascii_uppercase() || matches!(it, '{' | '(' | '_'))
    });
    let is_framed = |open, close| value.starts_with(open) && value.ends_with(close);
    is_variable
        || value.contains("${")
        || value.contains("$(")
        || value.contains("{{")
        || is_framed('<', '>')
        || is_hole(value)
        || is_framed('[', ']')
        || is_framed('%', '%')
        || matches!(value, "%s" | "%v")
        || value.starts_with("ENC[")
        || value.starts_with("{cipher}")
}

/// `{}` and `{NAME}`, as programs write what they format.
fn is_hole(value: &str) -> bool {
    let inside = value.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    inside.is_some_and(|it| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'))
}

/// A path, a key in somebody's vault.
fn is_reference(lower: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "arn:",
        "vault:",
        "secret:",
        "secrets:",
        "op://",
        "ref+",
        "file:",
        "env:",
        "projects/",
        "aws-sm:",
        "awssm:",
        "gcpsm:",
        "keyvault:",
        "/",
        "./",
        "sm://",
        "ssm:",
        "http://",
        "https://",
    ];
    SCHEMES.iter().any(|it| lower.starts_with(it))
}

/// Crypt, Argon2, SHA, SCRAM: what a server keeps instead of the password.
fn is_hash(value: &str) -> bool {
    let is_crypt = value.starts_with('$') && value[1..].contains('$');
    let prefixes = ["{SHA", "{SSHA", "{bcrypt}", "{MD5", "SCRAM-SHA-", "pbkdf2", "scrypt:"];
    is_crypt || prefixes.iter().any(|it| value.starts_with(it))
}

/// `changeme`, `your-password-here`: an instruction.
fn is_said(lower: &str) -> bool {
    const SAYINGS: &[&str] = &[
        "change",
        "replace",
        "example",
        "placeholder",
        "your",
        "dummy",
        "todo",
        "fixme",
        "redacted",
        "xxx",
        "***",
        "insert",
        "fill",
        "notused",
        "snakeoil",
        "not-used",
        "unused",
        "<",
        "...",
    ];
    SAYINGS.iter().any(|it| lower.contains(it))
}
