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
    linux::calls().map_err(io::Error::other)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::io;

    use kai_agent::permit::is_protected;
    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset,
        RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

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
        let changed = if sandboxed.write { entries(sandboxed)? } else { Vec::new() };
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(all)?
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessNet::from_all(ABI::V4))?
            .scope(Scope::from_all(ABI::V6))?
            .create()?
            .add_rules(path_beneath_rules(READABLE, read))?
            .add_rules(path_beneath_rules(WRITABLE, all))?
            .add_rules(path_beneath_rules([sandboxed.root.as_std_path()], read))?
            .add_rules(path_beneath_rules([sandboxed.scratch.as_std_path()], all))?
            .add_rules(path_beneath_rules(&changed, all))?
            .restrict_self()?;
        match status.ruleset {
            RulesetStatus::NotEnforced => Err("the kernel has no Landlock".into()),
            _ => Ok(()),
        }
    }

    /// What lies right below the root and may be changed. Rights go down, never up, so that the root itself
    /// gets none: they would reach `.git` as well.
    fn entries(sandboxed: &Sandboxed) -> io::Result<Vec<std::path::PathBuf>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(&sandboxed.root)? {
            let entry = entry?;
            let is_link = entry.file_type()?.is_symlink();
            let is_free = entry.file_name().to_str().is_some_and(|it| !is_protected(it));
            if is_free && !is_link {
                entries.push(entry.path());
            }
        }
        Ok(entries)
    }

    /// No sockets, no looking into other processes, and none of the ways around a filter.
    pub(super) fn calls() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
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
        // On this processor many calls have a second number, under which a filter does not know them.
        let second: Vec<i64> = if cfg!(target_arch = "x86_64") {
            DENIED.iter().copied().chain(512..=547).map(|it| it | 0x4000_0000).collect()
        } else {
            Vec::new()
        };
        let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
            DENIED.iter().chain(&second).map(|it| (*it, Vec::new())).collect();
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
