//! The functions of the language, one file a family.
//!
//! A family is a list of functions; `arguments` holds what all of them read with. `try`, `can` and
//! `type` are not here: they see expressions, and stand with the evaluator.

mod arguments;
mod cidr;
mod conversions;
mod csv;
mod dates;
mod digests;
mod duration;
mod encodings;
mod file_pattern;
mod files;
mod format;
mod format_verb;
mod gzip;
mod impure;
mod json;
mod json_reader;
mod lists;
mod maps;
mod marks;
mod numbers;
mod provider;
mod regexes;
mod sets;
mod templates;
mod text;
mod timestamp;
mod yaml;
mod yaml_reader;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::function::Function;

/// The function of a name, with or without `core::` before it.
#[must_use]
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name.strip_prefix("core::").unwrap_or(name))
}

/// The names of all functions, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.keys().copied().filter(|it| !it.contains("::"))
}

static FUNCTIONS: LazyLock<BTreeMap<&'static str, Function>> = LazyLock::new(|| {
    let families = [
        cidr::functions(),
        conversions::functions(),
        csv::functions(),
        dates::functions(),
        digests::functions(),
        encodings::functions(),
        files::functions(),
        format::functions(),
        impure::functions(),
        json::functions(),
        lists::functions(),
        maps::functions(),
        marks::functions(),
        numbers::functions(),
        provider::functions(),
        regexes::functions(),
        sets::functions(),
        templates::functions(),
        text::functions(),
        yaml::functions(),
    ];
    families.into_iter().flatten().map(|it| (it.name, it)).collect()
});
