//! The files of a chart, from a tree or out of an archive.

use std::io::Read as _;
use std::sync::Arc;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::Data;
use super::ignore::Ignore;
use crate::Project;

/// The files below one folder, each under its name relative to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    pub(crate) files: Vec<Data>,
    /// Where it is in the tree; nothing for what came out of an archive.
    pub(crate) place: Option<Utf8PathBuf>,
}

/// An unpacked archive larger than this is refused; so is one with more files.
const MOST_BYTES: u64 = 100 << 20;
const MOST_FILES: usize = 10_000;

impl Folder {
    /// The files of a tree below a path, without what `.helmignore` leaves out.
    ///
    /// # Errors
    ///
    /// A line of `.helmignore` that Helm refuses, or a file that cannot be read.
    pub(crate) fn read(project: &Project<'_>, path: &Utf8Path) -> Result<Self, String> {
        let mut files = Vec::new();
        let mut ignore = Ignore::parse("")?;
        // Helm takes it along whatever it says of itself.
        let rules = path.join(".helmignore");
        if let Some(raw) = project.raw(&rules) {
            ignore = Ignore::parse(&String::from_utf8_lossy(&raw.bytes))?;
            files.push(Data {
                name: ".helmignore".into(),
                path: rules.clone(),
                bytes: Arc::clone(&raw.bytes),
                document: None,
            });
        }
        let mut folder = Self { files, place: Some(path.to_owned()) };
        for file in project.paths_below(path).filter(|it| **it != rules) {
            folder.add(project, path, file, &ignore)?;
        }
        // To `.Files` a file is one whatever its name.
        if folder.takes_files() {
            for file in project.hidden_below(path) {
                folder.add(project, path, &file, &ignore)?;
            }
        }
        Ok(folder)
    }

    fn add(
        &mut self,
        project: &Project<'_>,
        path: &Utf8Path,
        file: &Utf8Path,
        ignore: &Ignore,
    ) -> Result<(), String> {
        let Ok(name) = file.strip_prefix(path) else { return Ok(()) };
        if ignore.leaves_out(name.as_str()) {
            return Ok(());
        }
        let raw = project.raw(file).ok_or_else(|| format!("`{file}` cannot be read"))?;
        self.files.push(Data {
            name: name.as_str().into(),
            path: file.to_owned(),
            bytes: match without_mark(&raw.bytes) {
                text if text.len() == raw.bytes.len() => Arc::clone(&raw.bytes),
                text => Arc::new(text.to_vec()),
            },
            document: None,
        });
        Ok(())
    }

    /// True where a template, of the chart or of one in it, may read any file.
    fn takes_files(&self) -> bool {
        let mut templates = self
            .files
            .iter()
            .filter(|it| it.name.starts_with("templates/") || it.name.contains("/templates/"));
        templates.any(|it| memchr::memmem::find(&it.bytes, b".Files").is_some())
    }

    /// The files of a packed chart, whose names all begin with the chart's own.
    ///
    /// # Errors
    ///
    /// What is no such archive, holds a path that leads out of it, or unpacks to too much.
    pub(crate) fn unpack(bytes: &[u8], path: &Utf8Path) -> Result<Self, String> {
        let reader = flate2::read::GzDecoder::new(bytes).take(MOST_BYTES + 1);
        let mut archive = tar::Archive::new(reader);
        let mut files = Vec::new();
        let mut total = 0;
        for entry in archive.entries().map_err(|it| it.to_string())? {
            let mut entry = entry.map_err(|it| it.to_string())?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).replace('\\', "/");
            let name = Utf8PathBuf::from(name);
            let is_inside = name.components().all(|it| matches!(it, Utf8Component::Normal(_)));
            if !is_inside {
                return Err(format!("`{name}` in the archive leads out of it"));
            }
            let mut parts = name.components();
            parts.next();
            let name = parts.as_path();
            if name.as_str().is_empty() {
                return Err("the chart's files must be in a folder of the archive".into());
            }
            total += entry.size();
            if total > MOST_BYTES || files.len() >= MOST_FILES {
                return Err(format!(
                    "it unpacks to more than {MOST_BYTES} bytes or {MOST_FILES} files"
                ));
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(|it| it.to_string())?;
            files.push(Data {
                name: name.as_str().into(),
                path: path.join(name),
                bytes: match without_mark(&content) {
                    text if text.len() == content.len() => Arc::new(content),
                    text => Arc::new(text.to_vec()),
                },
                document: None,
            });
        }
        if files.is_empty() {
            return Err("no files in chart archive".into());
        }
        Ok(Self { files, place: None })
    }

    /// The files below a folder of this one, relative to it.
    pub(crate) fn below(&self, folder: &str) -> Self {
        let files = self.files.iter().filter_map(|it| {
            let name = it.name.strip_prefix(folder)?.strip_prefix('/')?;
            Some(Data { name: name.into(), ..it.clone() })
        });
        let place = self.place.as_ref().map(|it| it.join(folder));
        Self { files: files.collect(), place }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Data> {
        self.files.iter().find(|it| it.name == name)
    }
}

/// Without the byte order mark.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

impl Data {
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}
