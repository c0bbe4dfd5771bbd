//! Every command of a text, whatever holds it.

use brush_parser::ast::{
    AndOr, AndOrList, AssignmentName, AssignmentValue, Command, CommandPrefixOrSuffixItem as Item,
    CompoundCommand, CompoundList, ExtendedTestExpr, IoFileRedirectKind, IoFileRedirectTarget,
    IoRedirect, Pipeline, RedirectList, SeparatorOperator, SimpleCommand,
};
use brush_parser::{Parser, ParserOptions, SourceInfo};

use crate::class::{Call, Class, Judgement, Objection, Verdict, ask, mutates, network, worst};
use crate::folder::{self, Folder, Nowhere};
use crate::nesting::{self, Nesting};
use crate::paths::{self, Use};
use crate::programs;
use crate::words::{self, Inside, Word};

/// Texts that are longer are no commands.
const LENGTH_MAX: usize = 1 << 16;
/// Commands inside of commands.
const DEPTH_MAX: usize = 8;
/// Commands that are looked at, with all that aliases and wrappers make of them.
const COMMANDS_MAX: usize = 1000;
const VARIABLES_MAX: usize = 100;
/// Bytes; those that are not used cost nothing.
const STACK: usize = 256 << 20;

/// What a command line of a POSIX shell or of bash would do, told from its text alone.
#[must_use]
pub fn classify(text: &str) -> Judgement {
    classify_in(text, &Nowhere)
}

/// What a command line would do where it is run in a folder: which files a pattern finds, and which ones git prints, is
/// asked of it.
#[must_use]
pub fn classify_in(text: &str, there: &dyn Folder) -> Judgement {
    if text.len() > LENGTH_MAX {
        return unread(TOO_LONG);
    }
    match nesting::of(text) {
        Nesting::Flat => judged(text, there),
        Nesting::Deep => stacker::grow(STACK, || judged(text, there)),
        Nesting::TooDeep(why) => unread(why),
    }
}

const TOO_LONG: &str = "more than 64 KiB, which nobody has read";

/// What is said of a text that is not read at all.
fn unread(why: &str) -> Judgement {
    Judgement {
        class: Class::Unknown,
        reason: why.to_owned(),
        is_readable: false,
        calls: Vec::new(),
        reads_unnamed: false,
    }
}

fn judged(text: &str, there: &dyn Folder) -> Judgement {
    let mut walk = Walk::new(there);
    walk.script(text);
    let verdict = worst(walk.verdicts.drain(..));
    let (class, reason) = match verdict {
        Ok(()) => (Class::ReadOnly, String::new()),
        Err(it) => (it.class, it.reason),
    };
    Judgement {
        class,
        reason,
        is_readable: !walk.is_hidden,
        calls: walk.calls,
        reads_unnamed: walk.reads_unnamed,
    }
}

/// What stands before a `|`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Feed {
    #[default]
    Nothing,
    Text,
    /// Names of files, each ended by a zero byte; what stands for them.
    Names(Vec<Word>),
}

pub(crate) struct Walk<'a> {
    pub(crate) there: &'a dyn Folder,
    pub(crate) feed: Feed,
    calls: Vec<Call>,
    verdicts: Vec<Verdict>,
    depth: usize,
    is_hidden: bool,
    pub(crate) reads_unnamed: bool,
    /// Where the next command runs, told from where the text begins; nothing where the text does not say.
    pub(crate) folder: Option<String>,
    variables: Vec<(String, Option<String>)>,
    aliases: Vec<(String, String)>,
    /// Aliases whose text is being read: the shell does not put it in again.
    expanding: Vec<String>,
    commands: usize,
}

impl<'a> Walk<'a> {
    fn new(there: &'a dyn Folder) -> Self {
        Self {
            there,
            feed: Feed::Nothing,
            calls: Vec::new(),
            verdicts: Vec::new(),
            depth: 0,
            is_hidden: false,
            reads_unnamed: false,
            folder: Some(String::new()),
            variables: Vec::new(),
            aliases: Vec::new(),
            expanding: Vec::new(),
            commands: 0,
        }
    }

    fn object(&mut self, verdict: Verdict) {
        if verdict.is_err() {
            self.verdicts.push(verdict);
        }
    }

