//! The blocks of Terraform that components are written as, and edits of their text.
//!
//! Terraform's own reader says where a block ends, and it must still read what edits have made: none of
//! them leaves a broken file behind. Reading starts at [`Block::of`].

use kai_core::{Document, Edit, Origins, Span};
use kai_graph::Component;
use kai_terraform::syntax::{self, Attribute, Body};

use crate::Context;

/// A block as it is written in a file that people can open.
pub(crate) struct Block<'a> {
    document: &'a Document,
    block: syntax::Block,
}

impl<'a> Block<'a> {
    /// The block that declares a component; none where its file is not read without a fault.
    pub(crate) fn of(component: &Component, ctx: Context<'a>) -> Option<Self> {
        let place = ctx.origins.span(component.origin)?;
        let document: &Document = ctx.origins.document(place.document);
        let is_configuration = matches!(document.path.extension(), Some("tf" | "tofu"));
        let is_file = document.embedding.is_none() && is_configuration;
        let body = read(&document.text).filter(|_| is_file)?;
        Some(Self { document, block: find(&body, place.start)?.clone() })
    }

    /// `aws_sqs_queue.orders`, where the block makes one thing.
    pub(crate) fn address(&self) -> Option<String> {
        let [ty, name] = &self.block.labels[..] else { return None };
        let is_one = ["count", "for_each"].iter().all(|it| self.argument(it).is_none());
        let is_resource = self.block.kind == "resource";
        (is_one && is_resource).then(|| format!("{}.{}", ty.text, name.text))
    }

    /// What tells it from others of its type: `orders` of `resource "aws_sqs_queue" "orders"`.
    pub(crate) fn name(&self) -> Option<&str> {
        self.block.labels.get(1).map(|it| it.text.as_str())
    }

    /// What an argument is given, as it is written.
    pub(crate) fn argument(&self, name: &str) -> Option<&'a str> {
        let attribute = self.block.body.attributes.iter().find(|it| it.name == name)?;
        let Span { start, end, .. } = attribute.expr.span;
        self.document.text.get(start as usize..end as usize)
    }

    /// True where a block of the kind stands in it, as it is or by `dynamic`.
    pub(crate) fn holds(&self, kind: &str) -> bool {
        let names = |it: &syntax::Block| {
            it.kind == kind || it.labels.first().is_some_and(|label| label.text == kind)
        };
        self.block.body.blocks.iter().any(names)
    }

    /// The only block of a kind in it.
    pub(crate) fn inner(&self, kind: &str) -> Option<Self> {
        let mut all = self.block.body.blocks.iter().filter(|it| it.kind == kind);
        let only = all.next().filter(|_| all.next().is_none())?;
        Some(Self { document: self.document, block: only.clone() })
    }

    /// True where no file of its folder has a resource of this type and name.
    pub(crate) fn has_room_for(&self, ty: &str, name: &str, ctx: Context<'_>) -> bool {
        let header = format!("\"{ty}\" \"{name}\"");
        let folder = self.document.path.parent();
        let mut beside = ctx.origins.documents().filter(|it| it.path.parent() == folder);
        !beside.any(|it| it.text.contains(&header))
    }

    /// The file that it stands in.
    pub(crate) fn document(&self) -> &'a Document {
        self.document
    }

    /// Adds an argument below the others, in line with the one before it.
    pub(crate) fn add(&self, name: &str, value: &str) -> Option<Vec<Edit>> {
        let first_block = self.block.body.blocks.first().map(|it| it.header.start);
        let is_above = |it: &&Attribute| first_block.is_none_or(|start| it.expr.span.end <= start);
        let last = self.block.body.attributes.iter().rfind(is_above);
        let after = match last {
            Some(last) => last.expr.span.end as usize,
            None => self.opening()?,
        };
        let column = last.and_then(|it| self.column(it));
        let padding = column.map_or(1, |it| it.saturating_sub(name.len()).max(1));
        let line = format!("{name}{}= {value}", " ".repeat(padding));
        // An empty line keeps a longer name from moving those before it out of line.
        let is_longer = column.is_some_and(|it| name.len() >= it);
        let lines = if is_longer { &["", &line][..] } else { &[line.as_str()] };
        self.write(self.line_end(after)?, lines, true)
    }

    /// Adds lines at the end of the block, such as another block in it.
    pub(crate) fn append(&self, lines: &[&str]) -> Option<Vec<Edit>> {
        let closing = self.closing()?;
        let before = self.document.text[..closing].trim_end_matches([' ', '\t']);
        let at = before.strip_suffix('\n').map(|it| it.strip_suffix('\r').unwrap_or(it).len())?;
        self.write(at, lines, true)
    }

    /// Adds a resource below the block, after an empty line.
    pub(crate) fn below(&self, lines: &[&str]) -> Option<Vec<Edit>> {
        let lines: Vec<&str> = [""].iter().chain(lines).copied().collect();
        self.write(self.line_end(self.closing()?)?, &lines, false)
    }

    fn write(&self, at: usize, lines: &[&str], is_inside: bool) -> Option<Vec<Edit>> {
        let text = &self.document.text;
        if is_inside && at >= self.closing()? {
            return None;
        }
        let line_break = if text[at..].starts_with("\r\n") { "\r\n" } else { "\n" };
        let header = self.block.header.start as usize;
        let margin = &text[text[..header].rfind('\n').map_or(0, |it| it + 1)..header];
        let margin = if is_inside { format!("{margin}  ") } else { margin.to_owned() };
        let lines = lines.iter().map(|it| match it.is_empty() {
            true => line_break.to_owned(),
            false => format!("{line_break}{margin}{it}"),
        });
        let at = u32::try_from(at).ok()?;
        let span = Span { document: self.document.id, start: at, end: at };
        let edits = vec![Edit::insert(span, lines.collect::<String>())];
        read(&Edit::apply(text, &edits)).map(|_| edits)
    }

    /// Where the brace that opens it stands.
    fn opening(&self) -> Option<usize> {
        let header = self.block.header.end as usize;
        self.document.text[header..].find('{').map(|it| header + it)
    }

    fn closing(&self) -> Option<usize> {
        self.block.body.end.map(|it| it.start as usize)
    }

    /// The end of the line; none where a remark may go on in the next one.
    fn line_end(&self, at: usize) -> Option<usize> {
        let text = &self.document.text;
        let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        let rest = &text[at..end];
        let end = if rest.ends_with('\r') { end - 1 } else { end };
        (!rest.contains("/*")).then_some(end)
    }

    /// How far the sign of an argument on one line is from the start of its name.
    fn column(&self, of: &Attribute) -> Option<usize> {
        let (name, value) = (of.name_span, of.expr.span);
        let text = self.document.text.get(name.start as usize..value.end as usize)?;
        text.find('=').filter(|_| !text.contains('\n'))
    }
}

/// What a file says, where nothing is wrong with it.
fn read(text: &str) -> Option<Body> {
    let origins = Origins::new();
    let id = origins.add_document("written.tf".into(), text.to_owned())?;
    let (body, problems) = syntax::parse_file(&origins, id);
    problems.is_empty().then_some(body)
}

/// The block whose header begins there, in whatever block it stands.
fn find(body: &Body, start: u32) -> Option<&syntax::Block> {
    body.blocks.iter().find_map(|it| match it.header.start == start {
        true => Some(it),
        false => find(&it.body, start),
    })
}
