//! Pipelines of plain words, read in one pass.
//!
//! Names, fields, variables, texts, whole numbers and parentheses are most of what stands in actions, and charts
//! have thousands of them. Those are read here straight from the bytes. Whatever else there is, and all that is
//! wrong, is left to the lexer and the parser behind it, which know the whole grammar and Go's words for every
//! mistake.

use smol_str::SmolStr;

use super::lexer::{WORD, offset};
use super::number::Number;
use super::quote::unquote;
use super::token::{Keyword, Kind};
use super::tree::{Command, Literal, Operand, Pipeline, Term};

/// Fields in a row that are read here.
const MOST_FIELDS: usize = 8;

/// A reader of one action.
pub(super) struct Plain<'a, 'p> {
    pub(super) text: &'a str,
    /// What is read next.
    pub(super) at: usize,
    /// Where the last word ended.
    end: usize,
    /// How many pipelines may stand in each other.
    depth: u32,
    /// Those that are declared; what is declared here is added.
    variables: &'p mut Vec<SmolStr>,
    /// Of commands that are being read.
    operands: &'p mut Vec<Operand>,
    is_function: &'p dyn Fn(&str) -> bool,
}

impl<'a, 'p> Plain<'a, 'p> {
    pub(super) fn new(
        text: &'a str,
        at: usize,
        depth: u32,
        variables: &'p mut Vec<SmolStr>,
        operands: &'p mut Vec<Operand>,
        is_function: &'p dyn Fn(&str) -> bool,
    ) -> Self {
        Self { text, at, end: at, depth, variables, operands, is_function }
    }

    /// The pipeline up to the delimiter that ends the action; a range may declare two variables.
    /// Nothing where a word is not plain.
    pub(super) fn action(&mut self, is_range: bool) -> Option<Pipeline> {
        self.skip_space();
        let start = self.at;
        let (variables, assigns) = self.declarations(is_range)?;
        let pipeline = Pipeline { variables, assigns, ..self.pipeline(start)? };
        (self.byte() != Some(b')')).then_some(pipeline)
    }

    fn declarations(&mut self, is_range: bool) -> Option<(Vec<SmolStr>, bool)> {
        let mut names = Vec::new();
        while self.byte() == Some(b'$') {
            let start = self.at;
            self.at += 1;
            self.skip_word();
            let name = &self.text[start..self.at];
            let is_apart = self.skip_space();
            let (width, is_last) = match self.rest() {
                [b':', b'=', ..] => (":=".len(), true),
                [b'=', ..] if is_apart => ("=".len(), true),
                [b',', ..] if is_range && names.is_empty() => (",".len(), false),
                _ if names.is_empty() => {
                    self.at = start;
                    return Some((names, false));
                }
                _ => return None,
            };
            self.at += width;
            names.push(SmolStr::new(name));
            self.variables.push(SmolStr::new(name));
            if is_last {
                return Some((names, width == "=".len()));
            }
            self.skip_space();
        }
        names.is_empty().then_some((names, false))
    }

    /// Commands up to the sign behind the last of them, which ends an action or parentheses.
    fn pipeline(&mut self, start: usize) -> Option<Pipeline> {
        self.depth = self.depth.checked_sub(1)?;
        let mut commands = Vec::new();
        loop {
            let command = self.command()?;
            if !commands.is_empty() && command.operands[0].is_literal() {
                return None;
            }
            commands.reserve_exact(1);
            commands.push(command);
            if self.byte() != Some(b'|') {
                break;
            }
            self.at += 1;
        }
        self.depth += 1;
        let (start, end) = (offset(start), offset(self.end));
        Some(Pipeline { start, end, variables: Vec::new(), assigns: false, commands })
    }

    fn command(&mut self) -> Option<Command> {
        let mark = self.operands.len();
        self.skip_space();
        let at = offset(self.at);
        loop {
            let operand = self.operand()?;
            self.operands.push(operand);
            self.end = self.at;
            let is_apart = self.skip_space();
            match self.rest() {
                [b'|' | b')', ..] | [b'}', b'}', ..] => break,
                [b'-', b'}', b'}', ..] if is_apart => {
                    // The space belongs to the delimiter.
                    self.at -= 1;
                    break;
                }
                _ if is_apart => {}
                _ => return None,
            }
        }
        Some(Command { at, operands: self.operands.drain(mark..).collect() })
    }

