//! Keys, and where they are kept.

use std::fmt;
use std::io::Read as _;
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use kai_agent::model::{Cancel, Failure, FailureKind};
use zeroize::Zeroizing;

/// How long a program may take to tell a key.
const TELLING_MAX: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(20);
/// No key is longer.
const KEY_MAX: u64 = 16 << 10;
/// How much of a key a word may share before it is taken for a part of it.
const SHARED: usize = 6;

/// A key. It is shown to nobody but the provider, and its memory is cleared.
#[derive(Clone)]
pub struct Key(Zeroizing<String>);

/// Where a key is read when it is needed. It never stands in a configuration, an argument or an address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPlace {
    /// A variable of the environment.
    Variable(String),
    /// A file that holds nothing else.
    #[serde(deserialize_with = "path")]
    File(Utf8PathBuf),
    /// A program and its arguments, which prints it. No shell reads them.
    Command(Vec<String>),
}

impl Key {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_one = !text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic() || it == b' ');
        is_one.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The text without the key, and without words that tell how it begins.
    pub(crate) fn removed(&self, text: &str) -> String {
        let whole = text.replace(self.text(), "‹key›");
        let start: String = self.text().chars().take(SHARED).collect();
        if start.chars().count() < SHARED {
            return whole;
        }
        let is_end =
            |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | '(' | ')');
        let words = whole.split_inclusive(is_end).map(|word| {
            let end = word.chars().next_back().filter(|it| is_end(*it));
            match word.find(&start) {
                Some(at) => {
                    format!("{}‹key›{}", &word[..at], end.map(String::from).unwrap_or_default())
                }
                None => word.to_owned(),
            }
        });
        words.collect()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(‹key›)")
    }
}

impl KeyPlace {
    /// The key, read now.
    pub(crate) fn read(&self, cancel: &Cancel, lingering: Duration) -> Result<Key, Failure> {
        let text = match self {
            Self::Variable(name) => std::env::var(name).map(Zeroizing::new).map_err(|_| {
                failure(format!("the variable `{name}`, which holds the key, is not set"))
            })?,
            Self::File(path) => std::fs::File::open(path)
                .and_then(|file| {
                    let mut text = Zeroizing::new(String::new());
                    file.take(KEY_MAX).read_to_string(&mut text).map(|_| text)
                })
                .map_err(|error| {
                    failure(format!("cannot read the key from `{path}`: {}", error.kind()))
                })?,
            Self::Command(words) => told(words, cancel, lingering)?,
        };
        Key::new(&text).ok_or_else(|| failure(format!("{self} holds no key")))
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable `{name}`"),
            Self::File(path) => write!(f, "the file `{path}`"),
            Self::Command(words) => {
                write!(f, "the program `{}`", words.first().map_or("", String::as_str))
            }
        }
    }
}

fn path<'de, D: serde::Deserializer<'de>>(given: D) -> Result<Utf8PathBuf, D::Error> {
    <String as serde::Deserialize>::deserialize(given).map(Utf8PathBuf::from)
}

/// What a program prints. What it complains about may hold the key, and is not repeated.
fn told(
    words: &[String],
    cancel: &Cancel,
    lingering: Duration,
) -> Result<Zeroizing<String>, Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(failure("the command that tells the key is empty".to_owned()));
    };
    let failed =
        |what: &str| failure(format!("the program `{program}`, which tells the key, {what}"));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&format!("does not start: {}", error.kind())))?;
    let output = printed(child.stdout.take());
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                return output.recv_timeout(lingering).map_err(|error| match error {
                    RecvTimeoutError::Timeout => failed(
                        "has ended, but something that it started still holds its output open; send the output of that elsewhere",
                    ),
                    RecvTimeoutError::Disconnected => failed("prints no text"),
                });
            }
            // Who presses Ctrl-C at a terminal stops the program with it.
            Ok(Some(status)) if cancel.is_pressed() || is_interrupted(status) => {
                return Err(stopped());
            }
            Ok(Some(_)) => return Err(failed("fails")),
            Ok(None) if cancel.is_pressed() || start.elapsed() > TELLING_MAX => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(match cancel.is_pressed() {
                    true => stopped(),
                    false => failed("takes too long"),
                });
            }
            Ok(None) => sleep(GLANCE),
            Err(_) => return Err(failed("cannot be waited for")),
        }
    }
}

fn stopped() -> Failure {
    Failure::new(FailureKind::Cancelled, "stopped")
}

#[cfg(unix)]
fn is_interrupted(status: ExitStatus) -> bool {
    const INTERRUPT: i32 = 2;
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(INTERRUPT)
}

#[cfg(not(unix))]
fn is_interrupted(_: ExitStatus) -> bool {
    false
}

/// What is printed until nobody holds the output any more, which may be never.
fn printed(output: Option<ChildStdout>) -> Receiver<Zeroizing<String>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = Zeroizing::new(String::new());
        let read = output.map(|it| it.take(KEY_MAX).read_to_string(&mut text));
        if matches!(read, Some(Ok(_))) {
            // Who asked may have given up.
            let _ = sender.send(text);
        }
    });
    receiver
}

fn failure(message: String) -> Failure {
    Failure::new(FailureKind::Auth, message)
}
