//! From what was typed to one tree.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Tree as _;
use kai_report::Places;
use kai_report::terminal::Mount;

use crate::command_line::{Input, Listing};
use crate::disk::{self, Disk};
use crate::error::Error;
use crate::repositories::{self, Repository};
use crate::settings::Place;

/// Everything that a command may read, and how its paths are shown.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) disk: Disk,
    pub(crate) mounts: Vec<Mount>,
    /// Reports of scanners that stand outside of what is read.
    imports: Vec<Mount>,
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// What `--config` names.
    pub(crate) config: Option<Utf8PathBuf>,
}

impl Inputs {
    /// Lists the folders and files, and reads standard input where `-` asks for it.
    pub(crate) fn open(input: &Input) -> Result<Self, Error> {
        let mut inputs = Self {
            disk: Disk::default(),
            mounts: Vec::new(),
            imports: Vec::new(),
            paths: input.paths.clone(),
            config: input.config.clone(),
        };
        let mut folders = Vec::new();
        for path in &input.paths {
            if path == "-" {
                inputs.add_input()?;
                continue;
            }
            let metadata = std::fs::metadata(path)
                .map_err(|source| Error::OpenPath { path: path.to_owned(), source })?;
            if metadata.is_dir() {
                folders.push(path.clone());
            } else if metadata.is_file() {
                inputs.add_file(path, metadata.len());
            } else {
                inputs.add_pipe(path)?;
            }
        }
        match folders.as_slice() {
            [folder] if input.paths.len() == 1 => inputs.add_folder_alone(folder, input.listing),
            _ => inputs.add_folders(folders, input.listing),
        }
        inputs.disk.sort();
        Ok(inputs)
    }

    /// Adds a report of a scanner, unless it is among the files already.
    ///
    /// # Errors
    /// It cannot be opened, or it is no report.
    pub(crate) fn import(&mut self, path: &Utf8Path) -> Result<(), Error> {
        let failed = |source| Error::OpenPath { path: path.to_owned(), source };
        let bytes = std::fs::read(path).map_err(failed)?;
        if let Some((line, reason)) = kai_assess::not_a_report(path, &bytes) {
            return Err(Error::ReadReport { path: path.to_owned(), line, reason });
        }
        let is_read = matches!(path.extension(), Some("json" | "sarif"));
        if is_read && self.holds(path) {
            return Ok(());
        }
        // A name that no folder of a repository has.
        let folder = Utf8PathBuf::from(format!("imported {}", self.imports.len() + 1));
        let name = path.file_name().unwrap_or("report");
        let inside = match is_read {
            true => folder.join(name),
            false => folder.join(format!("{name}.json")),
        };
        self.disk.add_stream(inside.clone(), bytes);
        self.disk.sort();
        self.imports.push(Mount { inside, outside: path.to_owned() });
        Ok(())
    }

    /// True for a file on disk that is listed.
    fn holds(&self, path: &Utf8Path) -> bool {
        let Ok(wanted) = path.canonicalize_utf8() else { return false };
        let is_it = |it: &Utf8Path| {
            it.file_name() == wanted.file_name()
                && self.disk.file(it).is_ok_and(|it| it.canonicalize().is_ok_and(|it| it == wanted))
        };
        self.disk.files().iter().any(|it| is_it(&it.path))
    }

    /// A folder and everything around it that it may name, without listing anything.
    pub(crate) fn open_around(folder: &Utf8Path) -> Result<(Self, Utf8PathBuf), Error> {
        let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
        let canonical = folder.canonicalize_utf8().map_err(failed)?;
        if !canonical.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        let disk_root = || canonical.ancestors().last().unwrap_or(&canonical).to_owned();
        let top = repositories::top(&canonical).unwrap_or_else(disk_root);
        let inside = canonical.strip_prefix(&top).unwrap_or(&canonical).to_owned();
        let mut disk = Disk::default();
        disk.add_surroundings(&top);
        let mounts = shown_from_here(&top);
        Ok((
            Self {
                disk,
                mounts,
                imports: Vec::new(),
                paths: vec![folder.to_owned()],
                config: None,
            },
            inside,
        ))
    }

