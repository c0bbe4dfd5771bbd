//! A text to its stages.

use std::ops::Range;

use camino::Utf8Path;
use kai_core::{DocumentId, Entry, Map, Node, OriginId, Origins, Problem, Span};
use parse_dockerfile::{Command, HereDoc, Instruction, Source, UnescapedString};

use crate::{Parsed, YamlDocument};

/// True for the names that builders look for.
#[must_use]
pub fn is_dockerfile(path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    // `Dockerfile.md` speaks of one, and a template is none yet.
    const OTHERS: [&str; 10] =
        ["dockerignore", "erb", "in", "j2", "json", "md", "template", "tmpl", "yaml", "yml"];
    let is_named = |it: &str| it == "Dockerfile" || it == "Containerfile";
    let is_other = name.rsplit('.').next().is_some_and(|it| OTHERS.contains(&it));
    let is_one = is_named(name)
        || name.split_once('.').is_some_and(|(first, _)| is_named(first))
        || name.rsplit_once('.').is_some_and(|(_, last)| is_named(last));
    is_one && !is_other
}

/// Reads a file to one mapping: `arguments` before the first stage, and `stages`, each with `from`,
/// `as`, `takes` (images that it copies from), `env`, and `does`: what decides how a container starts and
/// what stays in a layer, in the order of the text, each a mapping of one key.
#[must_use]
pub fn parse(origins: &Origins, id: DocumentId) -> Parsed {
    let document = origins.document(id);
    let file = match parse_dockerfile::parse(&document.text) {
        Ok(file) => file,
        Err(error) => {
            let start = offset_of(&document.text, error.line(), error.column());
            let span = Span { document: id, start, end: start };
            let message = format!("this Dockerfile cannot be read: {error}");
            let problem = Problem::at(span, message, "see what `docker build --check` says");
            return Parsed { problems: vec![problem], ..Parsed::default() };
        }
    };
    let mut tree = Tree { origins, id, spans: Vec::new() };
    let node = tree.file(&file.instructions);
    let end = u32::try_from(document.text.len()).unwrap_or(u32::MAX);
    let Tree { spans, .. } = tree;
    origins.set_spans(id, spans);
    let documents = vec![YamlDocument { node, start: 0, end }];
    Parsed { documents, ..Parsed::default() }
}

fn offset_of(text: &str, line: usize, column: usize) -> u32 {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    u32::try_from((before + column.saturating_sub(1)).min(text.len())).unwrap_or(u32::MAX)
}

struct Tree<'a> {
    origins: &'a Origins,
    id: DocumentId,
    spans: Vec<(u32, u32)>,
}

