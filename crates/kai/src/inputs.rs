//! From what was typed to one tree.

use std::io::{self, Read as _};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Tree as _;
use kai_report::terminal::Mount;

use crate::command_line::{Input, Listing};
use crate::disk::Disk;
use crate::error::Error;

/// Everything that a command may read, and how its paths are shown.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) disk: Disk,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) paths: Vec<Utf8PathBuf>,
}

impl Inputs {
    /// Lists the folders and files, and reads standard input where `-` asks for it.
    pub(crate) fn open(input: &Input) -> Result<Self, Error> {
        let mut inputs =
            Self { disk: Disk::default(), mounts: Vec::new(), paths: input.paths.clone() };
        let is_alone = input.paths.len() == 1;
        for path in &input.paths {
            inputs.add(path, input.listing, is_alone)?;
        }
        inputs.disk.sort();
        Ok(inputs)
    }

    /// A folder and everything around it that it may name, without listing anything.
    pub(crate) fn open_around(folder: &Utf8Path) -> Result<(Self, Utf8PathBuf), Error> {
        let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
        let canonical = folder.canonicalize_utf8().map_err(failed)?;
        if !canonical.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        let disk_root = || canonical.ancestors().last().unwrap_or(&canonical).to_owned();
        let top = repository(&canonical).unwrap_or_else(disk_root);
        let inside = canonical.strip_prefix(&top).unwrap_or(&canonical).to_owned();
        let mut disk = Disk::default();
        disk.add_surroundings(&top);
        let mounts = shown_from_here(&top);
        Ok((Self { disk, mounts, paths: vec![folder.to_owned()] }, inside))
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

    fn add(&mut self, path: &Utf8Path, listing: Listing, is_alone: bool) -> Result<(), Error> {
        if path == "-" {
            return self.add_input();
        }
        let metadata = std::fs::metadata(path)
            .map_err(|source| Error::OpenPath { path: path.to_owned(), source })?;
        let is_folder = metadata.is_dir();
        let inside = if is_alone && is_folder { Utf8PathBuf::new() } else { self.name_for(path) };
        if !(is_alone && is_folder) {
            self.mounts.push(Mount { inside: inside.clone(), outside: path.to_owned() });
        }
        if is_folder {
            self.disk.add_folder(&inside, path, listing);
            if is_alone {
                self.add_above(path);
            }
        } else {
            self.disk.add_file(&inside, path, metadata.len());
        }
        Ok(())
    }

    /// An overlay that is reviewed alone still has its bases: within the git repository around the
    /// folder, or the working directory, or else the folder above it.
    fn add_above(&mut self, path: &Utf8Path) {
        let Ok(folder) = path.canonicalize_utf8() else { return };
        let here = Utf8Path::new(".").canonicalize_utf8().ok();
        let limit = repository(&folder)
            .or_else(|| here.filter(|it| folder.starts_with(it)))
            .or_else(|| folder.parent().map(Utf8Path::to_owned));
        if let Some(limit) = limit {
            self.disk.add_above(&folder, &limit);
        }
    }

    /// A prefix that no other path of this run has: the last part of the path, numbered if need be.
    fn name_for(&self, path: &Utf8Path) -> Utf8PathBuf {
        let canonical = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        let name = canonical.file_name().unwrap_or("root");
        let is_taken = |name: &str| self.mounts.iter().any(|it| it.inside == name);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|it| !is_taken(it)).unwrap_or_else(|| name.to_owned()).into()
    }

    fn add_input(&mut self) -> Result<(), Error> {
        if self.mounts.iter().any(|it| it.outside == "-") {
            return Err(Error::InputTwice);
        }
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(|source| Error::ReadInput { source })?;
        let first = bytes.iter().find(|it| !it.is_ascii_whitespace());
        let inside = Utf8PathBuf::from(match first {
            Some(b'{' | b'[') => "stdin.json",
            _ => "stdin.yaml",
        });
        self.mounts.push(Mount { inside: inside.clone(), outside: "-".into() });
        self.disk.add_input(inside, bytes);
        Ok(())
    }
}

/// The folder of the git repository around a folder.
fn repository(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    folder.ancestors().find(|it| it.join(".git").exists()).map(Utf8Path::to_owned)
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
