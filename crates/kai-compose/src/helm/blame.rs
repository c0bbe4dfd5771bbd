//! From the words of a refusal to the line of the chart that they name.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Span;

use crate::Project;

/// The line of a chart's file that Helm's words name: `chart/templates/file.yaml:3:14`.
pub(crate) fn place_of(project: &Project<'_>, chart: &Utf8Path, message: &str) -> Option<Span> {
    let places = message.split(|it: char| it.is_whitespace() || matches!(it, '(' | ')'));
    places.filter_map(|it| place(project, chart, it)).next()
}

/// The archive in a chart that Helm's words say cannot be unpacked.
pub(crate) fn archive_of(chart: &Utf8Path, message: &str) -> Option<Utf8PathBuf> {
    let (_, name) = message.split_once("error unpacking subchart tar in ")?;
    let (name, _) = name.split_once(": ")?;
    Some(chart.join("charts").join(name))
}

fn place(project: &Project<'_>, chart: &Utf8Path, text: &str) -> Option<Span> {
    let mut parts = text.split(':');
    // The first word is the name of the chart, which is not always that of its folder.
    let (_, path) = parts.next()?.split_once('/')?;
    let line: usize = parts.next()?.parse().ok()?;
    let file = project.file(&chart.join(path))?;
    let text = &project.origins().document(file.document).text;
    let start = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    let start = u32::try_from(start.min(text.len())).ok()?;
    Some(Span { document: file.document, start, end: start })
}
