//! The files of one or several folders, as a tree.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Problem, Tree, TreeEntry, TreeError, is_hidden, path_order};

use crate::command_line::Listing;
use crate::error::reason;
use crate::file_stamp::FileStamp;
use crate::walk::{Found, Unlistable, walk};

/// Larger files are dumps of something else; reading one would end the run for want of memory.
const SIZE_MAX: u64 = 512 << 20;

/// Folders and files on disk, and standard input, under one set of relative paths.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// Longest prefix first.
    mounts: Vec<DiskMount>,
    /// Sorted by path.
    entries: Vec<TreeEntry>,
    /// What came through a pipe is given away to the first who reads it, because it may be large.
    streams: Vec<(Utf8PathBuf, Mutex<Option<Vec<u8>>>)>,
    above: Vec<Above>,
    /// Pipes, sockets and devices in folders.
    special: Vec<Utf8PathBuf>,
    /// Links to folders of the tree, which are read under their own names alone.
    linked_folders: Vec<Utf8PathBuf>,
    /// What could not be listed.
    pub(crate) problems: Vec<Problem>,
    /// Hidden files and folders at the top that were left out, for the message when nothing is left.
    pub(crate) hidden: Vec<Utf8PathBuf>,
    /// True when nothing counts as ignored.
    is_open: bool,
    read_count: Arc<AtomicUsize>,
    /// Files that are not listed and were asked for by name, as they were then.
    unlisted: Mutex<Unlisted>,
}

/// Nothing where there was no such file.
pub(crate) type Unlisted = BTreeMap<Utf8PathBuf, Option<FileStamp>>;

/// A folder on disk and where its files appear.
#[derive(Debug)]
struct DiskMount {
    inside: Utf8PathBuf,
    outside: PathBuf,
}

/// What lies around folders that are reviewed: an overlay's base, for example.
#[derive(Debug)]
struct Above {
    /// The prefix under which the folder appears.
    inside: Utf8PathBuf,
    folder: PathBuf,
    /// Nothing outside of this folder is read.
    limit: PathBuf,
}

impl Disk {
    /// Adds every file below a folder.
    pub(crate) fn add_folder(&mut self, inside: &Utf8Path, outside: &Utf8Path, listing: Listing) {
        self.mount(inside, outside);
        let root = outside.as_std_path();
        for entry in walk(root, listing) {
            match entry {
                Ok(found) => self.add_found(inside, root, found),
                Err(error) => self.problems.push(unlistable(inside, root, error)),
            }
        }
        if !listing.no_ignore {
            self.add_packed_charts(inside, root);
        }
        if !listing.hidden {
            self.hidden.extend(hidden_folders(outside));
        }
    }

    /// Git mostly ignores the archives beside a chart that Helm has put there, and Helm reads them.
    fn add_packed_charts(&mut self, inside: &Utf8Path, root: &Path) {
        let charts = self.entries.iter().filter(|it| it.path.file_name() == Some("Chart.yaml"));
        let folders = charts
            .filter_map(|it| Some(it.path.strip_prefix(inside).ok()?.parent()?.join("charts")));
        let folders: Vec<Utf8PathBuf> = folders.collect();
        for folder in folders {
            let Ok(files) = std::fs::read_dir(root.join(&folder)) else { continue };
            for file in files.filter_map(Result::ok) {
                let name = file.file_name().into_string().unwrap_or_default();
                let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
                let Some(metadata) = metadata.filter(|_| name.ends_with(".tgz")) else { continue };
                let path = inside.join(&folder).join(name);
                // What was listed already is dropped when the entries are sorted.
                self.entries.push(TreeEntry { path, size: metadata.len() });
            }
        }
    }

    /// Lets every file below a folder be read when it is named, without listing any.
    pub(crate) fn add_surroundings(&mut self, outside: &Utf8Path) {
        self.mount(Utf8Path::new(""), outside);
        self.is_open = true;
    }

    /// Lets files in and above a folder be read when they are named (`../../base/…`), as far up as
    /// `limit`; both folders as the system names them.
    pub(crate) fn add_above(&mut self, inside: &Utf8Path, folder: &Utf8Path, limit: &Utf8Path) {
        let inside = inside.to_owned();
        self.above.push(Above { inside, folder: folder.into(), limit: limit.into() });
    }

    /// Adds one file; what stands beside it can be read when it is named.
    pub(crate) fn add_file(&mut self, inside: &Utf8Path, outside: &Utf8Path, size: u64) {
        let folder = match outside.parent() {
            Some(parent) if !parent.as_str().is_empty() => parent,
            _ => Utf8Path::new("."),
        };
        self.mount(inside.parent().unwrap_or(Utf8Path::new("")), folder);
        self.entries.push(TreeEntry { path: inside.to_owned(), size });
    }