    fn script(&mut self, text: &str) {
        let visible = words::are_visible(text);
        self.is_hidden |= visible.is_err();
        self.object(visible);
        let too_much = match nesting::of(text) {
            _ if text.len() > LENGTH_MAX => Some(TOO_LONG),
            Nesting::TooDeep(why) => Some(why),
            _ => (self.depth >= DEPTH_MAX).then_some("commands inside of commands, 8 deep"),
        };
        if let Some(why) = too_much {
            self.is_hidden = true;
            return self.object(ask(why));
        }
        let options = ParserOptions::default();
        let parsed = Parser::new(text.as_bytes(), &options, &SourceInfo::default()).parse_program();
        let Ok(program) = parsed else {
            self.is_hidden = true;
            return self.object(ask("not the syntax of a shell"));
        };
        self.depth += 1;
        for list in &program.complete_commands {
            self.list(list);
        }
        self.depth -= 1;
    }

    /// What is said of a script that a program would run.
    pub(crate) fn nested(&mut self, text: &str) -> Verdict {
        let before = std::mem::take(&mut self.verdicts);
        let (folder, variables) = (self.folder.clone(), self.variables.clone());
        self.script(text);
        (self.folder, self.variables) = (folder, variables);
        worst(std::mem::replace(&mut self.verdicts, before))
    }

    /// What is said of a command that a program would run.
    pub(crate) fn inner(&mut self, words: &[Word]) -> Verdict {
        self.commands += 1;
        if self.depth >= DEPTH_MAX || self.commands > COMMANDS_MAX {
            self.is_hidden = true;
            return ask(
                "more than 1,000 commands, or 8 inside of each other, which nobody has read",
            );
        }
        self.depth += 1;
        let mut verdict = programs::judge(words, self);
        if let Some((name, text)) = self.alias_of(words) {
            self.expanding.push(name);
            verdict = worst([verdict, self.nested(&text)]);
            self.expanding.pop();
        }
        self.depth -= 1;
        self.record(words, &verdict);
        verdict
    }

    /// The name and the text of a command whose program was given another name before.
    fn alias_of(&self, words: &[Word]) -> Option<(String, String)> {
        let (program, arguments) = words.split_first()?;
        if self.expanding.contains(&program.text) {
            return None;
        }
        let (name, meant) = self.aliases.iter().rev().find(|it| it.0 == program.text)?;
        let arguments = arguments.iter().map(|it| match it.is_fixed() {
            true => format!("'{}'", it.text.replace('\'', "'\\''")),
            false => it.text.clone(),
        });
        let text = std::iter::once(meant.clone()).chain(arguments).collect::<Vec<_>>().join(" ");
        Some((name.clone(), text))
    }

    fn record(&mut self, words: &[Word], verdict: &Verdict) {
        let Some((program, arguments)) = words.split_first() else { return };
        let (class, reason) = match verdict {
            Ok(()) => (Class::ReadOnly, String::new()),
            Err(it) => (it.class, it.reason.clone()),
        };
        let name = program.text.rsplit('/').next().unwrap_or_default().to_owned();
        let arguments = arguments.iter().map(Word::argument).collect();
        let (folder, variables) = (self.folder.clone(), self.variables.clone());
        self.calls.push(Call { program: name, arguments, class, reason, folder, variables });
        self.reads_unnamed |= words.iter().any(|it| it.is_glob) || programs::reads_unnamed(words);
    }

    fn list(&mut self, list: &CompoundList) {
        for item in &list.0 {
            self.and_or(&item.0);
            if matches!(item.1, SeparatorOperator::Async) {
                self.object(ask("`&` leaves a command running"));
            }
        }
    }

    /// A `cd` behind `&&` has run where what stands behind it in a chain of `&&` runs, and only there.
    fn and_or(&mut self, list: &AndOrList) {
        self.pipeline(&list.first);
        let certain = self.folder.clone();
        let mut is_chain = true;
        for it in &list.additional {
            let (AndOr::And(next) | AndOr::Or(next)) = it;
            is_chain &= matches!(it, AndOr::And(_));
            self.stay(is_chain, &certain);
            self.pipeline(next);
            self.stay(is_chain, &certain);
        }
        self.stay(false, &certain);
    }

