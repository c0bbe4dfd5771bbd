//! Which files may be read.

use crate::class::{Verdict, ask, secret};
use crate::words::{Kind, Word, expands};

/// What a program does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Prints what it holds.
    Content,
    /// Prints a measure of what it holds: a sum, a size, a count.
    Measure,
    /// Prints its name, or what the file system knows of it.
    Name,
}

/// Names that normally hold secrets. A pattern of the shell that matches one of them reads it.
const SAMPLES: &[&str] = &[
    ".env",
    ".env.local",
    ".netrc",
    ".npmrc",
    "credentials",
    "credentials.json",
    "id_ed25519",
    "id_rsa",
    "kubeconfig",
    "prod.env",
    "secret",
    "secret.json",
    "secret.yaml",
    "secret.yml",
    "secrets.env",
    "secrets.json",
    "secrets.yaml",
    "secrets.yml",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "terraform.tfvars",
    "tls.key",
    "tls.pem",
    ".bash_history",
    ".pgpass",
    "token",
];

const BEGINNINGS: &[&str] = &[".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials"];

/// Endings of copies, and of what was packed: the rest of the name says what it is.
const COPIES: &[&str] = &[
    "~", ".1", ".backup", ".bak", ".bz2", ".copy", ".gz", ".old", ".orig", ".save", ".swp", ".tmp",
    ".xz", ".zip", ".zst",
];

const ENDINGS: &[&str] = &[
    ".age",
    ".agekey",
    ".bks",
    ".jceks",
    ".keytab",
    ".p8",
    ".pkcs12",
    ".tfplan",
    ".wallet",
    ".asc",
    ".env",
    ".gpg",
    ".jks",
    ".kdbx",
    ".key",
    ".keystore",
    ".ovpn",
    ".p12",
    ".pem",
    ".pfx",
    ".ppk",
    ".tfvars",
    ".tfvars.json",
    "_history",
];

const PARTS: &[&str] = &[
    ".tfstate",
    "apikey",
    "api-key",
    "api_key",
    "credential",
    "kubeconfig",
    "passwd",
    "password",
    "private-key",
    "private_key",
    "secret",
    "service-account",
    "passphrase",
    "shadow",
    "token",
    "vault-pass",
];

/// The same, however their words are parted: `kube.config`, `access_key.csv`.
const JOINED: &[&str] =
    &["accesskey", "apikey", "kubecfg", "kubeconfig", "privatekey", "vaultpass"];

/// The same where a file holds data, and is neither a manifest nor a program: a manifest of a
/// `ServiceAccount` has no secret in it.
const JOINED_IN_DATA: &[&str] = &["serviceaccount", "svcaccount", "oauth", "jwt"];

/// What a key is of, where both are one word.
const KEYS: &[&str] = &[
    "admin", "app", "aws", "azure", "backup", "ca", "client", "cluster", "cosign", "crypt", "db",
    "deploy", "dsa", "gcp", "gpg", "host", "jks", "kms", "license", "login", "master", "my", "pgp",
    "prod", "root", "rsa", "sa", "server", "sign", "signing", "ssh", "ssl", "storage", "tls",
    "user", "vpn",
];

const NAMES: &[&str] = &[
    "_netrc",
    ".boto",
    ".databrickscfg",
    ".mylogin.cnf",
    ".s3cfg",
    ".terraformrc",
    ".yarnrc.yml",
    "controller-manager.conf",
    "k3s.yaml",
    "kubelet.conf",
    "nuget.config",
    "rke2.yaml",
    "scheduler.conf",
    "super-admin.conf",
    "terraform.rc",
    "wp-config.php",
    ".dockercfg",
    ".dockerconfigjson",
    ".git-credentials",
    ".htpasswd",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    "admin.conf",
    "auth.json",
    "environ",
    "nohup.out",
    "rclone.conf",
    "cookies.txt",
    "local.settings.json",
];

const FOLDERS: &[&str] = &[
    ".aws",
    ".azure",
    ".chef",
    ".config",
    ".databricks",
    ".docker",
    ".fly",
    ".gem",
    ".git",
    ".gnupg",
    ".gradle",
    ".kube",
    ".m2",
    ".minikube",
    ".oci",
    ".password-store",
    ".pulumi",
    ".ssh",
    ".step",
    ".terraform",
    ".terraform.d",
    ".tsh",
    ".vault",
];

