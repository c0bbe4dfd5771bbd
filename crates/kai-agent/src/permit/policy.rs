//! The decision.

use kai_guard::Judgement;

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
        if let Some(rule) = self.deny.iter().find(|it| it.matches(tool, wish.text())) {
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
