//! Where the values of a text stand, in few bytes: a large dump has millions of them.

/// Byte ranges of values, by number. One run of numbers is enough for a reader that meets one value after
/// the other; several that read parts of one text number theirs apart.
#[derive(Debug, Default)]
pub struct Spans {
    /// Sorted by the number of the first value.
    stretches: Vec<Stretch>,
    /// Ends of the ranges that are longer than a stretch can say, by number.
    long: Vec<(u32, u32)>,
}

/// Values with numbers that follow each other and beginnings that are close to each other.
#[derive(Debug)]
struct Stretch {
    first: u32,
    /// The byte from which the beginnings are counted.
    start: u32,
    /// Beginning and length of each.
    ranges: Box<[(u16, u16)]>,
}

/// Stands for a length that is among the long ones.
const LONG: u16 = u16::MAX;

impl Spans {
    /// The number of the first value of a run, and the ranges of the run.
    #[must_use]
    pub fn of_run(first: u32, ranges: &[(u32, u32)]) -> Self {
        let mut spans = Self::default();
        let (mut number, mut rest) = (first, ranges);
        while !rest.is_empty() {
            let (close, others) = rest.split_at(close(rest));
            spans.add(number, close);
            number += count(close);
            rest = others;
        }
        spans
    }

    /// All of several, which have no number in common.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self::default();
        for spans in all {
            joined.stretches.extend(spans.stretches);
            joined.long.extend(spans.long);
        }
        joined.stretches.sort_by_key(|it| it.first);
        joined.long.sort_unstable();
        joined
    }

    /// The range of a value.
    pub(crate) fn get(&self, number: u32) -> Option<(u32, u32)> {
        let at = self.stretches.partition_point(|it| it.first <= number).checked_sub(1)?;
        let stretch = &self.stretches[at];
        let &(start, length) = stretch.ranges.get((number - stretch.first) as usize)?;
        let start = stretch.start + u32::from(start);
        if length != LONG {
            return Some((start, start + u32::from(length)));
        }
        let long = self.long.binary_search_by_key(&number, |it| it.0).ok()?;
        Some((start, self.long[long].1))
    }

    fn add(&mut self, first: u32, ranges: &[(u32, u32)]) {
        let start = ranges.iter().map(|it| it.0).min().unwrap_or_default();
        let short = |(number, &(from, to)): (u32, &(u32, u32))| {
            let length = u16::try_from(to.saturating_sub(from)).unwrap_or(LONG);
            if length == LONG {
                self.long.push((number, to));
            }
            // Those of one stretch are closer than that.
            (u16::try_from(from - start).unwrap_or(u16::MAX), length)
        };
        let ranges = (first..).zip(ranges).map(short).collect();
        self.stretches.push(Stretch { first, start, ranges });
    }
}

/// How many of the first ranges begin close enough to each other for one stretch.
fn close(ranges: &[(u32, u32)]) -> usize {
    let (mut least, mut most) = (u32::MAX, 0);
    let is_close = |&(start, _): &(u32, u32)| {
        (least, most) = (least.min(start), most.max(start));
        most - least <= u32::from(u16::MAX)
    };
    ranges.iter().copied().take_while(is_close).count()
}

fn count(ranges: &[(u32, u32)]) -> u32 {
    // A document that is registered is shorter than a gibibyte.
    u32::try_from(ranges.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: u32, ranges: &[(u32, u32)], stretches: usize) {
        let spans = Spans::of_run(first, ranges);
        let got: Vec<_> = (first..).take(ranges.len()).filter_map(|it| spans.get(it)).collect();
        assert_eq!(got, ranges);
        assert_eq!(spans.stretches.len(), stretches);
        assert_eq!(spans.get(first + count(ranges)), None);
        assert_eq!(first.checked_sub(1).and_then(|it| spans.get(it)), None);
    }

    #[test]
    fn ranges_come_back_as_they_were() {
        check(0, &[], 0);
        check(7, &[(0, 9), (3, 4), (1, 1), (65_535, 65_537)], 1);
        check(0, &[(0, 70_000), (1, 65_536), (1, 65_535), (70_000, 70_000), (3, 4)], 3);
        check(0, &[(u32::MAX - 9, u32::MAX), (0, u32::MAX)], 2);
    }

    #[test]
    fn runs_are_found_whatever_their_order() {
        let runs = [(100, (5, 6)), (0, (1, 80_000)), (50, (3, 90_000))];
        let spans = Spans::joined(runs.map(|(first, range)| Spans::of_run(first, &[range])));
        assert_eq!(runs.map(|(first, _)| spans.get(first)), runs.map(|it| Some(it.1)));
        assert_eq!(spans.get(1), None);
    }
}