    /// Where a `cd` may have been passed over, nobody knows where the next command runs.
    fn stay(&mut self, has_run: bool, certain: &Option<String>) {
        if !has_run && self.folder != *certain {
            self.folder = None;
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.feed = Feed::Nothing;
        let folder = self.folder.clone();
        for command in &pipeline.seq {
            self.command(command);
            if pipeline.seq.len() > 1 {
                self.folder.clone_from(&folder);
            }
        }
        self.feed = Feed::Nothing;
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(it) => self.simple(it),
            Command::Compound(it, redirects) => {
                self.compound(it);
                self.redirects(redirects.as_ref());
                self.feed = Feed::Text;
            }
            Command::Function(it) => {
                self.object(ask(format!("`{}` is defined to be something else", it.fname.value)));
                self.compound(&it.body.0);
                self.redirects(it.body.1.as_ref());
            }
            Command::ExtendedTest(it) => {
                self.object(ask("`[[` may run what its operands say"));
                self.test(&it.expr);
            }
        }
    }

    fn test(&mut self, expr: &ExtendedTestExpr) {
        match expr {
            ExtendedTestExpr::And(a, b) | ExtendedTestExpr::Or(a, b) => {
                self.test(a);
                self.test(b);
            }
            ExtendedTestExpr::Not(it) | ExtendedTestExpr::Parenthesized(it) => self.test(it),
            ExtendedTestExpr::UnaryTest(_, it) => {
                self.word(&it.value);
            }
            ExtendedTestExpr::BinaryTest(_, a, b) => {
                self.word(&a.value);
                self.word(&b.value);
            }
        }
    }

    fn compound(&mut self, command: &CompoundCommand) {
        self.object(ask("more than a list of plain commands"));
        match command {
            CompoundCommand::BraceGroup(it) => self.list(&it.list),
            CompoundCommand::Subshell(it) => {
                let (folder, variables) = (self.folder.clone(), self.variables.clone());
                self.list(&it.list);
                (self.folder, self.variables) = (folder, variables);
            }
            CompoundCommand::ForClause(it) => {
                for value in it.values.iter().flatten() {
                    self.word(&value.value);
                }
                self.list(&it.body.list);
            }
            CompoundCommand::ArithmeticForClause(it) => {
                for part in [&it.initializer, &it.condition, &it.updater].into_iter().flatten() {
                    self.word(&part.value);
                }
                self.list(&it.body.list);
            }
            CompoundCommand::CaseClause(it) => {
                self.word(&it.value.value);
                for case in &it.cases {
                    case.patterns.iter().for_each(|it| {
                        self.word(&it.value);
                    });
                    case.cmd.iter().for_each(|it| self.list(it));
                }
            }
            CompoundCommand::IfClause(it) => {
                self.list(&it.condition);
                self.list(&it.then);
                for other in it.elses.iter().flatten() {
                    other.condition.iter().for_each(|it| self.list(it));
                    self.list(&other.body);
                }
            }
            CompoundCommand::WhileClause(it) | CompoundCommand::UntilClause(it) => {
                self.list(&it.0);
                self.list(&it.1.list);
            }
            CompoundCommand::Arithmetic(it) => {
                self.word(&it.expr.value);
            }
        }
    }

    fn simple(&mut self, command: &SimpleCommand) {
        let outer = self.variables.len();
        for item in command.prefix.iter().flat_map(|it| &it.0) {
            match item {
                Item::AssignmentWord(it, _) => self.assignment(&it.name, &it.value),
                item => {
                    self.item(item);
                }
            }
        }
        let mut words = Vec::new();
        if let Some(it) = &command.word_or_name {
            words.extend(self.word(&it.value));
        }
        for item in command.suffix.iter().flat_map(|it| &it.0) {
            let arguments = self.item(item);
            words.extend(arguments.into_iter().flat_map(|it| self.found(it)));
        }
        if words.is_empty() {
            self.feed = Feed::Nothing;
            return;
        }
        if self.folder.is_none() {
            self.object(ask("in which folder it runs is not known before"));
        }
        let verdict = self.inner(&words);
        self.feed = programs::feed(&words, &self.feed, verdict.is_ok());
        self.object(verdict);
        self.variables.truncate(outer);
        self.moves(&words);
    }

