//! What resources of Terraform hold that is secret, though nothing in the configuration says so:
//! providers mark it in schemas that are not here.

use kai_terraform::plan::Change;
use kai_terraform::record::is_secret_name;
use kai_terraform::value::{Data, Marks, Value};

/// What is written in the place of a secret.
pub(super) const MASK: &str = "(sensitive)";

/// What is secret whatever is in it, by type without the version at its end.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("azurerm_key_vault_secret", &["value"]),
    ("kubernetes_secret", &["binary_data", "data", "string_data"]),
    ("kubernetes_secret_v1_data", &["data"]),
];

/// The arguments of a resource with marks on what nobody should read.
pub(crate) fn with_marks(change: &Change) -> Option<Value> {
    let after = change.after.as_ref()?;
    let ty = change.ty.strip_suffix("_v1").unwrap_or(&change.ty);
    let whole = ARGUMENTS.iter().find(|it| it.0 == ty).map_or(&[][..], |it| it.1);
    let is_encrypted = ty == "aws_ssm_parameter" && text(after, "type") == Some("SecureString");
    let is_whole = |name: &str| whole.contains(&name) || is_encrypted && name == "value";
    Some(entries_marked(after, &|name, value| match name {
        name if is_whole(name) => hidden(value),
        "set_sensitive" | "set_wo" => value.with_children(values_hidden),
        name => named(name, value),
    }))
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
        if name.starts_with("value") { hidden(it) } else { it.clone() }
    })
}

/// A value by the name that it stands under.
fn named(name: &str, value: &Value) -> Value {
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
            let speaks = ["name", "key"].iter().find_map(|it| text(value, it));
            let marked = entries_marked(value, &named);
            if speaks.is_some_and(is_secret_name) { values_hidden(&marked) } else { marked }
        }
        _ => value.with_children(|it| named(name, it)),
    }
}

fn is_secret_object(value: &Value) -> bool {
    text(value, "kind") == Some("Secret") && text(value, "apiVersion").is_some()
}

/// A text of several lines, or of keys and values, without what stands behind names of secrets; nothing
/// where there is none.
fn without_secrets(text: &str) -> Option<String> {
    if text.lines().any(|it| it.trim_end() == "kind: Secret") {
        return Some(MASK.to_owned());
    }
    let lines: Vec<_> = text.split_inclusive('\n').map(|it| (it, without_secret(it))).collect();
    let is_changed = lines.iter().any(|it| it.1.is_some());
    is_changed.then(|| {
        lines.into_iter().map(|(line, it)| it.unwrap_or_else(|| line.to_owned())).collect()
    })
}

/// `password: (sensitive)` of a line that gives one; what is behind it is left out with it.
fn without_secret(line: &str) -> Option<String> {
    let at = line.match_indices([':', '=']).map(|it| it.0).find(|&at| gives_secret(line, at))?;
    let end = if line.ends_with('\n') { "\n" } else { "" };
    Some(format!("{} {MASK}{end}", &line[..=at]))
}

/// True where a secret stands behind the byte.
fn gives_secret(line: &str, at: usize) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let key = line[..at].trim_end_matches(|it: char| !is_name(it));
    let name = key.rsplit(|it| !is_name(it)).next().unwrap_or_default();
    let value = line[at + 1..].trim();
    let opens = ["", "{", "[", "|", ">", "|-", ">-", "null", "\"\"", "''", "true", "false"];
    is_secret_name(name) && !opens.contains(&value) && !value.starts_with('$')
}
