//! Conversations on disk: one file each, only ever added to.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::model::{Message, Request, ToolChoice};
use kai_agent::session::{Entry, line};
use kai_agent::verify::Shown;

use super::tools::Toolbox;

/// One conversation that is being written.
pub(crate) struct Journal {
    file: File,
    pub(crate) id: String,
    /// How many messages are written, and how many parts of the last one.
    written: (usize, usize),
    shown: BTreeSet<String>,
    /// Why the last write failed.
    pub(crate) problem: Option<String>,
    /// True where a write may have ended within a line.
    is_broken: bool,
}

/// Where conversations are kept, if anywhere: what `KAI_STATE` names, else the user's folder of states.
pub(crate) fn folder() -> Option<Utf8PathBuf> {
    let variable =
        |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty()).map(Utf8PathBuf::from);
    let state = variable("KAI_STATE")
        .or_else(|| variable("XDG_STATE_HOME").map(|it| it.join("kai")))
        .or_else(|| variable("HOME").map(|it| it.join(".local/state/kai")))
        .or_else(|| variable("LOCALAPPDATA").map(|it| it.join("kai")))?;
    Some(state.join("sessions"))
}

/// The file of a conversation, if its name is one.
pub(crate) fn file(folder: &Utf8Path, id: &str) -> Option<Utf8PathBuf> {
    let is_name = !id.is_empty() && id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    is_name.then(|| folder.join(format!("{id}.jsonl")))
}

/// What stands in it, also where it was cut within a letter.
pub(crate) fn text(path: &Utf8Path) -> io::Result<String> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    std::fs::read(path).map(|it| String::from_utf8_lossy(&it).into_owned())
}

pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs())
}

impl Journal {
    /// A new conversation.
    pub(crate) fn begin(folder: &Utf8Path, root: &Utf8Path, model: &str) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let at = seconds();
        let mut number = std::process::id();
        loop {
            let id = format!("{at}-{number}");
            let path = folder.join(format!("{id}.jsonl"));
            match open(&path, true) {
                Ok(file) => {
                    file.try_lock()?;
                    let mut journal = Self {
                        file,
                        id,
                        written: (0, 0),
                        shown: BTreeSet::new(),
                        problem: None,
                        is_broken: false,
                    };
                    journal.append(&Entry::Started {
                        root: root.to_string(),
                        model: model.to_owned(),
                        at,
                    })?;
                    return Ok(journal);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// One that is gone on with: so many messages and so much evidence stand there already.
    pub(crate) fn go_on(path: &Utf8Path, messages: &[Message], shown: &Shown) -> io::Result<Self> {
        let id = path.file_stem().unwrap_or_default().to_owned();
        let file = open(path, false)?;
        // Two who go on with one conversation would write between each other's lines.
        file.try_lock().map_err(|it| match it {
            TryLockError::WouldBlock => io::Error::other("another kai goes on with it"),
            TryLockError::Error(error) => error,
        })?;
        let written = (messages.len(), messages.last().map_or(0, |it| it.content.len()));
        let mut journal = Self {
            file,
            id,
            written,
            shown: shown.all().map(kai_core::Evidence::name).collect(),
            problem: None,
            is_broken: !ends_with_break(path)?,
        };
        journal.end_line()?;
        Ok(journal)
    }

    /// Adds what is new. A full disk ends the keeping, not the work.
    pub(crate) fn write(&mut self, messages: &[Message], shown: &Shown, toolbox: &Toolbox<'_>) {
        let (count, parts) = self.written;
        let mut fresh: Vec<Message> = Vec::new();
        if let Some(last) = count
            .checked_sub(1)
            .and_then(|it| messages.get(it))
            .filter(|it| it.content.len() > parts)
        {
            fresh.push(Message::new(last.role, last.content[parts..].to_vec()));
        }
        fresh.extend(messages.iter().skip(count).cloned());
        self.written = (messages.len(), messages.last().map_or(0, |it| it.content.len()));
        let request = Request {
            system: String::new(),
            tools: Vec::new(),
            tool_choice: ToolChoice::None,
            messages: fresh,
            output_max: 0,
        };
        let sealed = toolbox.seal().request(&request);
        let evidence: Vec<_> =
            shown.all().filter(|it| !self.shown.contains(&it.name())).cloned().collect();
        self.shown.extend(evidence.iter().map(kai_core::Evidence::name));
        let said = sealed.request().messages.iter().cloned().map(Entry::Said);
        let entries: Vec<Entry> = said.chain(evidence.into_iter().map(Entry::Shown)).collect();
        for entry in &entries {
            if let Err(error) = self.append(entry) {
                self.problem = Some(crate::error::reason(&error));
            }
        }
    }

    /// One write a line, behind all others: the system keeps them apart.
    pub(crate) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.end_line()?;
        let written = self.file.write_all(line(entry).as_bytes());
        self.is_broken = written.is_err();
        written
    }

    /// A line that broke off ends here, so that the next one can be read.
    fn end_line(&mut self) -> io::Result<()> {
        if self.is_broken {
            self.file.write_all(b"\n")?;
            self.is_broken = false;
        }
        Ok(())
    }
}

fn open(path: &Utf8Path, is_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(is_new);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn ends_with_break(path: &Utf8Path) -> io::Result<bool> {
    Ok(std::fs::read(path)?.last().is_none_or(|it| *it == b'\n'))
}
