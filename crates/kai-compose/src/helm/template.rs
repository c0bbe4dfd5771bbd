//! One chart of a project with given values: the entry point.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, OriginId, Origins, SmolStr, Span};
use kai_syntax::{YamlDocument, yaml};

use super::absent::{AbsentValue, Needed};
use super::chart::{Chart, Data, merge_tables};
use super::glob::Glob;
use super::manifests::Manifest;
use super::release::Release;
use super::render::{self, Output};
use super::set::{SetKind, set, set_files};
use super::source::ChartSource;
use super::stack::on_deep_stack;
use super::unread::{UnreadDefault, UnreadValue};
use crate::{Project, Refusal};

/// How a chart is rendered.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub release: Release,
    /// What is given to the chart, the last word last.
    pub values: Vec<Layer>,
    pub include_crds: bool,
    pub no_hooks: bool,
    pub skip_tests: bool,
    pub skip_schema: bool,
    /// What a template cannot write is left out, and the rest of the chart goes on; a value that is
    /// required and missing is unknown.
    pub keep_going: bool,
    /// Values that no template reads, or that nobody sets, are told.
    pub judge_values: bool,
    /// Only the text is wanted, which saves work: objects are read where they may hold a Secret, and
    /// what these hold has no origin outside the text.
    pub text_only: bool,
    /// Only what these files write, in this order; globs relative to the chart.
    pub show_only: Vec<String>,
    /// A chart is refused where `charts` does not hold what it needs.
    pub needs_dependencies: bool,
}

/// Values over those before them.
#[derive(Debug, Clone)]
pub enum Layer {
    /// A file of values.
    File(Utf8PathBuf),
    /// Values as a tree.
    Tree(Node),
    /// `a.b[0]=c`, as on a command line. What it sets has this origin.
    Set { text: String, kind: SetKind, origin: OriginId },
    /// `a.b[0]=file`, with the content of each file by its name. What it sets has this origin.
    SetFiles { text: String, contents: BTreeMap<String, String>, origin: OriginId },
}

impl Layer {
    /// The file of values that it is.
    pub(crate) fn file(&self) -> Option<&Utf8Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Tree(_) | Self::Set { .. } | Self::SetFiles { .. } => None,
        }
    }
}

/// A rendered chart.
#[derive(Debug)]
pub struct Rendered {
    /// Files of definitions, then objects, then hooks, as Helm prints them.
    pub documents: Vec<RenderedDocument>,
    /// What the templates see as `.Values`.
    pub(crate) values: Node,
    /// Charts that `Chart.yaml` names and that are not there.
    pub missing: Vec<SmolStr>,
    /// Charts whose values no schema could check, because it names another file.
    pub unchecked: Vec<SmolStr>,
    /// What is given to the chart and read by none of its templates.
    pub unread: Vec<UnreadValue>,
    /// What the chart itself sets, and those in it, and none of their templates reads.
    pub unread_defaults: Vec<UnreadDefault>,
    /// What its templates print and nobody sets.
    pub absent: Vec<AbsentValue>,
    /// What its templates require and nobody gives, where the chart was to go on.
    pub needed: Vec<Needed>,
    /// Templates that wrote nothing, or not all, where the chart was to go on.
    pub lost: Vec<Lost>,
    /// True where only some templates were asked for.
    is_part: bool,
}

/// A template that stopped.
#[derive(Debug, Clone)]
pub struct Lost {
    /// As Helm names it.
    pub template: SmolStr,
    /// Helm's words.
    pub message: String,
    /// The line of the template that wrote what is wrong, where that is known.
    pub at: Option<Span>,
    /// True where the chart's author stopped it, because a value is missing or does not fit.
    pub is_meant: bool,
    /// True where a bound of Kai stopped it; Helm would go on.
    pub is_bound: bool,
}

/// Why a chart cannot be rendered.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// In Helm's words.
    pub(super) message: String,
    /// What is wrong, where that is known.
    pub(super) at: Option<Span>,
}

impl Refused {
    fn refusal(self, origins: &Origins) -> Refusal {
        Refusal { message: self.message, at: self.at.map(|it| origins.mark(it)) }
    }
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self { message, at: None }
    }
}

