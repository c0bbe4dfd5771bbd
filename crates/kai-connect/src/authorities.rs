//! Who vouches for the other side of a connection.

use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// What OpenSSL and all that is built on it read, so that a company says it once for all programs.
const VARIABLE: &str = "SSL_CERT_FILE";

/// The authorities of the file that `SSL_CERT_FILE` names, and no others; without it those that
/// browsers trust, as they were when Kai was built.
///
/// # Errors
/// A sentence, where the file cannot be read or holds no certificate.
pub fn authorities() -> Result<TlsConfig, String> {
    let Some(path) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) else {
        return Ok(TlsConfig::default());
    };
    let shown = path.display();
    let text = std::fs::read(&path)
        .map_err(|error| format!("cannot read `{shown}`, which `{VARIABLE}` names: {error}"))?;
    let certificates = certificates(&text);
    if certificates.is_empty() {
        return Err(format!("`{shown}`, which `{VARIABLE}` names, holds no certificate"));
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(certificates))).build())
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
