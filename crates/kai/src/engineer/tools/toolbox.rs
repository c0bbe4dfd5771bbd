//! Runs calls.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::Seal;
use kai_agent::engineer::{Budget, Ran, Setup, Spent};
use kai_agent::model::{Arguments, Piece, Tool, ToolCall, ToolResult};
use kai_agent::permit::{Decision, Policy, Wish};
use kai_core::Evidence;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::super::drive::{Driver, Seen};
use super::beneath::Root;
use super::{catalog, evidence, fetch, files, helper, search, shell};
use crate::commands::mcp::Index;

/// What a user is asked before something happens.
pub(crate) struct Question<'a> {
    pub(crate) tool: &'a str,
    /// Why it is a question.
    pub(crate) reason: &'a str,
    /// The difference that it makes, the command as it was understood, or the address.
    pub(crate) shown: &'a str,
}

/// Everything that the tools of one conversation share.
pub(crate) struct Toolbox<'a> {
    pub(crate) index: &'a Index,
    pub(super) root: Root,
    pub(super) folder: Utf8PathBuf,
    pub(super) scratch: TempDir,
    policy: Mutex<Policy>,
    seal: Mutex<Seal>,
    /// Nobody can be asked where there is none.
    approve: Option<&'a (dyn Fn(&Question<'_>) -> bool + Sync)>,
    /// One question at a time.
    asking: Mutex<()>,
    /// Where to search, with `{query}` in it.
    pub(super) search: Option<String>,
    /// Paths that were read, which may be edited.
    pub(super) known: Mutex<BTreeSet<String>>,
    /// What a helper starts with; nothing where there may be none.
    pub(super) helper: Option<Setup>,
}

/// What a tool came to: a text, evidence in it, and what it took.
#[derive(Default)]
pub(super) struct Done {
    pub(super) text: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) spent: Spent,
}

