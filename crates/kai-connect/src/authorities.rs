//! Who vouches for the other side of a connection.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// What OpenSSL and all that is built on it read, so that a company says it once for all programs.
const VARIABLE: &str = "SSL_CERT_FILE";

/// Why nobody can be believed.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("cannot read `{path}`, which `SSL_CERT_FILE` names")]
    Read { path: PathBuf, source: io::Error },
    #[error("`{path}`, which `SSL_CERT_FILE` names, holds no certificate")]
    Empty { path: PathBuf },
}

/// The authorities of the file that `SSL_CERT_FILE` names, and no others; without it those that
/// browsers trust, as they were when Kai was built.
///
/// # Errors
/// Where the file cannot be read or holds no certificate.
pub fn authorities() -> Result<TlsConfig, AuthorityError> {
    let Some(path) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) else {
        return Ok(TlsConfig::default());
    };
    let path = PathBuf::from(path);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(AuthorityError::Read { path, source }),
    };
    let certificates = certificates(&text);
    if certificates.is_empty() {
        return Err(AuthorityError::Empty { path });
    }
    Ok(of(certificates))
}

/// The same for an address in clear, which needs none. Where they cannot be read, nobody is believed to whom it
/// may lead on.
#[must_use]
pub fn authorities_in_clear() -> TlsConfig {
    authorities().unwrap_or_else(|_| of(Vec::new()))
}

fn of(certificates: Vec<Certificate<'static>>) -> TlsConfig {
    TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(certificates))).build()
}

/// The certificates of a text in PEM, without what else is in it.
fn certificates(text: &[u8]) -> Vec<Certificate<'static>> {
    let items = parse_pem(text).filter_map(Result::ok);
    let certificates = items.filter_map(|it| match it {
        PemItem::Certificate(it) => Some(it),
        _ => None,
    });
    certificates.collect()
}
