use std::time::Duration;

use kai_graph::{MatchOperator, Watch};

use super::duration::duration;
use super::expression::watches;

#[track_caller]
fn only(text: &str) -> Watch {
    let mut found = watches(text).unwrap();
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

#[test]
fn durations_are_sums_of_units() {
    let minutes = |it: u64| Some(Duration::from_secs(it * 60));
    assert_eq!(duration("15m"), minutes(15));
    assert_eq!(duration("1h30m"), minutes(90));
    assert_eq!(duration("0"), Some(Duration::ZERO));
    assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
    for broken in ["", "m", "5", "5 m", "5x", "99999999999999999999y"] {
        assert_eq!(duration(broken), None, "{broken}");
    }
}

#[test]
fn a_probe_that_fails_is_not_a_probe_that_is_away() {
    let fails = only(r#"probe_success{job="frontend"} == 0"#);
    assert!(fails.is_zero && !fails.is_absence);
    assert_eq!(fails.metric, "probe_success");
    assert_eq!(fails.matchers[0].operator, MatchOperator::Equal);
    assert_eq!(fails.matchers[0].matches("frontend"), Some(true));
    let away = only(r#"absent(up{job="prober"} == 1)"#);
    assert!(away.is_absence);
}

#[test]
fn regular_expressions_are_anchored() {
    let watch = only(r#"sum by (job) (rate(up{job=~"a|b"}[5m]))"#);
    assert_eq!(watch.matchers[0].matches("b"), Some(true));
    assert_eq!(watch.matchers[0].matches("bb"), Some(false));
}

#[test]
fn what_is_no_expression_is_not_known() {
    assert!(watches("sum by (").is_err());
    assert!(watches("up == {{ .Values.threshold }}").is_err());
    assert!(watches(&"(".repeat(100_000)).is_err());
}