    /// Adds a text that came through a pipe.
    pub(crate) fn add_stream(&mut self, inside: Utf8PathBuf, bytes: Vec<u8>) {
        self.entries.push(TreeEntry { path: inside.clone(), size: bytes.len() as u64 });
        self.streams.push((inside, Mutex::new(Some(bytes))));
    }

    /// Must be called once everything is added.
    pub(crate) fn sort(&mut self) {
        self.entries.sort_by(|one, other| path_order(&one.path, &other.path));
        self.entries.dedup();
        self.mounts.sort_by_key(|it| std::cmp::Reverse(it.inside.as_str().len()));
        self.special.sort();
        self.problems.extend(left_out(&self.special));
        self.linked_folders.sort();
        let linked = self.linked_folders.iter().filter(|it| self.is_in_chart(it));
        let problems: Vec<_> = linked.map(|it| not_followed(it)).collect();
        self.problems.extend(problems);
    }

    /// How many files were read so far; counts on while the tree is in use.
    pub(crate) fn read_count(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.read_count)
    }

    /// What a file looks like now, if it may be read.
    pub(crate) fn stamp(&self, path: &Utf8Path) -> Option<FileStamp> {
        FileStamp::of(&self.allowed_place(path).ok()?)
    }

    /// What was asked for by name and is not listed: hidden, ignored or outside, or not there.
    pub(crate) fn unlisted(&self) -> Unlisted {
        self.unlisted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers what is not listed, before it is looked at.
    fn note(&self, path: &Utf8Path) {
        if !self.is_listed(path) {
            let mut unlisted = self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
            unlisted.entry(path.to_owned()).or_insert_with(|| self.stamp(path));
        }
    }

    /// Where a file stands that was read; nowhere for what came through a pipe.
    pub(crate) fn file(&self, path: &Utf8Path) -> io::Result<PathBuf> {
        if self.has_stream(path) {
            return Err(io::Error::other("it came through a pipe and cannot be changed"));
        }
        self.allowed_place(path)
    }

    /// True for what came through a pipe, which can be read once.
    pub(crate) fn has_stream(&self, path: &Utf8Path) -> bool {
        self.streams.iter().any(|(inside, _)| inside == path)
    }

    fn mount(&mut self, inside: &Utf8Path, outside: &Utf8Path) {
        self.mounts.push(DiskMount {
            inside: inside.to_owned(),
            outside: outside.as_std_path().to_owned(),
        });
    }

    fn add_found(&mut self, inside: &Utf8Path, root: &Path, found: Found) {
        let Some(path) = relative(root, &found.path) else {
            let shown = found.path.to_string_lossy().into_owned();
            self.problems.push(Problem::in_file(
                shown,
                "the name is not UTF-8, so the file was left out",
                "rename it",
            ));
            return;
        };
        let path = inside.join(path);
        let metadata = if found.kind.is_symlink() {
            match linked_file(root, &found.path) {
                Ok(metadata) => Ok(metadata),
                Err(problem) => {
                    self.problems.push(Problem::in_file(path, problem, "replace it with a file"));
                    return;
                }
            }
        } else {
            found.metadata
        };
        match metadata {
            Ok(metadata) if metadata.is_file() => {
                self.entries.push(TreeEntry { path, size: metadata.len() });
            }
            Ok(metadata) if metadata.is_dir() => self.linked_folders.push(path),
            Ok(_) => self.special.push(path),
            Err(error) => {
                self.problems.push(Problem::in_file(path, error, "check its permissions"));
            }
        }
    }

    /// The place on disk of a path, if it lies in a folder that was asked for.
    fn place(&self, path: &Utf8Path) -> Option<(&DiskMount, PathBuf)> {
        let has_climbed = path.components().any(|it| it.as_str() == "..");
        if path.is_absolute() || has_climbed {
            return None;
        }
        self.mounts.iter().find_map(|mount| {
            let rest = path.strip_prefix(&mount.inside).ok()?;
            Some((mount, mount.outside.join(rest)))
        })
    }

    fn is_in_chart(&self, path: &Utf8Path) -> bool {
        path.ancestors().skip(1).any(|it| self.is_listed(&it.join("Chart.yaml")))
    }

    fn is_listed(&self, path: &Utf8Path) -> bool {
        self.entries.binary_search_by(|it| path_order(&it.path, path)).is_ok()
    }

    /// The place of a file that may be read: a path that was not listed may lead out of the
    /// folder through a link.
    fn allowed_place(&self, path: &Utf8Path) -> io::Result<PathBuf> {
        let mounted = self.place(path);
        if let Some((_, place)) = mounted.as_ref().filter(|_| self.is_listed(path)) {
            return Ok(place.clone());
        }
        let mounted = mounted.map(|(mount, place)| (mount.outside.canonicalize(), place));
        let above = self.above.iter().filter_map(|above| {
            let rest = path.strip_prefix(&above.inside).ok().filter(|it| !it.is_absolute())?;
            Some((Ok(above.limit.clone()), above.folder.join(rest)))
        });
        let mut places = mounted.into_iter().chain(above);
        let found = places.find_map(|(limit, place)| {
            place.canonicalize().ok()?.starts_with(limit.ok()?).then_some(place)
        });
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        if let Some((_, bytes)) = self.streams.iter().find(|(inside, _)| inside == path) {
            let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
            return bytes.take().ok_or_else(|| io::Error::other("it was read before"));
        }
        self.note(path);
        let place = self.allowed_place(path)?;
        // What was not listed is asked for before it is opened: to open a device may do something.
        if !self.is_listed(path) && !std::fs::metadata(&place)?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = open(&place)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        if metadata.len() > SIZE_MAX {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        // Bounded, it does not ask for the size once more.
        file.take(SIZE_MAX + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Opens a file; a pipe that has taken its place since is not waited for.
#[cfg(unix)]
fn open(place: &Path) -> io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    std::fs::OpenOptions::new().read(true).custom_flags(flags).open(place)
}

#[cfg(not(unix))]
fn open(place: &Path) -> io::Result<std::fs::File> {
    std::fs::File::open(place)
}

impl Tree for Disk {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        self.read_count.fetch_add(1, Ordering::Relaxed);
        self.read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                TreeError::NotFound { path: path.to_owned() }
            }
            _ => TreeError::Read { path: path.to_owned(), source },
        })
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.note(path);
        let is_hidden = !self.is_open && !self.is_listed(path);
        is_hidden && self.place(path).is_some_and(|(_, place)| place.is_file())
    }

    fn hidden_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some((_, place)) = self.place(folder) else { return Vec::new() };
        let listing = Listing { hidden: true, no_ignore: false };
        let files = walk(&place, listing).filter_map(Result::ok);
        let mut hidden: Vec<_> = files
            .filter(|it| it.kind.is_file())
            .filter_map(|it| relative(&place, &it.path))
            .filter(|it| it.iter().any(is_hidden))
            .map(|it| folder.join(it))
            .filter(|it| !self.is_listed(it))
            .collect();
        hidden.sort_by(|one, other| path_order(one, other));
        hidden
    }
}

