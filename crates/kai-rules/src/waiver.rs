//! Exceptions that a block of Terraform makes for scanners.

use kai_core::Waiver;
use kai_graph::Component;

/// The tools, as their exceptions begin, and their names.
const TOOLS: &[(&str, &str)] = &[
    ("checkov:skip=", "checkov"),
    ("tfsec:ignore:", "tfsec"),
    ("trivy:ignore:", "trivy"),
    ("kics-scan ignore", "kics"),
];

/// The exception that the block carries for one of these checks, or for all of them.
pub(crate) fn waiver(component: &Component, checks: &[&str]) -> Option<Waiver> {
    component.annotations.iter().find_map(|(key, reason)| {
        let (opening, tool) = TOOLS.iter().find(|it| key.starts_with(it.0))?;
        let check = &key[opening.len()..];
        let written = check.to_ascii_lowercase();
        // KICS leaves out a line or a block for all of its checks.
        let is_one = written.is_empty()
            || *tool == "kics"
            || checks.iter().any(|it| written.contains(&it.to_ascii_lowercase()));
        let check = if *tool == "kics" { format!("ignore{check}") } else { check.to_owned() };
        is_one.then(|| Waiver { tool, check: check.into(), reason: reason.clone() })
    })
}
