//! Which value is which.

use kai_core::Spans;

/// Numbers values in the order in which they are met. Who reads a part of a text begins at a number
/// that nobody before it can reach.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The number of the first span.
    first: u32,
    spans: Vec<(u32, u32)>,
    /// Runs that others have gone on after; values of them may still be open.
    before: Vec<(u32, Vec<(u32, u32)>)>,
    /// Those of others, which are finished.
    of_others: Vec<Spans>,
}

impl Numbers {
    /// For a reader that begins at this byte: a text holds at most two values for each byte.
    pub(super) fn from(at: u32) -> Self {
        Self { first: at.saturating_mul(2), ..Self::default() }
    }

    /// The number of a value that stands there.
    pub(super) fn add(&mut self, start: u32, end: u32) -> u32 {
        let number = self.first + self.spans.len() as u32;
        self.spans.push((start, end));
        number
    }

    /// Says where a value ends that was added before.
    pub(super) fn end(&mut self, number: u32, end: u32) {
        let spans = if number >= self.first {
            Some((self.first, &mut self.spans))
        } else {
            let runs = self.before.iter_mut().rev();
            runs.map(|it| (it.0, &mut it.1)).find(|it| it.0 <= number)
        };
        let span = spans.and_then(|(first, it)| it.get_mut((number - first) as usize));
        if let Some(span) = span {
            span.1 = end;
        }
    }

    /// Takes the numbers of readers that read on; what follows begins at this byte.
    pub(super) fn go_on_after(&mut self, others: impl Iterator<Item = Spans>, at: u32) {
        let own = std::mem::replace(self, Self::from(at));
        (self.before, self.of_others) = (own.before, own.of_others);
        self.before.push((own.first, own.spans));
        self.of_others.extend(others);
    }

    pub(super) fn into_spans(mut self) -> Spans {
        self.before.push((self.first, self.spans));
        let own = self.before.iter().map(|(first, spans)| Spans::of_run(*first, spans));
        Spans::joined(own.chain(self.of_others))
    }
}
