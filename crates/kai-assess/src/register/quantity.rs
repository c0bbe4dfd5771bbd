//! A number of the register together with the parts it is made of.

use std::borrow::Cow;

use kai_core::Interval;

use crate::priors::{Figure, Figures, Key};

/// One part of a quantity: what it is, how large, and who says so.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) what: Cow<'static, str>,
    pub(crate) interval: Interval,
    pub(crate) unit: &'static str,
    pub(crate) source: Source,
}

/// Who says so. Measured numbers join when documents can hold them.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Computed from the configuration or the way Kubernetes works; the text is the working.
    Derived(Cow<'static, str>),
    /// A published prior, or what `kai.yaml` puts in its place.
    Figure(Figure),
    /// Everything between several figures, because what would decide has not been read.
    Between(Vec<Figure>),
}

/// How the parts make the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    Sum,
    Product,
}

/// Parts and what they come to.
#[derive(Debug, Clone)]
pub(crate) struct Quantity {
    pub(crate) parts: Vec<Part>,
    pub(crate) interval: Interval,
    join: Join,
}

impl Part {
    pub(crate) fn figure(figures: &Figures, key: Key) -> Self {
        let prior = key.prior();
        let figure = figures.get(key);
        Self {
            what: prior.term.into(),
            interval: figure.interval,
            unit: if prior.unit == "share" { "" } else { prior.unit },
            source: Source::Figure(figure),
        }
    }

    pub(crate) fn derived(
        what: impl Into<Cow<'static, str>>,
        interval: Interval,
        unit: &'static str,
        working: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { what: what.into(), interval, unit, source: Source::Derived(working.into()) }
    }

    /// The part as one line: number, meaning, source.
    fn line(&self) -> String {
        let space = if self.unit.is_empty() { "" } else { " " };
        let number = format!("{}{space}{}", self.interval, self.unit);
        let source = match &self.source {
            Source::Derived(working) => format!("derived: {working}"),
            Source::Figure(figure) => figure.cited(),
            Source::Between(figures) => between(figures),
        };
        format!("{number}: {} ({source})", self.what)
    }
}

fn between(figures: &[Figure]) -> String {
    let join =
        |cited: fn(&Figure) -> String| figures.iter().map(cited).collect::<Vec<_>>().join("; ");
    if figures.iter().any(|it| it.declared.is_some()) {
        join(Figure::cited)
    } else {
        format!("assumed: {}", join(Figure::published))
    }
}

impl Quantity {
    pub(crate) fn sum(parts: Vec<Part>) -> Self {
        let interval = kai_slo::sum(&parts.iter().map(|it| it.interval).collect::<Vec<_>>());
        Self { parts, interval, join: Join::Sum }
    }

    pub(crate) fn product(parts: Vec<Part>) -> Self {
        let interval = kai_slo::product(&parts.iter().map(|it| it.interval).collect::<Vec<_>>());
        Self { parts, interval, join: Join::Product }
    }

    /// The published figures that it rests on.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        let figures = self.parts.iter().flat_map(|it| match &it.source {
            Source::Figure(figure) => std::slice::from_ref(figure),
            Source::Between(figures) => figures,
            Source::Derived(_) => &[],
        });
        figures.filter(|it| it.declared.is_none()).map(|it| it.key)
    }

    /// What the parts rest on, in short: the key of a figure, or how it was derived.
    pub(crate) fn sources(&self) -> String {
        let of_part = |it: &Part| match &it.source {
            Source::Derived(working) => working.to_string(),
            Source::Figure(figure) => format!("`{}`", figure.key.as_str()),
            Source::Between(figures) => {
                let keys: Vec<String> =
                    figures.iter().map(|it| format!("`{}`", it.key.as_str())).collect();
                keys.join(", ")
            }
        };
        self.parts.iter().map(of_part).collect::<Vec<_>>().join(", ")
    }

    /// The quantity under its name, then its parts where there is more than one.
    pub(crate) fn lines(&self, name: &str, unit: &str, into: &mut Vec<String>) {
        if let [part] = self.parts.as_slice() {
            into.push(format!("  {name} = {}", part.line()));
            return;
        }
        let sign = if self.join == Join::Sum { "+" } else { "×" };
        let space = if unit.is_empty() { "" } else { " " };
        into.push(format!("  {name} = {}{space}{unit}, of", self.interval));
        into.extend(self.parts.iter().map(|it| format!("    {sign} {}", it.line())));
    }
}
