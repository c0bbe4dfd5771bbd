//! What a release consists of: a static binary, its archive, and the sums to check them by.
//!
//! The same binary of the same commit gives the same archive: times are the commit's, owners and
//! order are fixed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repository;

/// The C library of musl: what is linked with it needs no loader, no library and no files to look hosts up, and starts a
/// third of a millisecond sooner than what is linked statically with glibc, which asks the processor about itself first.
const TARGET: &str = "x86_64-unknown-linux-musl";
const C_COMPILER: &str = "musl-gcc";
/// What is handed out is optimised over all crates.
const PROFILE: &str = "distribution";
/// At a fixed place there is nothing to relocate, which was most of what a short run did.
const FLAGS: &str = "-C target-feature=+crt-static -C relocation-model=static";
/// The allocator takes memory for texts of each size apart, 512 KiB at a time for those of 8 KiB and more, and the kernel
/// clears 2 MiB as soon as one byte of them is written, which was a third of a short run. With slices of 16 KiB instead
/// of 64 it takes a quarter, so that what a run needs stands close together.
/// All other sizes follow from it. One of segments beside it would break the allocator: its queues are for the 512 slices
/// that a segment has (`MI_SEGMENT_BIN_MAX` in its `types.h`), and without assertions it writes behind them.
const ALLOCATOR: &str = "-DMI_SEGMENT_SLICE_SHIFT=14";
/// LLVM 22 stops at its own mistake where a switch in this function of the standard library has counts
/// (llvm/llvm-project#182046), so they are left out.
const UNCOUNTED: &str = "--no-function=SpecFromIterNested";
/// What a binary that counts is run with, in `xtask/training`: the compiler then knows what is asked often and puts that
/// together. Short runs are most of what a pipeline asks for, so they weigh most.
const TRAINING: &[(usize, &[&str])] = &[
    (30, &["render", "shop", "--kube-version", "1.33"]),
    (30, &["render", "shop", "--kube-version", "1.33", "-f", "shop/production.yaml"]),
    (5, &["render", "network", "--var-file", "network/production.tfvars"]),
    (2, &["review", "."]),
    (2, &["review", "../../examples/payments", "--format", "json"]),
    (1, &["break", "../../examples/payments"]),
    (1, &["ask", "can i restart redis", "../../examples/payments"]),
];
const COMPLETIONS: &[(&str, &str)] = &[("bash", "kai.bash"), ("zsh", "_kai"), ("fish", "kai.fish")];

/// Builds the release into `target/dist`.
pub(crate) fn run() -> Result<(), String> {
    let root = repository();
    let binary = build(&root)?;
    require_static(&binary)?;
    let version = output(Command::new(&binary).arg("--version"))?;
    let version = version.trim().strip_prefix("kai ").ok_or("`kai --version` says no version")?;
    let name = format!("kai_{version}_linux_x86_64");
    let dist = root.join("target/dist");
    let folder = dist.join(&name);
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(|it| format!("cannot empty {}: {it}", dist.display()))?;
    }
    fill(&folder, &binary, &root)?;
    let archive = archive(&dist, &name, &root)?;
    let sums = output(Command::new("sha256sum").arg(&archive).current_dir(&dist))?;
    write(&dist.join("SHA256SUMS"), &sums)?;
    print!("{sums}");
    println!("all of it is in {}", dist.display());
    Ok(())
}

/// The binary, compiled with what was counted while another one of the same sources was trained.
fn build(root: &Path) -> Result<PathBuf, String> {
    let merge = profile_tool()?;
    if Command::new(C_COMPILER).arg("--version").output().is_err() {
        return Err(format!("{C_COMPILER} is missing: apt-get install musl-tools"));
    }
    let counts = root.join("target/training");
    if counts.exists() {
        fs::remove_dir_all(&counts)
            .map_err(|it| format!("cannot empty {}: {it}", counts.display()))?;
    }
    let counting = compile(root, &format!("{FLAGS} -C profile-generate={}", counts.display()))?;
    train(&counting, root)?;
    let profile = counts.join("kai.profdata");
    run_through(Command::new(merge).args(["merge", UNCOUNTED, "-o"]).arg(&profile).arg(&counts))?;
    compile(root, &format!("{FLAGS} -C profile-use={}", profile.display()))
}

