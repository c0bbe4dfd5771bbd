//! URLs taken apart and put together.

use kai_syntax::go_template::bytes;

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Map, MapType, Value};

pub(super) const ALL: &[Function] = &[
    // Names are not looked up: nothing here touches a network.
    function("getHostByName", &[Kind::Text], None, |_, _| Ok(Value::text(""))),
    function("urlJoin", &[Kind::Map], None, join),
    function("urlParse", &[Kind::Text], None, parse),
];

fn parse(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    let text = text.as_str();
    let refuse = |why: &str| Err(format!("unable to parse url: parse {text:?}: {why}"));
    if text.chars().any(char::is_control) {
        return refuse("net/url: invalid control character in URL");
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = scheme(rest);
    let mut map = Map::new(MapType::Any);
    let (mut authority, mut path, mut opaque) = ("", rest, "");
    if let Some(behind) = rest.strip_prefix("//") {
        let end = behind.find('/').unwrap_or(behind.len());
        (authority, path) = behind.split_at(end);
    } else if !scheme.is_empty() && !rest.starts_with('/') {
        (opaque, path) = (rest, "");
    }
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if host.contains([' ', '<', '>', '"']) {
        return refuse(&format!("invalid character {:?} in host name", " "));
    }
    if let Err(why) = port(host) {
        return refuse(&why);
    }
    let Some(path) = unescaped(path) else { return refuse("invalid URL escape") };
    let name = host_name(host);
    for (key, value) in [
        ("scheme", scheme.to_lowercase()),
        ("host", host.into()),
        ("hostname", name.into()),
        ("path", path),
        ("query", query.into()),
        ("opaque", opaque.into()),
        ("fragment", unescaped(fragment).unwrap_or_default()),
        ("userinfo", user.into()),
    ] {
        map.set(key, Value::text(value));
    }
    Ok(Value::map(map))
}

fn scheme(text: &str) -> (&str, &str) {
    let is_scheme = |it: &str| {
        it.starts_with(|it: char| it.is_ascii_alphabetic())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
    };
    text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", text))
}

/// As `net/url` looks for a port: behind the bracket of an address, else behind the last colon.
fn port(host: &str) -> Result<(), String> {
    let port = match (host.rfind('['), host.rfind(']')) {
        (Some(_), None) => return Err("missing ']' in host".into()),
        (Some(_), Some(end)) => &host[end + 1..],
        (None, _) => host.rfind(':').map_or("", |at| &host[at..]),
    };
    let digits = port.strip_prefix(':');
    if port.is_empty() || digits.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit())) {
        return Ok(());
    }
    Err(format!("invalid port {port:?} after host"))
}

fn host_name(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn unescaped(text: &str) -> Option<String> {
    let mut read = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'%' {
            read.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        read.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    Some(bytes::to_text(read))
}

fn join(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let map = arguments[0].as_map().cloned().unwrap_or_default();
    let map = map.borrow();
    let part = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    let (scheme, host, path) = (part("scheme"), part("host"), part("path"));
    let (query, opaque, fragment, user) =
        (part("query"), part("opaque"), part("fragment"), part("userinfo"));
    let mut out = String::new();
    if !scheme.is_empty() {
        out.push_str(&scheme);
        out.push(':');
    }
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                out.push_str("//");
            }
            if !user.is_empty() {
                out.push_str(&user);
                out.push('@');
            }
            out.push_str(&host);
        }
        if !path.is_empty() && !path.starts_with('/') && !host.is_empty() {
            out.push('/');
        }
        out.push_str(&escaped(&path));
    } else {
        out.push_str(&opaque);
    }
    if !query.is_empty() {
        out.push('?');
        out.push_str(&query);
    }
    if !fragment.is_empty() {
        out.push('#');
        out.push_str(&escaped(&fragment));
    }
    Ok(Value::text(out))
}

fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte.into()),
            it if b"-_.~$&+,/:;=@!'()*".contains(&it) => out.push(it.into()),
            it => out.push_str(&format!("%{it:02X}")),
        }
    }
    out
}
