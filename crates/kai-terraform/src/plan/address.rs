//! Addresses: `module.a[0].aws_vpc.main["x"]`.

use crate::value::Value;

/// The suffix of an instance: nothing, `[0]` or `["a"]`.
pub(crate) fn suffix(key: Option<&Value>) -> String {
    match key {
        None => String::new(),
        Some(key) => match (key.as_number(), key.as_str()) {
            (Some(number), _) => format!("[{number}]"),
            (_, Some(text)) => format!("[{}]", quoted(text)),
            _ => String::new(),
        },
    }
}

/// A key between quotes, as HCL would read it back.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted.replace("${", "$${").replace("%{", "%%{")
}

/// An address below a module.
pub(super) fn below(module: &str, rest: &str) -> String {
    if module.is_empty() { rest.to_owned() } else { format!("{module}.{rest}") }
}

/// The address without the key at its end.
pub(super) fn without_key(address: &str) -> &str {
    if !address.ends_with(']') {
        return address;
    }
    if let Some(text) = address.strip_suffix("\"]") {
        let open = text.rfind("[\"");
        return open.map_or(address, |it| &address[..it]);
    }
    address.rfind('[').map_or(address, |it| &address[..it])
}
