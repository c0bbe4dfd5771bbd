//! From vertices and arrows to places.

use super::columns::Columns;
use super::layers::{acyclic, layers};
use super::settle::settle;

/// How large boxes are and how far apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Between layers, for the arrows.
    pub(crate) gap_x: f64,
    /// Between boxes of a layer.
    pub(crate) gap_y: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

#[derive(Debug)]
pub(crate) struct Layout {
    /// The left upper corner of every vertex.
    pub(crate) boxes: Vec<Point>,
    /// The way of every arrow: from box to box, through both sides of every bend.
    pub(crate) ways: Vec<Vec<Point>>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Lays out vertices 0 to `count`. An arrow from a vertex to itself has no way.
pub(crate) fn layout(count: usize, arrows: &[(usize, usize)], sizes: Sizes) -> Layout {
    let forward = acyclic(count, arrows);
    let layer = layers(count, &forward);
    let mut columns = Columns::new(layer, &forward);
    columns.untangle();
    let middles = settle(&columns, count, sizes);
    let left = |cell: usize| columns.layer(cell) as f64 * (sizes.width + sizes.gap_x);
    let boxes =
        (0..count).map(|it| Point { x: left(it), y: middles[it] - sizes.height / 2.0 }).collect();
    let ways =
        arrows.iter().zip(&forward).zip(columns.chains()).map(|((arrow, forward), chain)| {
            let mut way: Vec<Point> = chain
                .iter()
                .flat_map(|&cell| [left(cell), left(cell) + sizes.width].map(|x| (cell, x)))
                .map(|(cell, x)| Point { x, y: middles[cell] })
                .collect();
            // A way starts where its first box ends and ends where its last one starts.
            way.pop();
            way.drain(..way.len().min(1));
            if arrow != forward {
                way.reverse();
            }
            way
        });
    let ways = ways.collect();
    let depth = columns.count() as f64;
    Layout {
        boxes,
        ways,
        width: depth * sizes.width + (depth - 1.0).max(0.0) * sizes.gap_x,
        height: middles.iter().fold(0.0, |max: f64, it| max.max(*it)) + sizes.height / 2.0,
    }
}
