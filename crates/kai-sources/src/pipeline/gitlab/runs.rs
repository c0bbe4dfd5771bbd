//! When a job runs, and who says so.

use kai_core::{Node, OriginId};

use super::condition::{Value, holds};
use super::variables::Start;

/// What a start does with a job, as far as the text says.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Where it says that it runs by itself.
    pub(super) by_itself: Option<OriginId>,
    /// Where it says that somebody starts it.
    pub(super) by_hand: Option<OriginId>,
    /// The pipeline waits for whoever starts it.
    pub(super) blocks: bool,
}

/// A job, or a whole configuration, with the variables that are around it.
pub(super) struct Asked<'a> {
    pub(super) node: &'a Node,
    pub(super) start: Start,
    pub(super) is_child: bool,
    pub(super) variables: &'a [&'a Node],
}

impl Asked<'_> {
    fn value(&self, name: &str) -> Value {
        self.start.value(name, self.is_child, self.variables)
    }

    /// Whether a condition may hold. A variable of one's own that nothing here sets is a switch that
    /// somebody turns on for the run in which it is wanted.
    fn may_hold(&self, condition: &str) -> Option<bool> {
        holds(condition, &|name| match self.value(name) {
            Value::Unknown if !is_of_gitlab(name) => Value::Null,
            value => value,
        })
    }

    /// Whether `workflow:` lets a pipeline start.
    pub(super) fn may_start(&self) -> bool {
        match self.node.at(&["workflow", "rules"]) {
            Some(rules) => self.matching(rules).iter().any(|it| self.when(it) != "never"),
            None => true,
        }
    }

    /// Whether a job runs. One without rules runs for branches and tags.
    pub(super) fn runs(&self, job_origin: OriginId) -> Runs {
        let rules = self.node.get("rules");
        let mut runs = Runs::default();
        if let Some(rules) = rules {
            for rule in self.matching(rules) {
                let at = rule.get("if").or_else(|| rule.get("when")).unwrap_or(rule);
                let may_fail =
                    is_true(rule, "allow_failure").or(is_true(self.node, "allow_failure"));
                // A rule that leaves a job to somebody makes the pipeline wait; a job that does so does not.
                let blocks = may_fail.map_or(rule.get("when").is_some(), |it| !it);
                runs.add(self.when(rule), at.origin, blocks);
            }
        } else if self.is_of_kind() {
            let when = self.node.get("when");
            let blocks = is_true(self.node, "allow_failure") == Some(false);
            runs.add(self.when(self.node), when.map_or(job_origin, |it| it.origin), blocks);
        }
        runs
    }

    /// True where `workflow:` surely lets a pipeline start.
    pub(super) fn surely_starts(&self) -> bool {
        self.node.at(&["workflow", "rules"]).is_none_or(|rules| self.surely_runs_by(rules))
    }

    /// True where the job surely runs by itself.
    pub(super) fn surely_runs(&self) -> bool {
        let only = self.node.get("only").map(texts).unwrap_or_default();
        let is_open = self.node.get("except").is_some()
            || only.iter().any(|it| !matches!(*it, "branches" | "pushes"))
            || self.node.get("only").is_some_and(|it| it.as_map().is_some());
        match self.node.get("rules") {
            Some(rules) => self.surely_runs_by(rules),
            None => !is_open && is_by_itself(self.when(self.node)),
        }
    }

    fn surely_runs_by(&self, rules: &Node) -> bool {
        let [first, ..] = self.matching(rules)[..] else { return false };
        let held = first.get("if").and_then(Node::as_str);
        let held = held.map_or(Some(true), |it| holds(it, &|name| self.value(name)));
        let is_open = first.get("changes").is_some() || first.get("exists").is_some();
        held == Some(true) && !is_open && is_by_itself(self.when(first))
    }

    /// The rules that may be the one which decides: those that may match, to the first that must.
    fn matching<'b>(&self, rules: &'b Node) -> Vec<&'b Node> {
        let mut matching = Vec::new();
        for rule in flat(rules) {
            let is_open = rule.get("changes").is_some() || rule.get("exists").is_some();
            let held = match rule.get("if").and_then(Node::as_str) {
                Some(condition) => self.may_hold(condition),
                None => Some(true),
            };
            if held == Some(false) {
                continue;
            }
            matching.push(rule);
            if held == Some(true) && !is_open {
                break;
            }
        }
        matching
    }

    fn when<'b>(&'b self, rule: &'b Node) -> &'b str {
        let own = rule.str_at(&["when"]);
        own.or_else(|| self.node.str_at(&["when"])).unwrap_or("on_success")
    }

    /// `only` and `except`, of which the words for kinds of pipelines are read; a name or pattern of a
    /// branch is left open, and so is what else they ask.
    fn is_of_kind(&self) -> bool {
        let only = self.node.get("only");
        let names = only.map(|it| texts(it.get("refs").unwrap_or(it))).unwrap_or_default();
        let is_named = |names: &[&str]| names.iter().any(|it| self.is_meant(it));
        let is_only = match names[..] {
            [] => self.is_meant("branches") || self.is_meant("tags"),
            _ => is_named(&names),
        };
        let switches = only.and_then(|it| it.get("variables")).map(texts).unwrap_or_default();
        let is_off =
            !switches.is_empty() && switches.iter().all(|it| self.may_hold(it) == Some(false));
        let except = self.node.get("except");
        let is_plain = |it: &&Node| it.as_map().is_none_or(|it| it.len() == 1);
        let excepted = except.filter(is_plain).map(|it| texts(it.get("refs").unwrap_or(it)));
        let is_excepted = excepted.unwrap_or_default().iter().any(|it| self.is_surely_meant(it));
        is_only && !is_off && !is_excepted
    }

    fn is_meant(&self, name: &str) -> bool {
        match KINDS.contains(&name) {
            true => self.is_surely_meant(name),
            // Tags have names like branches; merge requests have none.
            false if matches!(name, "main" | "master") => self.start.is_default,
            false => !matches!(self.start.name, "merge_request_event"),
        }
    }

    fn is_surely_meant(&self, name: &str) -> bool {
        let start = self.start.name;
        match name {
            "branches" => !matches!(start, "tag" | "merge_request_event"),
            "tags" => start == "tag",
            "merge_requests" => start == "merge_request_event",
            "pushes" => matches!(start, "push" | "tag"),
            "schedules" => start == "schedule",
            "web" => start == "web",
            "pipelines" => start == "pipeline",
            _ => false,
        }
    }
}

