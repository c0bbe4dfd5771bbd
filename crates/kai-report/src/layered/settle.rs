//! How high every box stands, once the order of its layer is known.

use super::Sizes;
use super::columns::Columns;

const SWEEPS: usize = 6;
/// How much a bend pulls more than a box: long arrows should be straight.
const PULL: f64 = 4.0;
/// How much closer two bends may be than two boxes: arrows that go the same way are a bundle.
const BUNDLE: f64 = 3.0;

/// By cell: the height of its middle, from 0 at the upper edge.
pub(super) fn settle(columns: &Columns, box_count: usize, sizes: Sizes) -> Vec<f64> {
    let height = |cell: usize| if cell < box_count { sizes.height } else { 0.0 };
    let apart = |upper: usize, lower: usize| {
        let are_bends = upper >= box_count && lower >= box_count;
        let gap = if are_bends { sizes.gap_y / BUNDLE } else { sizes.gap_y };
        (height(upper) + height(lower)) / 2.0 + gap
    };
    let mut middles = vec![0.0; columns.cell_count()];
    for column in columns.columns() {
        for pair in column.windows(2) {
            middles[pair[1]] = middles[pair[0]] + apart(pair[0], pair[1]);
        }
    }
    let mut move_column = |column: &[usize], sides: [bool; 2]| {
        let wanted: Vec<(f64, f64)> = column
            .iter()
            .map(|&cell| {
                let before = columns.before(cell).iter().filter(|_| sides[0]);
                let behind = columns.behind(cell).iter().filter(|_| sides[1]);
                let near: Vec<f64> = before.chain(behind).map(|&it| middles[it]).collect();
                let weight = if cell < box_count { 1.0 } else { PULL };
                match near.len() {
                    0 => (middles[cell], weight / 8.0),
                    count => (near.iter().sum::<f64>() / count as f64, weight),
                }
            })
            .collect();
        let gaps: Vec<f64> = column.windows(2).map(|it| apart(it[0], it[1])).collect();
        for (&cell, middle) in column.iter().zip(nearest(&wanted, &gaps)) {
            middles[cell] = middle;
        }
    };
    for _ in 0..SWEEPS {
        columns.columns().iter().for_each(|it| move_column(it, [true, false]));
        columns.columns().iter().rev().for_each(|it| move_column(it, [false, true]));
    }
    columns.columns().iter().for_each(|it| move_column(it, [true, true]));
    let top = (0..middles.len()).map(|it| middles[it] - height(it) / 2.0).fold(f64::MAX, f64::min);
    middles.iter().map(|it| (it - top).round()).collect()
}

/// The places nearest to the wanted ones (place and weight) that keep their order and their gaps:
/// pools of neighbours that would overlap stand around their common mean.
fn nearest(wanted: &[(f64, f64)], gaps: &[f64]) -> Vec<f64> {
    let mut offsets = vec![0.0];
    for gap in gaps {
        offsets.push(offsets[offsets.len() - 1] + gap);
    }
    // Mean, weight and how many.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (&(place, weight), offset) in wanted.iter().zip(&offsets) {
        let mut pool = (place - offset, weight, 1);
        while let Some(last) = pools.pop_if(|it| it.0 > pool.0) {
            let weight = last.1 + pool.1;
            pool = ((last.0 * last.1 + pool.0 * pool.1) / weight, weight, last.2 + pool.2);
        }
        pools.push(pool);
    }
    let means = pools.iter().flat_map(|&(mean, _, count)| std::iter::repeat_n(mean, count));
    means.zip(&offsets).map(|(mean, offset)| mean + offset).collect()
}
