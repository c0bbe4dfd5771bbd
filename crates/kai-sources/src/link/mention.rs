//! Addresses in texts.
//!
//! One pass over the places where an address can be (`:`, `=`, `.svc`), so that the cost does not
//! depend on how many services there are.

use std::ops::Range;

use super::words;

/// Something in a text that looks like an address; whether it is one, the names that exist decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Bytes of the host in the text.
    pub(super) host: Range<usize>,
    pub(super) port: Option<u16>,
    pub(super) form: Form,
    /// Bytes of the key on the same line, if the text names one.
    pub(super) key: Option<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `scheme://host`.
    Url,
    /// `host:port`.
    HostPort,
    /// A name with `.svc` in it.
    Dns,
    /// A name that is all there is, under a key that says that it is an address.
    Bare,
}

/// The addresses in a text. `key` is what the text as a whole is called, if that says anything.
pub(super) fn scan(text: &str, key: &str) -> Vec<Mention> {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), line: 0, seen: 0, found: Vec::new() };
    if !text.contains('\n') && words::is_address(key) {
        scanner.bare_list(0, text.len(), None);
    }
    for at in memchr::memchr2_iter(b':', b'=', text.as_bytes()) {
        scanner.move_to(at);
        if !scanner.is_comment() {
            scanner.sign(at);
        }
    }
    (scanner.line, scanner.seen) = (0, 0);
    for at in memchr::memchr_iter(b'.', text.as_bytes()) {
        if text.as_bytes()[at..].starts_with(b".svc") {
            scanner.move_to(at);
            if !scanner.is_comment() {
                scanner.dns(at);
            }
        }
    }
    let mut found = scanner.found;
    found.sort_by_key(|it| (it.host.start, it.form != Form::Url, it.form == Form::Bare));
    found.dedup_by_key(|it| it.host.start);
    found
}

/// Longer lists of names are no addresses.
const LIST_MAX: usize = 4096;

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where the line under the cursor begins.
    line: usize,
    /// Where the cursor is.
    seen: usize,
    found: Vec<Mention>,
}

