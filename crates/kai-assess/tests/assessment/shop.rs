//! A shop whose checkout depends on a cache that loses everything with its pod.

use crate::memory::Memory;

#[test]
fn nothing_to_run_is_said() {
    let assessment = Memory::new([("README.md", "# Nothing")]).assess();
    assert_eq!(
        assessment.verdict,
        "I found nothing here that a cluster or a Compose host would run."
    );
}