impl Done {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A sentence for the model.
pub(super) type Answer = Result<Done, String>;

/// How what stands for a secret begins.
const STAND_IN: &str = "‹secret-";
/// More of a result would not be read.
const TEXT_MAX: usize = 16 << 10;
const EVIDENCE_MAX: usize = 60;

impl<'a> Toolbox<'a> {
    pub(crate) fn open(
        index: &'a Index,
        folder: &Utf8Path,
        policy: Policy,
        search: Option<String>,
        approve: Option<&'a (dyn Fn(&Question<'_>) -> bool + Sync)>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            index,
            root: Root::open(folder)?,
            folder: folder.to_owned(),
            scratch: tempfile::Builder::new().prefix("kai-").tempdir()?,
            policy: Mutex::new(policy),
            seal: Mutex::new(Seal::new()),
            approve,
            asking: Mutex::new(()),
            search,
            known: Mutex::new(BTreeSet::new()),
            helper: None,
        })
    }

    /// Lets the model have helpers, which work with this and have none themselves.
    pub(crate) fn with_helper(mut self, setup: Setup) -> Self {
        self.helper = Some(setup);
        self
    }

    pub(crate) fn tools(&self) -> Vec<Tool> {
        catalog::tools(self.search.is_some(), true)
    }

    pub(crate) fn seal(&self) -> MutexGuard<'_, Seal> {
        self.seal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn policy(&self) -> Policy {
        self.policy.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The calls of one batch, at the same time.
    pub(crate) fn run(&self, calls: &[ToolCall], rest: Budget, driver: &Driver<'_>) -> Vec<Ran> {
        let helpers = calls.iter().filter(|it| it.name == helper::TASK).count();
        let rest = helper::share(rest, helpers);
        std::thread::scope(|scope| {
            let running: Vec<_> = calls
                .iter()
                .map(|call| (call, scope.spawn(move || self.one(call, rest, driver))))
                .collect();
            let joined = running.into_iter().map(|(call, it)| {
                // What panicked is said, and the next call is made.
                it.join().unwrap_or_else(|_| {
                    Ran::new(ToolResult::error(
                        call.id.clone(),
                        "Kai failed at this; other calls still work",
                    ))
                })
            });
            joined.collect()
        })
    }

    fn one(&self, call: &ToolCall, rest: Budget, driver: &Driver<'_>) -> Ran {
        let Arguments::Object(arguments) = &call.arguments else {
            return Ran::new(ToolResult::error(call.id.clone(), "its arguments are no object"));
        };
        let shown = self.clean(&catalog::shown(&call.name, arguments));
        (driver.watch)(&Seen::Call(shown));
        match self.answer(&call.name, arguments, rest, driver) {
            Ok(done) => self.sealed(&call.id, done),
            Err(reason) => Ran::new(ToolResult::error(call.id.clone(), self.clean(&reason))),
        }
    }

    fn answer(
        &self,
        tool: &str,
        arguments: &Map<String, Value>,
        rest: Budget,
        driver: &Driver<'_>,
    ) -> Answer {
        match tool {
            "Read" => files::read(self, arguments),
            "Write" => files::write(self, arguments),
            "Edit" => files::edit(self, arguments),
            "Glob" => search::glob(self, arguments, driver.cancel),
            "Grep" => search::grep(self, arguments, driver.cancel),
            "Bash" => shell::bash(self, arguments, driver.cancel),
            "WebFetch" => fetch::fetch(self, arguments, driver.cancel),
            "WebSearch" => fetch::search(self, arguments, driver.cancel),
            helper::TASK => helper::task(self, arguments, rest, driver),
            _ => {
                self.ask(tool, &Wish::Think, "")?;
                let answer = crate::commands::mcp::answer(tool, arguments, self.index)?;
                Ok(evidence::of_engine(tool, answer, self.index))
            }
        }
    }

    /// Whether a tool may, by the policy or by the user.
    pub(super) fn ask(&self, tool: &str, wish: &Wish<'_>, shown: &str) -> Result<(), String> {
        match self.policy().decide(tool, wish) {
            Decision::Allow => Ok(()),
            Decision::Deny(reason) => Err(format!("denied: {reason}")),
            Decision::Ask(reason) => {
                let shown = self.clean(shown);
                let _turn = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
                let question = Question { tool, reason: &reason, shown: &shown };
                let is_granted = self.approve.is_some_and(|it| it(&question));
                if is_granted { Ok(()) } else { Err(format!("denied by the user: {reason}")) }
            }
        }
    }

    /// A text without secrets. Where it had some, what goes out to others is asked about from now on.
    pub(super) fn clean(&self, text: &str) -> String {
        let sealed = self.seal().text(text);
        if sealed.matches(STAND_IN).count() > text.matches(STAND_IN).count() {
            self.remember_secret();
        }
        sealed
    }

    /// Takes away what commands have written for themselves, where nobody waits for them to end.
    pub(crate) fn abandon(&self) {
        let _ = std::fs::remove_dir_all(self.scratch.path());
    }

    /// From now on, what goes out to others is asked about.
    pub(super) fn remember_secret(&self) {
        self.policy.lock().unwrap_or_else(PoisonError::into_inner).has_seen_secret = true;
    }

    fn sealed(&self, id: &str, done: Done) -> Ran {
        let mut content = Vec::new();
        let mut kept = Vec::new();
        let count = done.evidence.len();
        for it in done.evidence.into_iter().take(EVIDENCE_MAX) {
            let it = self.sealed_evidence(it);
            content.push(piece(&it));
            kept.push(it);
        }
        let mut text = self.clean(&done.text);
        if text.len() > TEXT_MAX {
            let end = (0..=TEXT_MAX).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
            text = format!("{}\n… ({} bytes in all; ask for a part)", &text[..end], text.len());
        }
        if count > EVIDENCE_MAX {
            text.push_str(&format!(
                "\n… (evidence: the first {EVIDENCE_MAX} of {count}; ask for a part)"
            ));
        }
        if !text.is_empty() || content.is_empty() {
            content.push(Piece::Text(text));
        }
        let result = ToolResult { call: id.to_owned(), content, is_error: false };
        Ran { result, evidence: kept, spent: done.spent }
    }

    /// Under the name of what can be seen of it.
    fn sealed_evidence(&self, it: Evidence) -> Evidence {
        let (subject, text) = (self.clean(&it.subject), self.clean(&it.text));
        let details: Vec<String> = it.details.iter().map(|it| self.clean(it)).collect();
        match subject == it.subject && text == it.text && details == it.details {
            true => it,
            false => Evidence::new(it.kind, subject, text, details, it.places),
        }
    }
}

fn piece(it: &Evidence) -> Piece {
    let place = it.places.first().map(|it| format!("{}:{}", it.path, it.line)).unwrap_or_default();
    let title = format!("{} {} {place}", it.kind.as_str(), it.subject).trim().to_owned();
    let mut text = it.text.clone();
    for detail in &it.details {
        text.push('\n');
        text.push_str(detail);
    }
    Piece::Evidence { id: it.name(), title, text }
}
