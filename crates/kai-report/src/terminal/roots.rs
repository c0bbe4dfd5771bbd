//! What a tool would apply, and why Kai thinks so.

use kai_core::{Gap, GapKind, Root, RootKind};

use super::Options;
use super::layout::{clean, count, wrap};
use super::paint::{Ink, Paint};

/// Every root with its environment, the reasons for both, and what it takes from elsewhere.
#[must_use]
pub fn roots(roots: &[Root], options: &Options) -> String {
    let paint = Paint { color: options.color };
    let mut lines = Vec::new();
    for root in roots {
        let path = clean(options.shown(&root.path).as_str());
        let kind = kind(root.kind);
        let path = if path.is_empty() { "." } else { &path };
        let release = root.release.as_ref().map(|it| format!(" release {}", clean(it)));
        lines.push(format!(
            "{}{}  {kind}, {}",
            paint.ink(Ink::Path, path),
            release.unwrap_or_default(),
            paint.ink(Ink::Heading, root.environment.as_str()),
        ));
        let reasons = [
            format!("root: {}", root.reason),
            format!("environment: {}", root.environment_evidence),
        ];
        let gaps = gaps(&root.gaps);
        for text in reasons.iter().chain(&gaps) {
            let wrapped = wrap(text, options.width.saturating_sub(4).max(20));
            lines.extend(wrapped.into_iter().map(|it| format!("    {it}")));
        }
    }
    lines.push(count(roots.len(), "root"));
    lines.push(String::new());
    lines.join("\n")
}

fn gaps(gaps: &[Gap]) -> Option<String> {
    let (first, rest) = gaps.split_first()?;
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    Some(format!("not read: {} `{}`{more}", gap(first.kind), first.what))
}

fn kind(kind: RootKind) -> &'static str {
    match kind {
        RootKind::Kustomization => "kustomization",
        RootKind::Manifests => "manifests",
        RootKind::ComposeProject => "compose project",
        RootKind::Dump => "dump",
        RootKind::Chart => "chart",
        RootKind::Pipeline => "pipeline",
        RootKind::Image => "image",
        RootKind::ScanReport => "scan report",
        RootKind::Terraform => "terraform",
    }
}

fn gap(kind: GapKind) -> &'static str {
    match kind {
        GapKind::RemoteBase => "remote base",
        GapKind::AbsentFile => "file that is not here",
        GapKind::Chart => "chart",
        GapKind::Template => "template",
        GapKind::Broken => "broken document",
        GapKind::NotCollected => "kind that was not collected",
        GapKind::Foreign => "foreign format",
        GapKind::Module => "module",
        GapKind::Variable => "variable without a value",
        GapKind::Refused => "refusal",
        GapKind::Value => "value that nothing here gives",
    }
}
