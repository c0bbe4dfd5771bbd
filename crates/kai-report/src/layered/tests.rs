//! Small graphs, every graph of three vertices, and larger ones from a seed.

use super::layout::Layout;
use super::{Sizes, layout};

const SIZES: Sizes = Sizes { width: 10.0, height: 4.0, gap_x: 5.0, gap_y: 1.0 };

#[test]
fn a_chain_is_one_straight_line() {
    let drawn = layout(3, &[(0, 1), (1, 2)], SIZES);
    let corners: Vec<_> = drawn.boxes.iter().map(|it| (it.x, it.y)).collect();
    assert_eq!(corners, [(0.0, 0.0), (15.0, 0.0), (30.0, 0.0)]);
    assert_eq!((drawn.width, drawn.height), (40.0, 4.0));
}

#[test]
fn crossings_that_need_not_be_are_gone() {
    let drawn = layout(4, &[(0, 3), (1, 2)], SIZES);
    let above = |one: usize, other: usize| drawn.boxes[one].y < drawn.boxes[other].y;
    assert_eq!(above(0, 1), above(3, 2));
}

#[test]
fn an_arrow_that_closes_a_circle_leads_back() {
    let drawn = layout(2, &[(0, 1), (1, 0)], SIZES);
    let ends = |way: usize| (drawn.ways[way][0].x, drawn.ways[way][1].x);
    assert_eq!(ends(0), (10.0, 15.0));
    assert_eq!(ends(1), (15.0, 10.0));
}

#[test]
fn boxes_never_overlap_and_ways_join_boxes() {
    let pairs: Vec<(usize, usize)> = (0..3).flat_map(|it| (0..3).map(move |to| (it, to))).collect();
    for subset in 0_u32..1 << pairs.len() {
        let chosen = pairs.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
        let arrows: Vec<_> = chosen.map(|(_, pair)| *pair).collect();
        check(&layout(3, &arrows, SIZES), &arrows);
    }
}

#[test]
fn the_same_holds_for_larger_graphs() {
    for seed in 0..20 {
        let mut state: u64 = seed;
        let mut draw = || {
            // Knuth, MMIX; the upper bits are the random ones.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 60).expect("four bits fit")
        };
        let arrows: Vec<_> = (0..24).map(|_| (draw(), draw())).collect();
        check(&layout(16, &arrows, SIZES), &arrows);
    }
}

#[track_caller]
fn check(drawn: &Layout, arrows: &[(usize, usize)]) {
    for (index, one) in drawn.boxes.iter().enumerate() {
        assert!(one.y >= 0.0 && one.y + SIZES.height <= drawn.height, "{arrows:?}: {drawn:?}");
        for other in &drawn.boxes[..index] {
            let is_apart = one.x != other.x || (one.y - other.y).abs() >= SIZES.height;
            assert!(is_apart, "{arrows:?}: {drawn:?}");
        }
    }
    for (&(source, target), way) in arrows.iter().zip(&drawn.ways) {
        let (Some(first), Some(last)) = (way.first(), way.last()) else {
            assert_eq!(source, target, "only an arrow to itself has no way");
            continue;
        };
        let middle = |vertex: usize| drawn.boxes[vertex].y + SIZES.height / 2.0;
        assert_eq!((first.y, last.y), (middle(source), middle(target)), "{arrows:?}: {drawn:?}");
    }
}