/// One document that Helm prints.
#[derive(Debug, Clone)]
pub struct RenderedDocument {
    /// The template, or the file of definitions, as Helm names it.
    pub source: SmolStr,
    pub text: String,
    /// What the text holds, with origins: one of a template or none where there are only comments;
    /// of a file of definitions any number. Where only the text was wanted, what may be a Secret.
    pub objects: Vec<Node>,
    is_hook: bool,
}

impl Rendered {
    /// What `helm template` prints.
    #[must_use]
    pub fn text(&self) -> String {
        // It may be megabytes, which growing would copy again and again.
        let length =
            |it: &RenderedDocument| it.source.len() + it.text.len() + "---\n# Source: \n\n".len();
        let mut text = String::with_capacity(self.documents.iter().map(length).sum::<usize>() + 1);
        let add = |text: &mut String, it: &RenderedDocument| {
            let end = if self.is_part && it.text.is_empty() { "" } else { "\n" };
            for part in ["---\n# Source: ", &it.source, "\n", &it.text, end] {
                text.push_str(part);
            }
        };
        // Who asks for some of the templates gets them in that order, hooks among them.
        if self.is_part {
            self.documents.iter().for_each(|it| add(&mut text, it));
            return text;
        }
        self.documents.iter().filter(|it| !it.is_hook).for_each(|it| add(&mut text, it));
        text.truncate(text.trim_end().len());
        text.push('\n');
        self.documents.iter().filter(|it| it.is_hook).for_each(|it| add(&mut text, it));
        text
    }

    /// The objects, in the order in which they are printed.
    #[must_use]
    pub fn objects(&self) -> Vec<Node> {
        self.documents.iter().flat_map(|it| it.objects.iter().cloned()).collect()
    }
}

/// Renders the chart in a folder or an archive as `helm template` does, offline.
///
/// # Errors
///
/// What Helm refuses, in its words.
pub fn template(
    project: &Project<'_>,
    path: &Utf8Path,
    options: &Options,
) -> Result<Rendered, Refusal> {
    template_of(project, &ChartSource::InTree(path.to_owned()), options)
}

/// The same for a chart wherever it lies.
///
/// # Errors
///
/// What Helm refuses, in its words.
pub(crate) fn template_of(
    project: &Project<'_>,
    source: &ChartSource,
    options: &Options,
) -> Result<Rendered, Refusal> {
    let refusal = |it: Refused| it.refusal(project.origins());
    on_deep_stack(|| attempt(project, source, options)).map_err(refusal)
}

/// What one template of a chart writes, before Helm takes it apart. The name is Helm's:
/// `chart/templates/file.yaml`.
///
/// # Errors
///
/// What Helm refuses, in its words.
pub fn template_text(
    project: &Project<'_>,
    path: &Utf8Path,
    options: &Options,
    name: &str,
) -> Result<String, Refusal> {
    let run = || -> Result<String, Refused> {
        let source = ChartSource::InTree(path.to_owned());
        let (chart, values) = prepare(project, &source, options)?;
        let rendered = render::texts(project.origins(), &chart, &values, options)?;
        let text = rendered.get(name).ok_or_else(|| format!("there is no template {name}"))?;
        Ok(String::from_utf8_lossy(&text.bytes()).into_owned())
    };
    on_deep_stack(run).map_err(|it| it.refusal(project.origins()))
}

fn attempt(
    project: &Project<'_>,
    source: &ChartSource,
    options: &Options,
) -> Result<Rendered, Refused> {
    let (chart, values) = prepare(project, source, options)?;
    let output = render::render(project.origins(), &chart, &values, options)?;
    let Output {
        manifests,
        hooks,
        definitions,
        values,
        missing,
        unchecked,
        unread,
        unread_defaults,
        absent,
        needed,
        lost,
    } = output;
    let mut documents = documents(project, definitions, manifests, hooks, options);
    let is_part = !options.show_only.is_empty();
    if is_part {
        documents = only(&documents, &options.show_only, chart.name())?;
    }
    Ok(Rendered {
        documents,
        values,
        missing,
        unchecked,
        unread,
        unread_defaults,
        absent,
        needed,
        lost,
        is_part,
    })
}

