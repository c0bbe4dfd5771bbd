//! Bills of materials in SPDX: packages, and no word about what is wrong with them.

use kai_core::Node;
use kai_graph::ScanReport;

use super::subject;

pub(super) fn report(object: &Node) -> ScanReport {
    let subject = object.get("name").and_then(|it| subject::image(it, []));
    ScanReport { scanner: "SPDX".into(), subject, vulnerabilities: None }
}
