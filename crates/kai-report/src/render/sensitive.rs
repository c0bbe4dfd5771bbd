//! What resources of Terraform hold that is secret, though nothing in the configuration says so:
//! providers mark it in schemas that are not here.

use kai_terraform::plan::Change;
use kai_terraform::record::is_secret_name;
use kai_terraform::value::{Data, Marks, Value};

use super::secret_text::without_secrets;

/// What is written in the place of a secret.
pub(super) const MASK: &str = "(sensitive)";

/// Arguments of resources whose types name a secret, as `vault_kv_secret_v2` does, that are what it holds.
const HELD: &[&str] =
    &["binary_data", "data", "data_json", "plaintext_value", "string_data", "value"];

/// The arguments of a resource with marks on what nobody should read.
pub(crate) fn with_marks(change: &Change) -> Option<Value> {
    let after = change.after.as_ref()?;
    let is_secret = change.ty.contains("_secret");
    let is_encrypted =
        change.ty == "aws_ssm_parameter" && text(after, "type") == Some("SecureString");
    let is_whole =
        |name: &str| is_secret && HELD.contains(&name) || is_encrypted && name == "value";
    let marked = entries_marked(after, &|name, value| match name {
        name if is_whole(name) => hidden(value),
        "set_sensitive" | "set_wo" => value.with_children(values_hidden),
        name => named(name, value),
    });
    Some(if speaks_of_secret(after) { values_hidden(&marked) } else { marked })
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.entries()?.get(name)?.as_str()
}

fn hidden(value: &Value) -> Value {
    value.clone().marked(Marks::SENSITIVE)
}

fn entries_marked(value: &Value, change: &dyn Fn(&str, &Value) -> Value) -> Value {
    let Some(entries) = value.entries() else { return value.clone() };
    let entries = entries.iter().map(|(name, it)| (name.clone(), change(name, it))).collect();
    let data = match &value.data {
        Data::Map(ty, _) => Data::Map(ty.clone(), std::sync::Arc::new(entries)),
        _ => Data::Object(std::sync::Arc::new(entries)),
    };
    Value { data, ..value.clone() }
}

/// `value` of `{ name, value }`.
fn values_hidden(value: &Value) -> Value {
    entries_marked(value, &|name, it| {
        if matches!(name, "value" | "value_wo") { hidden(it) } else { it.clone() }
    })
}

/// True for what only tells which secret is meant, below the name of one: `secret_key_ref { name = "db" }`.
pub(super) fn tells_which(name: &str) -> bool {
    const NAMES: &[&str] =
        &["default_mode", "defaultMode", "key", "kind", "name", "namespace", "path", "type"];
    NAMES.contains(&name) || name.ends_with("_name") || name.ends_with("Name")
}

/// True for `{ name = "password", value = "…" }`.
fn speaks_of_secret(value: &Value) -> bool {
    ["name", "key"].iter().filter_map(|it| text(value, it)).any(is_secret_name)
}

/// A value by the name that it stands under.
pub(crate) fn named(name: &str, value: &Value) -> Value {
    // What a machine runs first is read line by line.
    let is_secret = name != "user_data" && is_secret_name(name);
    match &value.data {
        Data::String(_) | Data::Number(_) | Data::Map(..) if is_secret => hidden(value),
        Data::String(text) => match without_secrets(text) {
            Some(shown) => Value::string(shown).with_origin(value.origin).marked(value.marks),
            None => value.clone(),
        },
        Data::Map(..) | Data::Object(_) if is_secret_object(value) => {
            entries_marked(value, &|name, it| match name {
                "data" | "stringData" => hidden(it),
                name => named(name, it),
            })
        }
        Data::Map(..) | Data::Object(_) => {
            let marked = entries_marked(value, &|inner, it| match &it.data {
                Data::String(_) if is_secret && !tells_which(inner) => hidden(it),
                _ => named(inner, it),
            });
            if speaks_of_secret(value) { values_hidden(&marked) } else { marked }
        }
        _ => value.with_children(|it| named(name, it)),
    }
}

fn is_secret_object(value: &Value) -> bool {
    text(value, "kind") == Some("Secret") && text(value, "apiVersion").is_some()
}
