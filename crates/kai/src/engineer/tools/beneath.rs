//! Files below a folder, whatever links there are.

use std::fs::File;
#[cfg(not(target_os = "linux"))]
use std::io::Write as _;
use std::io::{self, Read as _};

use camino::Utf8Path;
#[cfg(not(target_os = "linux"))]
use camino::Utf8PathBuf;
use kai_agent::permit::is_secret_path;

/// Larger files are nothing to read to a model.
const SIZE_MAX: u64 = 8 << 20;

/// A folder that no path leads out of.
pub(super) struct Root {
    #[cfg(target_os = "linux")]
    folder: std::os::fd::OwnedFd,
    #[cfg(not(target_os = "linux"))]
    folder: Utf8PathBuf,
}

impl Root {
    /// What stands in a file, unless it may not be read where links lead to. A link to what normally holds secrets is
    /// as secret as that.
    pub(super) fn read(&self, path: &str, may_read: impl Fn(&str) -> bool) -> io::Result<Vec<u8>> {
        let file = self.open_file(path)?;
        if let Some(place) = self.place(&file, path)? {
            if is_secret_path(&place) {
                return Err(io::Error::other("it is a link to what normally holds secrets"));
            }
            if !may_read(&place) {
                return Err(io::Error::other("it is a link to what is denied"));
            }
        }
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let mut bytes = Vec::new();
        file.take(SIZE_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > SIZE_MAX {
            return Err(io::Error::other("it is larger than 8 MiB"));
        }
        Ok(bytes)
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, openat, openat2, renameat, unlinkat};

    use super::{File, Root, Utf8Path, io};
    use std::io::Write as _;
    use std::os::fd::AsRawFd;

    const INSIDE: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);
    /// What is written stands where its path says: a link could lead to what runs by itself.
    const PLAIN: ResolveFlags = INSIDE.union(ResolveFlags::NO_SYMLINKS);

    impl Root {
        pub(in super::super) fn open(folder: &Utf8Path) -> io::Result<Self> {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self { folder: rustix::fs::open(folder.as_std_path(), flags, Mode::empty())? })
        }

        /// The kernel itself keeps the way below the folder.
        pub(super) fn open_file(&self, path: &str) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
            Ok(File::from(openat2(&self.folder, path, flags, Mode::empty(), INSIDE)?))
        }

        /// Where an open file lies below the folder, if links led to it.
        pub(super) fn place(&self, file: &File, path: &str) -> io::Result<Option<String>> {
            let of =
                |it: &dyn AsRawFd| std::fs::read_link(format!("/proc/self/fd/{}", it.as_raw_fd()));
            let (file, folder) = (of(file)?, of(&self.folder)?);
            let place = file.strip_prefix(&folder).map_err(io::Error::other)?.to_string_lossy();
            Ok((place != path).then(|| place.into_owned()))
        }

        /// Puts a file in its place, whole or not at all. Folders above it have to be there; a link in its place is
        /// replaced, not followed.
        pub(in super::super) fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
            let path = Utf8Path::new(path);
            let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
            let parent =
                path.parent().filter(|it| !it.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let folder = openat2(&self.folder, parent.as_str(), flags, Mode::empty(), PLAIN)?;
            let fresh = format!(".kai-{}-{name}", std::process::id());
            let flags =
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut file =
                File::from(openat(&folder, fresh.as_str(), flags, Mode::from_raw_mode(0o666))?);
            let permissions = self
                .open_file(path.as_str())
                .and_then(|it| it.metadata())
                .map(|it| it.permissions());
            let written = file
                .write_all(bytes)
                .and_then(|()| permissions.map_or(Ok(()), |it| file.set_permissions(it)))
                .and_then(|()| file.sync_all());
            let placed =
                written.and_then(|()| Ok(renameat(&folder, fresh.as_str(), &folder, name)?));
            if placed.is_err() {
                let _ = unlinkat(&folder, fresh.as_str(), AtFlags::empty());
            }
            placed
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Root {
    pub(super) fn open(folder: &Utf8Path) -> io::Result<Self> {
        Ok(Self { folder: folder.canonicalize_utf8()? })
    }

    fn open_file(&self, path: &str) -> io::Result<File> {
        File::open(self.below(Utf8Path::new(path))?)
    }

    fn place(&self, _: &File, path: &str) -> io::Result<Option<String>> {
        let place = self.below(Utf8Path::new(path))?;
        Ok(place.strip_prefix(&self.folder).ok().map(|it| it.as_str().to_owned()))
    }

    fn below(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        let canonical = self.folder.join(path).canonicalize_utf8()?;
        match canonical.starts_with(&self.folder) {
            true => Ok(canonical),
            false => Err(io::Error::other("it leads out of the folder")),
        }
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = Utf8Path::new(path);
        let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
        let folder = self.below(path.parent().unwrap_or(Utf8Path::new("")))?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(folder.join(name)).map_err(|it| it.error)?;
        Ok(())
    }
}
