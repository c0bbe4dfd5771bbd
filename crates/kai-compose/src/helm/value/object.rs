//! Values that are no plain data: structures of Go with fields and methods.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::Value;
use crate::helm::chart;

/// A structure, or a type with methods. What it can do stands with the functions.
#[derive(Debug, Clone)]
pub(crate) enum Object {
    Struct(Struct),
    Time(jiff::Zoned),
    /// `.Files`
    Files(Arc<[chart::Data]>),
    /// `.Capabilities.APIVersions`
    Versions(Vec<SmolStr>),
}

/// Fields by name, in Go's order.
#[derive(Debug, Clone)]
pub(crate) struct Struct {
    /// As `%T` prints it: `*chart.Metadata`.
    pub(crate) type_name: &'static str,
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// What its `String` method gives, where it has one.
    pub(crate) text: Option<SmolStr>,
}

impl Object {
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Struct(_) | Self::Time(_) => true,
            Self::Files(files) => !files.is_empty(),
            Self::Versions(versions) => !versions.is_empty(),
        }
    }
}

impl Struct {
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|it| it.0 == name).map(|it| &it.1)
    }

    /// True where YAML and JSON of the structure hold a field: what `Chart.yaml` may say is left
    /// out where it is empty.
    pub(super) fn is_written(&self, name: &str, value: &Value) -> bool {
        !self.is_of_chart() || value.is_true() || matches!(name, "IsRoot" | "Repository")
    }

    /// The name of a field in YAML and JSON: `appVersion` of `AppVersion`.
    pub(super) fn written_name(&self, name: &'static str) -> SmolStr {
        match name {
            _ if !self.is_of_chart() => name.into(),
            "IsRoot" => name.into(),
            "APIVersion" => "apiVersion".into(),
            "URL" => "url".into(),
            "ImportValues" => "import-values".into(),
            _ => format_smolstr!("{}{}", name[..1].to_ascii_lowercase(), &name[1..]),
        }
    }

    fn is_of_chart(&self) -> bool {
        matches!(self.type_name, "engine.chartMetadata" | "*chart.Maintainer" | "*chart.Dependency")
    }
}
