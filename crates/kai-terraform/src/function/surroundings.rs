//! What functions may ask of the world.

use crate::value::Value;

/// The files and the moment of an evaluation. Paths are as the configuration gives them, relative
/// to the folder of the root module.
pub trait Surroundings {
    /// The bytes of a file.
    ///
    /// # Errors
    /// It is not there, or it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// Every file below a folder, relative to it, with `/` between parts, in order; none where
    /// there is no such folder.
    fn files_below(&self, folder: &str) -> Option<Vec<String>>;

    /// The folder of the root module, as `path.cwd` and `abspath` show it; none where it is not
    /// known.
    fn working_folder(&self) -> Option<String>;

    /// What `timestamp()` and `plantimestamp()` give, in RFC 3339; none where nobody knows it.
    fn now(&self) -> Option<String>;

    /// Evaluates a text as a template with these variables (an object or map), for `templatefile`
    /// and `templatestring`. `path` names it in messages.
    ///
    /// # Errors
    /// What is wrong, in Terraform's words.
    fn render(&self, path: &str, template: &str, variables: &Value) -> Result<Value, String>;
}

/// Why there is no file to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileError {
    NotFound,
    IsFolder,
    Unreadable,
}
