//! The result of a review.

use camino::Utf8PathBuf;
use kai_core::{Finding, Interval, Location, Root, Suppressed};

/// All findings, ranked, with everything that a reader must know to trust them.
#[derive(Debug, Default)]
pub struct Assessment {
    /// One sentence: is this ready, and what decides it.
    pub verdict: String,
    pub reading: Reading,
    /// By rank.
    pub findings: Vec<Finding>,
    /// What somebody accepted, with reasons, in the order of a review.
    pub suppressed: Vec<Suppressed>,
    /// Best first.
    pub solid: Vec<SolidPoint>,
    /// What could not be known, grouped by cause.
    pub unknown: Vec<UnknownItem>,
    /// The numbers that carry the ranking, most influential first.
    pub assumptions: Vec<Assumption>,
    /// What is wrong with the input, by place.
    pub problems: Vec<LocatedProblem>,
    /// Findings about Kai itself: a rule or a source that panicked. Empty unless Kai is wrong.
    pub failures: Vec<String>,
    /// What was reviewed, by environment and path.
    pub roots: Vec<Root>,
}

/// What was read.
#[derive(Debug, Default, Clone)]
pub struct Reading {
    pub file_count: usize,
    pub document_count: usize,
    pub object_count: usize,
    pub root_count: usize,
    pub component_count: usize,
    pub journey_count: usize,
    /// Charts outside of the tree that were fetched before, by name and version.
    pub charts: Vec<ReadChart>,
}

/// A chart that was fetched before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadChart {
    pub name: String,
    pub version: String,
    /// Of the archive: `sha256:…`.
    pub digest: String,
}

#[derive(Debug, Clone)]
pub struct SolidPoint {
    pub title: String,
    /// As people name it: `Deployment/ledger`.
    pub component: String,
    pub locations: Vec<Location>,
    pub verify: String,
}

#[derive(Debug, Clone)]
pub struct UnknownItem {
    /// What is not known and why, as a sentence with counts.
    pub message: String,
    /// A few places that show it.
    pub locations: Vec<Location>,
    /// How many places there are.
    pub count: usize,
}

/// A number that nobody measured, declared or derived.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Key in the table of priors.
    pub key: String,
    /// What it is, with its unit.
    pub term: String,
    pub unit: String,
    pub interval: Interval,
    /// Publication, year, place.
    pub citation: String,
    /// How many findings rest on it.
    pub finding_count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocatedProblem {
    pub path: Utf8PathBuf,
    /// From 1; 0 where the file as a whole is meant.
    pub line: u32,
    pub message: String,
    pub remedy: String,
}
