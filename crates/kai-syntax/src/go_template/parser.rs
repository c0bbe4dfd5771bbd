//! Tokens to a tree, as `text/template/parse/parse.go` of Go 1.26 reads them.
//!
//! The three tokens of look-ahead work as Go's do, because the line of an error is the line of the
//! first of them.

use smol_str::SmolStr;

use super::lexer::{Lexer, trim_end};
use super::number::Number;
use super::plain::Plain;
use super::quote::{quoted, unquote};
use super::token::{Keyword, Kind, Token};
use super::tree::{
    Branch, Call, Command, Definition, Item, Literal, Operand, Pipeline, Template, Term,
};

/// Why a template is refused, as Go words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// From 1.
    pub line: u32,
    /// Where reading stopped, in bytes.
    pub at: u32,
    pub message: String,
}

/// Parses one text. The name stands in errors that point back to another line.
///
/// # Errors
///
/// Where Go refuses it, with Go's own words.
pub fn parse(
    name: &str,
    text: &str,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Template, ParseError> {
    let mut parser = Parser {
        name,
        text,
        lexer: Lexer::new(text),
        frame: Frame::new(),
        outer: Vec::new(),
        is_function,
        definitions: Vec::new(),
        depth: 0,
        operands: Vec::new(),
    };
    let body = parser.file()?;
    Ok(Template { body, definitions: parser.definitions })
}

type Parsed<T> = Result<T, ParseError>;

/// Nesting beyond this is refused rather than risked: Go allows more, charts need far less.
const DEEPEST: u32 = 200;

/// What Go keeps for each tree that it parses: the file's, and each definition's.
struct Frame<'a> {
    tokens: [Token<'a>; 3],
    /// How many of them wait to be read.
    waiting: usize,
    variables: Vec<SmolStr>,
    /// Where the action begins that is being read.
    action: Option<u32>,
    range_depth: u32,
}

struct Parser<'a, 'f> {
    name: &'f str,
    text: &'a str,
    lexer: Lexer<'a>,
    frame: Frame<'a>,
    outer: Vec<Frame<'a>>,
    is_function: &'f dyn Fn(&str) -> bool,
    definitions: Vec<Definition>,
    depth: u32,
    /// Of plain commands that are being read.
    operands: Vec<Operand>,
}

/// What ends a body.
enum Ending {
    End,
    Else,
}

/// An item, or the word that ends the body in which it would stand.
enum Step {
    Item(Item),
    Ending(Ending),
}

impl Ending {
    fn as_str(&self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

impl<'a> Frame<'a> {
    fn new() -> Self {
        let token = Token { kind: Kind::End, at: 0, text: "" };
        Self {
            tokens: [token; 3],
            waiting: 0,
            variables: vec![SmolStr::new_static("$")],
            action: None,
            range_depth: 0,
        }
    }
}

/// Bodies and control words.
impl<'a> Parser<'a, '_> {
    fn file(&mut self) -> Parsed<Vec<Item>> {
        let mut body = Vec::new();
        while self.peek().kind != Kind::End {
            if self.peek().kind == Kind::LeftDelimiter && self.lexer.is_before("define") {
                let delimiter = self.next();
                if self.next_word().is(Keyword::Define) {
                    self.definition()?;
                    continue;
                }
                self.back_up_over(delimiter);
            }
            match self.text_or_action()? {
                Step::Item(item) => body.push(item),
                Step::Ending(ending) => {
                    return Err(self.error(format!("unexpected {}", ending.as_str())));
                }
            }
        }
        Ok(body)
    }

    fn definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        self.enter();
        let token = self.next_word();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, CONTEXT));
        }
        let name = self.unquoted(&token)?;
        self.expect(Kind::RightDelimiter, CONTEXT)?;
        self.definition_body(name, CONTEXT)
    }

    /// The rest of a `define` or `block`, in a frame of its own, which it leaves.
    fn definition_body(&mut self, name: SmolStr, context: &str) -> Parsed<()> {
        let (body, ending) = self.body()?;
        if let Ending::Else = ending {
            return Err(self.error(format!("unexpected {} in {context}", ending.as_str())));
        }
        self.define(name, body)?;
        self.leave();
        Ok(())
    }

    /// A blank definition gives way to another one of its name; two that write are refused.
    fn define(&mut self, name: SmolStr, body: Vec<Item>) -> Parsed<()> {
        let Some(before) = self.definitions.iter().position(|it| it.name == name) else {
            self.definitions.push(Definition { name, body });
            return Ok(());
        };
        if Template::is_blank(&self.definitions[before].body, self.text) {
            self.definitions[before].body = body;
        } else if !Template::is_blank(&body, self.text) {
            let name = quoted(&name);
            return Err(self.error(format!("template: multiple definition of template {name}")));
        }
        Ok(())
    }

    fn body(&mut self) -> Parsed<(Vec<Item>, Ending)> {
        let mut body = Vec::new();
        self.deeper()?;
        while self.peek_word().kind != Kind::End {
            match self.text_or_action()? {
                Step::Item(item) => body.push(item),
                Step::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((body, ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Parsed<Step> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Step::Item(Item::Text { start: token.at, end: token.end() })),
            Kind::LeftDelimiter => {
                self.frame.action = Some(token.at);
                let step = self.action();
                self.frame.action = None;
                step
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Parsed<Step> {
        let token = self.next_word();
        let item = match token.kind {
            Kind::Keyword(Keyword::Block) => self.block()?,
            Kind::Keyword(Keyword::Break) => self.leave_range("break", Item::Break)?,
            Kind::Keyword(Keyword::Continue) => self.leave_range("continue", Item::Continue)?,
            Kind::Keyword(Keyword::Else) => return self.otherwise(),
            Kind::Keyword(Keyword::End) => {
                self.expect(Kind::RightDelimiter, "end")?;
                return Ok(Step::Ending(Ending::End));
            }
            Kind::Keyword(Keyword::If) => self.branch("if", Keyword::If)?,
            Kind::Keyword(Keyword::Range) => self.branch("range", Keyword::Range)?,
            Kind::Keyword(Keyword::Template) => self.call()?,
            Kind::Keyword(Keyword::With) => self.branch("with", Keyword::With)?,
            _ => {
                const CONTEXT: &str = "command";
                let plain = self.plain(CONTEXT, token.at as usize);
                Item::Action(Box::new(match plain {
                    Some(pipeline) => pipeline,
                    None => {
                        self.back_up();
                        self.pipeline(CONTEXT, Kind::RightDelimiter)?
                    }
                }))
            }
        };
        Ok(Step::Item(item))
    }

    fn leave_range(&mut self, word: &str, item: Item) -> Parsed<Item> {
        let token = self.next_word();
        if token.kind != Kind::RightDelimiter {
            return Err(self.unexpected(&token, &format!("{{{{{word}}}}}")));
        }
        if self.frame.range_depth == 0 {
            return Err(self.error(format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        Ok(item)
    }

    fn otherwise(&mut self) -> Parsed<Step> {
        let next = self.peek_word();
        if !next.is(Keyword::If) && !next.is(Keyword::With) {
            self.expect(Kind::RightDelimiter, "else")?;
        }
        Ok(Step::Ending(Ending::Else))
    }

    fn branch(&mut self, context: &'static str, keyword: Keyword) -> Parsed<Item> {
        let variables = self.frame.variables.len();
        let pipeline = self.pipeline(context, Kind::RightDelimiter)?;
        let in_range = u32::from(keyword == Keyword::Range);
        self.frame.range_depth += in_range;
        let (body, ending) = self.body()?;
        self.frame.range_depth -= in_range;
        let otherwise = match ending {
            Ending::End => Vec::new(),
            Ending::Else => self.else_body(context, keyword)?,
        };
        self.frame.variables.truncate(variables);
        let branch = Box::new(Branch { pipeline, body, otherwise });
        Ok(match keyword {
            Keyword::If => Item::If(branch),
            Keyword::With => Item::With(branch),
            _ => Item::Range(branch),
        })
    }

    fn else_body(&mut self, context: &'static str, keyword: Keyword) -> Parsed<Vec<Item>> {
        // `else if` belongs to an `if`, `else with` to a `with`; neither has an end of its own.
        if keyword != Keyword::Range && self.peek().is(keyword) {
            self.next();
            self.deeper()?;
            let branch = self.branch(context, keyword)?;
            self.depth -= 1;
            return Ok(vec![branch]);
        }
        let (body, ending) = self.body()?;
        match ending {
            Ending::End => Ok(body),
            Ending::Else => Err(self.error(format!("expected end; found {}", ending.as_str()))),
        }
    }

    fn block(&mut self) -> Parsed<Item> {
        const CONTEXT: &str = "block clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let pipeline = self.pipeline(CONTEXT, Kind::RightDelimiter)?;
        self.enter();
        self.definition_body(name.clone(), CONTEXT)?;
        Ok(Item::Call(Box::new(Call { at: token.at, name, pipeline: Some(pipeline) })))
    }

    fn call(&mut self) -> Parsed<Item> {
        const CONTEXT: &str = "template clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let mut pipeline = self.plain(CONTEXT, self.lexer.at());
        if pipeline.is_none() && self.next_word().kind != Kind::RightDelimiter {
            self.back_up();
            pipeline = Some(self.pipeline(CONTEXT, Kind::RightDelimiter)?);
        }
        Ok(Item::Call(Box::new(Call { at: token.at, name, pipeline })))
    }

    fn template_name(&mut self, token: &Token<'a>, context: &str) -> Parsed<SmolStr> {
        match token.kind {
            Kind::String | Kind::RawString => self.unquoted(token),
            _ => Err(self.unexpected(token, context)),
        }
    }
}

/// Pipelines.
impl<'a> Parser<'a, '_> {
    /// A pipeline of plain words that begins at a byte of the action and goes on to its end; where it is not plain,
    /// nothing is read.
    fn plain(&mut self, context: &str, at: usize) -> Option<Pipeline> {
        let (variables, operands) = (&mut self.frame.variables, &mut self.operands);
        let (declared, depth) = (variables.len(), DEEPEST.saturating_sub(self.depth));
        let mut plain = Plain::new(self.text, at, depth, variables, operands, self.is_function);
        let pipeline = plain.action(context == "range");
        let end = plain.at;
        if pipeline.is_some() {
            self.lexer.go_to(end);
            // Errors name the delimiter that was read last.
            self.next();
        } else {
            self.frame.variables.truncate(declared);
            self.operands.clear();
        }
        pipeline
    }

    fn pipeline(&mut self, context: &'static str, end: Kind) -> Parsed<Pipeline> {
        if end == Kind::RightDelimiter
            && self.frame.waiting == 0
            && let Some(pipeline) = self.plain(context, self.lexer.at())
        {
            return Ok(pipeline);
        }
        self.deeper()?;
        let start = self.peek_word().at;
        let mut pipeline = Pipeline {
            start,
            end: start,
            variables: Vec::new(),
            assigns: false,
            commands: Vec::with_capacity(1),
        };
        self.declarations(&mut pipeline, context)?;
        loop {
            let token = self.next_word();
            match token.kind {
                it if it == end => {
                    pipeline.end = pipeline.end.max(self.end_before(token.at));
                    self.check(&pipeline, context)?;
                    self.depth -= 1;
                    return Ok(pipeline);
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Keyword(Keyword::Dot | Keyword::Nil)
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParenthesis => {
                    self.back_up();
                    pipeline.commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    /// The end of what stands before a delimiter, without the space between them.
    fn end_before(&self, at: u32) -> u32 {
        let before = self.text.get(..at as usize).unwrap_or_default();
        let before = before.strip_suffix('-').unwrap_or(before);
        u32::try_from(trim_end(before).len()).unwrap_or(at)
    }

    fn declarations(&mut self, pipeline: &mut Pipeline, context: &str) -> Parsed<()> {
        while self.peek_word().kind == Kind::Variable {
            let variable = self.next();
            let behind = self.peek();
            let next = self.peek_word();
            let is_comma = next.kind == Kind::Char && next.text == ",";
            if !is_comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
                if behind.kind == Kind::Space {
                    self.back_up_over_two(variable, behind);
                } else {
                    self.back_up_over(variable);
                }
                return Ok(());
            }
            self.next_word();
            let name = SmolStr::new(variable.text);
            pipeline.variables.push(name.clone());
            self.frame.variables.push(name);
            if !is_comma {
                pipeline.assigns = next.kind == Kind::Assign;
                return Ok(());
            }
            if context != "range" || pipeline.variables.len() >= 2 {
                return Err(self.error(format!("too many declarations in {context}")));
            }
            let next = self.peek_word().kind;
            if !matches!(next, Kind::Variable | Kind::RightDelimiter | Kind::RightParenthesis) {
                return Err(self.error("range can only initialize variables"));
            }
        }
        Ok(())
    }

    /// Refuses pipelines without commands, and literals that would get an argument.
    fn check(&mut self, pipeline: &Pipeline, context: &str) -> Parsed<()> {
        if pipeline.commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        let is_literal = |it: &Command| it.operands.first().is_some_and(Operand::is_literal);
        match pipeline.commands.iter().skip(1).position(is_literal) {
            Some(at) => {
                let stage = at + 2;
                Err(self.error(format!("non executable command in pipeline stage {stage}")))
            }
            None => Ok(()),
        }
    }

    fn command(&mut self) -> Parsed<Command> {
        // Most commands have one operand, most pipelines one command, and charts have thousands.
        let operands = Vec::with_capacity(1);
        let mut command = Command { at: self.peek_word().at, operands };
        loop {
            self.peek_word();
            if let Some(operand) = self.operand()? {
                command.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelimiter | Kind::RightParenthesis => self.back_up(),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if command.operands.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(command)
    }

    /// A term and the fields behind it; nothing where no term begins.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(operand));
        }
        match &mut operand.term {
            Term::Field(fields) | Term::Variable(_, fields) => {
                self.fields(fields);
                operand.at = first.at;
                Ok(Some(operand))
            }
            Term::Bool(_) | Term::String(..) | Term::Number(_) | Term::Nil | Term::Dot => {
                // Go reads the fields before it refuses them.
                self.fields(&mut Vec::new());
                let term = quoted(&operand.to_string());
                Err(self.error(format!("unexpected . after term {term}")))
            }
            _ => {
                let mut names = Vec::new();
                self.fields(&mut names);
                Ok(Some(Operand { at: first.at, term: Term::Chain(Box::new(operand), names) }))
            }
        }
    }

    /// Adds the fields that come next.
    fn fields(&mut self, names: &mut Vec<SmolStr>) {
        while self.peek().kind == Kind::Field {
            names.push(field_name(&self.next()));
        }
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.next_word();
        let term = match token.kind {
            Kind::Identifier => {
                if !(self.is_function)(token.text) {
                    let name = quoted(token.text);
                    return Err(self.error(format!("function {name} not defined")));
                }
                Term::Function(SmolStr::new(token.text))
            }
            Kind::Keyword(Keyword::Dot) => Term::Dot,
            Kind::Keyword(Keyword::Nil) => Term::Nil,
            Kind::Variable => {
                let name = SmolStr::new(token.text);
                if !self.frame.variables.contains(&name) {
                    let name = quoted(&name);
                    return Err(self.error(format!("undefined variable {name}")));
                }
                Term::Variable(name, Vec::new())
            }
            Kind::Field => {
                // Few are longer, and growing costs more than room.
                let mut names = Vec::with_capacity(4);
                names.push(field_name(&token));
                Term::Field(names)
            }
            Kind::Bool => Term::Bool(token.text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                let number = Number::parse(token.text, token.kind);
                Term::Number(Box::new(number.map_err(|it| self.error(it))?))
            }
            Kind::LeftParenthesis => {
                let pipeline = self.pipeline("parenthesized pipeline", Kind::RightParenthesis)?;
                return Ok(Some(Operand {
                    at: pipeline.start,
                    term: Term::Pipeline(Box::new(pipeline)),
                }));
            }
            Kind::String | Kind::RawString => {
                let text = self.unquoted(&token)?;
                let literal = literal(&text, token.text);
                Term::String(text, literal)
            }
            _ => {
                self.back_up();
                return Ok(None);
            }
        };
        Ok(Some(Operand { at: token.at, term }))
    }

    fn unquoted(&mut self, token: &Token<'a>) -> Parsed<SmolStr> {
        let text = unquote(token.text).map(SmolStr::new);
        text.ok_or_else(|| self.error("invalid syntax"))
    }
}

/// Tokens and errors.
impl<'a> Parser<'a, '_> {
    fn next(&mut self) -> Token<'a> {
        self.wait_for_one();
        let frame = &mut self.frame;
        frame.waiting -= 1;
        frame.tokens[frame.waiting]
    }

    fn peek(&mut self) -> Token<'a> {
        self.wait_for_one();
        self.frame.tokens[self.frame.waiting - 1]
    }

    #[inline]
    fn wait_for_one(&mut self) {
        if self.frame.waiting == 0 {
            self.scan();
        }
    }

    /// Apart from what asks for it, because most tokens are asked for more than once.
    #[inline(never)]
    fn scan(&mut self) {
        self.frame.tokens[0] = self.lexer.next();
        self.frame.waiting = 1;
    }

    /// The next token that is not space.
    fn next_word(&mut self) -> Token<'a> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_word(&mut self) -> Token<'a> {
        while self.peek().kind == Kind::Space {
            self.frame.waiting -= 1;
        }
        self.peek()
    }

    fn back_up(&mut self) {
        self.frame.waiting += 1;
    }

    /// Puts `first` before the token read last.
    fn back_up_over(&mut self, first: Token<'a>) {
        self.frame.tokens[1] = first;
        self.frame.waiting = 2;
    }

    /// Puts `first` and `second` before the token read last.
    fn back_up_over_two(&mut self, first: Token<'a>, second: Token<'a>) {
        self.frame.tokens[1] = second;
        self.frame.tokens[2] = first;
        self.frame.waiting = 3;
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<()> {
        let token = self.next_word();
        if token.kind == kind { Ok(()) } else { Err(self.unexpected(&token, context)) }
    }

    fn enter(&mut self) {
        self.outer.push(std::mem::replace(&mut self.frame, Frame::new()));
    }

    fn leave(&mut self) {
        if let Some(outer) = self.outer.pop() {
            self.frame = outer;
        }
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(format!("nested more than {DEEPEST} deep")));
        }
        Ok(())
    }

    fn unexpected(&mut self, token: &Token<'a>, context: &str) -> ParseError {
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {token} in {context}"));
        }
        let message = self.lexer.message().to_owned();
        let action_line = match self.frame.action.map(|it| self.line(it)) {
            Some(line) if line != self.line(token.at) => line,
            _ => return self.error(message),
        };
        let action = if message.ends_with(" action") { "" } else { " in action" };
        let name = self.name;
        self.error(format!("{message}{action} started at {name}:{action_line}"))
    }

    fn error(&mut self, message: impl Into<String>) -> ParseError {
        let at = self.frame.tokens[0].at;
        ParseError { line: self.line(at), at, message: message.into() }
    }

    /// The line of a byte, from 1. Only errors need one.
    fn line(&self, at: u32) -> u32 {
        let before = &self.text.as_bytes()[..self.text.len().min(at as usize)];
        u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX)
    }
}

fn field_name(token: &Token<'_>) -> SmolStr {
    SmolStr::new(token.text.strip_prefix('.').unwrap_or(token.text))
}

/// How a text is written whose literal is known.
fn literal(text: &str, written: &str) -> Literal {
    match (written.as_bytes(), written.get(1..written.len() - 1)) {
        ([b'"', ..], Some(inner)) if inner == text => Literal::Quoted,
        ([b'`', ..], Some(inner)) if inner == text => Literal::Raw,
        _ => Literal::Written(written.into()),
    }
}
