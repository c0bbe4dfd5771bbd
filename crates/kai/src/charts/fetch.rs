//! One chart from where it is published into the cache.

use kai_compose::helm::{ChartReference, needed_by, packed};
use kai_core::SmolStr;
use sha2::{Digest as _, Sha256};

use super::cache::Cache;
use super::error::FetchError;
use super::{registry, repository};

/// What the cache now holds for a reference.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) version: SmolStr,
    pub(crate) digest: SmolStr,
    /// What the chart needs and does not hold.
    pub(crate) needs: Vec<ChartReference>,
    /// What it held for the same reference, where that was another version or other bytes.
    pub(crate) before: Option<(SmolStr, SmolStr)>,
}

/// Fetches a chart and keeps it.
pub(crate) fn fetch(cache: &Cache, reference: &ChartReference) -> Result<Fetched, FetchError> {
    let archive = match reference.repository.starts_with("oci://") {
        true => registry::fetch(reference)?,
        false => repository::fetch(reference)?,
    };
    let unusable = |reason| FetchError::Read { address: reference.shown(), reason };
    let (name, version) = packed(&archive).map_err(unusable)?;
    // What a file is called says nothing of what is in it.
    if name != reference.name && !reference.is_archive() {
        return Err(unusable(format!("the archive holds the chart `{name}`")));
    }
    let digest = digest(&archive);
    let before = cache.digest(reference).filter(|(_, it)| *it != digest);
    cache.keep(reference, &version, &digest, &archive)?;
    let needs = needed_by(&archive, reference.at);
    Ok(Fetched { version, digest, needs, before })
}

/// `sha256:…` of some bytes.
pub(super) fn digest(bytes: &[u8]) -> SmolStr {
    let hash = Sha256::digest(bytes);
    let hex: String = hash.iter().map(|it| format!("{it:02x}")).collect();
    format!("sha256:{hex}").into()
}

/// Refuses bytes that are not those that were promised.
pub(super) fn check(address: &str, bytes: &[u8], expected: &str) -> Result<(), FetchError> {
    let found = digest(bytes);
    let promised = expected.trim_start_matches("sha256:").to_ascii_lowercase();
    if found.strip_prefix("sha256:") == Some(&*promised) {
        return Ok(());
    }
    Err(FetchError::Digest {
        address: address.to_owned(),
        expected: format!("sha256:{promised}"),
        found: found.to_string(),
    })
}
