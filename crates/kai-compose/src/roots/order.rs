//! Installations of charts that something else than an object asks for, such as a resource of Terraform.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::EnvironmentEvidence;
use kai_core::{Gap, Node, OriginId, SmolStr};

use super::given::{Given, Parameter, Said, ValuesFile};
use super::plan::Overrides;
use super::pointer::{Pointer, Takes};
use crate::Project;
use crate::helm::{ChartReference, OPEN, STAND_IN, SetKind};

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
    /// What nobody here can know, so that nothing can be told of the chart.
    pub unknown: Vec<Gap>,
    /// Single values that nobody here can know; marks stand for them in what is given.
    pub open: Vec<Gap>,
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
    pub value: OrderedValue,
    /// How its text is typed.
    pub kind: SetKind,
    pub origin: OriginId,
}

/// What a single value is; whatever is made of the last two is unknown.
#[derive(Debug, Clone)]
pub enum OrderedValue {
    Text(String),
    /// Not to be shown, and not empty.
    Hidden,
    /// Nobody here can know anything of it.
    Open,
}

/// Stands in a text of values for a part that is not empty and that nobody here knows.
pub const HIDDEN_PART: &str = STAND_IN;

/// Stands in a text of values for a part of which nobody here knows anything.
pub const OPEN_PART: &str = OPEN;

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
            open: self.open.clone(),
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
        let (value, kind) = match &self.value {
            OrderedValue::Text(text) => (text.as_str(), self.kind),
            OrderedValue::Hidden => (HIDDEN_PART, SetKind::Text),
            OrderedValue::Open => (OPEN_PART, SetKind::Text),
        };
        Parameter {
            name: self.name.clone(),
            value: value.to_owned(),
            kind,
            is_command_line: true,
            origin: self.origin,
        }
    }
}
