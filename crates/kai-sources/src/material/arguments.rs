//! Material among the words of a command.

use kai_core::{SmolStr, Traced};
use kai_graph::Material;

use super::{Found, in_argument, mask};

/// Passwords among arguments are noted and struck out.
pub(crate) fn mask_arguments(arguments: &mut [Traced<SmolStr>], material: &mut Vec<Material>) {
    let mut before: Option<SmolStr> = None;
    for argument in arguments {
        let found = in_argument(before.as_deref(), &argument.value);
        let key = match argument.value.split_once('=') {
            Some((flag, _)) if flag.starts_with('-') => flag.into(),
            _ => before.take().unwrap_or_default(),
        };
        before = Some(argument.value.clone());
        let of = |it: &Found| it.material(&key, &argument.value, argument.origin);
        material.extend(found.iter().map(of));
        argument.value = mask(&argument.value, &found);
    }
}
