//! From the words of a refusal to the line of the chart that they name.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Span;

use crate::Project;

/// The line of a file that Helm's words name: `chart/templates/file.yaml:3:14`, or where a file that
/// cannot be read is broken.
pub(crate) fn place_of(project: &Project<'_>, chart: &Utf8Path, message: &str) -> Option<Span> {
    let places = message.split(|it: char| it.is_whitespace() || matches!(it, '(' | ')'));
    places.filter_map(|it| place(project, chart, it)).next().or_else(|| {
        let file = project.file(&unreadable(chart, message)?)?;
        file.problems.iter().find_map(|it| it.span)
    })
}

/// The file that Helm's words say it cannot read: one of a chart, of a chart in it, or of values.
pub(crate) fn unreadable(chart: &Utf8Path, message: &str) -> Option<Utf8PathBuf> {
    let (mut chart, mut words) = (chart.to_owned(), message);
    while let Some((name, inner)) =
        words.strip_prefix("error unpacking subchart ").and_then(|it| it.split_once(": "))
    {
        chart = chart.join("charts").join(name);
        words = inner;
    }
    let (what, _) = words.split_once(": ")?;
    let values = what.strip_prefix("failed to parse ").map(Utf8PathBuf::from);
    values.or_else(|| what.strip_prefix("cannot load ").map(|it| chart.join(it)))
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
