//! What compute costs here.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{At, Range};

/// Prices of a month, all in one currency.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Prices {
    /// As it is printed: `EUR`.
    pub currency: Option<At<String>>,
    /// A processor core.
    pub core: Option<At<Range>>,
    /// A gibibyte of memory.
    pub memory: Option<At<Range>>,
    /// A gibibyte of disk.
    pub disk: Option<At<Range>>,
}