/// Names without an ending that everybody knows for text.
const TEXTS: &[&str] = &[
    "BUILD",
    "CHANGELOG",
    "CODEOWNERS",
    "Containerfile",
    "Dockerfile",
    "Gemfile",
    "Jenkinsfile",
    "LICENSE",
    "MAINTAINERS",
    "Makefile",
    "NOTICE",
    "OWNERS",
    "Procfile",
    "README",
    "Rakefile",
    "Tiltfile",
    "VERSION",
    "Vagrantfile",
    "WORKSPACE",
];

/// Endings of manifests, programs and documents: whatever has one, and a name that says nothing
/// else, is no secret.
const SOURCES: &[&str] = &[
    "adoc",
    "bazel",
    "bzl",
    "c",
    "cc",
    "cjs",
    "clj",
    "cpp",
    "cs",
    "css",
    "cue",
    "dart",
    "erb",
    "ex",
    "exs",
    "go",
    "gotmpl",
    "gradle",
    "graphql",
    "groovy",
    "h",
    "hcl",
    "hpp",
    "hs",
    "htm",
    "html",
    "j2",
    "java",
    "jinja",
    "jinja2",
    "js",
    "jsonnet",
    "jsx",
    "kt",
    "kts",
    "less",
    "libsonnet",
    "lua",
    "markdown",
    "md",
    "mdx",
    "mjs",
    "ml",
    "mts",
    "mustache",
    "nix",
    "php",
    "pl",
    "prom",
    "promql",
    "proto",
    "py",
    "pyi",
    "rb",
    "rego",
    "rs",
    "rst",
    "sass",
    "scala",
    "scss",
    "sh",
    "sql",
    "star",
    "svelte",
    "swift",
    "tf",
    "tftest",
    "tmpl",
    "tofu",
    "tpl",
    "ts",
    "tsx",
    "vue",
    "yaml",
    "yml",
    "zig",
];

/// Endings of files that hold data and say of what kind it is: some are secrets, and their names say so.
const DATA: &[&str] = &[
    "ac",
    "am",
    "b64",
    "bash",
    "bat",
    "bin",
    "bz2",
    "cer",
    "cfg",
    "cmake",
    "conf",
    "config",
    "crt",
    "csr",
    "csv",
    "diff",
    "dist",
    "dockerfile",
    "dockerignore",
    "dot",
    "editorconfig",
    "err",
    "example",
    "fish",
    "gif",
    "gitattributes",
    "gitignore",
    "gitmodules",
    "golden",
    "gz",
    "helmignore",
    "ico",
    "in",
    "ini",
    "ipynb",
    "jpeg",
    "jpg",
    "json",
    "json5",
    "jsonc",
    "jsonl",
    "list",
    "lock",
    "log",
    "lst",
    "map",
    "mk",
    "mmd",
    "mod",
    "mount",
    "ndjson",
    "out",
    "patch",
    "pdf",
    "png",
    "properties",
    "ps1",
    "pub",
    "puml",
    "rules",
    "sample",
    "schema",
    "service",
    "snap",
    "socket",
    "sum",
    "svg",
    "tar",
    "target",
    "template",
    "tgz",
    "timer",
    "toml",
    "tsv",
    "txt",
    "unit",
    "wasm",
    "work",
    "xml",
    "xz",
    "zip",
    "zsh",
    "zst",
];

/// True for the path of what normally holds secrets, told from its name.
#[must_use]
pub fn normally_holds_secrets(path: &str) -> bool {
    is_secret(&normal(path).1, false)
}

/// True for a path with the ending of a manifest, a program, a document or a log: what a command that
/// searches everything is narrowed to where it is called a reader.
#[must_use]
pub fn is_searched_for(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |it| it.1).to_ascii_lowercase();
    ending == "log" || SOURCES.contains(&ending.as_str())
}