/// The words of `only` and `except` that name no branch.
const KINDS: &[&str] = &[
    "api",
    "branches",
    "chat",
    "external",
    "external_pull_requests",
    "merge_requests",
    "pipelines",
    "pushes",
    "schedules",
    "tags",
    "triggers",
    "web",
];

impl Runs {
    fn add(&mut self, when: &str, at: OriginId, blocks: bool) {
        match when {
            "never" => {}
            "manual" => {
                self.by_hand = self.by_hand.or(Some(at));
                self.blocks |= blocks;
            }
            _ => self.by_itself = self.by_itself.or(Some(at)),
        }
    }
}

/// True for names that GitLab sets in some pipeline. People call switches of their own `CI_…`, too, so it is
/// the word after it that tells.
fn is_of_gitlab(name: &str) -> bool {
    const FAMILIES: [&str; 32] = [
        "API",
        "BUILD",
        "BUILDS",
        "COMMIT",
        "CONCURRENT",
        "CONFIG",
        "DEBUG",
        "DEFAULT",
        "DEPENDENCY",
        "DEPLOY",
        "DISPOSABLE",
        "ENVIRONMENT",
        "EXTERNAL",
        "GITLAB",
        "HAS",
        "JOB",
        "KUBERNETES",
        "MERGE",
        "NODE",
        "OPEN",
        "PAGES",
        "PIPELINE",
        "PROJECT",
        "REGISTRY",
        "RELEASE",
        "REPOSITORY",
        "RUNNER",
        "SERVER",
        "SHARED",
        "TEMPLATE",
        "TRIGGER",
        "UPSTREAM",
    ];
    let of_ci = name.strip_prefix("CI_").and_then(|it| it.split('_').next());
    matches!(name, "CI" | "TRIGGER_PAYLOAD")
        || ["CHAT_", "GITLAB_"].iter().any(|it| name.starts_with(it))
        || of_ci.is_some_and(|it| FAMILIES.contains(&it))
}

fn is_by_itself(when: &str) -> bool {
    matches!(when, "always" | "delayed" | "on_success")
}

/// Items of a list, and of the lists that a reference puts into it.
pub(super) fn flat(list: &Node) -> Vec<&Node> {
    let items = list.items().iter();
    items.flat_map(|it| if it.is_seq() { flat(it) } else { vec![it] }).collect()
}

fn texts(node: &Node) -> Vec<&str> {
    match node.as_str() {
        Some(text) => vec![text],
        None => flat(node).into_iter().filter_map(Node::as_str).collect(),
    }
}

fn is_true(node: &Node, key: &str) -> Option<bool> {
    node.get(key)?.as_bool()
}
