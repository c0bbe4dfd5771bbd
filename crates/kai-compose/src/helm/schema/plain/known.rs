//! Whether something holds, where that is known.

use serde_json::Value;

pub(super) type Known = Option<bool>;

pub(super) fn all(each: impl IntoIterator<Item = Known>) -> Known {
    let mut known = Some(true);
    for one in each {
        match one {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

pub(super) fn not(known: Known) -> Known {
    known.map(|it| !it)
}

pub(super) fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