pub(crate) fn check(word: &Word, used: Use) -> Verdict {
    if word.kind != Kind::Fixed {
        return Err(expands(word));
    }
    let path = word.text.as_str();
    if path.contains("://") {
        return ask(format!("`{path}` is no file"));
    }
    if matches!(path, "-" | "/dev/null" | "/dev/stdin") {
        return Ok(());
    }
    let (is_outside, parts) = normal(path);
    if used != Use::Name && is_secret(&parts, word.is_glob) {
        return secret(format!("`{path}` normally holds secrets"));
    }
    if path.starts_with("/proc/") && path.contains("environ") {
        return secret(format!("`{path}` holds the environment of a process"));
    }
    // Behind a link, `..` is the folder above of where it leads.
    if is_outside || used != Use::Name && path.split('/').any(|it| it == "..") {
        return ask(format!("`{path}` is outside of this folder"));
    }
    match parts.last() {
        Some(name) if used == Use::Content && word.is_glob && !is_narrow(path) => {
            ask(format!("which files `{path}` finds is not known ({name})"))
        }
        Some(name) if used == Use::Content && !word.is_glob && !names_its_kind(name) => {
            ask(format!("`{path}` does not say what it is, and may lead elsewhere"))
        }
        _ => Ok(()),
    }
}

/// What is said of a folder that is read with everything in it.
pub(crate) fn check_tree(word: &Word, is_narrowed: bool) -> Verdict {
    check(word, Use::Measure)?;
    let (_, parts) = normal(&word.text);
    if word.is_glob && !is_narrow(&word.text) {
        return ask(format!("which folders `{}` finds is not known", word.text));
    }
    let is_whole = parts.is_empty();
    if is_whole && !is_narrowed {
        return secret(format!(
            "everything below `{}` includes files that hold secrets",
            word.text
        ));
    }
    Ok(())
}

/// True where a pattern of names, such as `*.yaml`, or a name leaves secrets out as far as names say.
pub(crate) fn is_narrow(pattern: &str) -> bool {
    let parts = normal(&pattern.replace('*', "x")).1;
    let is_plain = !pattern.starts_with(['!', ':', '/', '~']) && !pattern.contains(['{', '\\']);
    let Some(name) = pattern.rsplit('/').next() else { return false };
    let folders = pattern.rsplit_once('/').map_or("", |it| it.0);
    // `s*/db.yaml` is in `secrets`, too.
    let is_hiding = |it: &str| {
        let has_beginning = !it.starts_with(['*', '?', '[']) && is_wild(it);
        has_beginning
            && ["secret", "secrets"].iter().chain(FOLDERS).any(|folder| matches(it, folder))
    };
    // `app.log.*.gz` finds what was written to a log before.
    let is_rotated = || {
        name.split_once(".log.").is_some_and(|(log, rest)| {
            let rest = COPIES.iter().find_map(|it| rest.strip_suffix(it)).unwrap_or(rest);
            !is_wild(log) && rest.chars().all(|it| "*?-.0123456789".contains(it))
        })
    };
    let says_kind = if is_wild(name) && is_rotated() {
        true
    } else if is_wild(name) {
        name.rsplit_once('.').is_some_and(|(_, ending)| {
            !is_wild(ending) && (SOURCES.contains(&ending) || ending == "log")
        })
    } else {
        names_its_kind(name)
    };
    is_plain && says_kind && !is_secret(&parts, false) && !folders.split('/').any(is_hiding)
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Without `.` and `..`, in lower case, and whether it leads out.
fn normal(path: &str) -> (bool, Vec<String>) {
    let mut is_outside = path.starts_with(['/', '~']);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => is_outside |= parts.pop().is_none(),
            part => parts.push(part.to_owned()),
        }
    }
    (is_outside, parts)
}

fn is_secret(parts: &[String], is_glob: bool) -> bool {
    let Some(name) = parts.last() else { return false };
    let lower = name.to_ascii_lowercase();
    let is_inside = parts.iter().any(|it| {
        let it = it.to_ascii_lowercase();
        FOLDERS.contains(&it.as_str()) || it.contains("secret") || it == "gcloud"
    });
    let is_matched = is_glob && {
        let has_ending = is_narrow(name);
        SAMPLES.iter().any(|it| matches(&lower, it) && !(has_ending && it.contains("secret")))
    };
    is_named_secret(&lower) || is_inside || is_matched
}