/// The program of the toolchain that makes one profile of what was counted.
fn profile_tool() -> Result<PathBuf, String> {
    let libraries = output(Command::new("rustc").args(["--print", "target-libdir"]))?;
    let tool = Path::new(libraries.trim()).with_file_name("bin").join("llvm-profdata");
    if !tool.exists() {
        return Err(format!("{} is missing: rustup component add llvm-tools", tool.display()));
    }
    Ok(tool)
}

fn compile(root: &Path, flags: &str) -> Result<PathBuf, String> {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut cargo = Command::new(program);
    cargo.args(["build", "--profile", PROFILE, "--locked", "--package", "kai", "--target", TARGET]);
    cargo.current_dir(root).env("RUSTFLAGS", flags);
    cargo.env(format!("CFLAGS_{}", TARGET.replace('-', "_")), ALLOCATOR);
    run_through(&mut cargo)
        .map_err(|it| format!("{it}; if it knows no {TARGET}: rustup target add {TARGET}"))?;
    Ok(root.join("target").join(TARGET).join(PROFILE).join("kai"))
}

fn train(binary: &Path, root: &Path) -> Result<(), String> {
    for (times, arguments) in TRAINING {
        for _ in 0..*times {
            // On one thread everything is counted alike each time.
            output(
                Command::new(binary)
                    .args(*arguments)
                    .current_dir(root.join("xtask/training"))
                    .env("RAYON_NUM_THREADS", "1"),
            )?;
        }
    }
    Ok(())
}

/// Fails where the kernel would look for a loader: the binary names an interpreter (`PT_INTERP` of
/// its program headers; elf(5)).
fn require_static(binary: &Path) -> Result<(), String> {
    const INTERPRETER: u32 = 3;
    let bytes = fs::read(binary).map_err(|it| format!("cannot read {}: {it}", binary.display()))?;
    let number = |at: usize, size: usize| {
        let bytes = bytes.get(at..at + size).ok_or("the binary ends within its headers")?;
        Ok::<u64, String>(bytes.iter().rev().fold(0, |all, it| all << 8 | u64::from(*it)))
    };
    if bytes.get(..5) != Some(b"\x7fELF\x02") {
        return Err(format!("{} is no ELF binary of 64 bits", binary.display()));
    }
    let (start, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    for index in 0..count {
        let at = usize::try_from(start + index * size).map_err(|it| it.to_string())?;
        if number(at, 4)? == u64::from(INTERPRETER) {
            return Err(format!("{} needs a loader, so it is not static", binary.display()));
        }
    }
    Ok(())
}

fn fill(folder: &Path, binary: &Path, root: &Path) -> Result<(), String> {
    let completions = folder.join("completions");
    fs::create_dir_all(&completions)
        .map_err(|it| format!("cannot make {}: {it}", completions.display()))?;
    copy(binary, &folder.join("kai"))?;
    for name in ["LICENSE", "README.md"] {
        copy(&root.join(name), &folder.join(name))?;
    }
    for (shell, name) in COMPLETIONS {
        let script = output(Command::new(binary).args(["completions", shell]))?;
        write(&completions.join(name), &script)?;
    }
    run_through(Command::new(binary).arg("man").arg(folder.join("man")))
}

fn archive(dist: &Path, name: &str, root: &Path) -> Result<String, String> {
    let time = output(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root))?;
    let archive = format!("{name}.tar.gz");
    let mut tar = Command::new("tar");
    tar.args(["--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
        .args(["--mode=u=rwX,go=rX", &format!("--mtime=@{}", time.trim())])
        .args(["--use-compress-program=gzip --no-name -9", "--file", &archive, name])
        .current_dir(dist);
    run_through(&mut tar)?;
    Ok(archive)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|it| format!("cannot copy {}: {it}", from.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|it| format!("cannot write {}: {it}", path.display()))
}

fn run_through(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|it| format!("cannot start {command:?}: {it}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}

fn output(command: &mut Command) -> Result<String, String> {
    let ran = command.output().map_err(|it| format!("cannot start {command:?}: {it}"))?;
    if !ran.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&ran.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}