fn relative(root: &Path, path: &Path) -> Option<Utf8PathBuf> {
    let path = path.strip_prefix(root).ok()?;
    Utf8PathBuf::from_path_buf(path.to_owned()).ok()
}

/// Reads a pipe to its end.
pub(crate) fn read_stream(stream: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(SIZE_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_MAX { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 512 MiB")
}

/// One problem for all pipes, sockets and devices that folders hold.
fn left_out(special: &[Utf8PathBuf]) -> Option<Problem> {
    let (first, others) = special.split_first()?;
    let message = match others.len() {
        0 => "this is a pipe, a socket or a device, so it was left out".to_owned(),
        count => {
            format!("this and {count} more are pipes, sockets or devices, so they were left out")
        }
    };
    Some(Problem::in_file(first.clone(), message, "name a pipe itself to have it read"))
}

/// The problem of a link to a folder, which Helm follows.
fn not_followed(link: &Utf8Path) -> Problem {
    let message = "the link leads to a folder, which was read only where it stands, so the chart is \
                   judged without it";
    Problem::in_file(link.to_owned(), message, "replace it with the folder")
}

/// What is behind a link, if it is inside of the folder.
fn linked_file(root: &Path, path: &Path) -> Result<std::fs::Metadata, String> {
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("the link leads nowhere".to_owned());
        }
        Err(error) => return Err(format!("the link cannot be followed: {}", reason(&error))),
    };
    let metadata = target.metadata().map_err(|it| reason(&it))?;
    let is_inside = root.canonicalize().is_ok_and(|root| target.starts_with(root));
    if !is_inside {
        return Err("the link leads out of what was asked for, so it was left out".to_owned());
    }
    Ok(metadata)
}

fn unlistable(inside: &Utf8Path, root: &Path, error: Unlistable) -> Problem {
    let path = error.path.and_then(|it| relative(root, &it));
    let path = path.map_or_else(|| inside.to_owned(), |it| inside.join(it));
    Problem::in_file(path, format!("cannot be listed: {}", error.message), "check its permissions")
}

fn hidden_folders(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut hidden: Vec<Utf8PathBuf> = entries
        .filter_map(|it| Some((it.file_name().into_string().ok()?, it)))
        .filter(|(name, it)| is_hidden(name) && name != ".git" && it.path().is_dir())
        .map(|(name, _)| Utf8PathBuf::from(name))
        .collect();
    hidden.sort();
    hidden
}