/// By a name in small letters.
fn is_named_secret(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |it| it.1);
    let joined: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let has = |parts: &[&str]| parts.iter().any(|it| joined.contains(it));
    let words = || name.split(|it: char| !it.is_ascii_alphanumeric());
    // `gcp-key.json`, `deploy_keys`, `mysshkey`, but not `monkey.json`
    let is_of_key = |it: &str| {
        let before = it.strip_suffix("keys").or(it.strip_suffix("key"));
        before.is_some_and(|it| it.is_empty() || KEYS.iter().any(|kind| it.ends_with(kind)))
    };
    let is_key = || has(JOINED_IN_DATA) || words().any(is_of_key);
    let is_named = BEGINNINGS.iter().any(|it| name.starts_with(it))
        || ENDINGS.iter().any(|it| name.ends_with(it))
        || PARTS.iter().any(|it| name.contains(it))
        || NAMES.contains(&name)
        || is_tunnel(name)
        || has(JOINED)
        || words().any(|it| matches!(it, "cred" | "creds"))
        || ending != "pub" && !SOURCES.contains(&ending) && is_key();
    let copied = COPIES.iter().find_map(|it| name.strip_suffix(it)).filter(|it| !it.is_empty());
    is_named || copied.is_some_and(is_named_secret)
}

/// `wg0.conf` holds the key of a tunnel.
fn is_tunnel(name: &str) -> bool {
    let number = name.strip_prefix("wg").and_then(|it| it.strip_suffix(".conf"));
    number.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
}

/// `*`, `?` and `[…]` of the shell over one name; a leading dot is only matched by a dot.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && pattern.starts_with(['*', '?', '[']) {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches_from(&pattern, &name)
}

/// In time that grows with both: only the last `*` is ever tried again.
fn matches_from(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut last_star = None;
    loop {
        match pattern.get(at) {
            Some('*') => {
                last_star = Some((at + 1, read));
                at += 1;
                continue;
            }
            Some('?') if read < name.len() => at += 1,
            // A class is taken to hold every letter.
            Some('[') if read < name.len() && class_end(pattern, at).is_some() => {
                at = class_end(pattern, at).unwrap_or(pattern.len());
            }
            Some(it) if name.get(read) == Some(it) => at += 1,
            None if read == name.len() => return true,
            _ => {
                let Some((after, taken)) = last_star.filter(|it| it.1 < name.len()) else {
                    return false;
                };
                (at, read) = (after, taken + 1);
                last_star = Some((after, read));
                continue;
            }
        }
        read += 1;
    }
}

/// What stands behind a class that begins here: `[]a]` holds a `]`, and so does the name in `[[:alpha:]]`. Nothing where
/// none ends, and the bracket is a letter.
fn class_end(pattern: &[char], start: usize) -> Option<usize> {
    let mut at = start + 1;
    if matches!(pattern.get(at), Some('!' | '^')) {
        at += 1;
    }
    if pattern.get(at) == Some(&']') {
        at += 1;
    }
    loop {
        match (pattern.get(at)?, pattern.get(at + 1)) {
            (']', _) => return Some(at + 1),
            ('[', Some(kind @ (':' | '.' | '='))) => {
                let named = &pattern[at + 2..];
                let end = named.windows(2).position(|it| it == [*kind, ']']);
                at = end.map_or(at + 1, |it| at + it + 4);
            }
            _ => at += 1,
        }
    }
}

/// True for a name with an ending that everybody knows; one letter stands for a file in examples.
fn names_its_kind(name: &str) -> bool {
    if name.chars().count() == 1 || TEXTS.contains(&name) {
        return true;
    }
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let lower = ending.to_ascii_lowercase();
    let is_rotated = !ending.is_empty() && ending.bytes().all(|it| it.is_ascii_digit());
    SOURCES.contains(&lower.as_str())
        || DATA.contains(&lower.as_str())
        || TEXTS.contains(&stem)
        || is_rotated && names_its_kind(stem)
}
