//! A part of a long list.

use serde_json::{Map, Value, json};

const LIMIT: usize = 20;
const LIMIT_MAX: usize = 100;

/// The items from a cursor on, how many there are, and the cursor of what follows.
pub(super) fn page(
    name: &str,
    items: Vec<Value>,
    arguments: &Map<String, Value>,
) -> Result<Value, String> {
    let start = match arguments.get("cursor").and_then(Value::as_str) {
        None => 0,
        Some(it) => it.parse::<usize>().map_err(|_| format!("`{it}` is no cursor that I gave"))?,
    };
    let limit = match arguments.get("limit") {
        None => LIMIT,
        Some(it) => it
            .as_u64()
            .and_then(|it| usize::try_from(it).ok())
            .filter(|it| (1..=LIMIT_MAX).contains(it))
            .ok_or_else(|| format!("`limit` is a number from 1 to {LIMIT_MAX}"))?,
    };
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    let end = start + shown.len();
    let mut page = Map::new();
    page.insert(name.to_owned(), Value::Array(shown));
    page.insert("total".to_owned(), json!(total));
    if end < total {
        page.insert("next_cursor".to_owned(), json!(end.to_string()));
    }
    Ok(Value::Object(page))
}
