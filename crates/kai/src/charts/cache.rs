//! The folder that keeps what was fetched: archives by digest, and for every reference the digest
//! that answered it.

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::helm::{ChartReference, ChartStore, StoredChart};
use kai_core::SmolStr;
use serde_json::{Value, json};

use super::address::Address;
use super::error::FetchError;
use super::fetch::digest;
use crate::output::replace;

/// Charts that were fetched before. Nothing in it is trusted: what is not what its digest says is
/// not there.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    folder: Utf8PathBuf,
}

impl Cache {
    /// The folder that `KAI_CACHE` names, else one of the user's; nothing where there is neither.
    /// An empty `KAI_CACHE` means that nothing is kept.
    pub(crate) fn of_user() -> Option<Self> {
        let set = |name: &str| std::env::var(name).ok();
        if let Some(folder) = set("KAI_CACHE") {
            return (!folder.is_empty()).then(|| Self::at(folder.into()));
        }
        let absolute = |it: &Utf8PathBuf| it.is_absolute();
        let caches = set("XDG_CACHE_HOME").map(Utf8PathBuf::from).filter(absolute);
        let home = || set("HOME").map(Utf8PathBuf::from).filter(absolute);
        let caches = caches.or_else(|| home().map(|it| it.join(".cache")))?;
        Some(Self::at(caches.join("kai/charts")))
    }

    pub(crate) fn at(folder: Utf8PathBuf) -> Self {
        Self { folder }
    }

    /// Where charts are looked up, should there be a cache.
    pub(crate) fn store(cache: Option<&Self>) -> Option<&dyn ChartStore> {
        cache.map(|it| it as &dyn ChartStore)
    }

    pub(crate) fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// Keeps a chart for a reference; the archive goes first, so that no reference leads nowhere.
    pub(super) fn keep(
        &self,
        reference: &ChartReference,
        version: &str,
        digest: &str,
        archive: &[u8],
    ) -> Result<(), FetchError> {
        let note = json!({
            "repository": Address::parse(&reference.repository).text,
            "name": &*reference.name,
            "wanted": &*reference.version,
            "version": version,
            "digest": digest,
        });
        write(&self.archive(digest), archive)?;
        write(&self.note(reference), format!("{note:#}\n").as_bytes())
    }

    /// The version and the digest that answered a reference.
    pub(super) fn digest(&self, reference: &ChartReference) -> Option<(SmolStr, SmolStr)> {
        let text = std::fs::read(self.note(reference)).ok()?;
        let note: Value = serde_json::from_slice(&text).ok()?;
        let digest = note["digest"].as_str()?;
        let hex = digest.strip_prefix("sha256:")?;
        let is_digest = hex.len() == 64 && hex.bytes().all(|it| it.is_ascii_hexdigit());
        is_digest.then_some((note["version"].as_str()?.into(), digest.into()))
    }

    fn archive(&self, digest: &str) -> Utf8PathBuf {
        let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
        self.folder.join("archives").join(format!("{hex}.tgz"))
    }

    /// Named after everything that a reference says, so that two never share one.
    fn note(&self, reference: &ChartReference) -> Utf8PathBuf {
        let repository = Address::parse(&reference.repository).text;
        let key = format!("{repository}\n{}\n{}", reference.name, reference.version);
        let hash = digest(key.as_bytes());
        let hex = hash.strip_prefix("sha256:").unwrap_or(&hash);
        self.folder.join("references").join(format!("{hex}.json"))
    }
}

impl ChartStore for Cache {
    fn chart(&self, reference: &ChartReference) -> Option<StoredChart> {
        let (version, promised) = self.digest(reference)?;
        let archive = std::fs::read(self.archive(&promised)).ok()?;
        (digest(&archive) == promised).then(|| StoredChart {
            name: reference.name.clone(),
            version,
            digest: promised,
            archive: archive.into(),
        })
    }
}

fn write(path: &Utf8Path, bytes: &[u8]) -> Result<(), FetchError> {
    let failed = |source| FetchError::WriteCache { path: path.to_owned(), source };
    path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
    replace(path, bytes).map_err(failed)
}
