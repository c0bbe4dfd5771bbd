//! A command that sees and changes no more than it must.
//!
//! The process confines itself and then becomes the command, so that nothing of it has to be trusted: Landlock for
//! files, signals and the network, seccomp for the network again and for ways around both, limits for what is
//! left. Where the kernel cannot do it, no command runs.

use std::io;
use std::process::ExitCode;

use camino::Utf8PathBuf;

/// What a confined command is given.
#[derive(Debug, clap::Args)]
pub(crate) struct Sandboxed {
    /// The folder that it reads.
    #[arg(long)]
    pub(crate) root: Utf8PathBuf,
    /// A folder of its own.
    #[arg(long)]
    pub(crate) scratch: Utf8PathBuf,
    /// Lets it change what lies in the folder.
    #[arg(long)]
    pub(crate) write: bool,
    /// For the shell.
    #[arg(last = true)]
    pub(crate) command: Vec<String>,
}

/// The code that says that nothing ran.
pub(crate) const UNCONFINED: u8 = 126;

pub(crate) fn run(sandboxed: &Sandboxed) -> ExitCode {
    let error = confine(sandboxed).err().unwrap_or_else(|| become_command(sandboxed));
    crate::terminal::note(&format!(
        "kai: the command did not run: it cannot be confined here: {error}"
    ));
    ExitCode::from(UNCONFINED)
}

#[cfg(unix)]
fn become_command(sandboxed: &Sandboxed) -> io::Error {
    use std::os::unix::process::CommandExt as _;
    std::process::Command::new("/bin/sh").arg("-c").args(&sandboxed.command).exec()
}

#[cfg(not(unix))]
fn become_command(_: &Sandboxed) -> io::Error {
    io::Error::other("only Linux can do it")
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &Sandboxed) -> io::Result<()> {
    Err(io::Error::other("only Linux can do it"))
}

