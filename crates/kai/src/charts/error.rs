//! Why a chart could not be fetched.

use std::io;

use camino::Utf8PathBuf;
use kai_connect::AuthorityError;

/// One thing that was tried. Addresses are without passwords.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("`{address}` cannot be reached: {reason}")]
    Reach { address: String, reason: String },
    #[error("nobody can vouch for `{address}`")]
    Authorities { address: String, source: AuthorityError },
    #[error("`{address}` answers with status {status}")]
    Answer { address: String, status: u16 },
    #[error("`{address}` is not encrypted, and `https` was asked for")]
    Unencrypted { address: String },
    #[error("`{address}` cannot be read: {reason}")]
    Read { address: String, reason: String },
    #[error("there is no chart `{name}`")]
    NoChart { name: String },
    #[error("there is no version of `{name}` that `{range}` allows")]
    NoVersion { name: String, range: String },
    #[error("`{address}` is `{found}`, and `{expected}` was promised")]
    Digest { address: String, expected: String, found: String },
    #[error("cannot write `{path}`")]
    WriteCache { path: Utf8PathBuf, source: io::Error },
}
