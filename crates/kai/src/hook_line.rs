//! The line between a hook and a `kai mcp` that runs for the same folder and has read it already.
//!
//! A socket in the user's runtime folder, which others can neither enter nor fake. One line of JSON
//! goes there and one comes back; whoever finds anything else decides alone.

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use camino::Utf8Path;
use kai_agent::hook::Decision;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Both sides are mostly one binary; an older one that still runs is told by its words.
const SCHEMA: &str = "kai.hook-line/v1";
/// More is no question.
const LENGTH_MAX: u64 = 2 << 20;
/// Nobody waits longer.
const SILENCE_MAX: Duration = Duration::from_secs(2);

/// What a hook asks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) command: String,
    /// Where it would run, below the root.
    pub(crate) prefix: String,
}

/// Where the socket of a folder stands, its own folder made; nowhere without a runtime folder, and
/// where somebody else could reach it.
pub(crate) fn place(root: &Utf8Path) -> Option<PathBuf> {
    let runtime = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?);
    let folder = runtime.join("kai");
    if !runtime.is_absolute() || !is_private(&folder) {
        return None;
    }
    let digest = Sha256::digest(root.as_str().as_bytes());
    let name: String = digest.iter().take(16).map(|it| format!("{it:02x}")).collect();
    Some(folder.join(name))
}

fn is_private(folder: &Path) -> bool {
    // That it is there already is right.
    let _ = DirBuilder::new().mode(0o700).create(folder);
    let own = rustix::process::geteuid().as_raw();
    let is_own = |it: fs::Metadata| it.is_dir() && it.uid() == own && it.mode() & 0o077 == 0;
    fs::symlink_metadata(folder).is_ok_and(is_own)
}

/// The decision of whoever answers there; an error where nobody does.
pub(crate) fn ask(place: &Path, question: &Question) -> io::Result<Decision> {
    let mut stream = connected(UnixStream::connect(place)?)?;
    let Question { command, prefix } = question;
    let line = json!({ "schema": SCHEMA, "command": command, "prefix": prefix });
    stream.write_all(format!("{line}\n").as_bytes())?;
    decision(&read(&stream)?).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Answers one question; a hook that gets no answer decides alone.
pub(crate) fn answer(
    stream: UnixStream,
    decide: impl FnOnce(&Question) -> Option<Decision>,
) -> io::Result<()> {
    let mut stream = connected(stream)?;
    let asked = read(&stream)?;
    let text = |name: &str| asked[name].as_str().map(str::to_owned);
    let is_one = asked["schema"] == SCHEMA;
    let question = text("command").zip(text("prefix")).filter(|_| is_one);
    let question = question.map(|(command, prefix)| Question { command, prefix });
    let (word, reason) = match question.and_then(|it| decide(&it)) {
        Some(Decision::Ask(reason)) => ("ask", reason),
        Some(Decision::Deny(reason)) => ("deny", reason),
        None => return Ok(()),
    };
    let line = json!({ "schema": SCHEMA, "decision": word, "reason": reason });
    stream.write_all(format!("{line}\n").as_bytes())
}

fn connected(stream: UnixStream) -> io::Result<UnixStream> {
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    Ok(stream)
}

fn read(stream: &UnixStream) -> io::Result<Value> {
    let mut line = String::new();
    BufReader::new(stream.take(LENGTH_MAX)).read_line(&mut line)?;
    serde_json::from_str(&line).map_err(io::Error::other)
}

fn decision(answer: &Value) -> Option<Decision> {
    let reason = answer["reason"].as_str().filter(|_| answer["schema"] == SCHEMA)?.to_owned();
    match answer["decision"].as_str()? {
        "ask" => Some(Decision::Ask(reason)),
        "deny" => Some(Decision::Deny(reason)),
        _ => None,
    }
}
