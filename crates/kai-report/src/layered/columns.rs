//! The order within every layer.

use std::cmp::Ordering;

/// Sweeps in each direction. More change little: the mean settles within a few.
const SWEEPS: usize = 8;

/// Vertices and bends, called cells, in columns. A bend carries an arrow through a layer.
#[derive(Debug)]
pub(super) struct Columns {
    /// By cell; vertices come first.
    layers: Vec<usize>,
    /// The cells of every arrow, in the order of layers; none for an arrow to itself.
    chains: Vec<Vec<usize>>,
    /// By layer, from top to bottom.
    columns: Vec<Vec<usize>>,
    /// By cell: its neighbours in the layer before and in the one behind.
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
}

impl Columns {
    pub(super) fn new(mut layers: Vec<usize>, arrows: &[(usize, usize)]) -> Self {
        let mut chains = Vec::with_capacity(arrows.len());
        for &(source, target) in arrows {
            let mut chain = Vec::new();
            if source != target {
                chain.push(source);
                for layer in layers[source] + 1..layers[target] {
                    chain.push(layers.len());
                    layers.push(layer);
                }
                chain.push(target);
            }
            chains.push(chain);
        }
        let mut before = vec![Vec::new(); layers.len()];
        let mut behind = vec![Vec::new(); layers.len()];
        for pair in chains.iter().flat_map(|it| it.windows(2)) {
            behind[pair[0]].push(pair[1]);
            before[pair[1]].push(pair[0]);
        }
        let count = layers.iter().max().map_or(0, |it| it + 1);
        let mut columns = vec![Vec::new(); count];
        for (cell, &layer) in layers.iter().enumerate() {
            columns[layer].push(cell);
        }
        Self { layers, chains, columns, before, behind }
    }

    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn layer(&self, cell: usize) -> usize {
        self.layers[cell]
    }

    pub(super) fn chains(&self) -> &[Vec<usize>] {
        &self.chains
    }

    pub(super) fn columns(&self) -> &[Vec<usize>] {
        &self.columns
    }

    pub(super) fn cell_count(&self) -> usize {
        self.layers.len()
    }

    pub(super) fn before(&self, cell: usize) -> &[usize] {
        &self.before[cell]
    }

    pub(super) fn behind(&self, cell: usize) -> &[usize] {
        &self.behind[cell]
    }

    /// Sorts every column by the mean place of its neighbours, back and forth, and keeps the order
    /// with the fewest crossings.
    pub(super) fn untangle(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        for _ in 0..SWEEPS {
            for layer in 1..self.columns.len() {
                self.sort(layer, |it| &it.before);
            }
            for layer in (0..self.columns.len().saturating_sub(1)).rev() {
                self.sort(layer, |it| &it.behind);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    fn sort(&mut self, layer: usize, neighbours: fn(&Self) -> &Vec<Vec<usize>>) {
        let places = self.places();
        let mut keyed: Vec<(f64, usize)> = self.columns[layer]
            .iter()
            .map(|&cell| {
                let near = &neighbours(self)[cell];
                let sum: usize = near.iter().map(|&it| places[it]).sum();
                let own = places[cell] as f64;
                (if near.is_empty() { own } else { sum as f64 / near.len() as f64 }, cell)
            })
            .collect();
        keyed.sort_by(|one, other| one.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal));
        self.columns[layer] = keyed.into_iter().map(|(_, cell)| cell).collect();
    }

    /// By cell: how many stand above it.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.layers.len()];
        for column in &self.columns {
            for (place, &cell) in column.iter().enumerate() {
                places[cell] = place;
            }
        }
        places
    }

    fn crossings(&self) -> usize {
        let places = self.places();
        let between = self.columns.iter().skip(1).zip(&self.columns).map(|(right, left)| {
            let ends = left.iter().flat_map(|&cell| {
                let mut ends: Vec<_> = self.behind[cell].iter().map(|&it| places[it]).collect();
                ends.sort_unstable();
                ends
            });
            inversions(ends, right.len())
        });
        between.sum()
    }
}

/// Pairs in the wrong order, counted with a tree of partial sums (Fenwick, 1994).
fn inversions(ends: impl Iterator<Item = usize>, size: usize) -> usize {
    let mut tree = vec![0_usize; size + 1];
    let mut inversions = 0;
    for (count, end) in ends.enumerate() {
        let mut at = end + 1;
        let mut not_below = 0;
        while at > 0 {
            not_below += tree[at];
            at &= at - 1;
        }
        inversions += count - not_below;
        at = end + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    inversions
}
