//! What a chart is given, and what it does with it.

use kai_core::{OriginId, SmolStr};

/// One installation of a chart, as far as values and templates do not meet.
#[derive(Debug, Clone)]
pub struct Installation {
    /// What people call the chart: its folder, or its own name at the top of the tree.
    pub chart: SmolStr,
    /// The folder of the chart, for a command.
    pub folder: SmolStr,
    /// The files that give it values, besides its own.
    pub files: Vec<SmolStr>,
    /// Values that no template reads, at their keys.
    pub unread: Vec<StrayValue>,
    /// Keys of the chart's own `values.yaml`, and of charts in it, that none of their templates reads.
    pub defaults: Vec<StrayDefault>,
    /// Values that a template prints and nobody sets, at the actions that print them.
    pub absent: Vec<StrayValue>,
    /// Values that are lost because a mapping around them is given again in the same text.
    pub lost: Vec<LostValue>,
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

/// A key of a chart's own values without a reader.
#[derive(Debug, Clone)]
pub struct StrayDefault {
    pub value: StrayValue,
    /// What the key holds.
    pub node: OriginId,
    /// True for what asks for something: neither nothing, nor switched off, nor one replica.
    pub is_set: bool,
    /// True where the mapping around it would be left empty if all that is unread went, and where the
    /// chart's schema may require it.
    pub must_stay: bool,
    /// True where the chart says where it comes from, and so may be a copy.
    pub is_published: bool,
    /// True where the charts around this one, or what is given to the release, may read it.
    pub is_read: bool,
}

/// A value that is given and lost, so that a default holds.
#[derive(Debug, Clone)]
pub struct LostValue {
    /// Names joined by dots: `workers.replicaCount`.
    pub path: SmolStr,
    pub origin: OriginId,
    /// The key that is given again.
    pub by: OriginId,
    /// The value, and the one that holds instead, where both may be shown.
    pub shown: Option<(SmolStr, SmolStr)>,
}