impl Tree<'_> {
    fn file(&mut self, instructions: &[Instruction<'_>]) -> Node {
        let top = self.origin(0..0);
        let (mut arguments, mut stages) = (Vec::new(), Vec::new());
        for instruction in instructions {
            match instruction {
                Instruction::From(it) => {
                    let origin = self.origin(it.image.span.clone());
                    let mut stage = Map::new();
                    stage.set("from", origin, Node::string(&*it.image.value, origin));
                    if let Some((_, name)) = &it.as_ {
                        stage.set("as", origin, Node::string(&*name.value, origin));
                    }
                    stages.push((stage, origin));
                }
                Instruction::Arg(it) if stages.is_empty() => {
                    let pairs = self.pairs(&it.arguments.value, it.arguments.span.clone());
                    arguments.extend(pairs);
                }
                other => {
                    if let Some((stage, _)) = stages.last_mut() {
                        self.instruction(other, stage);
                    }
                }
            }
        }
        let stages = stages.into_iter().map(|(stage, origin)| Node::map(stage, origin)).collect();
        let mut file = Map::new();
        file.set("arguments", top, Node::map(Map::from_entries(arguments), top));
        file.set("stages", top, Node::seq(stages, top));
        Node::map(file, top)
    }

    fn instruction(&mut self, instruction: &Instruction<'_>, stage: &mut Map) {
        match instruction {
            Instruction::Copy(it) => {
                let from = it.options.iter().find(|it| it.name.value == "from");
                match from.and_then(|it| it.value.as_ref()) {
                    Some(value) => {
                        let origin = self.origin(value.span.clone());
                        push(stage, "takes", Node::string(&*value.value, origin));
                    }
                    None => self.copies(&it.src, stage),
                }
            }
            Instruction::Add(it) => self.copies(&it.src, stage),
            Instruction::Env(it) => {
                for entry in self.pairs(&it.arguments.value, it.arguments.span.clone()) {
                    let origin = entry.node.origin;
                    let map = Node::map(Map::from_entries(vec![entry]), origin);
                    push(stage, "env", map);
                }
            }
            Instruction::Arg(it) => {
                for entry in self.pairs(&it.arguments.value, it.arguments.span.clone()) {
                    let origin = entry.node.origin;
                    does(stage, "arg", Node::map(Map::from_entries(vec![entry]), origin));
                }
            }
            // They run in every build that begins with the image; who starts it and how is not theirs.
            Instruction::Onbuild(it) if fills_layers(&it.instruction) => {
                self.instruction(&it.instruction, stage);
            }
            Instruction::Run(it) => self.run(&it.arguments, &it.here_docs, stage),
            Instruction::Shell(it) => {
                let words = self.words(&it.arguments, it.shell.span.clone());
                does(stage, "shell", words);
            }
            Instruction::User(it) => does(stage, "user", self.text(&it.arguments)),
            Instruction::Entrypoint(it) => does(stage, "entrypoint", self.command(&it.arguments)),
            Instruction::Cmd(it) => does(stage, "cmd", self.command(&it.arguments)),
            Instruction::Expose(it) => {
                let words = self.words(&it.arguments, it.expose.span.clone());
                does(stage, "expose", words);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &UnescapedString<'_>) -> Node {
        let origin = self.origin(text.span.clone());
        Node::string(&*text.value, origin)
    }

    fn words(&mut self, words: &[UnescapedString<'_>], span: Range<usize>) -> Node {
        let origin = self.origin(span);
        let words = words.iter().map(|it| self.text(it)).collect();
        Node::seq(words, origin)
    }

    /// A list in exec form, a text in shell form.
    fn command(&mut self, command: &Command<'_>) -> Node {
        match command {
            Command::Exec(words) => self.words(&words.value, words.span.clone()),
            Command::Shell(text) => {
                let origin = self.origin(text.span.clone());
                Node::string(without_comments(text.value), origin)
            }
            _ => Node::string("", self.origin(0..0)),
        }
    }

    fn run(&mut self, command: &Command<'_>, texts: &[HereDoc<'_>], stage: &mut Map) {
        if texts.is_empty() {
            does(stage, "run", self.command(command));
        }
        for text in texts {
            let origin = self.origin(text.span.clone());
            does(stage, "run", Node::string(&*text.value, origin));
        }
    }

    fn copies(&mut self, sources: &[Source<'_>], stage: &mut Map) {
        for source in sources {
            match source {
                Source::Path(path) => does(stage, "copy", self.text(path)),
                Source::HereDoc(text) => {
                    let origin = self.origin(text.span.clone());
                    does(stage, "file", Node::string(&*text.value, origin));
                }
                _ => {}
            }
        }
    }

    /// `A=1 B="two words"`; the older `A two words` is one pair.
    fn pairs(&mut self, text: &str, span: Range<usize>) -> Vec<Entry> {
        let origin = self.origin(span);
        let words = words(text);
        let is_old = words.first().is_some_and(|it| !it.contains('='));
        if is_old {
            let (key, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            return match value.trim() {
                "" => Vec::new(),
                value => vec![entry(key, value, origin)],
            };
        }
        let pairs = words.iter().filter_map(|it| it.split_once('='));
        pairs.map(|(key, value)| entry(key, value, origin)).collect()
    }

    fn origin(&mut self, span: Range<usize>) -> OriginId {
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        self.spans.push((number(span.start), number(span.end)));
        self.origins.written(self.id, number(self.spans.len() - 1))
    }
}

fn fills_layers(instruction: &Instruction<'_>) -> bool {
    matches!(
        instruction,
        Instruction::Add(_)
            | Instruction::Arg(_)
            | Instruction::Copy(_)
            | Instruction::Env(_)
            | Instruction::Run(_)
    )
}

fn entry(key: &str, value: &str, origin: OriginId) -> Entry {
    Entry { key: key.into(), key_origin: origin, node: Node::string(value, origin) }
}

fn does(stage: &mut Map, key: &str, node: Node) {
    let origin = node.origin;
    let mut map = Map::new();
    map.set(key, origin, node);
    push(stage, "does", Node::map(map, origin));
}

/// Lines that builders leave out of a command become blanks, so that places stay as they are.
fn without_comments(text: &str) -> String {
    let lines = text.split_inclusive('\n').enumerate();
    let blank = |it: &str| " ".repeat(it.len());
    lines
        .map(|(at, line)| match at > 0 && line.trim_start().starts_with('#') {
            true => blank(line),
            false => line.to_owned(),
        })
        .collect()
}

fn push(stage: &mut Map, key: &str, node: Node) {
    let origin = node.origin;
    if let Some(items) = stage.get_mut(key).and_then(Node::seq_mut) {
        items.push(node);
    } else {
        stage.set(key, origin, Node::seq(vec![node], origin));
    }
}

/// The words of a line without their quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), it) if it == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, it) if it.is_whitespace() => words.push(std::mem::take(&mut word)),
            (_, it) => word.push(it),
        }
    }
    words.push(word);
    words.retain(|it| !it.is_empty());
    words
}
