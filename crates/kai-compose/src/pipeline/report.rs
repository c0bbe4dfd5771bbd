//! Which documents are unmistakably reports of scanners.

use kai_core::{DocumentId, Node, Origins, Problem, Span};

/// A scanner of images that writes SARIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanner {
    Grype,
    SnykContainer,
    Trivy,
}

/// True for a report in SARIF, in Trivy's or Grype's own JSON or that of GitLab's scanners, and for bills of materials in CycloneDX and
/// SPDX. Of SARIF only what scanners of images write: linters write it as well.
#[must_use]
pub fn is_report(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    let is_trivy = has("SchemaVersion") && has("ArtifactName");
    let is_grype = has("matches") && node.str_at(&["descriptor", "name"]) == Some("grype");
    let is_cyclonedx = node.str_at(&["bomFormat"]) == Some("CycloneDX");
    let is_spdx = has("spdxVersion") && (has("SPDXID") || has("packages"));
    let is_gitlab = has("vulnerabilities") && node.at(&["scan", "scanner", "id"]).is_some();
    is_trivy || is_grype || is_gitlab || is_cyclonedx || is_spdx || is_sarif(node)
}

/// True for a text that nobody can parse and that began as such a report: by the keys that no other
/// document has together.
#[must_use]
pub(crate) fn names_report(text: &str) -> bool {
    const KEYS: &[&[&str]] = &[
        &["\"SchemaVersion\"", "\"ArtifactName\""],
        &["\"matches\"", "\"vulnerability\"", "\"dataSource\""],
        &["\"bomFormat\""],
        &["\"spdxVersion\""],
        &["\"vulnerabilities\"", "\"identifiers\""],
        &["\"$schema\"", "sarif", "\"runs\""],
    ];
    KEYS.iter().any(|all| all.iter().all(|it| text.contains(it)))
}

/// What is wrong with a file that is called SARIF and that no reader of reports takes up, so that it says nothing
/// of what was found.
#[must_use]
pub(crate) fn broken_sarif(
    top: Option<&Node>,
    document: DocumentId,
    origins: &Origins,
) -> Vec<Problem> {
    let runs = top.and_then(|it| it.get("runs"));
    let found: Vec<(Option<&Node>, &str)> = match (top, runs) {
        (None, _) => vec![(None, "it is empty")],
        (Some(top), _) if is_sarif(top) => Vec::new(),
        (_, None) => vec![(top, "it has no `runs`")],
        (_, Some(runs)) if !runs.is_seq() => vec![(Some(runs), "`runs` is no list")],
        (_, Some(runs)) => runs.items().iter().filter_map(broken_run).collect(),
    };
    let problem = |(node, message): (Option<&Node>, &str)| {
        let written = node.and_then(|it| origins.span(it.origin));
        let at = written.unwrap_or(Span { document, start: 0, end: 0 });
        Problem::at(at, message, "let the scanner write the report again")
    };
    found.into_iter().map(problem).collect()
}

fn broken_run(run: &Node) -> Option<(Option<&Node>, &'static str)> {
    if run.as_map().is_none() {
        return Some((Some(run), "a run in `runs` is no mapping"));
    }
    // A run without results, or with null, is one that found nothing or did not look.
    let results = run.get("results").filter(|it| !it.is_seq() && !it.is_null())?;
    Some((Some(results), "`results` is no list"))
}

fn is_sarif(node: &Node) -> bool {
    let mut runs = node.get("runs").map(Node::items).unwrap_or_default().iter();
    runs.any(|it| Scanner::of_sarif(it).is_some())
}

impl Scanner {
    /// Who wrote a run of SARIF, if that is one of them.
    #[must_use]
    pub fn of_sarif(run: &Node) -> Option<Self> {
        let name = run.str_at(&["tool", "driver", "name"])?;
        let all = [Self::Grype, Self::SnykContainer, Self::Trivy];
        all.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(name))
    }

    /// As its maker calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grype => "Grype",
            Self::SnykContainer => "Snyk Container",
            Self::Trivy => "Trivy",
        }
    }
}