    /// What a command changes for those behind it: where they run, and their variables.
    fn moves(&mut self, words: &[Word]) {
        let is_before = |it: &&Word| matches!(it.text.as_str(), "command" | "builtin" | "-p");
        let words = &words[words.iter().take_while(is_before).count()..];
        match words.first().map_or("", |it| it.text.as_str()) {
            "cd" | "pushd" => {
                self.folder = match (&self.folder, &words[1..]) {
                    (_, [it]) if it.is_fixed() && it.text.starts_with(['/', '~']) => {
                        Some(it.text.clone())
                    }
                    (Some(folder), [it])
                        if it.is_fixed() && !it.is_glob && !it.text.starts_with('-') =>
                    {
                        Some(format!(
                            "{folder}{}{}",
                            if folder.is_empty() { "" } else { "/" },
                            it.text
                        ))
                    }
                    _ => None,
                };
            }
            "popd" => self.folder = None,
            "alias" => {
                let named = words[1..].iter().filter(|it| it.is_fixed());
                let named = named.filter_map(|it| it.text.split_once('='));
                self.aliases.extend(named.map(|it| (it.0.to_owned(), it.1.to_owned())));
            }
            "export" | "declare" | "typeset" | "readonly" => {
                for word in &words[1..] {
                    if let Some((name, value)) = word.text.split_once('=') {
                        self.set(name, word.is_fixed().then(|| value.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Option<String>) {
        if self.variables.len() >= VARIABLES_MAX {
            self.is_hidden = true;
            return self.object(ask("too many variables to read"));
        }
        self.variables.push((name.to_owned(), value));
    }

    /// How many variables are set.
    pub(crate) fn variables(&self) -> usize {
        self.variables.len()
    }

    /// Forgets those that were set for one command.
    pub(crate) fn forget(&mut self, count: usize) {
        self.variables.truncate(count);
    }

    /// The names that a pattern finds; the word itself where they are not known, or where there are none.
    fn found(&self, word: Word) -> Vec<Word> {
        let place = self.folder.as_deref().filter(|_| word.is_glob && word.is_fixed());
        let names = place.and_then(|it| folder::found(self.there, it, &word.text));
        match names {
            Some(names) if !names.is_empty() => names.into_iter().map(Word::fixed).collect(),
            _ => vec![word],
        }
    }

    fn item(&mut self, item: &Item) -> Vec<Word> {
        match item {
            Item::Word(it) | Item::AssignmentWord(_, it) => self.word(&it.value),
            Item::IoRedirect(it) => {
                self.redirect(it);
                Vec::new()
            }
            Item::ProcessSubstitution(_, it) => {
                self.object(ask("a command in place of a file"));
                let feed = std::mem::take(&mut self.feed);
                self.list(&it.list);
                self.feed = feed;
                vec![Word { kind: words::Kind::Expanded, ..Word::fixed("<(…)") }]
            }
        }
    }

    fn word(&mut self, raw: &str) -> Vec<Word> {
        let mut inside = Inside::default();
        let words = words::read(raw, &mut inside);
        self.object(words::said(&inside));
        for script in &inside.scripts {
            self.object(ask("a command inside of a word"));
            let feed = std::mem::take(&mut self.feed);
            self.script(script);
            self.feed = feed;
        }
        words
    }

    fn assignment(&mut self, name: &AssignmentName, value: &AssignmentValue) {
        let AssignmentName::VariableName(name) = name else {
            return self.object(ask("an array"));
        };
        let AssignmentValue::Scalar(value) = value else { return self.object(ask("an array")) };
        let words = self.word(&value.value);
        let fixed =
            words.iter().all(Word::is_fixed).then(|| words.first().map(|it| it.text.clone()));
        let value = fixed.map(Option::unwrap_or_default);
        let verdict = assigned(name, value.as_deref());
        self.set(name, value);
        self.object(verdict);
    }

    fn redirects(&mut self, list: Option<&RedirectList>) {
        for it in list.iter().flat_map(|it| &it.0) {
            self.redirect(it);
        }
    }

    fn redirect(&mut self, redirect: &IoRedirect) {
        match redirect {
            IoRedirect::HereDocument(_, it) => {
                self.object(ask("a text in place of a file"));
                if it.requires_expansion {
                    self.word(&it.doc.value);
                }
            }
            IoRedirect::HereString(_, it) => {
                self.object(ask("a text in place of a file"));
                self.word(&it.value);
            }
            IoRedirect::OutputAndError(it, _) => {
                let words = self.word(&it.value);
                self.object(written(&words));
            }
            IoRedirect::File(_, kind, target) => self.redirect_file(kind, target),
        }
    }

    fn redirect_file(&mut self, kind: &IoFileRedirectKind, target: &IoFileRedirectTarget) {
        match target {
            IoFileRedirectTarget::Fd(_) => {}
            IoFileRedirectTarget::Duplicate(it) => {
                let words = self.word(&it.value);
                let is_number = words.iter().all(|it| {
                    it.is_fixed() && it.text.bytes().all(|it| it.is_ascii_digit() || it == b'-')
                });
                if !is_number {
                    self.object(written(&words));
                }
            }
            IoFileRedirectTarget::ProcessSubstitution(_, it) => {
                self.object(ask("a command in place of a file"));
                self.list(&it.list);
            }
            IoFileRedirectTarget::Filename(it) => {
                let words = self.word(&it.value);
                let verdict = match kind {
                    IoFileRedirectKind::Read => read(&words),
                    IoFileRedirectKind::DuplicateInput | IoFileRedirectKind::DuplicateOutput => {
                        ask("a channel that is known only when it runs")
                    }
                    _ => written(&words),
                };
                self.object(verdict);
            }
        }
    }
}

fn read(words: &[Word]) -> Verdict {
    opens_no_socket(words)?;
    words.iter().try_for_each(|it| paths::check(it, Use::Content))
}

fn written(words: &[Word]) -> Verdict {
    opens_no_socket(words)?;
    match words {
        [it] if it.is_fixed()
            && matches!(it.text.as_str(), "/dev/null" | "/dev/stderr" | "/dev/stdout") =>
        {
            Ok(())
        }
        words => {
            let name = words.first().map_or("", |it| &it.text);
            mutates(format!("writes `{name}`"))
        }
    }
}

/// Bash opens sockets under these names.
fn opens_no_socket(words: &[Word]) -> Verdict {
    let is_socket =
        words.iter().any(|it| it.text.starts_with("/dev/tcp/") || it.text.starts_with("/dev/udp/"));
    if is_socket { network("opens a connection") } else { Ok(()) }
}

/// What is said of a variable that is set for a command.
pub(crate) fn assigned(name: &str, value: Option<&str>) -> Verdict {
    let runs = [
        "GIT_", "LD_", "DYLD_", "KUBECTL_", "HELM_", "TF_CLI", "BASH_", "PYTHON", "PERL", "NODE_",
        "RUBY",
    ];
    let is_harmless = name.starts_with("LC_")
        || matches!(
            name,
            "LANG"
                | "LANGUAGE"
                | "TZ"
                | "TERM"
                | "NO_COLOR"
                | "CLICOLOR"
                | "FORCE_COLOR"
                | "COLUMNS"
                | "LINES"
        );
    match (name, value) {
        (_, Some(_)) if is_harmless => Ok(()),
        (
            "PAGER" | "GIT_PAGER" | "KUBECTL_PAGER" | "SYSTEMD_PAGER" | "AWS_PAGER",
            Some("cat" | ""),
        ) => Ok(()),
        ("GIT_OPTIONAL_LOCKS" | "GIT_TERMINAL_PROMPT", Some("0")) => Ok(()),
        (
            "PATH" | "ENV" | "IFS" | "PAGER" | "EDITOR" | "VISUAL" | "BROWSER" | "SHELL"
            | "LESSOPEN" | "PS4" | "PROMPT_COMMAND",
            _,
        ) => mutates(format!("`{name}` decides what runs")),
        _ if name.ends_with("PAGER") || runs.iter().any(|it| name.starts_with(it)) => {
            mutates(format!("`{name}` decides what runs"))
        }
        _ => Err(Objection::new(Class::Unknown, format!("what `{name}` changes is not known"))),
    }
}
