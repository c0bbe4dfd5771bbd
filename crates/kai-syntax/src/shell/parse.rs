//! A script to its commands.

use std::ops::Range;

use brush_parser::ast::{
    AndOr, AndOrList, Command as Parsed, CommandPrefixOrSuffixItem, CompoundCommand, CompoundList,
    Pipeline, SeparatorOperator, SimpleCommand,
};
use brush_parser::{Parser, ParserOptions, SourceInfo, TokenLocation};
use smol_str::SmolStr;

/// What a script runs, in the order of its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub commands: Vec<Command>,
}

/// One command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program first. Quotes are taken off; what the shell would expand stands as it is written.
    pub words: Vec<Word>,
    /// Variables that are set for it, or by it where it has no words.
    pub assignments: Vec<SmolStr>,
    /// The number of its pipeline in the script.
    pub pipeline: usize,
    /// True where the next command reads what it writes.
    pub is_piped: bool,
    /// True where the shell goes on without it: `&`.
    pub is_background: bool,
    pub handling: Handling,
}

/// What becomes of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// Nothing beside it: the shell's options decide.
    Plain,
    /// What it says decides what runs next (`if`, `while`, `!`, all but the last of `&&`).
    Tested,
    /// Something else runs in its place.
    Replaced,
    /// `|| true` and its like: nothing remembers it.
    Dropped,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: SmolStr,
    pub range: Range<usize>,
}

/// Scripts that are longer are somebody's data.
const LENGTH_MAX: usize = 1 << 18;

/// The commands of a script; none where it is no shell.
#[must_use]
pub fn parse(text: &str) -> Option<Script> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let mut parser =
        Parser::new(text.as_bytes(), &ParserOptions::default(), &SourceInfo::default());
    let program = parser.parse_program().ok()?;
    let mut reading = Reading {
        text,
        offsets: offsets(text),
        script: Script::default(),
        pipelines: 0,
        is_background: false,
    };
    for list in &program.complete_commands {
        reading.list(list, Handling::Plain);
    }
    Some(reading.script)
}

/// Where each character begins, for texts in which a character is not always a byte.
fn offsets(text: &str) -> Vec<usize> {
    if text.is_ascii() { Vec::new() } else { text.char_indices().map(|it| it.0).collect() }
}

struct Reading<'a> {
    text: &'a str,
    offsets: Vec<usize>,
    script: Script,
    pipelines: usize,
    is_background: bool,
}