/// The chart, and what is given to it.
fn prepare(
    project: &Project<'_>,
    source: &ChartSource,
    options: &Options,
) -> Result<(Arc<Chart>, Node), Refused> {
    let chart = project.charts.chart(project, source)?;
    let mut values = Node::map(kai_core::Map::new(), OriginId::NONE);
    for layer in &options.values {
        match layer {
            Layer::File(file) => overlay(&mut values, project.charts.placed_values(project, file)?),
            Layer::Tree(tree) => overlay(&mut values, tree.clone()),
            Layer::Set { text, kind, origin } => set(&mut values, text, *kind, *origin)
                .map_err(|it| format!("failed parsing --set data: {it}"))?,
            Layer::SetFiles { text, contents, origin } => {
                set_files(&mut values, text, contents, *origin)?;
            }
        }
    }
    Ok((chart, values))
}

/// What is given later wins; mappings are merged, and null stays to take something away.
pub(crate) fn overlay(below: &mut Node, above: Node) {
    let mut above = above;
    merge_tables(&mut above, below.clone(), true);
    *below = above;
}

fn documents(
    project: &Project<'_>,
    definitions: Vec<Data>,
    manifests: Vec<Manifest>,
    hooks: Vec<Manifest>,
    options: &Options,
) -> Vec<RenderedDocument> {
    let definitions = definitions.into_iter().filter(|_| options.include_crds);
    let definitions = definitions.map(|it| RenderedDocument {
        text: String::from_utf8_lossy(&it.bytes).into_owned(),
        objects: defined(project, &it),
        source: it.name,
        is_hook: false,
    });
    let document = |it: Manifest, is_hook| RenderedDocument {
        source: it.source,
        text: it.text,
        objects: it.node.into_iter().collect(),
        is_hook,
    };
    let manifests = manifests.into_iter().map(|it| document(it, false));
    let is_test = |it: &Manifest| it.events.iter().any(|it| it == "test" || it == "test-success");
    let hooks = hooks
        .into_iter()
        .filter(|it| !(options.no_hooks || options.skip_tests && is_test(it)))
        .map(|it| document(it, true));
    definitions.chain(manifests).chain(hooks).collect()
}

/// The documents of a file of definitions.
fn defined(project: &Project<'_>, data: &Data) -> Vec<Node> {
    let own = |it: &YamlDocument| it.node.clone();
    if let Some(file) = project.file(&data.path) {
        return file.documents.iter().map(own).collect();
    }
    // What an archive holds is no file of the tree.
    let origins = project.origins();
    let document = data.text().and_then(|it| origins.add_document(data.path.clone(), it.into()));
    let parsed = document.map(|it| yaml::parse(origins, it)).unwrap_or_default();
    parsed.documents.iter().map(own).collect()
}

/// What some files write, name by name. Of a file of definitions Helm knows the first document alone,
/// because no other says where it is from.
///
/// # Errors
///
/// A name that no file has.
fn only(
    documents: &[RenderedDocument],
    names: &[String],
    chart: &str,
) -> Result<Vec<RenderedDocument>, String> {
    let mut shown = Vec::new();
    for name in names {
        let glob = Glob::new(name);
        let is_meant = |it: &&RenderedDocument| {
            let below = it.source.strip_prefix(chart).and_then(|it| it.strip_prefix('/'));
            below.is_some_and(|it| glob.matches(it))
        };
        let before = shown.len();
        shown.extend(documents.iter().filter(is_meant).map(first_of));
        if shown.len() == before {
            return Err(format!("could not find template {name} in chart"));
        }
    }
    Ok(shown)
}

fn first_of(document: &RenderedDocument) -> RenderedDocument {
    let text = document.text.trim_end();
    let ends = text.match_indices("---").map(|it| it.0);
    let mut ends = ends.filter(|at| *at == 0 || text[..*at].ends_with('\n'));
    let end = ends.next().unwrap_or(text.len());
    RenderedDocument {
        text: text[..end].trim_end().to_owned(),
        objects: document.objects.first().cloned().into_iter().collect(),
        ..document.clone()
    }
}
