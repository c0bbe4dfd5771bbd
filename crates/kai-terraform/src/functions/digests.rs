//! Digests, and identifiers that are made of them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::arguments::{Outcome, text};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let digest = |name, body| {
        Function::new(name, Type::String, body).takes(Parameter::new("str", Type::String))
    };
    vec![
        digest("base64sha256", |_, it, _| Ok(in_base64::<Sha256>(text(&it[0]).as_bytes()))),
        digest("base64sha512", |_, it, _| Ok(in_base64::<Sha512>(text(&it[0]).as_bytes()))),
        digest("md5", |_, it, _| Ok(in_hexadecimal::<Md5>(text(&it[0]).as_bytes()))),
        digest("sha1", |_, it, _| Ok(in_hexadecimal::<Sha1>(text(&it[0]).as_bytes()))),
        digest("sha256", |_, it, _| Ok(in_hexadecimal::<Sha256>(text(&it[0]).as_bytes()))),
        digest("sha512", |_, it, _| Ok(in_hexadecimal::<Sha512>(text(&it[0]).as_bytes()))),
        Function::new("uuidv5", Type::String, uuidv5)
            .takes(Parameter::new("namespace", Type::String))
            .takes(Parameter::new("name", Type::String)),
    ]
}

pub(super) fn in_hexadecimal<D: Digest>(bytes: &[u8]) -> Value {
    Value::string(hexadecimal(&D::digest(bytes)))
}

pub(super) fn in_base64<D: Digest>(bytes: &[u8]) -> Value {
    Value::string(BASE64_STANDARD.encode(D::digest(bytes)))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// The identifiers of RFC 4122, appendix C, differ in one digit.
fn namespace(name: &str) -> Option<[u8; 16]> {
    let digit = match name {
        "dns" => 0,
        "url" => 1,
        "oid" => 2,
        "x500" => 4,
        _ => return parse(name),
    };
    parse(&format!("6ba7b81{digit}-9dad-11d1-80b4-00c04fd430c8"))
}

fn parse(text: &str) -> Option<[u8; 16]> {
    let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let text = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(text);
    let has_dashes = text.len() == 36
        && text.bytes().enumerate().all(|(at, it)| (it == b'-') == matches!(at, 8 | 13 | 18 | 23));
    let digits: String = text.chars().filter(|it| *it != '-').collect();
    if !(has_dashes || text.len() == 32) || digits.len() != 32 {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn uuidv5(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (space, name) = (text(&arguments[0]), text(&arguments[1]));
    let id = namespace(space).ok_or_else(|| {
        let why = match space.len() {
            32 | 36 | 38 | 45 => "invalid UUID format".to_owned(),
            length => format!("invalid UUID length: {length}"),
        };
        FunctionError::new(format!("uuidv5() doesn't support namespace {space} ({why})"))
    })?;
    let digest = Sha1::new().chain_update(id).chain_update(name).finalize();
    let mut bytes: Vec<u8> = digest.iter().take(16).copied().collect();
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hexadecimal(&bytes);
    let parts = [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]];
    Ok(Value::string(parts.join("-")))
}
