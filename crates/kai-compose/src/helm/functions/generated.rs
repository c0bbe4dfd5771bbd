//! Passwords, keys and certificates that Helm draws by chance, or derives from a password. Here they
//! are stand-ins with the origin "generated": the same on every run, and nothing that could be used.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::convert::{to_int, to_text};
use super::digests::hexadecimal;
use super::encode::illegal_base64;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Object, Struct, Text, Value};

const CERTIFICATE: &[Kind] = &[Kind::Text, Kind::Any, Kind::Any, Kind::Int];
const SIGNED: &[Kind] = &[Kind::Text, Kind::Any, Kind::Any, Kind::Int, Kind::Any];

pub(super) const ALL: &[Function] = &[
    function("bcrypt", &[Kind::Text], None, |run, it| Ok(generated(run, &it, bcrypt(&it)))),
    function("buildCustomCert", &[Kind::Text, Kind::Text], None, custom),
    function("decryptAES", &[Kind::Text, Kind::Text], None, decrypted),
    function(
        "derivePassword",
        &[Kind::Int64, Kind::Text, Kind::Text, Kind::Text, Kind::Text],
        None,
        |run, it| {
            let kind = to_text(&it[1]);
            if !PASSWORDS.contains(&kind.as_str()) {
                let kind = kind.as_str();
                return Ok(Value::text(format!("cannot find password template {kind}")));
            }
            let derived = letters(&it, 16);
            Ok(generated(run, &it, derived))
        },
    ),
    function("encryptAES", &[Kind::Text, Kind::Text], None, encrypted),
    function("genCA", &[Kind::Text, Kind::Int], None, certificate),
    function("genCAWithKey", &[Kind::Text, Kind::Int, Kind::Text], None, with_key),
    function("genPrivateKey", &[Kind::Text], None, |run, it| {
        let kind = match to_text(&it[0]).as_str() {
            "" | "rsa" => "RSA PRIVATE KEY",
            "dsa" => "DSA PRIVATE KEY",
            "ecdsa" => "EC PRIVATE KEY",
            "ed25519" => "PRIVATE KEY",
            other => return Ok(Value::text(format!("Unknown type {other}"))),
        };
        Ok(generated(run, &it, pem(kind)))
    }),
    function("genSelfSignedCert", CERTIFICATE, None, certificate),
    function(
        "genSelfSignedCertWithKey",
        &[Kind::Text, Kind::Any, Kind::Any, Kind::Int, Kind::Text],
        None,
        with_key,
    ),
    function("genSignedCert", SIGNED, None, certificate),
    function(
        "genSignedCertWithKey",
        &[Kind::Text, Kind::Any, Kind::Any, Kind::Int, Kind::Any, Kind::Text],
        None,
        with_key,
    ),
    function("htpasswd", &[Kind::Text, Kind::Text], None, |run, it| {
        let user = to_text(&it[0]);
        if user.as_str().contains(':') {
            return Ok(Value::text(format!("invalid username: {}", user.as_str())));
        }
        let line = format!("{}:{}", user.as_str(), bcrypt(&it));
        Ok(generated(run, &it, line))
    }),
    function("randAlpha", &[Kind::Int], None, random),
    function("randAlphaNum", &[Kind::Int], None, random),
    function("randAscii", &[Kind::Int], None, random),
    function("randBytes", &[Kind::Int], None, |run, it| {
        let bytes = STANDARD.encode(letters(&it, length(&it)?));
        Ok(generated(run, &it, bytes))
    }),
    function("randInt", &[Kind::Int, Kind::Int], None, |run, it| {
        let (least, most) = (to_int(&it[0]), to_int(&it[1]));
        if most <= least {
            return Err("invalid argument to Intn".into());
        }
        Ok(Value::int(least).with_origin(run.generated(&it)))
    }),
    function("randNumeric", &[Kind::Int], None, |run, it| {
        let digits = "0".repeat(length(&it)?);
        Ok(generated(run, &it, digits))
    }),
    function("shuffle", &[Kind::Text], None, |run, it| {
        let text = to_text(&it[0]).as_str().to_owned();
        Ok(generated(run, &it, text))
    }),
    function("uuidv4", &[], None, |run, it| {
        Ok(generated(run, &it, "00000000-0000-4000-8000-000000000000".into()))
    }),
];

