use camino::Utf8Path;
use expect_test::{Expect, expect, expect_file};
use kai_core::{Environment, LocationRole, Origins};

use crate::{Disruption, Invalid, Named, Settings, allowances, read, schema, tools};

fn settings(text: &str) -> (Origins, Settings) {
    let origins = Origins::new();
    let settings = read(&origins, "kai.yaml".into(), text.into());
    let settings = settings.unwrap_or_else(|it| panic!("{it:?}"));
    (origins, settings)
}

#[track_caller]
fn refused(text: &str, expected: &Expect) {
    let origins = Origins::new();
    let invalid = read(&origins, "kai.yaml".into(), text.into()).expect_err("it is wrong");
    let Invalid { field, message, allowed, nearest, span } = invalid;
    let place = span.map(|it| origins.location_of(it, LocationRole::Primary));
    let place = place.map(|it| format!("{}:{}", it.line, it.column)).unwrap_or_default();
    let allowed = allowed.join(" ");
    expected.assert_eq(&format!("{place} {field}\n{message}\n{allowed}\n{nearest:?}\n"));
}

const WHOLE: &str = "
fail-on: high
kubernetes: { version: 1.30 }
environments:
  production: overlays/prod*
  archive: [old/**, overlays/prod-2019]
slo: { target: 99.9 }
tiers:
  - { name: critical, slo: { target: 99.95%, window: 28d }, weight: 10 }
journeys:
  - { name: checkout, entry: shop.example/checkout, tier: critical }
recovery:
  - { rpo: 24h, rto: 4h }
  - { tier: critical, rpo: 1h }
  - { components: StatefulSet/ledger*, application: { rpo: 5m }, region: { rpo: 1h30m } }
busy:
  - { name: market, schedule: 0 9 * * 1-5, duration: 8h, time-zone: Europe/Berlin }
  - { name: month-end, schedule: 0 0 L-2 * *, duration: 3d, journeys: checkout }
priors:
  deploy.medium.rate: { value: [100, 200, 300], source: our releases of 2026 }
  node.unplanned: { value: 0.1, source: the incident register }
rules:
  - { rule: mutable-image-tag, level: off, paths: dev/** }
allow:
  - rule: [lone-replica, pdbs-overlap]
    components: [ledger, payments/*/cache]
    until: 2027-01-01
    reason: moves to the managed database
";

#[test]
fn every_field_is_read_with_its_place() {
    let (origins, it) = settings(WHOLE);
    let place = |origin| origins.location(origin, LocationRole::Primary).map(|it| it.line);
    assert_eq!(
        it.kubernetes.as_ref().map(|it| it.version.value.to_string()).as_deref(),
        Some("1.30")
    );
    assert_eq!(it.slo.as_ref().map(|it| it.target.value.0), Some(0.999));
    assert_eq!(it.tiers[0].slo.as_ref().map(|it| it.target.value.0), Some(0.9995));
    assert_eq!(place(it.journeys[0].name.origin), Some(11));
    assert_eq!(place(it.priors["node.unplanned"].origin), Some(21));
    let busy: Vec<String> = it.busy.iter().map(|it| it.periods().in_words(it.zone())).collect();
    assert_eq!(busy, ["Monday to Friday from 09:00 to 17:00", "12 times a year for 72 h"]);
    assert_eq!(it.busy[1].journeys[0].value, "checkout");
    assert_eq!(it.allow[0].until.map(|it| it.0.to_string()).as_deref(), Some("2027-01-01"));
    assert_eq!(it.allow[0].rule.len(), 2);
}

#[test]
fn an_empty_document_says_nothing() {
    assert!(settings("# to be written\n").1.journeys.is_empty());
    assert!(settings("").1.fail_on.is_none());
}

#[test]
fn the_longest_pattern_decides_where_a_path_runs() {
    let (_, it) = settings(WHOLE);
    let of = |path: &str| it.environments.of(Utf8Path::new(path)).map(|it| it.value);
    assert_eq!(of("overlays/production"), Some(Environment::Production));
    assert_eq!(of("overlays/prod-2019/deep"), Some(Environment::Archive));
    assert_eq!(of("old/a"), Some(Environment::Archive));
    assert_eq!(of("overlays/staging"), None);
}

