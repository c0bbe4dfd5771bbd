//! The public suite of the Model Context Protocol, which npm has.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use crate::recorded::{ROOT, recorded, say, skipped};

/// Lets the suite judge a server at `url`, for each revision of the protocol, held against `baselines`:
/// `plain` for what no server without the fixtures of the suite passes, or `none`. Where there is no npm,
/// or it cannot fetch the suite, it says so.
///
/// # Errors
/// What the suite found, in its words.
///
/// # Panics
/// Where there is no npm and `KAI_REQUIRE_DATA=1`.
pub fn judged_by_mcp_suite(name: &str, url: &str, baselines: &str) -> Result<(), String> {
    let Some(data) = recorded("KAI_MCP_DATA", "conformance/mcp") else { return Ok(()) };
    if Command::new("npm").arg("--version").output().is_err() {
        skipped("npm");
        return Ok(());
    }
    let work = Path::new(ROOT).join("target/mcp-conformance");
    let _alone = alone(&work).map_err(|it| it.to_string())?;
    let mut shell = Command::new("sh");
    shell.arg(data.join("run-conformance.sh")).arg(&work).args([url, baselines]);
    let output = shell.output().map_err(|it| it.to_string())?;
    let installed = ["conformance", "node"].map(|it| work.join("node_modules/.bin").join(it));
    if installed.iter().any(|it| !it.exists()) {
        say("SKIPPED: the suite could not be installed from npm");
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    }
    text.lines().for_each(|it| say(&format!("{name} {it}")));
    Ok(())
}

/// Results of one server at a time, for as long as the file is held.
fn alone(work: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(work)?;
    let file = File::create(work.join("lock"))?;
    file.lock()?;
    Ok(file)
}