/// The kinds of password that can be derived.
const PASSWORDS: &[&str] = &["maximum", "long", "medium", "short", "basic", "pin"];

/// Longer random texts are a mistake, and would fill the memory.
const LONGEST: i64 = 1 << 20;

/// A text that nobody wrote, made from arguments that somebody may have written.
fn generated(run: &Run<'_>, arguments: &[Value], text: String) -> Value {
    Text::new(text, run.generated(arguments)).into()
}

fn length(arguments: &[Value]) -> Result<usize, String> {
    let length = to_int(&arguments[0]);
    usize::try_from(length)
        .ok()
        .filter(|_| length <= LONGEST)
        .ok_or_else(|| format!("{length} is no length of a text"))
}

/// Letters that depend on the arguments and on nothing else.
fn letters(arguments: &[Value], length: usize) -> String {
    let seed = arguments.iter().map(Value::to_plain_string).collect::<Vec<_>>().join("\n");
    let digest = hexadecimal(&Sha256::digest(seed.as_bytes()));
    digest
        .chars()
        .cycle()
        .map(|it| char::from(b'a' + u8::try_from(it.to_digit(16).unwrap_or(0)).unwrap_or(0)))
        .take(length)
        .collect()
}

fn random(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = letters(&arguments, length(&arguments)?);
    Ok(generated(run, &arguments, text))
}

fn encrypted(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let (password, text) = (to_text(&arguments[0]), to_text(&arguments[1]));
    if text.len() == 0 {
        return Ok(text.into());
    }
    let encrypted = STANDARD.encode(letters(&arguments, 32));
    run.budget.encrypted.insert((password.as_str().into(), encrypted.clone()), text);
    Ok(generated(run, &arguments, encrypted))
}

fn decrypted(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let (password, text) = (to_text(&arguments[0]), to_text(&arguments[1]));
    if text.len() == 0 {
        return Ok(text.into());
    }
    if let Err(error) = STANDARD.decode(text.as_str().replace(['\r', '\n'], "")) {
        return Err(illegal_base64(text.as_str(), &error));
    }
    let key = (password.as_str().to_owned(), text.as_str().to_owned());
    if let Some(clear) = run.budget.encrypted.get(&key) {
        return Ok(clear.clone().into());
    }
    Ok(generated(run, &arguments, "decrypted-by-the-chart".into()))
}

fn bcrypt(arguments: &[Value]) -> String {
    format!("$2a$10${}", letters(arguments, 53))
}

/// A block that no parser of keys accepts.
fn pem(kind: &str) -> String {
    let body = STANDARD.encode("made by the chart when it is installed, and not known before");
    format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n")
}

fn certificate(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let object = Struct {
        type_name: "sprig.certificate",
        fields: vec![
            ("Cert", generated(run, &arguments, pem("CERTIFICATE"))),
            ("Key", generated(run, &arguments, pem("RSA PRIVATE KEY"))),
        ],
        text: None,
    };
    Ok(Value::plain(Data::Object(Rc::new(Object::Struct(object)))))
}

fn with_key(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let key = arguments.last().and_then(Value::as_str).unwrap_or_default();
    if !key.contains("-----BEGIN ") {
        return Err("error parsing private key: no PEM data in input".into());
    }
    certificate(run, arguments)
}

fn custom(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    for argument in &arguments {
        let text = to_text(argument);
        let decoded = STANDARD.decode(text.as_str()).map_err(|_| "unable to decode base64")?;
        if !String::from_utf8_lossy(&decoded).contains("-----BEGIN ") {
            return Err("unable to decode certificate".into());
        }
    }
    certificate(run, arguments)
}
