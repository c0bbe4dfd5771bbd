//! How much a pipeline may come to.

use kai_core::{Node, OriginId, Origins, Problem, Value};

/// A few lines that repeat each other come to more than any memory holds.
const VALUES_MAX: usize = 2_000_000;
/// As deep as a document may be.
const LEVELS_MAX: usize = 200;
/// A text counts once more for every piece of this length.
const PIECE: usize = 32;

pub(super) struct Bounds<'a> {
    origins: &'a Origins,
    left: usize,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Bounds<'a> {
    pub(super) fn new(origins: &'a Origins) -> Self {
        Self { origins, left: VALUES_MAX, problems: Vec::new() }
    }

    pub(super) fn origins(&self) -> &'a Origins {
        self.origins
    }

    /// Says once what is refused.
    pub(super) fn refuse(&mut self, at: OriginId, message: String, remedy: &str) {
        let Some(span) = self.origins.span(at) else { return };
        if !self.problems.iter().any(|it| it.message == message) {
            self.problems.push(Problem::at(span, message, remedy));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// True where there is room for one more value, without those in it; `at` is what repeats it.
    pub(super) fn takes(&mut self, node: &Node, level: usize, at: OriginId) -> bool {
        let weight = 1 + node.text().map_or(0, str::len) / PIECE;
        self.left = self.left.saturating_sub(weight);
        let is_taken = !self.is_full() && level <= LEVELS_MAX;
        if !is_taken {
            let message = "what this pipeline comes to is larger than I read".to_owned();
            self.refuse(at, message, "let fewer of its parts repeat others");
        }
        is_taken
    }

    /// True where there is room for a value and all those in it.
    pub(super) fn takes_all(&mut self, node: &Node, level: usize, at: OriginId) -> bool {
        self.takes(node, level, at)
            && match &node.value {
                Value::Seq(items) => items.iter().all(|it| self.takes_all(it, level + 1, at)),
                Value::Map(map) => map.iter().all(|it| self.takes_all(&it.node, level + 1, at)),
                Value::Scalar(_) | Value::Unknown(_) => true,
            }
    }
}