    /// A chart's folder with everything in it, git-ignored archives included, or a packed chart, and
    /// files of values. Gives the chart's path in the tree, and those of the files.
    pub(crate) fn open_chart(
        folder: &Utf8Path,
        values: &[Utf8PathBuf],
    ) -> Result<(Self, Utf8PathBuf, Vec<Utf8PathBuf>), Error> {
        let paths = vec![folder.to_owned()];
        let mut inputs = Self {
            disk: Disk::default(),
            mounts: Vec::new(),
            imports: Vec::new(),
            paths,
            config: None,
        };
        let chart = inputs.name_for(folder);
        let listing = Listing { hidden: false, no_ignore: true };
        let metadata = std::fs::metadata(folder)
            .map_err(|source| Error::OpenPath { path: folder.to_owned(), source })?;
        match metadata.is_dir() {
            true => inputs.disk.add_folder(&chart, folder, listing),
            false => inputs.disk.add_file(&chart, folder, metadata.len()),
        }
        inputs.mounts.push(Mount { inside: chart.clone(), outside: folder.to_owned() });
        let mut names = Vec::new();
        for path in values {
            let metadata = std::fs::metadata(path)
                .map_err(|source| Error::OpenPath { path: path.to_owned(), source })?;
            let inside = inputs.name_for(path);
            // Each stands in a folder of its own, so that none hides what another stands beside.
            let inside = Utf8PathBuf::from(format!("values-{}", names.len())).join(inside);
            inputs.disk.add_file(&inside, path, metadata.len());
            inputs.mounts.push(Mount { inside: inside.clone(), outside: path.to_owned() });
            names.push(inside);
        }
        inputs.disk.sort();
        Ok((inputs, chart, names))
    }

    /// Where the files stand below the working directory.
    pub(crate) fn places(&self) -> Places {
        let folder = match (self.mounts.as_slice(), self.paths.as_slice()) {
            ([], [folder]) => Some(Mount { inside: "".into(), outside: folder.clone() }),
            _ => None,
        };
        let here = Utf8Path::new(".").canonicalize_utf8().unwrap_or_default();
        let below = |mount: &Mount| Mount {
            inside: mount.inside.clone(),
            outside: mount.outside.strip_prefix(&here).unwrap_or(&mount.outside).to_owned(),
        };
        Places::new(self.imports.iter().chain(&self.mounts).chain(&folder).map(below).collect())
    }

    /// What is shown under another path than it has in the tree.
    pub(crate) fn shown(&self) -> Vec<Mount> {
        self.imports.iter().chain(&self.mounts).cloned().collect()
    }

