//! What users accept is not ranked and not silent.

use expect_test::{Expect, expect};
use kai_assess::Options;
use kai_testing::Memory;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 1
  revisionHistoryLimit: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example/web:latest
";

/// `rule at place: by, where, why` for what is accepted, then problems; findings are only counted,
/// by rule, where they are asked for.
#[track_caller]
fn check(files: &[(&str, &str)], open: &[&str], expected: Expect) {
    let options = Options { today: "2026-11-28".parse().ok() };
    let assessment = kai_assess::assess(&Memory::new(files.iter().copied()), &options);
    let assessment = assessment.expect("its `kai.yaml` is right");
    let mut text = String::new();
    for it in &assessment.suppressed {
        let (finding, by) = (&it.finding, &it.by);
        assert_eq!(finding.rank, 0);
        let place = finding.locations.first().map(|it| format!("{}:{}", it.path, it.line));
        text += &format!(
            "{} at {}: {} {}:{} {}\n",
            finding.rule,
            place.unwrap_or_default(),
            by.kind.as_str(),
            by.location.path,
            by.location.line,
            by.reason
        );
    }
    for it in &assessment.problems {
        text += &format!("problem {}:{}: {}; {}\n", it.path, it.line, it.message, it.remedy);
    }
    for rule in ["mutable-image-tag", "rollback-impossible"] {
        let is_open = assessment.findings.iter().any(|it| it.rule == rule);
        assert_eq!(is_open, open.contains(&rule), "{rule}");
    }
    expected.assert_eq(&text);
}

