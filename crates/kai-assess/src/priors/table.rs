//! Reads the table once.

use std::sync::OnceLock;

use kai_core::Interval;

use super::Key;

/// One row: a number with everything a reader needs to doubt it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    pub key: &'static str,
    /// What it is, in words.
    pub term: &'static str,
    pub interval: Interval,
    pub unit: &'static str,
    /// Publication, year, place.
    pub source: &'static str,
    /// How the source was read, and `est` where the interval was set here.
    pub mark: &'static str,
    /// When it holds and when it does not.
    pub validity: &'static str,
}

const TABLE: &str = include_str!("priors.tsv");

/// The whole table, in its own order. Rows that cannot be read are left out.
#[must_use]
pub fn priors() -> &'static [Prior] {
    static PRIORS: OnceLock<Vec<Prior>> = OnceLock::new();
    PRIORS.get_or_init(|| TABLE.lines().skip(1).filter_map(row).collect())
}

fn row(line: &'static str) -> Option<Prior> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (key, term) = (next()?, next()?);
    let interval =
        Interval::new(next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    let (unit, source, mark, validity) = (next()?, next()?, next()?, next()?);
    Some(Prior { key, term, interval, unit, source, mark, validity })
}

impl Key {
    /// The row with this name.
    #[must_use]
    pub fn prior(self) -> &'static Prior {
        let found = priors().iter().find(|it| it.key == self.as_str());
        found.expect("a test holds every key against the table, which is part of the program")
    }

    #[must_use]
    pub fn interval(self) -> Interval {
        self.prior().interval
    }
}

impl Prior {
    /// Source and mark, as printed behind the number.
    #[must_use]
    pub fn citation(&self) -> String {
        format!("{} [{}]", self.source, self.mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_row() {
        assert_eq!(priors().len(), TABLE.lines().count() - 1);
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 9, "{line}");
        }
    }

    #[test]
    fn the_register_and_the_table_know_the_same_keys_in_the_same_order() {
        let named: Vec<_> = Key::ALL.iter().map(|it| it.as_str()).collect();
        let listed: Vec<_> = priors().iter().map(|it| it.key).collect();
        assert_eq!(named, listed);
        assert!(Key::ALL.is_sorted());
    }

    #[test]
    fn intervals_are_ordered_and_every_row_is_cited() {
        for prior in priors() {
            let Interval { low, typical, high } = prior.interval;
            assert!(0.0 < low && low <= typical && typical <= high, "{}", prior.key);
            let mark = prior.mark.trim_end_matches(" est");
            assert!(["S", "S2", "R"].contains(&mark), "{}", prior.key);
            assert!(prior.source.len() > 10 && !prior.validity.is_empty(), "{}", prior.key);
            assert!(prior.unit != "share" || high <= 1.0, "{}", prior.key);
        }
    }
}