    /// Where `kai.yaml` is looked for.
    pub(crate) fn settings_place(&self) -> Place<'_> {
        match (&self.config, self.paths.as_slice()) {
            (Some(path), _) => Place::File(path),
            (None, [path]) if path != "." => Place::Folder(path),
            (None, [_]) => Place::Folder(Utf8Path::new("")),
            (None, _) => Place::Top,
        }
    }

    /// What was asked for, for messages.
    pub(crate) fn place(&self) -> String {
        let paths: Vec<String> = self.paths.iter().map(|it| format!("`{it}`")).collect();
        paths.join(", ")
    }

    /// The error to end with when no file could be used.
    pub(crate) fn nothing_readable(&self) -> Error {
        let files = self.disk.files().len();
        let mut reason = match files {
            0 => "there is no file".to_owned(),
            1 => "its one file is not YAML or JSON that I know".to_owned(),
            _ => format!("none of its {files} files is YAML or JSON that I know"),
        };
        if let Some(problem) = self.disk.problems.first() {
            let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
            reason.push_str(&format!("; `{path}`: {}", problem.message));
        }
        if !self.disk.hidden.is_empty() {
            let hidden: Vec<_> =
                self.disk.hidden.iter().take(3).map(|it| format!("`{it}`")).collect();
            reason.push_str(&format!(
                "; I left out hidden folders ({}), --hidden reads them",
                hidden.join(", ")
            ));
        }
        Error::NothingReadable { place: self.place(), reason }
    }

    /// One folder makes the whole tree.
    fn add_folder_alone(&mut self, path: &Utf8Path, listing: Listing) {
        self.disk.add_folder(Utf8Path::new(""), path, listing);
        if let Ok(folder) = path.canonicalize_utf8() {
            self.disk.add_above(Utf8Path::new(""), &folder, &repositories::limit(&folder));
        }
    }

    /// Folders of one repository keep their places to each other; several repositories stand beside
    /// each other, each whole, so that no name can lead from one into another.
    fn add_folders(&mut self, paths: Vec<Utf8PathBuf>, listing: Listing) {
        let repositories = Repository::group(paths);
        let is_only = repositories.len() == 1;
        for repository in repositories {
            let (prefix, start) = match is_only {
                true => (Utf8PathBuf::new(), repository.around()),
                false => (self.name_for(&repository.limit), repository.limit.as_path()),
            };
            self.disk.add_above(&prefix, start, &repository.limit);
            for (typed, folder) in &repository.folders {
                let inside = prefix.join(folder.strip_prefix(start).unwrap_or(folder));
                self.disk.add_folder(&inside, typed, listing);
                self.mounts.push(Mount { inside, outside: typed.clone() });
            }
            self.mounts.extend(surroundings(&prefix, start, &repository.limit));
        }
    }

    fn add_file(&mut self, path: &Utf8Path, size: u64) {
        let inside = self.name_for(path);
        self.disk.add_file(&inside, path, size);
        self.mounts.push(Mount { inside, outside: path.to_owned() });
    }

    /// A prefix that no other path of this run has: the last part of the path, numbered if need be.
    fn name_for(&self, path: &Utf8Path) -> Utf8PathBuf {
        let canonical = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        self.free_name(canonical.file_name().unwrap_or("root"), "")
    }

    fn free_name(&self, name: &str, extension: &str) -> Utf8PathBuf {
        let is_taken = |name: &str| self.mounts.iter().any(|it| it.inside.starts_with(name));
        let numbered = (2..).map(|number| format!("{name}-{number}{extension}"));
        let mut names = std::iter::once(format!("{name}{extension}")).chain(numbered);
        names.find(|it| !is_taken(it)).unwrap_or_else(|| name.to_owned()).into()
    }

    fn add_input(&mut self) -> Result<(), Error> {
        if self.mounts.iter().any(|it| it.outside == "-") {
            return Err(Error::InputTwice);
        }
        let bytes =
            disk::read_stream(io::stdin().lock()).map_err(|source| Error::ReadInput { source })?;
        self.add_stream("stdin", "-".into(), bytes);
        Ok(())
    }

    /// A pipe with a name, such as the shell's `<(kubectl get …)`.
    fn add_pipe(&mut self, path: &Utf8Path) -> Result<(), Error> {
        let failed = |source| Error::ReadPipe { path: path.to_owned(), source };
        let pipe = std::fs::File::open(path).map_err(failed)?;
        let bytes = disk::read_stream(pipe).map_err(failed)?;
        self.add_stream(path.file_name().unwrap_or("pipe"), path.to_owned(), bytes);
        Ok(())
    }

    fn add_stream(&mut self, name: &str, outside: Utf8PathBuf, bytes: Vec<u8>) {
        let first = bytes.iter().find(|it| !it.is_ascii_whitespace());
        let inside = match first {
            Some(b'{' | b'[') => self.free_name(name, ".json"),
            _ => self.free_name(name, ".yaml"),
        };
        self.mounts.push(Mount { inside: inside.clone(), outside });
        self.disk.add_stream(inside, bytes);
    }
}

/// Where files around the folders of a repository stand for the reader's shell, from near to far.
fn surroundings(prefix: &Utf8Path, start: &Utf8Path, limit: &Utf8Path) -> Vec<Mount> {
    let here = Utf8Path::new(".").canonicalize_utf8().ok();
    let shown = |folder: &Utf8Path| {
        let below = here.as_ref().and_then(|it| folder.strip_prefix(it).ok());
        below.unwrap_or(folder).to_owned()
    };
    let above = start.ancestors().take_while(|it| it.starts_with(limit));
    let mut inside = prefix.to_owned();
    let mut mounts = Vec::new();
    for folder in above {
        mounts.push(Mount { inside: inside.clone(), outside: shown(folder) });
        inside.push("..");
    }
    // `../..` lies below `..` by its letters, so the longest comes first.
    mounts.reverse();
    mounts
}

/// Paths below the working directory are shown relative to it, others in full.
fn shown_from_here(top: &Utf8Path) -> Vec<Mount> {
    let here = Utf8Path::new(".").canonicalize_utf8().ok();
    let here = here.and_then(|it| Some(it.strip_prefix(top).ok()?.to_owned()));
    let below = here.map(|inside| Mount { inside, outside: Utf8PathBuf::new() });
    below
        .into_iter()
        .chain([Mount { inside: Utf8PathBuf::new(), outside: top.to_owned() }])
        .collect()
}
