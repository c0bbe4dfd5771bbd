//! Values as trees, which is what composers hand to each other.

use kai_core::{Entry, Map, Node, OriginId, Scalar, ScalarKind, ScalarStyle};
use smol_str::SmolStr;

use super::{Data, Piece, Value};

impl Value {
    /// The value as a tree. A part that nobody gave a place has that of the value around it; what is
    /// to come is unknown, with the text that stands for it.
    #[must_use]
    pub fn to_node(&self) -> Node {
        node(self, OriginId::NONE)
    }

    /// What stands for a text to come: `db-${aws_vpc.main.id}`.
    #[must_use]
    pub fn stand_in(&self) -> SmolStr {
        let words = |it: &Piece| match it {
            Piece::Text(text) => text.to_string(),
            Piece::Attribute(to) => format!("${{{}{}}}", to.address, to.path),
            Piece::Variable(text) | Piece::Open(text) => format!("${{{text}}}"),
        };
        self.pieces().iter().map(words).collect::<String>().into()
    }
}

fn node(value: &Value, around: OriginId) -> Node {
    let origin = if value.origin == OriginId::NONE { around } else { value.origin };
    let data = match &value.data {
        Data::Null(_) => scalar("null", ScalarKind::Null),
        Data::Unknown(unknown) => {
            let text = value.stand_in();
            kai_core::Value::Unknown(
                kai_core::Unknown { reason: unknown.cause.reason, text }.into(),
            )
        }
        Data::Bool(it) => scalar(if *it { "true" } else { "false" }, ScalarKind::Bool),
        Data::Number(it) if it.is_integer() => scalar(&it.to_string(), ScalarKind::Int),
        Data::Number(it) => scalar(&it.to_string(), ScalarKind::Float),
        Data::String(it) => scalar(it, ScalarKind::Str),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
            return Node::seq(value.children().map(|it| node(it, origin)).collect(), origin);
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            let entry = |(key, it): (&SmolStr, &Value)| {
                let node = node(it, origin);
                Entry { key: key.clone(), key_origin: node.origin, node }
            };
            return Node::map(Map::from_entries(entries.iter().map(entry).collect()), origin);
        }
    };
    Node::new(data, origin)
}

fn scalar(text: &str, kind: ScalarKind) -> kai_core::Value {
    let style = ScalarStyle::DoubleQuoted;
    kai_core::Value::Scalar(Scalar { text: text.into(), kind, style })
}