#[test]
fn the_nearest_objective_of_recovery_counts() {
    let (origins, it) = settings(WHOLE);
    let named = |name| Named { namespace: "shop", kind: "StatefulSet", name };
    let rpo = |name, journeys: &[&str], disruption| {
        let found = it.rpo(named(name), journeys, disruption).expect("one is declared");
        let line = origins.location(found.origin, LocationRole::Primary).map(|it| it.line);
        (found.value.as_secs() / 60, line)
    };
    assert_eq!(rpo("ledger-db", &[], Disruption::Application), (5, Some(15)));
    assert_eq!(rpo("ledger-db", &[], Disruption::Region), (90, Some(15)));
    assert_eq!(rpo("ledger-db", &[], Disruption::Zone), (1440, Some(13)));
    assert_eq!(rpo("cart", &["checkout"], Disruption::Zone), (60, Some(14)));
    assert_eq!(rpo("cart", &["other"], Disruption::Zone), (1440, Some(13)));
    let rto = it.rto(named("cart"), &[], Disruption::Zone).map(|it| it.value.as_secs());
    assert_eq!(rto, Some(4 * 3600));
}

#[test]
fn an_unknown_field_has_its_nearest_neighbour() {
    refused(
        "journeys:\n  - name: a\n    entri: b\n",
        &expect![[r#"
            3:5 journeys[0].entri
            there is no field `entri` here
            name entry tier slo
            Some("entry")
        "#]],
    );
}

#[test]
fn an_unknown_choice_has_its_neighbours() {
    refused(
        "fail-on: hihg\n",
        &expect![[r#"
            1:10 fail-on
            `hihg` cannot stand here
            critical high medium low never
            Some("high")
        "#]],
    );
}

#[test]
fn what_is_missing_and_what_is_of_another_type_is_said() {
    refused(
        "allow:\n  - rule: lone-replica\n",
        &expect![[r#"
            2:5 allow[0]
            `reason` is missing

            None
        "#]],
    );
    refused(
        "tiers: critical\n",
        &expect![[r#"
            1:8 tiers
            this must be a list, not `critical`

            None
        "#]],
    );
    refused(
        "slo: { target: 101% }\n",
        &expect![[r#"
            1:16 slo.target
            this must be a share as `99.9%`, at least 50 % and below 100 %, not `101%`

            None
        "#]],
    );
    refused(
        "priors: { node.unplanned: { value: [3, 2, 1], source: a } }\n",
        &expect![[r#"
            1:36 priors.node.unplanned.value
            this must be a number, or `[low, typical, high]` in that order, above 0

            None
        "#]],
    );
    refused(
        "recovery: [{ rpo: soon }]\n",
        &expect![[r#"
            1:19 recovery[0].rpo
            this must be a length of time as `15m`, `1h30m` or `7d`, not `soon`

            None
        "#]],
    );
    let busy = |schedule: &str, zone: &str| {
        format!("busy: [{{ name: a, schedule: {schedule}, duration: 1h, time-zone: {zone} }}]")
    };
    refused(
        &busy("0 24 * * *", "UTC"),
        &expect![[r#"
        1:29 busy[0].schedule
        this must be a schedule of five fields as `0 9 * * 1-5`, not `0 24 * * *`

        None
    "#]],
    );
    refused(
        &busy("0 9 * * *", "Berlin"),
        &expect![[r#"
        1:65 busy[0].time-zone
        this must be a time zone as `Europe/Berlin`, not `Berlin`

        None
    "#]],
    );
    refused(
        "environments: { production: 'a[' }\n",
        &expect![[r#"
            1:29 environments.production[0]
            `a[` is not a pattern: unclosed character class; missing ']'

            None
        "#]],
    );
    refused(
        "a: [1\n",
        &expect![[r#"
            1:4 
            this `[` is never closed; close the bracket

            None
        "#]],
    );
}

/// `line: rules, first..=last line` of what is accepted, then what is wrong.
#[track_caller]
fn comments(text: &str, expected: &Expect) {
    comments_in("a.yaml", text, expected);
}

#[track_caller]
fn comments_in(path: &str, text: &str, expected: &Expect) {
    let origins = Origins::new();
    let id = origins.add_document(path.into(), text.into()).expect("it is small");
    let (found, problems) = allowances(origins.document(id));
    let line = |span| origins.location_of(span, LocationRole::Primary).line;
    let mut shown = String::new();
    for it in found {
        let until = it.until.map(|it| format!(" until {it}")).unwrap_or_default();
        let tool = it.tool.map(|(tool, check)| format!(" [{tool} {check}]")).unwrap_or_default();
        let (covers, rules) = (it.covers, it.rules.join(" "));
        let (first, last) = (covers.first, covers.last);
        shown +=
            &format!("{}: {rules}{until} {first}..={last} {}{tool}\n", line(it.span), it.reason);
    }
    for it in problems {
        shown += &format!("{}: {}\n", it.span.map(line).unwrap_or_default(), it.message);
    }
    expected.assert_eq(&shown);
}

#[test]
fn a_comment_in_or_above_a_block_of_terraform_speaks_of_the_block() {
    comments_in(
        "main.tf",
        "# kai: allow(a) -- above\nresource \"x\" \"a\" {\n  y = 1\n}\n\nresource \"x\" \"b\" {\n  z {\n    #checkov:skip=CKV_AWS_134:filled again\n    y = 1\n  }\n}\n",
        &expect![[r#"
            1: a 2..=4 above
            8: queue-cache-unsaved 6..=11 filled again [checkov CKV_AWS_134]
        "#]],
    );
}

#[test]
fn a_comment_speaks_of_its_line_the_next_one_or_the_document() {
    comments(
        "# kai: allow(a) -- for all\nkind: X\n---\n\n# words\n# kai: allow(b, c) until 2027-01-01 \
         -- one\nkind: Y\nspec:\n  # kai: allow(d) -- next\n\n  # more\n  replicas: 1\n  x: 2 # \
         kai: allow(e) -- here\n",
        &expect![[r#"
            1: a 1..=2 for all
            6: b c until 2027-01-01 4..=13 one
            9: d 12..=12 next
            13: e 13..=13 here
        "#]],
    );
}

#[test]
fn a_comment_without_reason_day_or_rule_accepts_nothing_and_is_said() {
    comments(
        "# kai: allow(a)\n# kai: allow(a) --\n# kai: allow\n# kai: allow(a) until soon -- x\n# kai: \
         alow(a) -- x\n# kai: allow(a -- x\n# kai: says nothing (here)\nimage: kai:allow(a)\n# \
         kai: allow() -- x\n# kai: allow(a) because -- x\n",
        &expect![[r#"
            1: this allows nothing: no reason is given
            2: this allows nothing: no reason is given
            3: this allows nothing: no rule is named
            4: `soon` is not a day
            5: I do not know `alow`, only `allow`
            6: this allows nothing: `(` is not closed
            9: this allows nothing: no rule is named
            10: I do not understand `because`
        "#]],
    );
}

#[test]
fn comments_of_other_tools_hold_for_rules_that_mean_the_same() {
    comments(
        "kind: X\nspec:\n  # kics-scan ignore-block\n  c:\n    image: a\n  # kics-scan disable=1\n  # trivy:ignore:AVD-KSV-0013\n  image: a\n  # trivy:ignore:KSV-0001\n  b: \
         1\n",
        &expect![[r#"
            7: mutable-image-tag 8..=8  [trivy AVD-KSV-0013]
            3: hpa-target-missing mutable-image-tag readiness-missing requests-missing runtime-socket-mounted service-selects-nothing 4..=7  [kics ignore-block]
        "#]],
    );
}

#[test]
fn comments_that_silence_checks_of_pipelines_keep_their_reasons() {
    comments(
        "on: x # zizmor: ignore[dangerous-triggers] only labels\nb: 1\n# checkov:skip=CKV_GHA_2:quoted below\nrun: x\n",
        &expect![[r#"
            1: strangers-hold-secrets 1..=1 only labels [zizmor dangerous-triggers]
            3: script-injection 4..=4 quoted below [checkov CKV_GHA_2]
        "#]],
    );
}

#[test]
fn annotations_of_other_tools_are_read() {
    let rules =
        |key, value| tools::annotation(key, value).map(|it| (it.rules.join(" "), it.reason));
    let some = |rules: &str, reason: &str| Some((rules.to_owned(), reason.to_owned()));
    assert_eq!(
        rules("ignore-check.kube-linter.io/pdb-min-available", "one by design"),
        some("pdb-above-floor pdb-blocks-drain", "one by design")
    );
    assert_eq!(
        rules("kube-score/ignore", "pod-networkpolicy, container-image-tag"),
        some("mutable-image-tag workload-outside-policies", "")
    );
    assert_eq!(
        rules("polaris.fairwinds.com/deploymentMissingReplicas-exempt", "true"),
        some("lone-replica", "")
    );
    assert_eq!(rules("polaris.fairwinds.com/deploymentMissingReplicas-exempt", "false"), None);
    assert_eq!(rules("polaris.fairwinds.com/exempt", "false"), None);
    let all = rules("polaris.fairwinds.com/exempt", "true").unwrap();
    assert!(format!("{all:?}").contains("readiness-missing"));
    let all = rules("kube-linter.io/ignore-all", "made by its operator").unwrap();
    assert!(format!("{all:?}").contains("mutable-image-tag"));
    assert_eq!(
        rules("checkov.io/skip1", "CKV_K8S_14=we rebuild nightly"),
        some("mutable-image-tag", "we rebuild nightly")
    );
    assert_eq!(rules("checkov.io/skip1", "CKV_K8S_8=x"), None);
    assert_eq!(rules("app", "x"), None);
}

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_types() {
    let schema = serde_json::to_string_pretty(&schema()).expect("a schema always serializes");
    expect_file!["../../../docs/schema/kai.yaml.schema.json"].assert_eq(&(schema + "\n"));
}

#[test]
fn what_the_documentation_shows_is_valid() {
    let page = include_str!("../../../docs/kai-yaml.md");
    let fences = page.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next());
    let documents: Vec<&str> = fences.filter(|it| !it.contains("kind:")).collect();
    assert!(documents.len() > 3, "the page shows the fields");
    for text in documents {
        let (origins, settings) = settings(text);
        let rules = ["lone-replica", "mutable-image-tag", "pdb-blocks-drain"];
        let priors = ["node.unplanned", "deploy.medium.rate"];
        assert_eq!(settings.check(&origins, &rules, &priors), Ok(()), "{text}");
    }
}

#[test]
fn names_that_nobody_has_are_refused() {
    let check = |text: &str| {
        let (origins, settings) = settings(text);
        let checked = settings.check(&origins, &["lone-replica"], &["node.unplanned"]);
        checked.map_err(|it| format!("{}: {}, {:?}", it.field, it.message, it.nearest))
    };
    assert_eq!(
        check("allow: [{ rule: lone-replicas, reason: x }]"),
        Err("allow[0].rule: there is no rule `lone-replicas`, Some(\"lone-replica\")".to_owned())
    );
    assert_eq!(
        check("journeys: [{ name: a, entry: b, tier: gold }]"),
        Err("journeys[0].tier: there is no tier `gold`, None".to_owned())
    );
    assert_eq!(
        check("busy: [{ name: a, schedule: 0 9 * * *, duration: 1h, journeys: pay }]"),
        Err("busy[0].journeys: there is no journey `pay`, None".to_owned())
    );
    assert_eq!(
        check("priors: { node.planned: { value: 1, source: x } }"),
        Err("priors.node.planned: there is no figure `node.planned`, Some(\"node.unplanned\")"
            .to_owned())
    );
    assert_eq!(
        check("allow: [{ rule: lone-replica, reason: '' }]"),
        Err("allow[0].reason: a finding is accepted with a reason, not without, None".to_owned())
    );
    assert_eq!(check("allow: [{ rule: lone-replica, reason: x }]"), Ok(()));
}
