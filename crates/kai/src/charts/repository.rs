//! A repository of charts behind HTTP: an index, and archives.

use kai_compose::helm::{ChartReference, newest};
use kai_core::{Node, Origins};
use kai_syntax::yaml;

use super::address::Address;
use super::client;
use super::error::FetchError;
use super::fetch::check;

/// The archive that the reference names, or of the newest version that it allows.
pub(super) fn fetch(reference: &ChartReference) -> Result<Vec<u8>, FetchError> {
    if reference.is_archive() {
        return client::get(&Address::parse(&reference.repository));
    }
    let folder = Address::parse(&reference.repository);
    let index = folder.join("index.yaml");
    let text = client::get(&index)?;
    let entry = entry(reference, &index, text)?;
    let failed = |reason: &str| FetchError::Read {
        address: index.text.clone(),
        reason: format!("{}: {reason}", reference.shown()),
    };
    let urls = entry.get("urls").map(Node::items).unwrap_or_default();
    let url = urls.iter().find_map(Node::text).ok_or_else(|| failed("it names no archive"))?;
    let address = folder.join(url);
    if folder.is_encrypted() && !address.is_encrypted() {
        return Err(FetchError::Unencrypted { address: address.text });
    }
    let archive = client::get(&address)?;
    match entry.str_at(&["digest"]) {
        Some(digest) if !digest.is_empty() => check(&address.text, &archive, digest)?,
        _ => {}
    }
    Ok(archive)
}

/// What the index says of one version.
fn entry(reference: &ChartReference, index: &Address, text: Vec<u8>) -> Result<Node, FetchError> {
    let failed =
        |reason: &str| FetchError::Read { address: index.text.clone(), reason: reason.to_owned() };
    let text = String::from_utf8(text).map_err(|_| failed("it is not UTF-8"))?;
    let origins = Origins::new();
    let document = origins.add_document("index.yaml".into(), text);
    let parsed = yaml::parse(&origins, document.ok_or_else(|| failed("it is too long"))?);
    let entries = parsed.documents.first().and_then(|it| it.node.get("entries"));
    let entries = entries.ok_or_else(|| failed("it is no index of charts"))?;
    let named = entries.get(&reference.name).map(Node::items).unwrap_or_default();
    if named.is_empty() {
        return Err(FetchError::NoChart { name: reference.name.to_string() });
    }
    let range = reference.version.as_str();
    if let Some(digest) = range.strip_prefix("sha256:") {
        let is_meant = |it: &&Node| {
            it.str_at(&["digest"]).is_some_and(|it| it.trim_start_matches("sha256:") == digest)
        };
        return named.iter().find(is_meant).cloned().ok_or_else(|| no_version(reference));
    }
    let versions = || named.iter().filter_map(|it| it.get("version")?.text());
    let version = newest(range, versions()).ok_or_else(|| no_version(reference))?;
    let is_meant = |it: &&Node| it.get("version").and_then(Node::text) == Some(version);
    named.iter().find(is_meant).cloned().ok_or_else(|| no_version(reference))
}

pub(super) fn no_version(reference: &ChartReference) -> FetchError {
    FetchError::NoVersion { name: reference.name.to_string(), range: reference.version.to_string() }
}