impl Scanner<'_> {
    fn move_to(&mut self, at: usize) {
        while let Some(end) = memchr::memchr(b'\n', &self.bytes[self.seen..at]) {
            self.seen += end + 1;
            self.line = self.seen;
        }
        self.seen = at;
    }

    fn is_comment(&self) -> bool {
        let rest = &self.bytes[self.line..];
        let start = rest.iter().take(200).position(|it| !matches!(it, b' ' | b'\t'));
        let rest = &rest[start.unwrap_or_default()..];
        matches!(rest.first(), Some(b'#' | b';')) || rest.starts_with(b"//")
    }

    fn sign(&mut self, at: usize) {
        let next = self.bytes.get(at + 1).copied();
        match (self.bytes[at], next) {
            (b':', Some(b'/')) if self.bytes.get(at + 2) == Some(&b'/') => self.url(at),
            (b':', Some(b'0'..=b'9')) => self.host_port(at),
            (b':', Some(b' ' | b'"' | b'\'' | b'\t')) | (b'=', Some(_)) => self.setting(at),
            _ => {}
        }
    }

    /// `scheme://user:password@host:port,host:port/path`; `at` is the colon.
    fn url(&mut self, at: usize) {
        let start = at + 3;
        let is_end = |it: &u8| {
            matches!(
                it,
                b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>' | b')' | b'}' | b'\\'
            ) || it.is_ascii_whitespace()
        };
        let length = self.bytes[start..].iter().position(is_end);
        let end = length.map_or(self.bytes.len(), |it| start + it);
        let authority = &self.bytes[start..end];
        // A password may hold an `@`, a host may not.
        let hosts = start + memchr::memrchr(b'@', authority).map_or(0, |it| it + 1);
        let key = self.key_before(at);
        let mut from = hosts;
        for part in self.text[hosts..end].split([',', ';']) {
            let host = host_at(self.bytes, from).filter(|it| it.end <= end);
            if let Some(host) = host {
                let port = port_at(self.bytes, host.end).map(|(port, _)| port);
                self.found.push(Mention { host, port, form: Form::Url, key: key.clone() });
            }
            from += part.len() + 1;
        }
    }

    /// `host:5432`; `at` is the colon.
    fn host_port(&mut self, at: usize) {
        let Some((port, end)) = port_at(self.bytes, at) else { return };
        let Some(host) = host_before(self.bytes, at) else { return };
        let before = host.start.checked_sub(1).map(|it| self.bytes[it]);
        let is_part_of_more =
            matches!(before, Some(b'$' | b'{' | b'}' | b'%' | b'/' | b':' | b'\\'))
                || matches!(self.bytes.get(end), Some(b'@' | b'{' | b'$'));
        // `redis:7` and `postgres:16` are images.
        if is_part_of_more || port < 21 {
            return;
        }
        let key = self.key_before(host.start);
        let is_image = key.as_ref().is_some_and(|it| words::is_image(&self.text[it.clone()]));
        if !is_image {
            self.found.push(Mention { host, port: Some(port), form: Form::HostPort, key });
        }
    }

    /// `key: value`, `key=value`, `"key": "value"`; `at` is the sign.
    fn setting(&mut self, at: usize) {
        let Some(key) = word_before(self.bytes, at) else { return };
        if !words::is_address(&self.text[key.clone()]) {
            return;
        }
        let skip = |it: &u8| !matches!(it, b' ' | b'\t' | b'"' | b'\'' | b'[');
        let Some(start) = self.bytes[at + 1..].iter().position(skip).map(|it| at + 1 + it) else {
            return;
        };
        let is_end = |it: &u8| {
            matches!(it, b'"' | b'\'' | b';' | b'&' | b']' | b'}' | b'#')
                || it.is_ascii_whitespace()
        };
        let rest = &self.bytes[start..];
        let length = rest.iter().take(LIST_MAX).position(is_end).unwrap_or(rest.len());
        if length < LIST_MAX {
            self.bare_list(start, start + length, Some(key));
        }
    }

    /// Names with commas between them and nothing else.
    fn bare_list(&mut self, start: usize, end: usize, key: Option<Range<usize>>) {
        let mut from = start;
        for part in self.text[start..end].split(',') {
            let trimmed = part.trim_start();
            let at = from + (part.len() - trimmed.len());
            let name = trimmed.trim_end();
            let host = host_at(self.bytes, at);
            if let Some(host) = host.filter(|it| it.len() == name.len()) {
                self.found.push(Mention { host, port: None, form: Form::Bare, key: key.clone() });
            }
            from += part.len() + 1;
        }
    }

    /// `name.namespace.svc`; `at` is the dot before `svc`.
    fn dns(&mut self, at: usize) {
        let Some(before) = host_before(self.bytes, at) else { return };
        let Some(host) = host_at(self.bytes, before.start) else { return };
        let previous = host.start.checked_sub(1).map(|it| self.bytes[it]);
        let is_end =
            !matches!(self.bytes.get(at + 4), Some(it) if is_host_byte(*it) && *it != b'.');
        if is_end && !matches!(previous, Some(b'$' | b'}' | b'%' | b'*')) {
            let port = port_at(self.bytes, host.end).map(|(port, _)| port);
            let key = self.key_before(host.start);
            self.found.push(Mention { host, port, form: Form::Dns, key });
        }
    }

    /// The key before a place on the same line: `url: `, `"url": [`, `url=`; where the line has none,
    /// its last word, as in `proxy_pass http://backend`.
    fn key_before(&self, place: usize) -> Option<Range<usize>> {
        let from = self.line.max(place.saturating_sub(200)).min(place);
        let line = &self.bytes[from..place];
        let is_sign = |&at: &usize| match line[at] {
            b'=' => true,
            b':' => matches!(line.get(at + 1), Some(b' ' | b'"' | b'\'' | b'[' | b'\t')),
            _ => false,
        };
        let sign = (0..line.len()).rev().find(is_sign);
        let blank = || line.iter().rposition(|it| matches!(it, b' ' | b'\t'));
        let key = word_before(self.bytes, from + sign.or_else(blank)?)?;
        (key.start >= self.line).then_some(key)
    }
}

pub(super) fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// The host that begins at a place: a name or an address, with no sign at its ends.
pub(super) fn host_at(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = bytes.get(start..)?;
    let length = rest.iter().position(|it| !is_host_byte(*it)).unwrap_or(rest.len());
    let mut end = start + length;
    while end > start && matches!(bytes[end - 1], b'.' | b'-' | b'_') {
        end -= 1;
    }
    let is_name = end > start && bytes[start].is_ascii_alphanumeric() && end - start <= 253;
    is_name.then_some(start..end)
}

/// The host that ends at a place.
fn host_before(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let from = end.saturating_sub(254);
    let before = &bytes[from..end];
    let start = from + before.iter().rposition(|it| !is_host_byte(*it)).map_or(0, |it| it + 1);
    let is_name = start < end && bytes[start].is_ascii_alphanumeric();
    is_name.then_some(start..end)
}

