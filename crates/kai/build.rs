//! How the binary is linked.

use std::env;

/// On Linux to a fixed place. At any other one the loader would correct a hundred thousand addresses at
/// each start, which takes longer than to render a small chart; what `cargo xtask dist` builds does
/// without, too. Who asks for the C library within the binary gets what the linker does by itself: a fixed
/// place does not go with the startup code of static binaries that may lie anywhere.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var_os(key).is_some_and(|it| it == value);
    let features = env::var_os("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.to_string_lossy().split(',').any(|it| it == "crt-static");
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
