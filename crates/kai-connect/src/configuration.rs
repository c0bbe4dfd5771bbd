//! Which models the user has configured.
//!
//! A file of the user, not of the repository: what a repository says must not decide where its text is sent, and it
//! holds no key. `docs/models.md` tells it to people.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::model::{Price, Rates, window};
use serde::Deserialize;
use thiserror::Error;
use ureq::http::{HeaderName, HeaderValue, Uri};

use crate::key::KeyPlace;
use crate::provider::{Api, Patience, Provider, is_this_machine};

const ANTHROPIC: &str = "https://api.anthropic.com";
/// A day.
const SECONDS_MAX: u64 = 86_400;

/// What stands in the file.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// The one that is used where none is named.
    chosen: Option<String>,
    models: BTreeMap<String, Provider>,
}

/// Why a configuration cannot be used. Nothing of it repeats the text, which may hold a key that does not belong there.
#[derive(Debug, Error)]
pub enum ConfigurationError {
    #[error("cannot read `{path}`")]
    Read { path: Utf8PathBuf, source: io::Error },
    #[error("`{path}`, line {line}: {message}")]
    Parse { path: Utf8PathBuf, line: usize, message: String },
    #[error("`{path}`: model `{name}`: {message}")]
    Model { path: Utf8PathBuf, name: String, message: String },
    #[error("there is no model `{name}` in `{path}`{known}")]
    Unknown { path: Utf8PathBuf, name: String, known: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "use")]
    chosen: Option<String>,
    #[serde(default)]
    models: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    api: Api,
    base_url: Option<String>,
    model: String,
    key: Option<KeyPlace>,
    key_header: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    window: Option<u64>,
    citations: Option<bool>,
    price: Option<WrittenPrice>,
    silence_seconds: Option<u64>,
    whole_seconds: Option<u64>,
    repetitions: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenPrice {
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
}

impl Configuration {
    /// Where the file is: what `KAI_MODELS` names, else below the user's folder of configurations. `variable` reads the
    /// environment.
    #[must_use]
    pub fn path(variable: impl Fn(&str) -> Option<String>) -> Option<Utf8PathBuf> {
        let folder = |name: &str| variable(name).filter(|it| !it.is_empty()).map(Utf8PathBuf::from);
        folder("KAI_MODELS")
            .or_else(|| folder("XDG_CONFIG_HOME").map(|it| it.join("kai/models.toml")))
            .or_else(|| folder("HOME").map(|it| it.join(".config/kai/models.toml")))
            .or_else(|| folder("APPDATA").map(|it| it.join("kai/models.toml")))
    }

    /// The file, or nothing where there is none.
    ///
    /// # Errors
    /// It cannot be read, or says something that nobody understands.
    pub fn read(path: &Utf8Path) -> Result<Self, ConfigurationError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(ConfigurationError::Read { path: path.to_owned(), source }),
        }
    }

    /// # Errors
    /// It says something that nobody understands.
    pub fn parse(path: &Utf8Path, text: &str) -> Result<Self, ConfigurationError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |it| it.start);
            ConfigurationError::Parse {
                path: path.to_owned(),
                line: text[..at.min(text.len())].matches('\n').count() + 1,
                message: without_values(error.message()),
            }
        })?;
        let mut models = BTreeMap::new();
        for (name, written) in file.models {
            let provider = provider(written).map_err(|message| ConfigurationError::Model {
                path: path.to_owned(),
                name: name.clone(),
                message,
            })?;
            models.insert(name, provider);
        }
        Ok(Self { chosen: file.chosen, models })
    }

    /// The model of this name; without one, that which the file says to use, or its only one. `None` where nothing is
    /// configured.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn provider(
        &self,
        path: &Utf8Path,
        name: Option<&str>,
    ) -> Result<Option<&Provider>, ConfigurationError> {
        let only = || self.models.keys().next().filter(|_| self.models.len() == 1);
        let Some(name) = name.or(self.chosen.as_deref()).or_else(|| only().map(String::as_str))
        else {
            return Ok(None);
        };
        let names: Vec<&str> = self.models.keys().map(String::as_str).collect();
        let known = match names.as_slice() {
            [] => ", which configures none".to_owned(),
            names => format!("; it configures {}", names.join(", ")),
        };
        let unknown =
            || ConfigurationError::Unknown { path: path.to_owned(), name: name.to_owned(), known };
        self.models.get(name).map(Some).ok_or_else(unknown)
    }
}

