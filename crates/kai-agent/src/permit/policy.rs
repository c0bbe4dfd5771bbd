//! The decision.

use kai_guard::{Argument, Call, Judgement};

use super::bash::bash;
use super::paths::{is_plain_path, is_protected, is_secret_path};
use super::rule::Rule;

/// How much may happen without the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Only reading.
    #[default]
    Plan,
    /// The user is asked before anything is changed.
    Ask,
}

/// What the user said beforehand, and what the session has seen.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    pub mode: Mode,
    /// Never, whatever else is said.
    pub deny: Vec<Rule>,
    /// Hosts that may be fetched from, and those below them.
    pub hosts: Vec<String>,
    /// True once a secret, or what normally holds one, was read.
    pub has_seen_secret: bool,
}

/// What a call of a tool wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish<'a> {
    /// Asks the engine, or a helper that has the same limits.
    Think,
    /// Reads a path below the root.
    Read(&'a str),
    Write(&'a str),
    /// Runs a command, of which this is known.
    Run(&'a str, &'a Judgement),
    /// Fetches from this host.
    Fetch(&'a str),
    /// Asks the configured search.
    Search(&'a str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Allow,
    /// The user decides; the sentence says what makes it a question.
    Ask(String),
    Deny(String),
}

impl Policy {
    /// What is to be done with a call of a tool that wants this.
    #[must_use]
    pub fn decide(&self, tool: &str, wish: &Wish<'_>) -> Decision {
        if let Some(rule) = self.deny.iter().find(|it| is_meant(it, tool, wish)) {
            return Decision::Deny(format!("`{rule}` is denied"));
        }
        match wish {
            Wish::Think => Decision::Allow,
            Wish::Read(path) => read(path),
            Wish::Write(path) => self.asked(write(path)),
            Wish::Run(command, judgement) => self.asked(bash(command, judgement)),
            Wish::Fetch(host) => self.fetch(host),
            Wish::Search(_) if self.has_seen_secret => self.asked(Decision::Ask(SEEN.to_owned())),
            Wish::Search(_) => Decision::Allow,
        }
    }

    /// Where nobody is asked, a question is a denial.
    fn asked(&self, decision: Decision) -> Decision {
        match decision {
            Decision::Ask(reason) if self.mode == Mode::Plan => Decision::Deny(format!(
                "{reason}; this session only reads (`--mode ask` lets the user decide)"
            )),
            other => other,
        }
    }

    fn fetch(&self, host: &str) -> Decision {
        let host = host.to_lowercase();
        let is_listed = self.hosts.iter().any(|it| {
            let listed = it.to_lowercase();
            host == listed || host.strip_suffix(&listed).is_some_and(|it| it.ends_with('.'))
        });
        match (is_listed, self.has_seen_secret) {
            (true, false) => Decision::Allow,
            (true, true) => self.asked(Decision::Ask(SEEN.to_owned())),
            (false, _) => self.asked(Decision::Ask(format!(
                "`{host}` is not among the hosts that may be fetched from"
            ))),
        }
    }
}

/// True where a rule speaks of the call, however what it wants is written.
fn is_meant(rule: &Rule, tool: &str, wish: &Wish<'_>) -> bool {
    match wish {
        Wish::Read(path) | Wish::Write(path) => rule.matches(tool, &plain(path)),
        Wish::Fetch(host) => rule.matches_host(tool, host.trim_end_matches('.')),
        Wish::Run(command, judgement) => {
            rule.matches(tool, command)
                || judgement.calls.iter().any(|it| rule.matches(tool, &words(it)))
                || rule.is_of("Read") && reads(rule, command, judgement)
        }
        Wish::Think | Wish::Search(_) => rule.matches(tool, wish.text()),
    }
}

/// A path without what leads nowhere: `./a//b` is `a/b`.
fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// A call as one would type it.
fn words(call: &Call) -> String {
    let arguments = call.arguments.iter().map(|it| match it {
        Argument::Literal(it) | Argument::Expanded(it) => it.as_str(),
    });
    std::iter::once(call.program.as_str()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// True where a command would read what may not be read: a file that it names, or files that it does not name.
fn reads(rule: &Rule, command: &str, judgement: &Judgement) -> bool {
    let is_unknown = judgement.reads_unnamed || command.contains('<');
    let named = |call: &Call| {
        let folder = call.folder.clone().unwrap_or_default();
        let literal = call.arguments.iter().filter_map(Argument::literal);
        let mut paths = literal.flat_map(|it| [it, it.split_once('=').map_or(it, |it| it.1)]);
        paths.any(|it| rule.matches("Read", plain(&format!("./{folder}/{it}")).as_str()))
    };
    is_unknown || judgement.calls.iter().any(named)
}

const SEEN: &str =
    "what normally holds secrets was read in this session, and this goes out to another host";

fn read(path: &str) -> Decision {
    if !is_plain_path(path) {
        return Decision::Deny(format!("`{path}` is no path below the root"));
    }
    match is_secret_path(path) {
        true => Decision::Deny(format!("`{path}` normally holds secrets")),
        false => Decision::Allow,
    }
}

fn write(path: &str) -> Decision {
    if is_protected(path) {
        return Decision::Deny(format!("`{path}` changes what runs by itself"));
    }
    match read(path) {
        Decision::Allow => Decision::Ask(format!("it changes `{path}`")),
        other => other,
    }
}

impl Wish<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Think => "",
            Self::Read(it)
            | Self::Write(it)
            | Self::Run(it, _)
            | Self::Fetch(it)
            | Self::Search(it) => it,
        }
    }
}
