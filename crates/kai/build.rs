//! How the binary is linked.

use std::env;

/// On Linux to a fixed place. At any other one the loader would correct a hundred thousand addresses at
/// each start, which takes longer than to render a small chart; what `cargo xtask dist` builds does
/// without, too.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var_os(key).is_some_and(|it| it == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