    fn operand(&mut self) -> Option<Operand> {
        let start = self.at;
        let mut at = start;
        let term = match self.byte()? {
            b'.' => match self.fields()? {
                (names, _) if names.is_empty() => {
                    self.at += 1;
                    Term::Dot
                }
                (names, second) => {
                    at = second;
                    Term::Field(names)
                }
            },
            b'$' => {
                self.at += 1;
                self.skip_word();
                let name = &self.text[start..self.at];
                let name = self.variables.iter().rev().find(|it| *it == name)?.clone();
                let first = self.at;
                let (names, _) = self.fields()?;
                at = if names.is_empty() { start } else { first };
                Term::Variable(name, names)
            }
            b'(' => return self.parentheses(),
            b'"' => self.text_in_quotes()?,
            b'`' => {
                let length = memchr::memchr(b'`', &self.rest()[1..])?;
                let inner = &self.text[start + 1..start + 1 + length];
                self.at += length + 2;
                // Go leaves these out.
                if inner.contains('\r') {
                    return None;
                }
                Term::String(SmolStr::new(inner), Literal::Raw)
            }
            b'0'..=b'9' => {
                let digits = self.rest().iter().take_while(|it| it.is_ascii_digit()).count();
                self.at += digits;
                let number = Number::parse(&self.text[start..self.at], Kind::Number).ok()?;
                Term::Number(Box::new(number))
            }
            _ => self.word()?,
        };
        Some(Operand { at: offset(at), term })
    }

    /// A function, or a word of the language that is a value.
    fn word(&mut self) -> Option<Term> {
        let start = self.at;
        self.skip_word();
        match &self.text[start..self.at] {
            "" => None,
            "true" => Some(Term::Bool(true)),
            "false" => Some(Term::Bool(false)),
            word if Keyword::of(word).is_some() || !(self.is_function)(word) => None,
            word => Some(Term::Function(SmolStr::new(word))),
        }
    }

    /// `(…)`, or fields of what stands between.
    fn parentheses(&mut self) -> Option<Operand> {
        self.at += 1;
        self.skip_space();
        let start = self.at;
        let pipeline = self.pipeline(start)?;
        if self.byte() != Some(b')') {
            return None;
        }
        self.at += 1;
        let at = self.at;
        let inner = Operand { at: pipeline.start, term: Term::Pipeline(Box::new(pipeline)) };
        let (names, _) = self.fields()?;
        Some(match names.is_empty() {
            true => inner,
            false => Operand { at: offset(at), term: Term::Chain(Box::new(inner), names) },
        })
    }

    fn text_in_quotes(&mut self) -> Option<Term> {
        let start = self.at;
        let mut has_escapes = false;
        self.at += 1;
        loop {
            match self.byte()? {
                b'"' => break,
                b'\n' => return None,
                b'\\' => {
                    has_escapes = true;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let literal = self.text.get(start..self.at)?;
        Some(match has_escapes {
            false => Term::String(SmolStr::new(&literal[1..literal.len() - 1]), Literal::Quoted),
            true => Term::String(SmolStr::new(unquote(literal)?), Literal::Written(literal.into())),
        })
    }

    /// The names of `.a.b.c`, and where the second of them begins, or else the first; none where no field begins here.
    /// Nothing where there are too many.
    fn fields(&mut self) -> Option<(Vec<SmolStr>, usize)> {
        let first = self.at;
        let mut starts = [0; MOST_FIELDS + 1];
        let mut count = 0;
        while let [b'.', b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] = self.rest() {
            *starts.get_mut(count)? = self.at;
            count += 1;
            self.at += 1;
            self.skip_word();
        }
        *starts.get_mut(count)? = self.at;
        let mut names = Vec::with_capacity(count);
        for at in 0..count {
            names.push(SmolStr::new(&self.text[starts[at] + 1..starts[at + 1]]));
        }
        Some((names, if count > 1 { starts[1] } else { first }))
    }

    fn skip_word(&mut self) {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|it| WORD[usize::from(*it)]) {
            self.at += 1;
        }
    }

    /// True where there was some.
    fn skip_space(&mut self) -> bool {
        let start = self.at;
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.byte() {
            self.at += 1;
        }
        self.at > start
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}
