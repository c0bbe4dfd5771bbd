//! Go's `reflect.DeepEqual`.

use super::{Data, Value, bounds};

impl Value {
    /// True where types and contents are the same all the way down.
    pub(crate) fn is_deeply_equal(&self, other: &Self) -> bool {
        match (&self.data, &other.data) {
            (Data::Missing | Data::Nil, Data::Missing | Data::Nil) => true,
            (Data::Bool(left), Data::Bool(right)) => left == right,
            (Data::Int(left, kind), Data::Int(right, other)) => left == right && kind == other,
            (Data::Unsigned(left), Data::Unsigned(right)) => left == right,
            #[expect(clippy::float_cmp, reason = "Go compares the numbers as they are")]
            (Data::Float(left), Data::Float(right)) => left == right,
            (Data::Text(left), Data::Text(right)) => left.as_str() == right.as_str(),
            (Data::Bytes(left), Data::Bytes(right)) => left == right,
            (Data::List(left, kind), Data::List(right, other)) => {
                kind == other
                    && left.len() == right.len()
                    && bounds::within(left.len(), || {
                        left.iter().zip(right.iter()).all(|(a, b)| a.is_deeply_equal(b))
                    })
                    .unwrap_or(false)
            }
            (Data::Map(left), Data::Map(right)) => {
                let (left, right) = (left.borrow(), right.borrow());
                left.kind == right.kind
                    && left.len() == right.len()
                    && bounds::within(left.len(), || {
                        left.iter().all(|(key, entry)| {
                            right.get(key).is_some_and(|it| entry.value.is_deeply_equal(it))
                        })
                    })
                    .unwrap_or(false)
            }
            _ => false,
        }
    }
}
