//! Files that say how an image is built.

use kai_core::{OriginId, SmolStr, Traced};

use crate::{Image, Material};

#[derive(Debug, Clone)]
pub struct ImageBuild {
    /// Images of others that it begins with or copies from.
    pub takes: Vec<(Image, OriginId)>,
    /// The image of others that its last stage begins with, through the stages before it.
    pub base: Option<Image>,
    /// What stands in the clear in its variables, its arguments and its commands.
    pub material: Vec<Material>,
    /// The name of its last stage, which is what it makes unless another one is asked for.
    pub last_stage: Option<SmolStr>,
    /// What its containers start through a shell; none where they start a program itself, or where that cannot
    /// be told.
    pub start: Option<ShellStart>,
    /// Whom its containers start as, as written, where that can be told.
    pub user: Option<Traced<SmolStr>>,
    /// True where what it starts is a script or a program that may go on as another user.
    pub may_change_user: bool,
    /// True where it opens a port, so that something in it serves.
    pub serves: bool,
    /// Files that it copies into the image and that are keys by their names.
    pub key_files: Vec<Traced<SmolStr>>,
    /// Addresses whose answer a shell runs, in steps that end well when there is none.
    pub forgotten_downloads: Vec<Traced<SmolStr>>,
}

/// A first process that is a shell.
#[derive(Debug, Clone)]
pub struct ShellStart {
    /// What the shell is told to run.
    pub script: SmolStr,
    /// The shell's name: `sh`, `bash`.
    pub shell: SmolStr,
    pub giving_way: GivingWay,
    /// True for `ENTRYPOINT`, which arguments do not replace; false for `CMD`.
    pub is_entry_point: bool,
    pub origin: OriginId,
}

/// Whether a shell replaces itself with the last command that it is told to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivingWay {
    /// bash, and the `sh` of BusyBox.
    Always,
    /// dash, which is `sh` in Debian and Ubuntu.
    Never,
    /// Which shell `sh` is decides an image that is not known.
    NotTold,
}

impl ImageBuild {
    /// True where its containers start as root, which what they start may give up.
    #[must_use]
    pub fn starts_as_root(&self) -> bool {
        self.user.as_ref().is_some_and(|it| is_root(&it.value))
    }
}

/// True where one of the words of a command is a program that goes on as another user, or a script, which may.
#[must_use]
pub fn may_change_user(words: &[&str]) -> bool {
    const PROGRAMS: [&str; 9] = [
        "chpst",
        "gosu",
        "runuser",
        "s6-setuidgid",
        "setpriv",
        "setuidgid",
        "su",
        "su-exec",
        "sudo",
    ];
    const SHELLS: [&str; 4] = ["ash", "bash", "dash", "sh"];
    let name = |it: &str| it.rsplit('/').next().unwrap_or(it).to_ascii_lowercase();
    let is_script = |it: &str| {
        it == "init" || it.contains("entrypoint") || it.ends_with(".sh") || it.ends_with(".bash")
    };
    let changes =
        words.iter().map(|it| name(it)).any(|it| PROGRAMS.contains(&&*it) || is_script(&it));
    let is_read = matches!(words, [shell, script, ..] if SHELLS.contains(&&*name(shell)) && !script.starts_with('-'));
    changes || is_read
}

/// `root`, `0`, with or without a group.
fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    name == "root" || name == "0"
}
