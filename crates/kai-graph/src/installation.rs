//! What a chart is given, and what it does with it.

use kai_core::{OriginId, SmolStr};

/// One installation of a chart, as far as values and templates do not meet.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The folder of the chart.
    pub chart: SmolStr,
    /// The files that give it values, besides its own.
    pub files: Vec<SmolStr>,
    /// Values that no template reads, at their keys.
    pub unread: Vec<StrayValue>,
    /// Values that a template prints and nobody sets, at the actions that print them.
    pub absent: Vec<StrayValue>,
}

/// A value without a reader, or a read without a value.
#[derive(Debug, Clone)]
pub struct StrayValue {
    /// Names joined by dots: `image.tag`.
    pub path: SmolStr,
    pub origin: OriginId,
    /// The name that was probably meant.
    pub near: Option<SmolStr>,
}
