//! A root before it is composed.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, Healer, Node, OriginId, Problem, RootKind, SmolStr};

use super::environment::EnvironmentEvidence;
use crate::compose_file::ComposeProject;
use crate::helm::{ChartSource, Layer, Overwritten};
use crate::{Composition, helm};

/// What a tool would apply as one, found but not yet composed.
#[derive(Debug, Clone)]
pub struct RootPlan {
    pub path: Utf8PathBuf,
    /// What tells it from other installations of the same chart.
    pub release: Option<SmolStr>,
    pub kind: RootKind,
    /// Why it is a root: a clause with names.
    pub reason: String,
    /// What names say about where it runs; the objects may say more.
    pub(crate) environment: Option<EnvironmentEvidence>,
    /// What those who point at it are called, where neither path nor objects say anything.
    pub(crate) environment_of_pointers: Option<EnvironmentEvidence>,
    pub(crate) source: Source,
    /// What a chart renders to, where that was asked already.
    pub(crate) rendered: Option<Arc<Composition>>,
    /// What whoever applies it changes on the way.
    pub(crate) overrides: Overrides,
    /// What keeps it as it is written.
    pub(crate) healer: Option<Healer>,
    pub(crate) gaps: Vec<Gap>,
    /// Folders whose objects are a root of their own.
    pub(crate) without: Vec<Utf8PathBuf>,
    /// Files of values that another chart is given, too.
    pub(super) shared_values: BTreeSet<Utf8PathBuf>,
    /// How many installations make the object that asks for this one.
    pub(crate) depth: usize,
}

/// Where the objects come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The folder of a kustomization.
    Kustomization(Utf8PathBuf),
    /// Kustomizations and files in the order in which they are applied.
    Parts(Vec<Part>),
    /// A chart with the values of one installation.
    Release(Box<Release>),
    /// The files of a Compose project.
    Compose(ComposeProject),
    /// The file of a pipeline or of an image.
    Pipeline(Utf8PathBuf),
}

/// One installation of a chart.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) chart: ChartSource,
    pub(crate) options: helm::Options,
    /// True where nobody here says with which values it is installed.
    pub(crate) is_assumed: bool,
    /// What asks for it, where an object does.
    pub(crate) at: OriginId,
    /// What is wrong with the texts of values that are given to it.
    pub(crate) problems: Vec<Problem>,
    /// What such a text gives twice, on purpose or not.
    pub(crate) overwritten: Vec<Overwritten>,
    /// Single values that are given to it and that nobody here knows.
    pub(crate) gaps: Vec<Gap>,
}

impl Release {
    /// The files that give values to the chart, besides its own.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.options.values.iter().filter_map(Layer::file)
    }
}

/// One part of a root that has several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Kustomization(Utf8PathBuf),
    File(Utf8PathBuf),
}

/// What Argo CD and Flux change when they apply a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// For objects that name no namespace (Argo CD's `destination.namespace`).
    pub(crate) default_namespace: Option<(SmolStr, OriginId)>,
    /// What Flux adds to the kustomization of the folder, or to the one that it writes: a namespace,
    /// components, patches, images.
    pub(crate) additions: Option<Node>,
    /// Flux's `postBuild.substitute`.
    pub(crate) variables: Vec<(SmolStr, SmolStr, OriginId)>,
    /// True where more variables come from objects of the cluster.
    pub(crate) has_unknown_variables: bool,
}

/// Names a plan among the others: its path, and what tells apart the installations of one chart.
pub(super) type Key = (Utf8PathBuf, SmolStr);

impl RootPlan {
    /// The installation of a chart that it is, if it is one.
    pub(super) fn installed(&self) -> Option<&Release> {
        match &self.source {
            Source::Release(release) => Some(release),
            _ => None,
        }
    }

    pub(crate) fn new(path: Utf8PathBuf, kind: RootKind, reason: String, source: Source) -> Self {
        Self {
            path,
            release: None,
            kind,
            reason,
            environment: None,
            environment_of_pointers: None,
            source,
            rendered: None,
            overrides: Overrides::default(),
            healer: None,
            gaps: Vec::new(),
            without: Vec::new(),
            shared_values: BTreeSet::new(),
            depth: 0,
        }
    }

    /// The folder of the chart that this root installs, where it is in the tree.
    #[must_use]
    pub fn chart(&self) -> Option<&Utf8Path> {
        match &self.source {
            Source::Release(release) => release.chart.in_tree(),
            _ => None,
        }
    }

    /// The files that this root takes as they are.
    #[must_use]
    pub fn plain_files(&self) -> BTreeSet<&Utf8Path> {
        let Source::Parts(parts) = &self.source else { return BTreeSet::new() };
        let files = parts.iter().filter_map(|it| match it {
            Part::File(path) => Some(path.as_path()),
            Part::Kustomization(_) => None,
        });
        files.collect()
    }
}

impl Overrides {
    /// True where both change the same values in the same way, wherever that is written.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let name = |it: &Option<(SmolStr, OriginId)>| it.as_ref().map(|(name, _)| name.clone());
        let variables = |it: &Self| -> Vec<(SmolStr, SmolStr)> {
            it.variables.iter().map(|(key, value, _)| (key.clone(), value.clone())).collect()
        };
        name(&self.default_namespace) == name(&other.default_namespace)
            && same(self.additions.as_ref(), other.additions.as_ref())
            && variables(self) == variables(other)
            && self.has_unknown_variables == other.has_unknown_variables
    }
}

/// True where neither is there, or both hold the same.
fn same(one: Option<&Node>, other: Option<&Node>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.says_the_same(other),
        _ => false,
    }
}
