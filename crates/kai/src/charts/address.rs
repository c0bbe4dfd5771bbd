//! An address in a network, and what is said in it of who asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An address without user and password, which go only to its own host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) text: String,
    /// What the header `Authorization` holds.
    pub(crate) authorization: Option<String>,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Self {
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let authorization = user.map(|it| format!("Basic {}", STANDARD.encode(unescaped(it))));
        Self { text: format!("{scheme}://{host}{path}"), authorization }
    }

    /// The scheme, the host and the port.
    pub(crate) fn origin(&self) -> &str {
        let start = self.text.find("://").map_or(0, |it| it + 3);
        let end = self.text[start..].find(['/', '?', '#']).map(|it| it + start);
        &self.text[..end.unwrap_or(self.text.len())]
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// What is written relative to the address of a folder. Another host learns no password, and
    /// what was asked for encrypted stays so.
    pub(crate) fn join(&self, text: &str) -> Self {
        let joined = match text.split_once("://") {
            Some(_) => Self::parse(text),
            None if text.starts_with('/') => Self::parse(&format!("{}{text}", self.origin())),
            None => Self::parse(&format!("{}/{text}", self.text.trim_end_matches('/'))),
        };
        let own = self.authorization.clone().filter(|_| joined.origin() == self.origin());
        let authorization = joined.authorization.clone().or(own);
        Self { authorization, ..joined }
    }
}

/// `%40` is an at sign.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stays_with_its_host() {
        let address = Address::parse("https://fake:p%40ss@charts.example/a/");
        let basic = Some("Basic ZmFrZTpwQHNz".to_owned());
        assert_eq!(address.text, "https://charts.example/a/");
        for (text, expected, authorization) in [
            ("x.tgz", "https://charts.example/a/x.tgz", &basic),
            ("/x.tgz", "https://charts.example/x.tgz", &basic),
            ("https://charts.example/x.tgz", "https://charts.example/x.tgz", &basic),
            ("https://other.example/x.tgz", "https://other.example/x.tgz", &None),
            ("http://charts.example/x.tgz", "http://charts.example/x.tgz", &None),
        ] {
            let joined = address.join(text);
            assert_eq!((&*joined.text, &joined.authorization), (expected, authorization));
        }
    }
}
