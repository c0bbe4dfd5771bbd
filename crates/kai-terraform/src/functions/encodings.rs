//! Base64, encodings of texts, and URLs.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use encoding_rs::Encoding;

use super::arguments::{Outcome, text};
use super::gzip::gzip;
use super::impure::waits_for;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    let of_text = |name, body| Function::new(name, Type::String, body).takes(string("str"));
    vec![
        of_text("base64decode", base64decode),
        of_text("base64encode", |_, it, _| Ok(Value::string(BASE64_STANDARD.encode(text(&it[0]))))),
        of_text("base64gzip", |_, it, _| {
            let compressed = gzip(text(&it[0]).as_bytes());
            Ok(compressed.map_or_else(
                || waits_for("base64gzip()"),
                |it| Value::string(BASE64_STANDARD.encode(it)),
            ))
        }),
        Function::new("textdecodebase64", Type::String, textdecodebase64)
            .takes(string("source"))
            .takes(string("encoding")),
        Function::new("textencodebase64", Type::String, textencodebase64)
            .takes(string("string"))
            .takes(string("encoding")),
        of_text("urlencode", |_, it, _| Ok(Value::string(urlencode(text(&it[0]))))),
    ]
}

/// Line breaks between the digits are passed over.
fn digits(text: &str) -> String {
    text.replace(['\r', '\n'], "")
}

fn base64decode(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let written = text(&arguments[0]);
    let bytes = BASE64_STANDARD
        .decode(digits(written))
        .map_err(|_| FunctionError::new(format!("failed to decode base64 data {written:?}")))?;
    String::from_utf8(bytes).map(Value::string).map_err(|_| {
        FunctionError::new(
            "the result of decoding the provided string is not valid UTF-8, which no string can \
             hold",
        )
    })
}

enum Encoder {
    Utf16 { is_little: bool },
    Other(&'static Encoding),
}

fn encoder(name: &str, argument: usize) -> Result<Encoder, FunctionError> {
    match name.to_ascii_uppercase().as_str() {
        "UTF-16LE" => return Ok(Encoder::Utf16 { is_little: true }),
        "UTF-16BE" | "UTF-16" => return Ok(Encoder::Utf16 { is_little: false }),
        _ => {}
    }
    Encoding::for_label(name.as_bytes()).map(Encoder::Other).ok_or_else(|| {
        FunctionError::of(
            argument,
            format!(
                "{name:?} is not a supported IANA encoding name or alias in this Terraform version"
            ),
        )
    })
}

fn textencodebase64(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (written, name) = (text(&arguments[0]), text(&arguments[1]));
    let bytes = match encoder(name, 1)? {
        Encoder::Utf16 { is_little } => written
            .encode_utf16()
            .flat_map(|it| if is_little { it.to_le_bytes() } else { it.to_be_bytes() })
            .collect(),
        Encoder::Other(encoding) => {
            let (bytes, _, is_lossy) = encoding.encode(written);
            if is_lossy {
                let message = format!(
                    "the given string contains characters that cannot be represented in {name}"
                );
                return Err(FunctionError::of(0, message));
            }
            bytes.into_owned()
        }
    };
    Ok(Value::string(BASE64_STANDARD.encode(bytes)))
}

fn textdecodebase64(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (written, name) = (text(&arguments[0]), text(&arguments[1]));
    let encoder = encoder(name, 1)?;
    let bytes = BASE64_STANDARD.decode(digits(written)).map_err(|error| {
        let message = match error {
            base64::DecodeError::InvalidByte(at, _) => {
                format!("the given value is has an invalid base64 symbol at offset {at}")
            }
            _ => "the given value is not valid base64".to_owned(),
        };
        FunctionError::of(0, message)
    })?;
    let (decoded, is_broken) = match encoder {
        Encoder::Utf16 { is_little: true } => {
            encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes)
        }
        Encoder::Utf16 { .. } => encoding_rs::UTF_16BE.decode_without_bom_handling(&bytes),
        Encoder::Other(encoding) => encoding.decode_without_bom_handling(&bytes),
    };
    if is_broken {
        let message = format!("the given string contains symbols that are not defined for {name}");
        return Err(FunctionError::of(0, message));
    }
    Ok(Value::string(decoded.into_owned()))
}

/// As a query: spaces become a plus sign.
fn urlencode(text: &str) -> String {
    let mut out = String::new();
    for it in text.bytes() {
        match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(it));
            }
            b' ' => out.push('+'),
            it => out.push_str(&format!("%{it:02X}")),
        }
    }
    out
}
