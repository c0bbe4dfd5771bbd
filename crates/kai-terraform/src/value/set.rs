//! The order of a set.

use std::cmp::Ordering;

use super::equal::is_same;
use super::{Data, Marks, Value};

/// The elements in order, each once, and the marks that were on them.
pub(super) fn set_elements(elements: Vec<Value>) -> (Vec<Value>, Marks) {
    let marks = elements.iter().fold(Marks::NONE, |marks, it| marks.and(it.marks_deep()));
    let mut sorted: Vec<_> = if marks.is_none() {
        elements
    } else {
        elements.iter().map(|it| it.unmarked_deep().0).collect()
    };
    sorted.sort_by(order);
    // Those that are to come may turn out different, and stay.
    sorted.dedup_by(|one, other| other.is_wholly_known() && is_same(one, other));
    (sorted, marks)
}

/// Numbers, texts and booleans ascend; other values follow a text that stands for them. Null comes
/// last, and what is to come after everything known.
fn order(one: &Value, other: &Value) -> Ordering {
    match (&one.data, &other.data) {
        (Data::Number(one), Data::Number(other)) => one.cmp(other),
        (Data::String(one), Data::String(other)) => one.cmp(other),
        (Data::Bool(one), Data::Bool(other)) => one.cmp(other),
        _ => {
            let rank = |it: &Value| (!it.is_known(), it.is_null());
            rank(one).cmp(&rank(other)).then_with(|| text(one).cmp(&text(other)))
        }
    }
}

fn text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    let sequence = |open, close, text: &mut String| {
        text.push(open);
        for child in value.children() {
            write(child, text);
            text.push(';');
        }
        text.push(close);
    };
    match &value.data {
        Data::Unknown(_) => text.push('?'),
        Data::Null(_) => text.push('~'),
        Data::Bool(it) => text.push(if *it { 'T' } else { 'F' }),
        Data::Number(it) => text.push_str(&it.to_string()),
        Data::String(it) => text.push_str(&format!("{it:?}")),
        Data::List(..) | Data::Set(..) => sequence('[', ']', text),
        Data::Tuple(_) | Data::Object(_) => sequence('<', '>', text),
        Data::Map(_, entries) => {
            text.push('{');
            for (key, value) in entries.iter() {
                text.push_str(&format!("{key:?}:"));
                write(value, text);
                text.push(';');
            }
            text.push('}');
        }
    }
}
