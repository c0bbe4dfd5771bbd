//! Comments as they stand under a pull request.

use expect_test::expect;
use kai_core::Level;

use super::escape::{code, prose};
use super::review;
use crate::Places;
use crate::sample::{assessment, finding};

#[test]
fn a_comment_is_a_verdict_a_table_and_the_rest_folded() {
    expect![[r#"
        <!-- kai review -->
        ### Not ready: `pay.example` goes down with one pod.

        35 objects in 17 files, applied as 2 roots. I could not use 1 place.

        | | level | component | at risk | line |
        |-:|-|-|-|-|
        | 1 | **critical** outage | `Deployment/part-1` | one pod, state on emptyDir | `base/cache.yaml:7` |

        <details><summary>In full, worst first (1)</summary>

        **1. `Deployment/part-1`: one pod, state on emptyDir** `base/cache.yaml:7`

        `cache` is one pod and keeps its data on emptyDir, so every eviction empties it and `pay.example` is down until it is back.

        - breaks: `pay.example` is down.
        - know: `kube_deployment_status_replicas_available` of `cache` is 0. No alert rule was read for this environment, so I cannot say whom it would tell.
        - recover: The scheduler starts the pod again, empty.
        - fix: Run three replicas with a claim template.
        - verify: `kubectl -n payments delete pod -l app=cache; checkout must go on`
        - rule: `state-dies-with-pod`


        </details>

        <details><summary>Solid (1)</summary>

        - `Deployment/web`: three pods in three zones, one may go at a time `base/web.yaml:6`

        </details>

        <details><summary>Not known (1)</summary>

        - 2 charts not rendered, so I do not know what they create: `a`, `b`

        </details>
    "#]]
    .assert_eq(&review(&assessment(1), &Places::default()));
}

#[test]
fn with_nothing_at_risk_it_says_so() {
    let text = review(&assessment(0), &Places::default());
    assert!(text.contains("\nNothing at risk that I can see from here.\n"), "{text}");
    assert!(!text.contains("In full"), "{text}");
}

#[test]
fn a_comment_is_never_longer_than_one_may_be() {
    for count in [100, 1000] {
        let mut full = assessment(count);
        full.findings[3].recovery = "x ".repeat(70_000);
        let text = review(&full, &Places::default());
        assert!(text.len() <= 65_536, "{}", text.len());
        assert!(text.ends_with("</details>\n"));
        assert!(text.contains("In full, worst first (3 of "), "what is left out is said");
    }
    let text = review(&assessment(1000), &Places::default());
    assert!((60_000..=65_536).contains(&text.len()), "{}", text.len());
}

#[test]
fn the_text_of_a_file_is_no_markup() {
    let mut hostile = assessment(0);
    let title = "</details><img src=x> | @octocat #1 [a](b) ![c](d) **e** https://example.org `";
    hostile.findings = vec![finding(1, Level::High, "Deployment/a`|b", title)];
    let text = review(&hostile, &Places::default());
    let row = text.lines().find(|it| it.starts_with("| 1 |")).unwrap_or_default();
    expect![[r#"| 1 | **high** outage | ``Deployment/a`\|b`` | &lt;/details&gt;&lt;img src=x&gt; \| @<!-- -->octocat #<!-- -->1 \[a\](b) \!\[c\](d) \*\*e\*\* https:<!-- -->//example.org \` | `base/cache.yaml:7` |"#]].assert_eq(row);
}

#[test]
fn names_stay_code() {
    assert_eq!(prose("`a_b` is *one* pod"), "`a_b` is \\*one\\* pod");
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(code("`a"), "`` `a ``");
}
