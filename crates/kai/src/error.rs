//! What stops a run.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use camino::Utf8PathBuf;

/// Something without which there is nothing to print.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot open `{path}`; name a folder, a file, or `-` for standard input")]
    OpenPath { path: Utf8PathBuf, source: io::Error },
    #[error("cannot read standard input")]
    ReadInput { source: io::Error },
    #[error("cannot read `{path}`, which is no folder and no file but a pipe or a device")]
    ReadPipe { path: Utf8PathBuf, source: io::Error },
    #[error("cannot write to standard output")]
    WriteOutput { source: io::Error },
    #[error("cannot write `{path}`")]
    WriteFile { path: Utf8PathBuf, source: io::Error },
    #[error("`{path}` is no review in kai.review/v1: {reason}")]
    ReadReview { path: Utf8PathBuf, reason: String },
    #[error("`{path}:{line}`: {reason}")]
    ReadReport { path: Utf8PathBuf, line: u32, reason: String },
    #[error("`{path}` cannot be used: {reason}")]
    ReadRecord { path: Utf8PathBuf, reason: String },
    #[error("no root of Terraform is `{name}`{remedy}")]
    UnknownConfiguration { name: String, remedy: String },
    #[error("cannot start `git`, which reads revisions; name folders or files of kai.review/v1")]
    StartGit { source: io::Error },
    #[error("`{name}` is no folder, no file and no revision: {reason}")]
    Revision { name: String, reason: String },
    #[error("`-` can be named once: there is one standard input")]
    InputTwice,
    #[error("nothing to read in {place}: {reason}")]
    NothingReadable { place: String, reason: String },
    #[error("`{subject}` is no rule, and no finding or component of {place}; {remedy}")]
    UnknownSubject { subject: String, place: String, remedy: String },
    #[error("no answer about {place} rests on `{id}`; `kai ask` prints what its answers rest on")]
    UnknownEvidence { id: String, place: String },
    #[error("{0}")]
    NotAScenario(kai_break::NotAScenario),
    #[error("{0}")]
    UnknownName(kai_break::Unknown),
    #[error("no root `{path}` runs anything{remedy}")]
    UnknownRoot { path: String, remedy: String },
    #[error("nothing runs in {place}: no workload and no node was read; {remedy}")]
    NothingRuns { place: String, remedy: String },
    #[error("`{path}` cannot be used\n{report}")]
    Settings { path: Utf8PathBuf, report: String },
    #[error("`{path}` is there already; --force replaces it")]
    IsThere { path: Utf8PathBuf },
    #[error("{paths} is there already and differs; --force replaces it")]
    Differs { paths: String },
    #[error("cannot serve")]
    Serve { source: io::Error },
    #[error("`{address}` is no address of this machine alone; name 127.0.0.1:PORT or [::1]:PORT")]
    NotLoopback { address: std::net::SocketAddr },
    #[error("there is no folder for charts; name one with --cache or KAI_CACHE")]
    NoCache,
    #[error("cannot use the models that are configured")]
    Model { source: kai_connect::ConfigurationError },
    #[error(
        "no model is configured; docs/models.md says how, and without `--model` I answer without one"
    )]
    NoModel,
    #[error("there is no session `{id}`; `kai sessions list` lists them")]
    NoSession { id: String },
    #[error("session `{id}` is about `{root}`; go on with it there")]
    OtherRoot { id: String, root: String },
    #[error("cannot render `{path}`: {reason}")]
    Render { path: Utf8PathBuf, reason: String },
}

impl Error {
    /// 2 for a wrong command line, 3 for nothing to read, 1 for the rest of the world.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OpenPath { .. }
            | Self::ReadReview { .. }
            | Self::ReadRecord { .. }
            | Self::ReadReport { .. }
            | Self::UnknownConfiguration { .. }
            | Self::Revision { .. }
            | Self::StartGit { .. }
            | Self::ReadPipe { .. }
            | Self::InputTwice
            | Self::Settings { .. }
            | Self::IsThere { .. }
            | Self::Differs { .. }
            | Self::NotLoopback { .. }
            | Self::NoCache
            | Self::Model { .. }
            | Self::NoModel
            | Self::NoSession { .. }
            | Self::OtherRoot { .. }
            | Self::UnknownEvidence { .. }
            | Self::NotAScenario(_)
            | Self::UnknownName(_)
            | Self::UnknownRoot { .. }
            | Self::UnknownSubject { .. } => 2,
            Self::NothingReadable { .. } | Self::NothingRuns { .. } | Self::ReadInput { .. } => 3,
            Self::Serve { .. }
            | Self::WriteOutput { .. }
            | Self::WriteFile { .. }
            | Self::Render { .. } => 1,
        })
    }

    pub(crate) fn chain(&self) -> String {
        reasons(self)
    }
}

/// An error and its causes, outermost first.
pub(crate) fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {}", reason(error));
        cause = error.source();
    }
    text
}

/// The system's reason without its number: numbers differ between systems and help nobody.
pub(crate) fn reason(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
