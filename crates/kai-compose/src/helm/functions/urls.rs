//! URLs taken apart and put together.

use kai_syntax::go_template::{bytes, quoted};

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

/// A URL as Go's `net/url` reads it.
pub(crate) struct Url<'t> {
    pub(crate) scheme: &'t str,
    user: &'t str,
    pub(crate) host: &'t str,
    path: String,
    query: &'t str,
    opaque: &'t str,
    fragment: String,
}

impl<'t> Url<'t> {
    /// # Errors
    ///
    /// What Go refuses, in its words.
    pub(crate) fn read(text: &'t str) -> Result<Self, String> {
        if text.bytes().any(|it| it.is_ascii_control()) {
            return Err("net/url: invalid control character in URL".into());
        }
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (scheme, rest) = scheme(rest)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut authority, mut path, mut opaque) = ("", rest, "");
        let is_rooted = rest.starts_with('/');
        if !scheme.is_empty() && !is_rooted {
            (opaque, path) = (rest, "");
        } else if !is_rooted && rest.split('/').next().is_some_and(|it| it.contains(':')) {
            return Err("first path segment in URL cannot contain colon".into());
        } else if let Some(behind) = rest.strip_prefix("//")
            && (!scheme.is_empty() || !behind.starts_with('/'))
        {
            let end = behind.find('/').unwrap_or(behind.len());
            (authority, path) = behind.split_at(end);
        }
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        if !user.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&it))
        {
            return Err("net/url: invalid userinfo".into());
        }
        port(host)?;
        refuse_host(host)?;
        unescaped(user)?;
        let (path, fragment) = (unescaped(path)?, unescaped(fragment)?);
        Ok(Self { scheme, user, host, path, query, opaque, fragment })
    }

    /// The host without its port.
    pub(crate) fn host_name(&self) -> &'t str {
        if let Some(inner) = self.host.strip_prefix('[') {
            return inner.split(']').next().unwrap_or(inner);
        }
        self.host.rsplit_once(':').map_or(self.host, |(name, _)| name)
    }
}

fn parse(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    let text = text.as_str();
    let url = Url::read(text)
        .map_err(|why| format!("unable to parse url: parse {}: {why}", quoted(text)))?;
    let mut map = Map::new(MapType::Any);
    for (key, value) in [
        ("hostname", url.host_name().into()),
        ("scheme", url.scheme.to_lowercase()),
        ("host", url.host.into()),
        ("path", url.path),
        ("query", url.query.into()),
        ("opaque", url.opaque.into()),
        ("fragment", url.fragment),
        ("userinfo", url.user.into()),
    ] {
        map.set(key, Value::text(value));
    }
    Ok(Value::map(map))
}

/// What stands before the first colon, if a scheme may look so, and what is behind it.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    let is_scheme = |it: &str| {
        it.starts_with(|it: char| it.is_ascii_alphabetic())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
    };
    match text.split_once(':') {
        Some(("", _)) => Err("missing protocol scheme".into()),
        Some((scheme, rest)) if is_scheme(scheme) => Ok((scheme, rest)),
        _ => Ok(("", text)),
    }
}

/// Go leaves percent signs of what is no ASCII and of a zone in a host, and refuses what no host has.
fn refuse_host(host: &str) -> Result<(), String> {
    let is_of_host = |it: char| {
        !it.is_ascii() || it.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(it)
    };
    if let Some(other) = host.chars().find(|it| !is_of_host(*it)) {
        let other = quoted(other.encode_utf8(&mut [0; 4]));
        return Err(format!("invalid character {other} in host name"));
    }
    let is_zone = host.starts_with('[');
    let refused = |at: &usize| !is_zone && matches!(host.as_bytes().get(at + 1), Some(b'0'..=b'7'));
    let escapes = host.match_indices('%').map(|it| it.0);
    match escapes.filter(refused).find(|at| !host[*at..].starts_with("%25")) {
        Some(at) => Err(invalid_escape(&host[at..])),
        None => unescaped(host).map(drop),
    }
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

fn unescaped(text: &str) -> Result<String, String> {
    let mut read = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at) {
        if *first != b'%' {
            read.push(*first);
            at += 1;
            continue;
        }
        let digits = text.get(at + 1..at + 3).filter(|it| !it.starts_with('+'));
        let byte = digits.and_then(|it| u8::from_str_radix(it, 16).ok());
        read.push(byte.ok_or_else(|| invalid_escape(&text[at..]))?);
        at += 3;
    }
    Ok(bytes::to_text(read))
}

/// Of a text that begins with a percent sign.
fn invalid_escape(text: &str) -> String {
    let end = text.char_indices().nth(3).map_or(text.len(), |it| it.0);
    format!("invalid URL escape {}", quoted(&text[..end]))
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