/// A message of the parser may quote what stands in the file; what stands there may be a key.
fn without_values(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    if first.contains("`variable`, `file`") {
        return "a key never stands in this file: write `key = { variable = \"NAME\" }`, `{ file = \"PATH\" }` or `{ command = [\"PROGRAM\"] }`"
            .to_owned();
    }
    let expected = first.rfind(", expected").map_or("", |at| &first[at..]);
    match first.find('"') {
        Some(at) => format!("{}…{expected}", &first[..at]),
        None if first.starts_with("unknown variant") => format!("unknown variant{expected}"),
        None => first.to_owned(),
    }
}

fn provider(written: Written) -> Result<Provider, String> {
    let base_url = match (written.base_url, written.api) {
        (Some(url), _) => url,
        (None, Api::Anthropic) => ANTHROPIC.to_owned(),
        (None, Api::Chat) => return Err("say `base-url`".to_owned()),
    };
    let is_local = check_address(&base_url)?;
    if written.key.is_some() && base_url.starts_with("http://") && !is_local {
        return Err("a key travels only over `https://`, or to this machine".to_owned());
    }
    if matches!(&written.key, Some(KeyPlace::Command(words)) if words.is_empty()) {
        return Err("`key.command` names no program".to_owned());
    }
    if matches!(&written.key, Some(KeyPlace::Variable(name)) if !is_variable(name)) {
        return Err("`key.variable` is the name of a variable, not what it holds".to_owned());
    }
    let default = match written.api {
        Api::Anthropic => "x-api-key",
        Api::Chat => "authorization",
    };
    let key_header = written.key_header.unwrap_or_else(|| default.to_owned()).to_ascii_lowercase();
    check_headers(&written.headers, &key_header)?;
    let patience = Patience::default();
    let silence = seconds("silence-seconds", written.silence_seconds, patience.silence)?;
    let whole = seconds("whole-seconds", written.whole_seconds, patience.whole)?;
    Ok(Provider {
        api: written.api,
        has_citations: written.citations.unwrap_or(base_url == ANTHROPIC),
        window: written.window.or_else(|| window(&written.model)),
        base_url,
        model: written.model,
        key: written.key,
        key_header,
        headers: written.headers,
        price: written.price.map(price).transpose()?,
        patience: Patience {
            silence,
            whole,
            repetitions: written.repetitions.unwrap_or(patience.repetitions),
            ..patience
        },
    })
}

/// Whether the address is this machine.
fn check_address(base_url: &str) -> Result<bool, String> {
    let uri: Uri = base_url.parse().map_err(|_| "`base-url` is no address".to_owned())?;
    let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
    let Some(authority) = uri.authority().filter(|_| is_known) else {
        return Err("`base-url` begins with neither `https://` nor `http://`".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("`base-url` holds a login, which belongs into `key`".to_owned());
    }
    Ok(is_this_machine(authority.host()))
}

/// Headers are shown and logged, so that none of them may carry a key.
fn check_headers(headers: &BTreeMap<String, String>, key_header: &str) -> Result<(), String> {
    let own =
        [key_header, "authorization", "x-api-key", "api-key", "cookie", "host", "content-length"];
    HeaderName::from_bytes(key_header.as_bytes())
        .map_err(|_| "`key-header` is no name of a header".to_owned())?;
    for (name, value) in headers {
        if own.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            return Err(format!("`headers.{name}` is set by Kai; keys belong into `key`"));
        }
        let is_fine =
            HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        if !is_fine {
            return Err(format!("`headers.{name}` is no header"));
        }
    }
    Ok(())
}

/// The letters of a name, so that a key in its place is not taken for one.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn seconds(field: &str, written: Option<u64>, default: Duration) -> Result<Duration, String> {
    match written {
        None => Ok(default),
        Some(it @ 1..=SECONDS_MAX) => Ok(Duration::from_secs(it)),
        Some(_) => Err(format!("`{field}` lies between 1 and {SECONDS_MAX}")),
    }
}

fn price(written: WrittenPrice) -> Result<Price, String> {
    let rates = Rates {
        input: written.input,
        output: written.output,
        cache_read: written.cache_read.unwrap_or(written.input),
        cache_write: written.cache_write.unwrap_or(written.input),
    };
    let all = [rates.input, rates.output, rates.cache_read, rates.cache_write];
    match all.iter().all(|it| it.is_finite() && *it >= 0.0) {
        true => Ok(Price { short: rates, long: None }),
        false => Err("a `price` is a number of dollars, 0 or more".to_owned()),
    }
}