impl Reading<'_> {
    fn list(&mut self, list: &CompoundList, handling: Handling) {
        for item in &list.0 {
            let around = self.is_background;
            self.is_background |= matches!(item.1, SeparatorOperator::Async);
            self.and_or(&item.0, handling);
            self.is_background = around;
        }
    }

    fn and_or(&mut self, list: &AndOrList, around: Handling) {
        let mut next = list.additional.iter();
        let mut pipeline = &list.first;
        loop {
            let following = next.next();
            let handling = match following {
                None => around,
                Some(AndOr::And(_)) => Handling::Tested,
                Some(AndOr::Or(other)) if does_nothing(other) => Handling::Dropped,
                Some(AndOr::Or(_)) => Handling::Replaced,
            };
            // In `a && b || true` the last one speaks for both.
            let is_dropped = handling == Handling::Tested
                && list.additional.iter().any(|it| matches!(it, AndOr::Or(it) if does_nothing(it)));
            self.pipeline(pipeline, if is_dropped { Handling::Dropped } else { handling });
            match following {
                None => return,
                Some(AndOr::And(it) | AndOr::Or(it)) => pipeline = it,
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, around: Handling) {
        let handling = if pipeline.bang { Handling::Tested } else { around };
        self.pipelines += 1;
        let number = self.pipelines;
        for (index, command) in pipeline.seq.iter().enumerate() {
            let is_piped = index + 1 < pipeline.seq.len();
            self.command(command, number, is_piped, handling);
        }
    }

    fn command(&mut self, command: &Parsed, pipeline: usize, is_piped: bool, handling: Handling) {
        match command {
            Parsed::Simple(it) => self.simple(it, pipeline, is_piped, handling),
            Parsed::Compound(it, _) => self.compound(it, handling),
            Parsed::Function(it) => self.compound(&it.body.0, Handling::Plain),
            Parsed::ExtendedTest(..) => {}
        }
    }

    fn compound(&mut self, command: &CompoundCommand, handling: Handling) {
        match command {
            CompoundCommand::BraceGroup(it) => self.list(&it.list, handling),
            CompoundCommand::Subshell(it) => self.list(&it.list, handling),
            CompoundCommand::ForClause(it) => self.list(&it.body.list, handling),
            CompoundCommand::ArithmeticForClause(it) => self.list(&it.body.list, handling),
            CompoundCommand::CaseClause(it) => {
                it.cases
                    .iter()
                    .filter_map(|it| it.cmd.as_ref())
                    .for_each(|it| self.list(it, handling));
            }
            CompoundCommand::IfClause(it) => {
                self.list(&it.condition, Handling::Tested);
                self.list(&it.then, handling);
                for other in it.elses.iter().flatten() {
                    if let Some(condition) = &other.condition {
                        self.list(condition, Handling::Tested);
                    }
                    self.list(&other.body, handling);
                }
            }
            CompoundCommand::WhileClause(it) | CompoundCommand::UntilClause(it) => {
                self.list(&it.0, Handling::Tested);
                self.list(&it.1.list, handling);
            }
            CompoundCommand::Arithmetic(_) => {}
        }
    }

    fn simple(
        &mut self,
        command: &SimpleCommand,
        pipeline: usize,
        is_piped: bool,
        handling: Handling,
    ) {
        let prefix = command.prefix.iter().flat_map(|it| &it.0);
        let suffix = command.suffix.iter().flat_map(|it| &it.0);
        let assignments = prefix.filter_map(|it| match it {
            CommandPrefixOrSuffixItem::AssignmentWord(_, word) => Some(word.value.as_str().into()),
            _ => None,
        });
        let assignments = assignments.collect();
        let arguments = suffix.filter_map(|it| match it {
            CommandPrefixOrSuffixItem::Word(word)
            | CommandPrefixOrSuffixItem::AssignmentWord(_, word) => Some(word),
            _ => None,
        });
        let words: Vec<Word> = command
            .word_or_name
            .iter()
            .chain(arguments)
            .map(|it| Word {
                text: brush_parser::unquote_str(&it.value).into(),
                range: it.loc.as_ref().map_or(0..0, |it| self.range(it)),
            })
            .collect();
        let is_background = self.is_background;
        let command = Command { words, assignments, pipeline, is_piped, is_background, handling };
        self.script.commands.push(command);
    }

    fn range(&self, span: &TokenLocation) -> Range<usize> {
        self.offset(span.start.index)..self.offset(span.end.index)
    }

    fn offset(&self, character: usize) -> usize {
        let end = self.text.len();
        if self.offsets.is_empty() {
            character.min(end)
        } else {
            self.offsets.get(character).copied().unwrap_or(end)
        }
    }
}

/// `true`, `:`, and a word of goodbye.
fn does_nothing(pipeline: &Pipeline) -> bool {
    let [Parsed::Simple(command)] = &pipeline.seq[..] else { return false };
    let name = command.word_or_name.as_ref().map(|it| it.value.as_str());
    let argument = || match command.suffix.as_ref().map(|it| &it.0[..]) {
        Some([CommandPrefixOrSuffixItem::Word(word)]) => Some(word.value.as_str()),
        _ => None,
    };
    match name {
        Some("true" | ":" | "/bin/true" | "echo" | "printf") => true,
        Some("exit") => argument() == Some("0"),
        _ => false,
    }
}

impl Command {
    /// The program, without its folder.
    #[must_use]
    pub fn program(&self) -> &str {
        let program = self.words.first().map_or("", |it| it.text.as_str());
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The bytes from its first word to its last.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |it| it.range.start);
        start..self.words.last().map_or(start, |it| it.range.end)
    }
}
