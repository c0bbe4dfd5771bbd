//! Single values.

use kai_core::Node as Written;
use kai_graph::{Bytes, Millicores};
use smol_str::SmolStr;

use super::Reader;
use crate::model::{CPU, Labels, Resources};

/// Empty where nothing is written.
pub(super) fn text(value: Option<&Written>) -> SmolStr {
    value.and_then(Written::text).map(SmolStr::new).unwrap_or_default()
}

/// Nothing where nothing is written, or only an empty text.
pub(super) fn text_if_any(value: Option<&Written>) -> Option<SmolStr> {
    Some(text(value)).filter(|it| !it.is_empty())
}

pub(super) fn texts(value: Option<&Written>) -> Vec<SmolStr> {
    items(value).iter().filter_map(|it| it.text().map(SmolStr::new)).collect()
}

pub(super) fn items(value: Option<&Written>) -> &[Written] {
    value.map_or(&[], Written::items)
}

pub(super) fn flag(value: Option<&Written>) -> bool {
    value.and_then(Written::as_bool).unwrap_or(false)
}

pub(super) fn labels(value: Option<&Written>) -> Labels {
    let entries = value.and_then(Written::as_map).into_iter().flatten();
    entries.map(|it| (it.key.clone(), text(Some(&it.node)))).collect()
}

impl Reader<'_> {
    /// Amounts by resource.
    pub(super) fn resources(&mut self, value: Option<&Written>) -> Resources {
        let mut resources = Resources::default();
        for entry in value.and_then(Written::as_map).into_iter().flatten() {
            match self.amount(&entry.key, &entry.node) {
                Some(amount) => resources.set(entry.key.clone(), amount),
                None => {
                    let what = format!("the amount of {}", entry.key);
                    self.leave_out(&what, "is no quantity that a node could have");
                }
            }
        }
        resources
    }

    /// Whole units of a quantity; thousandths for processor.
    pub(super) fn amount(&self, resource: &str, value: &Written) -> Option<i64> {
        let text = value.text()?;
        // A quota counts `requests.cpu` and `limits.cpu`.
        let amount = if resource.rsplit('.').next() == Some(CPU) {
            Millicores::parse(text).map(|it| it.0)
        } else {
            Bytes::parse(text).map(|it| it.0)
        };
        // Sums of many amounts must fit as well.
        amount.filter(|&it| it < 1 << 60).map(|it| it as i64)
    }
}
