//! The functions of the language, one file a family.
//!
//! `try`, `can` and `type` are not here: they see expressions, and stand with the evaluator.

mod text;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::function::Function;

/// The function of a name, with or without `core::` before it.
#[must_use]
pub fn function(name: &str) -> Option<&'static Function> {
    static FUNCTIONS: LazyLock<BTreeMap<&'static str, Function>> = LazyLock::new(|| {
        let families = [text::functions()];
        families.into_iter().flatten().map(|it| (it.name, it)).collect()
    });
    FUNCTIONS.get(name.strip_prefix("core::").unwrap_or(name))
}
