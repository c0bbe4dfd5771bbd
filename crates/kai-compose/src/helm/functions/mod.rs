//! The functions that a chart's templates may call: Go's own, Sprig's, and Helm's.
//!
//! One file for each family. A function gets checked arguments, as many and of the types that its
//! signature asks for, and gives a value or the message of an error. It keeps the sources of the
//! parts of texts where it can.

mod cases;
mod compare;
mod convert;
mod dates;
mod dicts;
mod digests;
mod encode;
mod generated;
mod go;
mod helm;
mod helmfile;
mod json_error;
mod json_text;
mod layout;
mod lists;
mod maths;
pub(crate) mod methods;
mod paths;
mod regexes;
mod signature;
mod strings;
mod toml;
pub(crate) mod urls;
mod versions;

use std::sync::LazyLock;

use kai_core::Lookup;

pub(crate) use signature::{Kind, Signature};

pub(crate) use layout::format as format_time;

use super::run::Run;
use super::value::Value;

/// What a function gives.
pub(crate) type Outcome = Result<Value, String>;

/// A function: what it takes, and what it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) signature: Signature,
    pub(crate) run: fn(&mut Run<'_>, Vec<Value>) -> Outcome,
}

/// All functions by name.
#[derive(Debug)]
pub(crate) struct Functions {
    by_name: Lookup<&'static str, &'static Function>,
}

const fn function(
    name: &'static str,
    parameters: &'static [Kind],
    rest: Option<Kind>,
    run: fn(&mut Run<'_>, Vec<Value>) -> Outcome,
) -> Function {
    Function { name, signature: Signature { parameters, rest }, run }
}

impl Functions {
    /// The one table of them.
    pub(crate) fn all() -> &'static Self {
        static ALL: LazyLock<Functions> = LazyLock::new(Functions::new);
        &ALL
    }

    /// Those that Helmfile's templates may call.
    pub(crate) fn of_helmfile() -> &'static Self {
        static OF_HELMFILE: LazyLock<Functions> = LazyLock::new(|| {
            let mut functions = Functions::new();
            for function in helmfile::ALL {
                functions.by_name.insert(function.name, function);
            }
            functions
        });
        &OF_HELMFILE
    }

    fn new() -> Self {
        let families = [
            compare::ALL,
            convert::ALL,
            dates::ALL,
            dicts::ALL,
            digests::ALL,
            encode::ALL,
            generated::ALL,
            go::ALL,
            helm::ALL,
            lists::ALL,
            maths::ALL,
            paths::ALL,
            regexes::ALL,
            strings::ALL,
            toml::ALL,
            urls::ALL,
            versions::ALL,
        ];
        let mut by_name = Lookup::with_room(families.iter().map(|it| it.len()).sum());
        for function in families.into_iter().flatten() {
            by_name.insert(function.name, function);
        }
        Self { by_name }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Function> {
        self.by_name.get(name).copied()
    }
}
