//! Where a text goes, and files that are written whole.

use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::RepairedFile;
use tempfile::NamedTempFile;

use crate::disk::Disk;
use crate::error::Error;
use crate::terminal;

/// Writes to the file that was asked for, else to standard output.
pub(crate) fn deliver(path: Option<&Utf8Path>, text: &str) -> Result<(), Error> {
    path.map_or_else(|| terminal::print(text), |path| write(path, text))
}

/// Writes a file whole or not at all: a reader never sees half of it, and a full disk costs nothing.
pub(crate) fn write(path: &Utf8Path, text: &str) -> Result<(), Error> {
    replace(path, text.as_bytes())
        .map_err(|source| Error::WriteFile { path: path.to_owned(), source })
}

/// Puts the new text of a file in the place of the old one, if that still stands there.
pub(crate) fn change(disk: &Disk, file: &RepairedFile) -> Result<(), Error> {
    let failed = |source| Error::WriteFile { path: file.path.clone(), source };
    let place = disk.file(&file.path).map_err(failed)?;
    let place = Utf8PathBuf::from_path_buf(place)
        .map_err(|_| failed(io::Error::other("its name is not UTF-8")))?;
    if std::fs::read(&place).map_err(failed)? != file.before.as_bytes() {
        return Err(failed(io::Error::other("it has changed since it was read")));
    }
    replace(&place, file.after.as_bytes()).map_err(failed)
}

/// Puts a file in a place, whole or not at all.
pub(crate) fn replace(path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    // What is no file (a pipe, `/dev/stdout`) cannot be replaced, only written to.
    let metadata = std::fs::metadata(path).ok();
    if metadata.as_ref().is_some_and(|it| !it.is_file()) {
        return std::fs::write(path, bytes);
    }
    // Behind a link stands the file that is meant.
    let target = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|it| !it.as_str().is_empty());
    let mut file = create_in(folder.unwrap_or(Utf8Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if let Some(metadata) = metadata {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.persist(&target).map_err(|it| it.error)?;
    Ok(())
}

/// As readable as any file that this user makes.
fn create_in(folder: &Utf8Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kai-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
