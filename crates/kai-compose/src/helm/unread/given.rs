//! What is given to a chart and read by none of its templates.

use kai_core::{Node, Origins};

use super::besides::{all_reads, conditions, is_called_by_others, templates_in};
use super::search::{Search, UnreadValue};
use crate::helm::chart::Chart;
use crate::helm::reads::Reads;

/// What is given to a chart and is read by none of its templates, taken branches or not. Nothing
/// where values may be read in a way that is not understood.
///
/// `all` is the chart as it is written, `chart` has the charts that take part.
pub(in crate::helm) fn unread(
    origins: &Origins,
    all: &Chart,
    chart: &Chart,
    given: &Node,
) -> Vec<UnreadValue> {
    if given.as_map().is_none_or(kai_core::Map::is_empty) {
        return Vec::new();
    }
    let mut besides = Reads::default();
    conditions(all, &mut besides);
    templates_in(given, &mut besides);
    templates_in(&chart.values, &mut besides);
    let mut reads = all_reads(chart);
    reads.push(&besides);
    if reads.iter().any(|it| it.is_open) || is_called_by_others(all, &reads) {
        return Vec::new();
    }
    let mut search = Search::new(origins, reads);
    search.chart(all, chart, given, &mut Vec::new());
    search.found.into_iter().map(|it| it.value).collect()
}
