//! Formats that Helm judges otherwise than `boon`.

use std::error::Error;
use std::net::Ipv6Addr;

use boon::{Compiler, Format};
use serde_json::Value;

use crate::helm::functions::urls::Url;

type Judged = Result<(), Box<dyn Error>>;

const FORMATS: [Format; 7] = [
    Format { name: "idn-email", func: anything },
    Format { name: "idn-hostname", func: anything },
    Format { name: "iri", func: address },
    Format { name: "iri-reference", func: reference },
    Format { name: "semver", func: version },
    Format { name: "uri", func: address },
    Format { name: "uri-reference", func: reference },
];

pub(super) fn register(compiler: &mut Compiler) {
    FORMATS.into_iter().for_each(|it| compiler.register_format(it));
}

/// What Helm does not know.
fn anything(_: &Value) -> Judged {
    Ok(())
}

fn address(value: &Value) -> Judged {
    let Some(text) = value.as_str() else { return Ok(()) };
    if url(text)?.scheme.is_empty() { Err("relative url".into()) } else { Ok(()) }
}

fn reference(value: &Value) -> Judged {
    let Some(text) = value.as_str() else { return Ok(()) };
    if text.contains('\\') {
        return Err("contains \\".into());
    }
    url(text).map(drop)
}

fn url(text: &str) -> Result<Url<'_>, Box<dyn Error>> {
    let parse = |why| format!("parse {}: {why}", kai_syntax::go_template::quoted(text));
    let url = Url::read(text).map_err(parse)?;
    let name = url.host_name();
    if !name.contains(':') {
        return Ok(url);
    }
    if !url.host.starts_with('[') {
        return Err("ipv6 address not enclosed in brackets".into());
    }
    name.parse::<Ipv6Addr>()?;
    Ok(url)
}

/// <https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions>
fn version(value: &Value) -> Judged {
    let Some(text) = value.as_str() else { return Ok(()) };
    let (rest, build) = text.split_once('+').map_or((text, None), |it| (it.0, Some(it.1)));
    let (core, before) = rest.split_once('-').map_or((rest, None), |it| (it.0, Some(it.1)));
    let is_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let is_number =
        |it: &str| !it.is_empty() && is_digits(it) && (it == "0" || !it.starts_with('0'));
    let is_name =
        |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    if core.split('.').count() != 3 || !core.split('.').all(is_number) {
        return Err("not three numbers with dots between".into());
    }
    let is_before = |it: &str| is_name(it) && (!is_digits(it) || is_number(it));
    if !before.is_none_or(|it| it.split('.').all(is_before)) {
        return Err("no such pre-release".into());
    }
    if build.is_none_or(|it| it.split('.').all(is_name)) {
        Ok(())
    } else {
        Err("no such build".into())
    }
}
