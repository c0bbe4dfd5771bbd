//! Charts in a registry of the Open Container Initiative: tags, manifests, blobs
//! (its distribution specification, 1.1).

use kai_compose::helm::{ChartReference, newest};
use serde_json::Value;

use super::address::Address;
use super::client::{self, Answer};
use super::error::FetchError;
use super::fetch::check;
use super::repository::no_version;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Helm's, and the one before Helm 3.7.
const CONTENT: [&str; 2] =
    ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];
/// More pages of tags are not read.
const PAGES_MAX: usize = 100;

/// The archive of the newest version that the reference allows.
pub(super) fn fetch(reference: &ChartReference) -> Result<Vec<u8>, FetchError> {
    let mut place = Place::of(reference);
    // A tag cannot hold a plus sign, for which Helm writes an underscore.
    let tag = reference.version.replace('+', "_");
    let manifest = match is_tag(&tag) {
        true => place.manifest(&tag)?,
        false => None,
    };
    let manifest = match manifest {
        Some(manifest) => manifest,
        None => {
            let tags = place.tags(reference)?;
            let versions = tags.iter().map(String::as_str);
            let tag = newest(&reference.version, versions).ok_or_else(|| no_version(reference))?;
            let tag = tag.replace('+', "_");
            place.manifest(&tag)?.ok_or_else(|| no_version(reference))?
        }
    };
    let digest = content_of(&place.folder, &manifest)?;
    let address = place.address(&format!("blobs/{digest}"));
    let answer = place.ask(&address, "*/*")?;
    let archive = client::content(&address, answer)?;
    check(&address.text, &archive, &digest)?;
    Ok(archive)
}

/// True for what may stand where a tag or a digest does.
fn is_tag(text: &str) -> bool {
    let is_sign = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    !text.is_empty() && !text.starts_with(['.', '-']) && text.chars().all(is_sign)
}

/// A repository of a registry, and what it lets read from it.
#[derive(Debug)]
struct Place {
    /// `https://registry/v2/folder/name`
    folder: Address,
    token: Option<String>,
}

impl Place {
    /// A registry of this machine is asked without encryption, as other tools do.
    fn of(reference: &ChartReference) -> Self {
        let ChartReference { repository, name, .. } = reference;
        let rest = repository.strip_prefix("oci://").unwrap_or(repository);
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|it| {
            host.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
        let scheme = if is_local { "http" } else { "https" };
        let path = if path.is_empty() { String::new() } else { format!("{path}/") };
        let folder = Address::parse(&format!("{scheme}://{authority}/v2/{path}{name}"));
        Self { folder, token: None }
    }

    fn address(&self, below: &str) -> Address {
        self.folder.join(below)
    }

    /// The manifest of a tag or a digest; nothing where the registry knows none.
    fn manifest(&mut self, tag: &str) -> Result<Option<Value>, FetchError> {
        let address = self.address(&format!("manifests/{tag}"));
        let answer = self.ask(&address, MANIFEST)?;
        if answer.status == 404 {
            return Ok(None);
        }
        let body = client::content(&address, answer)?;
        if tag.starts_with("sha256:") {
            check(&address.text, &body, tag)?;
        }
        parse(&address, &body).map(Some)
    }

    /// Every tag, with the plus signs of versions.
    fn tags(&mut self, reference: &ChartReference) -> Result<Vec<String>, FetchError> {
        let mut tags = Vec::new();
        let mut next = Some(self.address("tags/list"));
        for _ in 0..PAGES_MAX {
            let Some(address) = next else { break };
            let answer = self.ask(&address, "application/json")?;
            if answer.status == 404 {
                return Err(FetchError::NoChart { name: reference.name.to_string() });
            }
            let link = answer.header("link").and_then(next_page).map(str::to_owned);
            let page = parse(&address, &client::content(&address, answer)?)?;
            let named = page["tags"].as_array().into_iter().flatten();
            tags.extend(named.filter_map(Value::as_str).map(|it| it.replace('_', "+")));
            next = link.map(|it| address.join(&it)).filter(|it| it.origin() == address.origin());
        }
        Ok(tags)
    }

    /// Asks, and shows a token where the registry wants to see one.
    fn ask(&mut self, address: &Address, accept: &str) -> Result<Answer, FetchError> {
        let with = |token: &Option<String>| match token {
            Some(token) => {
                Address { authorization: Some(format!("Bearer {token}")), ..address.clone() }
            }
            None => address.clone(),
        };
        let answer = client::ask(&with(&self.token), accept)?;
        let challenge = answer.header("www-authenticate").and_then(Challenge::parse);
        let Some(challenge) = challenge.filter(|_| answer.status == 401 && self.token.is_none())
        else {
            return Ok(answer);
        };
        self.token = Some(self.fetch_token(&challenge)?);
        client::ask(&with(&self.token), accept)
    }

    /// A token for whoever asks, or for the user of the address.
    fn fetch_token(&self, challenge: &Challenge) -> Result<String, FetchError> {
        let mut address = Address::parse(&challenge.address());
        if self.folder.is_encrypted() && !address.is_encrypted() {
            return Err(FetchError::Unencrypted { address: address.text });
        }
        address.authorization = self.folder.authorization.clone();
        let answer = parse(&address, &client::get(&address)?)?;
        let token = answer["token"].as_str().or_else(|| answer["access_token"].as_str());
        token.map(str::to_owned).ok_or_else(|| FetchError::Read {
            address: address.text,
            reason: "it holds no token".to_owned(),
        })
    }
}

/// Where a token is to be had (`WWW-Authenticate: Bearer realm="…",service="…",scope="…"`).
#[derive(Debug)]
struct Challenge {
    realm: String,
    query: Vec<(String, String)>,
}

impl Challenge {
    fn parse(header: &str) -> Option<Self> {
        let (scheme, mut rest) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut challenge = Self { realm: String::new(), query: Vec::new() };
        while let Some((name, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"')?;
            match name.trim_start_matches([',', ' ']) {
                "realm" => value.clone_into(&mut challenge.realm),
                name @ ("service" | "scope") => {
                    challenge.query.push((name.to_owned(), value.to_owned()));
                }
                _ => {}
            }
            rest = after;
        }
        (!challenge.realm.is_empty()).then_some(challenge)
    }

    fn address(&self) -> String {
        let escaped = |text: &str| text.replace('%', "%25").replace(' ', "%20").replace('&', "%26");
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        format!("{}?{}", self.realm, query.join("&"))
    }
}

/// `</v2/a/tags/list?last=x>; rel="next"`
fn next_page(link: &str) -> Option<&str> {
    let (address, relation) = link.strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then_some(address)
}

/// The digest of the layer that holds the chart.
fn content_of(folder: &Address, manifest: &Value) -> Result<String, FetchError> {
    let layers = manifest["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_chart = |it: &&Value| it["mediaType"].as_str().is_some_and(|it| CONTENT.contains(&it));
    let digest = layers.iter().find(is_chart).and_then(|it| it["digest"].as_str());
    let digest = digest.filter(|it| it.starts_with("sha256:") && is_tag(it));
    digest.map(str::to_owned).ok_or_else(|| FetchError::Read {
        address: folder.text.clone(),
        reason: "it is no chart".to_owned(),
    })
}

fn parse(address: &Address, body: &[u8]) -> Result<Value, FetchError> {
    serde_json::from_slice(body)
        .map_err(|it| FetchError::Read { address: address.text.clone(), reason: it.to_string() })
}