#[cfg(target_os = "linux")]
fn confine(sandboxed: &Sandboxed) -> io::Result<()> {
    linux::limits()?;
    linux::files(sandboxed).map_err(io::Error::other)?;
    linux::calls(sandboxed.write).map_err(io::Error::other)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::io;
    use std::path::{Path, PathBuf};

    use kai_agent::permit::is_protected;
    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset,
        RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    use super::Sandboxed;

    /// Programs, what they are linked with, and names of users; nothing of anybody's home.
    const READABLE: &[&str] = &[
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/opt",
        "/nix/store",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/alternatives",
        "/etc/passwd",
        "/etc/group",
        "/etc/nsswitch.conf",
        "/etc/localtime",
        "/etc/mime.types",
        "/dev/zero",
        "/dev/urandom",
        "/dev/random",
    ];
    const WRITABLE: &[&str] = &["/dev/null"];

    /// All that the third version can tell apart must hold; signals and ports where the kernel knows them, since
    /// the filter of calls leaves no socket anyway.
    pub(super) fn files(
        sandboxed: &Sandboxed,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (read, all) = (AccessFs::from_read(ABI::V3), AccessFs::from_all(ABI::V3));
        // A file that stands for a disk shows all that is on it, whatever folder it lies in.
        let change = all & !(AccessFs::MakeChar | AccessFs::MakeBlock);
        // The folder itself gets no right: what is protected could be made there.
        let changed =
            if sandboxed.write { free(sandboxed.root.as_std_path()).0 } else { Vec::new() };
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(all)?
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessNet::from_all(ABI::V4))?
            .scope(Scope::from_all(ABI::V6))?
            .create()?
            .add_rules(path_beneath_rules(READABLE, read))?
            .add_rules(path_beneath_rules(WRITABLE, change))?
            .add_rules(path_beneath_rules([sandboxed.root.as_std_path()], read))?
            .add_rules(path_beneath_rules([sandboxed.scratch.as_std_path()], change))?
            .add_rules(path_beneath_rules(&changed, change))?
            .restrict_self()?;
        match status.ruleset {
            RulesetStatus::NotEnforced => Err("the kernel has no Landlock".into()),
            _ => Ok(()),
        }
    }

    /// What may be changed below a folder, and whether something protected is in it or further down. Rights go down,
    /// never up, so that a folder with something protected gets none itself: they would reach `.git` as well.
    fn free(folder: &Path) -> (Vec<PathBuf>, bool) {
        // Who cannot look into it cannot write there either.
        let Ok(entries) = std::fs::read_dir(folder) else { return (Vec::new(), true) };
        let (mut changed, mut has_protected) = (Vec::new(), false);
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let is_kept = entry.file_name().to_str().is_none_or(is_protected);
            has_protected |= is_kept;
            if kind.is_symlink() || is_kept {
                continue;
            }
            let (inner, is_mixed) =
                if kind.is_dir() { free(&entry.path()) } else { (Vec::new(), false) };
            has_protected |= is_mixed;
            changed.extend(if is_mixed { inner } else { vec![entry.path()] });
        }
        (changed, has_protected)
    }

    /// Owners, permissions, times and attributes of a file by its path, for which Landlock knows no right: they could be
    /// those of any file.
    const ATTRIBUTES: &[i64] = &[
        libc::SYS_fchownat,
        libc::SYS_fchown,
        libc::SYS_fchmodat,
        libc::SYS_fchmodat2,
        libc::SYS_setxattr,
        libc::SYS_lsetxattr,
        libc::SYS_fsetxattr,
        libc::SYS_removexattr,
        libc::SYS_lremovexattr,
        libc::SYS_fremovexattr,
        // setxattrat, removexattrat, file_setattr
        463,
        466,
        469,
    ];
    /// The same by their old names, which only this processor has.
    #[cfg(target_arch = "x86_64")]
    const OLD_ATTRIBUTES: &[i64] = &[
        libc::SYS_chmod,
        libc::SYS_chown,
        libc::SYS_lchown,
        libc::SYS_utime,
        libc::SYS_utimes,
        libc::SYS_futimesat,
    ];
    #[cfg(not(target_arch = "x86_64"))]
    const OLD_ATTRIBUTES: &[i64] = &[];

    /// Times of a file by its path; those of a file that is open are of one that could be opened.
    fn by_path() -> Result<SeccompRule, seccompiler::BackendError> {
        let is_named = SeccompCondition::new(1, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
        SeccompRule::new(vec![is_named])
    }

    /// No sockets, no looking into other processes, no attributes of files, and none of the ways around a filter.
    pub(super) fn calls(may_write: bool) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        const DENIED: &[i64] = &[
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
            libc::SYS_accept,
            libc::SYS_accept4,
            libc::SYS_sendto,
            libc::SYS_sendmsg,
            libc::SYS_sendmmsg,
            libc::SYS_recvmsg,
            libc::SYS_recvmmsg,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_io_uring_setup,
            libc::SYS_io_uring_enter,
            libc::SYS_io_uring_register,
            libc::SYS_mount,
            libc::SYS_umount2,
            libc::SYS_pivot_root,
            libc::SYS_chroot,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_bpf,
            libc::SYS_perf_event_open,
            libc::SYS_kexec_load,
            libc::SYS_init_module,
            libc::SYS_finit_module,
            libc::SYS_delete_module,
            libc::SYS_keyctl,
            libc::SYS_add_key,
            libc::SYS_request_key,
            libc::SYS_userfaultfd,
            libc::SYS_open_by_handle_at,
            libc::SYS_pidfd_getfd,
            // Who leaves the group is not ended with it.
            libc::SYS_setsid,
            libc::SYS_setpgid,
        ];
        let reading: &[i64] = if may_write { &[] } else { &[libc::SYS_fchmod] };
        let all = [DENIED, ATTRIBUTES, OLD_ATTRIBUTES, reading].concat();
        // On this processor many calls have a second number, under which a filter does not know them.
        let second: Vec<i64> = if cfg!(target_arch = "x86_64") {
            let calls = all.iter().copied().chain([libc::SYS_utimensat]).chain(512..=547);
            calls.map(|it| it | 0x4000_0000).collect()
        } else {
            Vec::new()
        };
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            all.iter().chain(&second).map(|it| (*it, Vec::new())).collect();
        rules.insert(libc::SYS_utimensat, vec![by_path()?]);
        let denied = SeccompAction::Errno(u32::try_from(libc::EPERM)?);
        let filter = SeccompFilter::new(
            rules,
            SeccompAction::Allow,
            denied,
            std::env::consts::ARCH.try_into()?,
        )?;
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&program)?;
        Ok(())
    }

    /// A command that runs away ends by itself.
    pub(super) fn limits() -> io::Result<()> {
        for (resource, max) in [
            (Resource::Core, 0),
            (Resource::Cpu, 300),
            (Resource::Fsize, 256 << 20),
            // Of all that the user runs.
            (Resource::Nproc, 4096),
        ] {
            let max = getrlimit(resource).maximum.map_or(max, |it| it.min(max));
            setrlimit(resource, Rlimit { current: Some(max), maximum: Some(max) })?;
        }
        Ok(())
    }
}
