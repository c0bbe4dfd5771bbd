//! Charts as they lie in a folder or an archive, before anything is rendered.

mod dependencies;
mod folder;
mod ignore;
mod load;
mod metadata;
mod values;

use std::sync::{Arc, OnceLock};

use camino::Utf8PathBuf;
use kai_core::{Document, Node, Origins};
use kai_syntax::go_template::{self, ParseError, Template};
use smol_str::SmolStr;

use super::functions::Functions;
use super::reads::Reads;
use super::unread::{UnreadDefault, add_text, defaults_alone};

pub(crate) use dependencies::enable;
pub(crate) use folder::Folder;
pub(crate) use load::{Loader, MOST_BESIDE, load, mapping, mapping_of};
pub(crate) use metadata::{Import, Metadata, Requirement};
pub(crate) use values::{coalesce, merge_tables, recall};

/// A chart and the charts that it holds. Copying one shares what was parsed.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    pub(crate) metadata: Metadata,
    /// A mapping; empty where the chart has no `values.yaml`.
    pub(crate) values: Node,
    pub(crate) schema: Option<Arc<str>>,
    pub(crate) templates: Arc<[Source]>,
    /// What `.Files` holds.
    pub(crate) files: Arc<[Data]>,
    /// Files of the folder `crds`.
    pub(crate) definitions: Arc<[Data]>,
    /// See [`Chart::reads`].
    reads: Arc<OnceLock<Reads>>,
    /// See [`Chart::unread_defaults`].
    unread_defaults: Arc<OnceLock<Vec<UnreadDefault>>>,
    pub(crate) dependencies: Vec<Self>,
    /// Named in `Chart.yaml` and not there.
    pub(crate) missing: Vec<SmolStr>,
    /// Those of its dependencies that are read where they lie, because `charts` does not hold them.
    pub(crate) beside: Vec<SmolStr>,
}

/// A template's text, and what parsing made of it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Relative to the chart: `templates/service.yaml`.
    pub(crate) name: SmolStr,
    /// Its text.
    pub(crate) document: Arc<Document>,
    /// See [`Source::parsed`].
    parsed: Arc<OnceLock<Parsed>>,
}

type Parsed = Result<Arc<Template>, ParseError>;

/// A file that is no template.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    /// Relative to the chart.
    pub(crate) name: SmolStr,
    /// As shown to people.
    pub(crate) path: Utf8PathBuf,
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Where people find its text, once a template may print it.
    pub(crate) document: Option<Arc<Document>>,
}

impl Chart {
    pub(crate) fn name(&self) -> &SmolStr {
        &self.metadata.name
    }

    /// What its templates read of the values, and files that they may run as templates.
    pub(crate) fn reads(&self) -> &Reads {
        self.reads.get_or_init(|| {
            let mut reads = Reads::default();
            for template in self.templates.iter() {
                match template.parsed() {
                    Ok(parsed) => reads.add(parsed),
                    Err(_) => reads.is_open = true,
                }
            }
            if self.templates.iter().any(Source::takes_files) {
                self.files.iter().filter_map(Data::text).for_each(|it| add_text(&mut reads, it));
            }
            reads
        })
    }

    /// The keys of its own values that nothing in it reads. Told of the chart as it is written.
    pub(crate) fn unread_defaults(&self, origins: &Origins) -> &[UnreadDefault] {
        self.unread_defaults.get_or_init(|| defaults_alone(origins, self))
    }

    /// The charts in it by the names under which their values stand: a name for each alias.
    pub(crate) fn keyed(&self) -> impl Iterator<Item = (&SmolStr, &Self)> {
        self.dependencies.iter().flat_map(|child| {
            let named = self.metadata.requirements.iter();
            let mut keys: Vec<_> =
                named.filter(|it| &it.name == child.name()).map(Requirement::key).collect();
            if keys.is_empty() {
                keys.push(child.name());
            }
            keys.into_iter().map(move |key| (key, child))
        })
    }
}

impl Source {
    fn new(name: SmolStr, document: Arc<Document>) -> Self {
        Self { name, document, parsed: Arc::default() }
    }

    /// Read when it is first asked for: what is in a chart that is switched off, nobody asks.
    pub(crate) fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let is_function = |it: &str| Functions::all().get(it).is_some();
            go_template::parse(&self.name, &self.document.text, &is_function).map(Arc::new)
        })
    }

    /// True where it may read any file of its chart.
    fn takes_files(&self) -> bool {
        self.document.text.contains(".Files")
    }
}
