//! Why a template stopped.

use std::fmt;

/// An error of a running template, with the place that Go names.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// The file, as Helm names it: `chart/templates/file.yaml`.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u32,
    /// In bytes, from 0, as Go counts it.
    pub(crate) column: u32,
    /// What was running: the file, or the name of a definition.
    pub(crate) template: String,
    /// The part of the action, as Go prints it.
    pub(crate) context: String,
    pub(crate) message: String,
}

/// What stands around the words of a chart's author, so that they can be found in a chain of
/// errors.
const START: &str = "\u{2}";
const END: &str = "\u{3}";

/// The error of `fail` and `required`.
pub(crate) fn stop(message: &str) -> String {
    format!("{START}{message}{END}")
}

impl Failure {
    /// The words of the chart's author, where they stopped it on purpose.
    pub(crate) fn stop_message(&self) -> Option<&str> {
        let start = self.message.find(START)? + START.len();
        let end = self.message.rfind(END)?;
        self.message.get(start..end)
    }
}

/// In Go's words.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, template, context, message } = self;
        let template = kai_syntax::go_template::quoted(template);
        write!(
            f,
            "template: {file}:{line}:{column}: executing {template} at <{context}>: {message}"
        )
    }
}