#[test]
fn a_comment_accepts_at_its_line_above_it_and_above_the_object() {
    let trailing = WEB.replace(":latest", ":latest  # kai: allow(mutable-image-tag) -- ours");
    let above = WEB.replace(
        "          image:",
        "          # kai: allow(mutable-image-tag) -- ours\n          image:",
    );
    let head = format!("# kai: allow(mutable-image-tag, rollback-impossible) -- a toy\n{WEB}");
    check(
        &[("a/a.yaml", &trailing)],
        &["rollback-impossible"],
        expect![[r#"
            mutable-image-tag at a/a.yaml:13: comment a/a.yaml:13 ours
        "#]],
    );
    check(
        &[("a/a.yaml", &above)],
        &["rollback-impossible"],
        expect![[r#"
            mutable-image-tag at a/a.yaml:14: comment a/a.yaml:13 ours
        "#]],
    );
    check(
        &[("a/a.yaml", &head)],
        &[],
        expect![[r#"
        rollback-impossible at a/a.yaml:7: comment a/a.yaml:1 a toy
        mutable-image-tag at a/a.yaml:14: comment a/a.yaml:1 a toy
    "#]],
    );
}

#[test]
fn a_comment_in_the_base_holds_for_what_an_overlay_writes() {
    let base = format!("# kai: allow(mutable-image-tag) -- ours\n{WEB}");
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", &base),
        (
            "over/kustomization.yaml",
            "resources: [../base]\nimages:\n  - { name: registry.example/web, newTag: latest }\n",
        ),
    ];
    check(
        &files,
        &["rollback-impossible"],
        expect![[r#"
            mutable-image-tag at over/kustomization.yaml:3: comment base/web.yaml:1 ours
        "#]],
    );
}

#[test]
fn a_comment_above_a_compose_service_holds_for_the_service() {
    let compose = "services:\n  # kai: allow(mutable-image-tag) -- ours\n  web:\n    image: \
                   registry.example/web:latest\n    ports: ['80:80']\n";
    check(
        &[("compose.yaml", compose)],
        &[],
        expect![[r#"
        mutable-image-tag at compose.yaml:4: comment compose.yaml:2 ours
    "#]],
    );
}

#[test]
fn what_is_over_unknown_or_idle_accepts_nothing_and_is_said() {
    let comments = "# kai: allow(mutable-image-tag) until 2026-11-28 -- ours\n# kai: \
                    allow(mutable-image-tags) -- x\n# kai: allow(pdbs-overlap) -- x\n# kai: \
                    allow(lone-replica)\n";
    check(
        &[("a/a.yaml", &format!("{comments}{WEB}"))],
        &["mutable-image-tag", "rollback-impossible"],
        expect![[r#"
            problem a/a.yaml:1: `allow(mutable-image-tag)` is over since 2026-11-28, and accepts nothing; look at it again, or take it out
            problem a/a.yaml:2: there is no rule `mutable-image-tags`; did you mean `mutable-image-tag`
            problem a/a.yaml:3: `allow(pdbs-overlap)` matches no finding; take it out, or put it where the finding is
            problem a/a.yaml:4: this allows nothing: no reason is given; write `# kai: allow(rule) -- reason`, or `allow(rule) until 2027-01-01 -- reason`
        "#]],
    );
}

#[test]
fn settings_accept_turn_off_and_give_levels() {
    let settings = "
allow:
  - { rule: mutable-image-tag, components: Deployment/web, reason: ours }
  - { rule: mutable-image-tag, components: other, reason: ours }
rules:
  - { rule: rollback-impossible, level: off, paths: a }
";
    check(
        &[("a/a.yaml", WEB), ("kai.yaml", settings)],
        &[],
        expect![[r#"
            rollback-impossible at a/a.yaml:6: kai.yaml kai.yaml:6 the rule is turned off
            mutable-image-tag at a/a.yaml:13: kai.yaml kai.yaml:3 ours
            problem kai.yaml:4: `allow(mutable-image-tag)` matches no finding; take it out, or put it where the finding is
            problem kai.yaml:4: `other` matches no component; `kai graph` lists them
        "#]],
    );
}

#[test]
fn a_declared_level_stands_whatever_the_rest_says() {
    let settings = "rules: [{ rule: mutable-image-tag, level: critical }]\n";
    let tree = Memory::new([("a/a.yaml", WEB), ("kai.yaml", settings)]);
    let assessment = super::assess(&tree);
    let mut found = assessment.findings.iter().filter(|it| it.rule == "mutable-image-tag");
    let finding = found.next().expect("the tag is mutable");
    assert_eq!(finding.level, kai_core::Level::Critical);
    assert_eq!(finding.arithmetic[1], "level: critical, declared: kai.yaml:1");
}

#[test]
fn what_silences_the_same_check_of_another_tool_is_honoured() {
    let annotated = |key: &str| {
        WEB.replace("namespace: shop }", &format!("namespace: shop, annotations: {{ {key} }} }}"))
    };
    for key in [
        "ignore-check.kube-linter.io/latest-tag: we rebuild nightly",
        "kube-score/ignore: container-image-tag",
        "checkov.io/skip1: CKV_K8S_14=we rebuild nightly",
        "polaris.fairwinds.com/tagNotSpecified-exempt: 'true'",
    ] {
        let text = annotated(key);
        let tree = Memory::new([("a/a.yaml", text.as_str())]);
        let rules: Vec<_> = super::assess(&tree).suppressed;
        let rules: Vec<_> = rules.iter().map(|it| (it.finding.rule, &it.by.reason)).collect();
        assert_eq!(rules.len(), 1, "{key}: {rules:?}");
        assert!(rules[0].0 == "mutable-image-tag" && !rules[0].1.is_empty(), "{rules:?}");
    }
}

#[test]
fn declared_figures_and_objectives_carry_the_register() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { \
                   selector: { app: web }, ports: [{ port: 80 }] }\n---\napiVersion: \
                   networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop \
                   }\nspec:\n  rules:\n    - host: shop.example\n      http: { paths: [{ path: /, \
                   backend: { service: { name: web, port: { number: 80 } } } }] }\n";
    let settings = "tiers: [{ name: gold, slo: { target: 99.95%, window: 28d }, weight: 10 }]
journeys: [{ name: checkout, entry: shop.example, tier: gold }]
priors: { drain.any: { value: 4, source: our upgrades } }
environments: { production: a }
";
    let tree =
        Memory::new([("a/web.yaml", WEB), ("a/service.yaml", service), ("kai.yaml", settings)]);
    let assessment = super::assess(&tree);
    let mut found = assessment.findings.iter().filter(|it| it.rule == "lone-replica");
    let lines = found.next().expect("one pod").arithmetic.join("\n");
    for words in [
        "journey `checkout` needs it",
        "objective: 99.95 % over 28d (declared: kai.yaml:1)",
        "ranked as 10 times its minutes: tier `gold` (declared: kai.yaml:1)",
        "(declared: `drain.any`, our upgrades (kai.yaml:3))",
    ] {
        assert!(lines.contains(words), "no `{words}` in\n{lines}");
    }
    assert!(
        !assessment.assumptions.iter().any(|it| it.key == "drain.any" || it.key == "slo.target")
    );
    assert_eq!(assessment.roots[0].environment_evidence, "declared in kai.yaml:4");
}

#[test]
fn every_pair_of_checks_names_a_rule() {
    let pairs: Vec<_> = kai_settings::tools::pairs().collect();
    let unknown = pairs.iter().filter(|(_, _, rule)| kai_rules::rule(rule).is_none());
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&(&str, &str, &str)>::new());
    assert!(pairs.len() > 40, "{pairs:?}");
}
