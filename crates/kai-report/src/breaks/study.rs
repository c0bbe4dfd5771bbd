//! What was played, and on what.

use kai_break::{Choice, Ground, Outcome, Stage};

use crate::terminal::count;

/// Outcomes with what one has to know to believe them.
#[derive(Debug)]
pub struct Study<'s, 'a> {
    pub stage: &'s Stage<'a>,
    pub choice: &'s Choice,
    pub outcomes: Vec<Outcome>,
    /// What was asked for and not played, one sentence each.
    pub left_out: Vec<String>,
}

impl Study<'_, '_> {
    /// Where the nodes come from.
    #[must_use]
    pub fn ground(&self) -> String {
        let nodes = count(self.stage.cluster.nodes.len(), "node");
        let zones = count(self.stage.zones().len(), "zone");
        match self.stage.ground {
            Ground::Given => format!("{nodes} in {zones}, as given"),
            Ground::Declared => format!("{nodes} in {zones}, as declared in kai.yaml"),
            Ground::Pools => format!(
                "{nodes} in {zones}, as the node groups of the cloud declare at the least (room on them is assumed, and no \
                 verdict rests on it)"
            ),
            Ground::Reference => format!(
                "a stand-in of {zones}, because no nodes are given: capacity is unknown, and no \
                 verdict rests on it"
            ),
        }
    }

    /// What runs there, and where that is written.
    pub(super) fn input(&self) -> String {
        let system = self.stage.system;
        let runs: Vec<_> = self
            .choice
            .roots
            .iter()
            .filter(|&&root| {
                let components = self.stage.runs.iter().filter_map(|it| it.component);
                let mut roots = components.map(|it| system.component(it).root);
                roots.any(|it| it == root) || self.choice.dump == Some(root)
            })
            .map(|&it| system.root(it))
            .collect();
        let names: Vec<String> = runs
            .iter()
            .take(3)
            .map(|it| {
                let path = if it.path.as_str().is_empty() { "." } else { it.path.as_str() };
                format!("`{path}`")
            })
            .collect();
        let more = runs.len().saturating_sub(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let environment = self.choice.environment.map(|it| it.as_str()).unwrap_or("no environment");
        format!(
            "{}{more} ({environment}): {}, {}, {}",
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") },
            count(self.stage.runs.len(), "workload"),
            count(self.stage.cluster.pods.len(), "pod"),
            count(self.stage.journeys.len(), "journey"),
        )
    }

    /// Roots that are not part of it, and why.
    pub(super) fn others(&self) -> Option<String> {
        let (first, rest) = self.choice.others.split_first()?;
        let path = &self.stage.system.root(*first).path;
        let more =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let (verb, object) = if rest.is_empty() { ("runs", "it") } else { ("run", "one of them") };
        Some(format!(
            "`{path}`{more} {verb} the same workloads, so that is another cluster: --root plays {object}"
        ))
    }
}