/// The word that ends at a place, less quotes and blanks between.
fn word_before(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let from = end.saturating_sub(100);
    let is_blank = |it: &u8| matches!(it, b' ' | b'\t' | b'"' | b'\'');
    let end = from + bytes[from..end].iter().rposition(|it| !is_blank(it))? + 1;
    let before = &bytes[from..end];
    let start = from + before.iter().rposition(|it| !is_host_byte(*it)).map_or(0, |it| it + 1);
    (start < end).then_some(start..end)
}

/// `:5432`, with the end of the number.
fn port_at(bytes: &[u8], colon: usize) -> Option<(u16, usize)> {
    let digits = bytes.get(colon..)?.strip_prefix(b":")?;
    let length = digits.iter().position(|it| !it.is_ascii_digit()).unwrap_or(digits.len());
    let end = colon + 1 + length;
    let goes_on = match bytes.get(end) {
        Some(b'.') => bytes.get(end + 1).is_some_and(|it| is_host_byte(*it)),
        Some(&it) => is_host_byte(it),
        None => false,
    };
    if length > 5 || goes_on {
        return None;
    }
    let port = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
    (port > 0).then_some((port, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(key: &str, text: &str, expected: Expect) {
        let mut found = String::new();
        for it in scan(text, key) {
            let key = it.key.map(|it| &text[it]).unwrap_or_default();
            let port = it.port.map(|it| format!(":{it}")).unwrap_or_default();
            found.push_str(&format!("{:?} {}{port} {key}\n", it.form, &text[it.host]));
        }
        expected.assert_eq(&found);
    }

    #[test]
    fn urls_of_every_kind_name_hosts() {
        check(
            "",
            "jdbc:postgresql://ledger-db:5432/postgresdb",
            expect![[r#"
            Url ledger-db:5432 
        "#]],
        );
        check(
            "",
            "amqp://user:p@ss@rabbit-0:5672,rabbit-1:5672/%2f",
            expect![[r#"
            Url rabbit-0:5672 
            Url rabbit-1:5672 
        "#]],
        );
        check(
            "",
            "mongodb://a.db.svc,b.db.svc/x?replicaSet=rs",
            expect![[r#"
            Url a.db.svc 
            Url b.db.svc 
        "#]],
        );
        check(
            "",
            "see (https://example.com/docs).",
            expect![[r#"
            Url example.com see
        "#]],
        );
        check("", "http://$HOST:80/ http://{{ host }}/", expect![[r#""#]]);
    }

    #[test]
    fn a_host_with_a_port_is_an_address_and_an_image_is_not() {
        check(
            "",
            "kafka-0:9092,kafka-1:9092",
            expect![[r#"
            HostPort kafka-0:9092 
            HostPort kafka-1:9092 
        "#]],
        );
        check(
            "",
            "jdbc:oracle:thin:@db.corp:1521:XE",
            expect![[r#"
            HostPort db.corp:1521 
        "#]],
        );
        check("", "image: redis:6379", expect![[r#""#]]);
        check(
            "",
            "postgres:16 redis:7.2 12:30:45 a:99999 ::1:80 $H:80 x:80y",
            expect![[r#"
            HostPort 12:30 7.2
        "#]],
        );
    }

    #[test]
    fn a_bare_name_needs_a_key_that_says_so() {
        check(
            "REDIS_HOST",
            "redis",
            expect![[r#"
            Bare redis 
        "#]],
        );
        check("REDIS_NAME", "redis", expect![[r#""#]]);
        check("PGHOSTS", "a, b", expect![[r#""#]]);
        check(
            "DB_HOSTS",
            "a, b",
            expect![[r#"
            Bare a 
            Bare b 
        "#]],
        );
        check(
            "",
            "Server=db;Database=x;Host = other",
            expect![[r#"
            Bare db Server
            Bare other Host
        "#]],
        );
    }

    #[test]
    fn files_are_read_line_by_line() {
        check(
            "app.yaml",
            "# url: http://commented:80\nurl: http://loki:3100/api\nhost: \"postgres\"\n\
             proxy_pass http://backend;\n\"brokers\": [\"kafka:9092\"]\n- db.prod.svc.cluster.local\n",
            expect![[r#"
                Url loki:3100 url
                Bare postgres host
                Url backend proxy_pass
                HostPort kafka:9092 brokers
                Dns db.prod.svc.cluster.local -
            "#]],
        );
    }

    #[test]
    fn one_long_line_takes_linear_time() {
        let line = "\"a\": \"http://b:80/\", ".repeat(50_000);
        assert_eq!(scan(&line, "").len(), 50_000);
    }
}
