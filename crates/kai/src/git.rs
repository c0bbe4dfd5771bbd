//! The files of a git revision, as a tree: read from git's objects, without a work tree.
//!
//! `git` itself is started, because nobody else reads every format of its objects. It is asked for
//! objects only, so that no hook, filter or network is involved.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry, TreeError, path_order};

use crate::command_line::Listing;
use crate::error::Error;

/// A revision, seen from the working directory's folder in it.
#[derive(Debug)]
pub(crate) struct Revision {
    /// All files of the revision, by path from its top.
    blobs: BTreeMap<Utf8PathBuf, Blob>,
    /// The working directory, from the top.
    here: Utf8PathBuf,
    /// Files below the working directory, sorted.
    entries: Vec<TreeEntry>,
    objects: Mutex<Objects>,
}

#[derive(Debug, Clone)]
struct Blob {
    id: String,
    size: u64,
    is_link: bool,
}

/// The commit that a revision names now, by the name that its content gives it.
pub(crate) fn commit(name: &str) -> Result<String, Error> {
    let commit = format!("{name}^{{commit}}");
    let commit = ask(name, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    Ok(text(commit).trim().to_owned())
}

impl Revision {
    /// Lists what the revision holds.
    pub(crate) fn open(name: &str, listing: Listing) -> Result<Self, Error> {
        let commit = commit(name)?;
        let here = ask(name, &["rev-parse", "--show-prefix"])?;
        let list = ask(name, &["ls-tree", "-r", "-l", "-z", "--full-tree", &commit])?;
        let mut revision = Self {
            blobs: text(list).split('\0').filter_map(blob).collect(),
            here: Utf8PathBuf::from(text(here).trim().trim_end_matches('/')),
            entries: Vec::new(),
            objects: Mutex::new(Objects::start().map_err(|source| Error::StartGit { source })?),
        };
        revision.entries = revision.listed(listing);
        Ok(revision)
    }

    fn listed(&self, listing: Listing) -> Vec<TreeEntry> {
        let below = self.blobs.keys().filter_map(|path| {
            let inside = path.strip_prefix(&self.here).ok()?;
            let is_hidden = inside.iter().any(kai_core::is_hidden);
            let blob = self.blob(path).filter(|_| listing.hidden || !is_hidden)?;
            Some(TreeEntry { path: inside.to_owned(), size: blob.size })
        });
        let mut entries: Vec<_> = below.collect();
        entries.sort_by(|one, other| path_order(&one.path, &other.path));
        entries
    }

    /// The file at a path from the top, behind links that stay in the revision.
    fn blob(&self, path: &Utf8Path) -> Option<&Blob> {
        const LINKS_MAX: usize = 8;
        let mut path = path.to_owned();
        for _ in 0..LINKS_MAX {
            let blob = self.blobs.get(&path)?;
            if !blob.is_link {
                return Some(blob);
            }
            let target = String::from_utf8(self.read(blob).ok()?).ok()?;
            path = straight(&path.parent()?.join(target))?;
        }
        None
    }

    fn read(&self, blob: &Blob) -> io::Result<Vec<u8>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).read(&blob.id)
    }
}

impl Tree for Revision {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        let blob = straight(&self.here.join(path)).and_then(|it| self.blob(&it));
        let blob = blob.ok_or_else(|| TreeError::NotFound { path: path.to_owned() })?;
        self.read(blob).map_err(|source| TreeError::Read { path: path.to_owned(), source })
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        let is_listed = self.entries.binary_search_by(|it| path_order(&it.path, path)).is_ok();
        !is_listed && straight(&self.here.join(path)).is_some_and(|it| self.blobs.contains_key(&it))
    }

    fn hidden_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(above) = straight(&self.here.join(folder)) else { return Vec::new() };
        let inside = self.blobs.range(above.clone()..).map(|(path, _)| path);
        inside
            .take_while(|it| it.starts_with(&above))
            .filter_map(|it| it.strip_prefix(&above).ok())
            .filter(|it| it.iter().any(kai_core::is_hidden))
            .map(|it| folder.join(it))
            .filter(|it| self.is_ignored(it))
            .collect()
    }
}

/// `git cat-file --batch`, which answers one object after the other.
#[derive(Debug)]
struct Objects {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    fn start() -> io::Result<Self> {
        let mut child = git(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    fn read(&mut self, id: &str) -> io::Result<Vec<u8>> {
        writeln!(self.questions, "{id}")?;
        self.questions.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        // `<id> blob <size>`, or `<id> missing` in a clone that left objects out.
        let size = head.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse().ok());
        let size: usize = size.ok_or_else(|| io::Error::other("git does not have the object"))?;
        let mut bytes = vec![0; size + 1];
        self.answers.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // A clone that left objects out must not fetch them behind the user's back.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0").args(arguments);
    command
}

fn ask(revision: &str, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let output: Output = git(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::StartGit { source })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = text(output.stderr);
    let reason = said.lines().next().unwrap_or("git knows no such revision");
    Err(Error::Revision { name: revision.to_owned(), reason: reason.to_owned() })
}

/// Names that are not UTF-8 are left out later, because no blob is found below them.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `<mode> <type> <id> <size>\t<path>`
fn blob(line: &str) -> Option<(Utf8PathBuf, Blob)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    let size = words.next()?.parse().ok()?;
    let blob = Blob { id: id.to_owned(), size, is_link: mode == "120000" };
    (kind == "blob").then(|| (Utf8PathBuf::from(path), blob))
}

/// The path without `.` and `..`; none where it leads out of the repository.
fn straight(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::Normal(name) => parts.push(name),
            Utf8Component::ParentDir => drop(parts.pop()?),
            Utf8Component::Prefix(_) | Utf8Component::RootDir => return None,
        }
    }
    Some(parts.into_iter().collect())
}
