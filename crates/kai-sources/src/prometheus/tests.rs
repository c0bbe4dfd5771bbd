use std::time::Duration;

use kai_graph::{MatchOperator, Watch};

use super::duration::duration;
use super::expression::read;

#[track_caller]
fn only(text: &str) -> Watch {
    let mut found = read(text).map(|it| it.watches).unwrap();
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
    assert!(read("sum by (").is_err());
    assert!(read("up == {{ .Values.threshold }}").is_err());
    assert!(read(&"(".repeat(100_000)).is_err());
}

#[test]
fn a_quantile_of_what_is_summed_up_is_one_value() {
    let is_one = |text: &str| read(text).is_ok_and(|it| it.has_quantile_of_one);
    assert!(is_one("quantile(0.9, sum(rate(a[5m])) / sum(rate(b[5m]))) > 1"));
    assert!(is_one("quantile(0.9, (max(a) * 100)) > 1"));
    assert!(!is_one("quantile(0.9, sum by (pod) (rate(a[5m])) / sum by (pod) (rate(b[5m]))) > 1"));
    assert!(!is_one("histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m]))) > 1"));
    assert!(!is_one("quantile(0.9, a) > 1 and sum(b) > 2"));
}

#[test]
fn an_expression_that_ends_too_early_is_told_from_one_of_another_dialect() {
    use super::expression::is_cut_off;
    for broken in ["sum(rate(up[5m])", "up{job=\"a\" == 0", "up >", "up{job=\"a}", "rate(up[5m)"] {
        assert!(is_cut_off(broken), "{broken}");
    }
    for whole in ["up == 0 # (of all", "sum(rate({app=\"a\"} |= `(` [5m]))", "up{job=~\"a\\\"(\"}"]
    {
        assert!(!is_cut_off(whole), "{whole}");
    }
}
