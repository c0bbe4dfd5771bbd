//! Installations of charts that something else than an object asks for, such as a resource of Terraform.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::EnvironmentEvidence;
use kai_core::{Gap, Node, OriginId, SmolStr};

use super::given::{Given, Parameter, Said, ValuesFile};
use super::plan::Overrides;
use super::pointer::{Pointer, Takes};
use crate::Project;
use crate::helm::{ChartReference, STAND_IN};

/// An installation that is asked for.
#[derive(Debug, Clone)]
pub struct Order {
    /// As people name it: "Terraform `helm_release.shop`".
    pub who: String,
    /// The file that asks.
    pub from: Utf8PathBuf,
    /// What tells it from other orders of that file.
    pub key: String,
    pub chart: OrderedChart,
    /// Of the release.
    pub name: SmolStr,
    /// Empty where nothing says so.
    pub namespace: SmolStr,
    /// The last word last.
    pub values: Vec<OrderedValues>,
    /// Single values, as `--set` takes them; they go over the others.
    pub parameters: Vec<OrderedParameter>,
    /// Values that nobody here can know.
    pub unknown: Vec<Gap>,
    /// What says in which environment it runs, where something does.
    pub environment: Option<EnvironmentEvidence>,
    /// What names the chart.
    pub at: OriginId,
}

/// Where the chart of an order is.
#[derive(Debug, Clone)]
pub enum OrderedChart {
    /// A folder from the top of the tree.
    Folder(Utf8PathBuf),
    Published(ChartReference),
}

/// Values that are given as a whole.
#[derive(Debug, Clone)]
pub enum OrderedValues {
    File(Utf8PathBuf),
    /// A mapping, or a text that holds one.
    Tree(Node),
}

/// `a.b=c`
#[derive(Debug, Clone)]
pub struct OrderedParameter {
    pub name: String,
    /// None for a value that is not to be shown: whatever it is printed into is unknown.
    pub value: Option<String>,
    /// True where it is a text whatever it looks like.
    pub is_text: bool,
    pub origin: OriginId,
}

impl Order {
    /// True where the chart is in the tree, or was fetched before.
    #[must_use]
    pub fn has_chart(&self, project: &Project<'_>) -> bool {
        match &self.chart {
            OrderedChart::Folder(folder) => project.holds(&folder.join("Chart.yaml")),
            OrderedChart::Published(reference) => project.stored(reference).is_some(),
        }
    }

    /// Nothing where the chart is not here.
    pub(super) fn pointer(&self, project: &Project<'_>) -> Option<Pointer> {
        if !self.has_chart(project) {
            return None;
        }
        let (folder, fetched) = match &self.chart {
            OrderedChart::Folder(folder) => (folder.clone(), None),
            OrderedChart::Published(reference) => {
                (Utf8PathBuf::new(), Some(project.stored(reference)?))
            }
        };
        let namespace = Some(self.namespace.clone()).filter(|it| !it.is_empty());
        Some(Pointer {
            who: self.who.clone(),
            from: self.from.clone(),
            from_key: format!("{}#{}", self.from, self.key),
            repository: String::new(),
            folder,
            fetched,
            depth: 0,
            takes: Takes::Nothing,
            overrides: Overrides {
                default_namespace: namespace.map(|it| (it, self.at)),
                ..Overrides::default()
            },
            given: Some(Box::new(self.given(project))),
            healer: None,
            environment: self.environment.clone(),
        })
    }

    fn given(&self, project: &Project<'_>) -> Given {
        let mut given = Given {
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            at: Some(self.at),
            unknown: self.unknown.clone(),
            ..Given::default()
        };
        for values in &self.values {
            match values {
                OrderedValues::File(path) if given.values.is_empty() => {
                    given.files.push((ValuesFile::FromTop(path.to_string()), false));
                }
                OrderedValues::File(path) => {
                    given.values.extend(first_document(project, path).map(Said::Values));
                }
                OrderedValues::Tree(node) => given.values.push(Said::Values(node.clone())),
            }
        }
        given.parameters = self.parameters.iter().map(OrderedParameter::to_parameter).collect();
        given
    }
}

fn first_document(project: &Project<'_>, path: &Utf8Path) -> Option<Node> {
    Some(project.file(path)?.documents.first()?.node.clone())
}

impl OrderedParameter {
    fn to_parameter(&self) -> Parameter {
        Parameter {
            name: self.name.clone(),
            value: self.value.clone().unwrap_or_else(|| STAND_IN.to_owned()),
            is_text: self.is_text || self.value.is_none(),
            is_command_line: true,
            origin: self.origin,
        }
    }
}
