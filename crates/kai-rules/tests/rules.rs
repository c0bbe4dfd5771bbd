//! The pages are the tests: every example of every rule is read as a repository of its own, and the
//! rule must find what the page marks, where it marks it, and nothing else.
//!
//! Text → parse → compose → lower → link → rule, the road of a review. Start at [`offences`].

#![expect(clippy::unwrap_used, reason = "a test that cannot read its pages fails")]

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use expect_test::expect;
use kai_break::{
    NodeGroup, Outcome, Pattern, Player, Scaled, Scenario, Source, Stage, Time, Times, Verdict,
};
use kai_compose::{Project, roots};
use kai_core::{
    Applicability, Date, Edit, FailureMode, Fix, Hazard, Interval, Level, LocationRole, Node,
    Origins, Pillar, RootId, Scalar, Term, Unwatched,
};
use kai_graph::{Of, System, Workload};
use kai_rules::{Check, Context, Observed, Played, RULES, Rule, check};
use kai_settings::{Invalid, Settings};
use kai_sim::rollout::Wedge;
use kai_syntax::edit::replace_scalar;
use kai_testing::{Change, Memory, PlacedEdit, changes};

const HEADINGS: [&str; 4] = ["What breaks", "How we know", "How we recover", "Examples"];
const MARKER: &str = "# finding";

#[test]
fn every_page_proves_its_rule() {
    let offences: Vec<String> = RULES.iter().flat_map(|it| offences(it, it.doc)).collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn every_page_has_its_rule_and_every_rule_its_page() {
    let files = page_files();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for rule in RULES.iter() {
        known.insert(rule.id.replace('-', "_"));
    }
    let files: BTreeSet<String> = files.into_iter().collect();
    let without_code: Vec<_> = files.difference(&known).collect();
    let without_page: Vec<_> = known.difference(&files).collect();
    assert!(without_code.is_empty(), "pages without code: {without_code:?}");
    assert!(without_page.is_empty(), "rules without a page of their name: {without_page:?}");
}

#[test]
fn a_page_shows_what_its_fix_makes_or_says_why_there_is_none() {
    const WHOLE: [&str; 6] = ["batch", "cloud", "compose", "pipeline", "security", "storage"];
    let source = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WHOLE.iter().flat_map(|it| source.join(it).read_dir_utf8().unwrap());
    let pages = files.map(|it| it.unwrap().into_path()).filter(|it| it.extension() == Some("md"));
    let ids = pages.map(|it| it.file_stem().unwrap().replace('_', "-"));
    let is_silent = |id: &String| {
        let page = kai_rules::rule(id).unwrap().doc;
        !page.contains("```fixed") && !page.contains("There is no edit: ")
    };
    let silent: Vec<String> = ids.filter(is_silent).collect();
    assert!(silent.is_empty(), "pages that show no fix and do not say why: {silent:?}");
}

/// Names of the pages in the packs' folders.
fn page_files() -> Vec<String> {
    let source = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut names = Vec::new();
    for pack in source.read_dir_utf8().unwrap() {
        let pack = pack.unwrap();
        if !pack.file_type().unwrap().is_dir() {
            continue;
        }
        for file in pack.path().read_dir_utf8().unwrap() {
            let file = file.unwrap();
            if file.path().extension() == Some("md") {
                names.push(file.path().file_stem().unwrap().to_owned());
            }
        }
    }
    names
}

#[test]
fn a_renamed_rule_is_seen_in_review() {
    let ids: String =
        RULES.iter().map(|it| format!("{:<28}{}\n", it.id, it.pillar.as_str())).collect();
    expect![[r#"
        account-reaches-cluster     security
        action-revision-moves       security
        admin-surface-exposed       security
        aggregated-api-alone        single-points-of-failure
        alarm-tells-nobody          observability
        alarm-watches-another       observability
        alert-cut-off               observability
        alert-delivers-nowhere      observability
        alert-without-route         observability
        alert-without-runbook       operational-readiness
        allocation-unused           cost
        analysis-cannot-fail        deployment-safety
        any-branch-deploys          deployment-safety
        any-tag-deploys             deployment-safety
        api-removed                 deployment-safety
        apply-unasked               deployment-safety
        autoscaler-beyond-nodes     scaling
        autoscalers-collide         scaling
        backup-beside-data          recovery
        backup-expires-early        recovery
        backup-key-shared           recovery
        backup-misses-rpo           recovery
        backup-never-restored       recovery
        backup-suspended            recovery
        bare-pod                    recovery
        base-image-moves            deployment-safety
        binding-without-effect      security
        broker-in-one-zone          single-points-of-failure
        broker-keeps-one-copy       recovery
        bucket-open-to-all          security
        bucket-without-way-back     recovery
        capacity-cliff              scaling
        change-at-once              deployment-safety
        changes-replace-objects     deployment-safety
        changes-while-busy          deployment-safety
        chart-version-floats        deployment-safety
        claim-shared-by-pods        deployment-safety
        claims-deleted-with-set     recovery
        cloud-database-unprotected  recovery
        cloud-datastore-alone       single-points-of-failure
        cloud-identity-shared       security
        cloud-name-taken-twice      deployment-safety
        cluster-in-one-zone         single-points-of-failure
        cluster-upgrades-early      deployment-safety
        clusters-move-together      deployment-safety
        committed-credential        security
        configuration-missing       deployment-safety
        console-without-login       security
        contact-expired             security
        copies-in-one-place         recovery
        copy-fails-unheard          observability
        cpu-limit-throttles         scaling
        crash-takes-every-pod       deployment-safety
        critical-alert-never-pages  observability
        daemons-all-at-once         deployment-safety
        datastore-exposed           security
        datastore-overcommitted     scaling
        datastore-without-login     security
        dead-targets-unseen         observability
        deadline-before-start       deployment-safety
        deletion-cascades           recovery
        dependency-not-awaited      deployment-safety
        dependency-unknown          deployment-safety
        deploy-stops-service        deployment-safety
        deploys-overlap             deployment-safety
        deploys-untested            deployment-safety
        disks-erased-unasked        recovery
        drain-unbounded             operational-readiness
        drain-waits-for-room        operational-readiness
        egress-crosses-zones        single-points-of-failure
        egress-in-one-zone          single-points-of-failure
        entry-without-tls           security
        failed-download-unheard     deployment-safety
        failover-exceeds-rto        recovery
        failure-unnoticed           deployment-safety
        failures-leave-no-trace     observability
        fetched-script-runs         deployment-safety
        foreign-branch-followed     deployment-safety
        function-runtime-ended      operational-readiness
        function-switched-off       deployment-safety
        gateway-for-each-zone       cost
        grace-of-zero               deployment-safety
        healthy-wait-unmet          deployment-safety
        heartbeat-falls-silent      observability
        host-network-without-dns    operational-readiness
        host-port-blocks-rollout    deployment-safety
        hpa-fights-replicas         scaling
        hpa-target-missing          scaling
        hpa-without-requests        scaling
        image-policy-unenforced     security
        image-starts-as-root        security
        image-updates-nothing       deployment-safety
        image-user-refused          deployment-safety
        key-copied-into-image       security
        liveness-before-readiness   operational-readiness
        liveness-calls-dependency   operational-readiness
        liveness-kills-start        operational-readiness
        logs-kept-for-ever          cost
        lone-instance               single-points-of-failure
        lone-platform-service       single-points-of-failure
        lone-replica                single-points-of-failure
        lone-task                   single-points-of-failure
        machine-in-reach            security
        majority-in-one-place       single-points-of-failure
        matcher-without-operator    observability
        mesh-not-enforced           security
        metrics-without-volume      observability
        module-revision-moves       deployment-safety
        monitor-finds-nothing       observability
        mutable-image-tag           deployment-safety
        namespace-admits-privileged security
        node-group-in-one-zone      single-points-of-failure
        node-loss-unsurvivable      single-points-of-failure
        nodes-overcommitted         scaling
        operator-refuses-alone      single-points-of-failure
        outlier-ejects-all          single-points-of-failure
        pdb-above-floor             operational-readiness
        pdb-blocks-drain            operational-readiness
        pdb-selects-nothing         operational-readiness
        pdbs-overlap                operational-readiness
        pinned-to-place             single-points-of-failure
        pods-exceed-nodes           scaling
        policy-cannot-hold          security
        policy-opens-datastore      security
        policy-severs-dependency    security
        port-open-to-world          security
        power-for-everyone          security
        priority-inverted           scaling
        probe-on-closed-port        operational-readiness
        program-holds-account       security
        project-without-borders     security
        promotion-unjudged          deployment-safety
        proposals-reach-production  security
        prune-deletes-state         recovery
        pushed-metric-vanishes      observability
        quantile-of-one             observability
        queue-cache-unsaved         recovery
        queue-without-dead-letters  recovery
        quorum-even                 single-points-of-failure
        quota-below-peak            scaling
        quota-refuses-pods          scaling
        readiness-missing           deployment-safety
        reclaim-deletes-data        recovery
        reconciliation-suspended    deployment-safety
        release-unjudged            deployment-safety
        replicas-in-one-place       single-points-of-failure
        replicas-without-slack      single-points-of-failure
        requests-missing            scaling
        restart-missing             recovery
        restart-policy-refused      deployment-safety
        role-open-to-strangers      security
        rollback-impossible         deployment-safety
        rollout-drops-capacity      deployment-safety
        rollout-paused              deployment-safety
        rollout-surge-no-room       deployment-safety
        route-to-nowhere            operational-readiness
        routes-collide              operational-readiness
        rule-not-selected           observability
        run-blocks-next             operational-readiness
        runtime-socket-mounted      security
        scales-to-zero              scaling
        schedule-unreadable         recovery
        script-injection            security
        service-account-missing     deployment-safety
        service-port-unknown        operational-readiness
        service-selects-nothing     operational-readiness
        service-selects-strangers   operational-readiness
        service-serves-unready      deployment-safety
        shared-datastore            single-points-of-failure
        shell-keeps-signal          deployment-safety
        sidecar-stops-first         deployment-safety
        sizers-collide              scaling
        snippet-in-route            security
        spot-only                   single-points-of-failure
        spread-misses-pods          single-points-of-failure
        spread-unsatisfiable        deployment-safety
        stage-reaches-production    security
        stages-move-together        deployment-safety
        standby-without-spare       single-points-of-failure
        start-deadline-too-short    operational-readiness
        state-dies-with-pod         recovery
        state-in-repository         security
        state-on-one-machine        single-points-of-failure
        state-read-by-many          security
        state-without-backup        recovery
        state-without-lock          deployment-safety
        strangers-hold-secrets      security
        subset-selects-nothing      operational-readiness
        tls-floor-outdated          security
        topic-key-refuses-publisher observability
        topic-refuses-publisher     observability
        topic-without-subscriber    observability
        ungraceful-termination      deployment-safety
        unhardened-among-hardened   security
        value-absent                deployment-safety
        value-overwritten           deployment-safety
        value-unread                deployment-safety
        verification-off            security
        volume-cannot-grow          scaling
        volume-plugin-removed       deployment-safety
        volume-waits-for-zone       recovery
        vulnerable-image            security
        watchdog-tells-nobody       observability
        watcher-unwatched           observability
        way-in-through-one-zone     recovery
        webhook-fails-closed        single-points-of-failure
        webhook-to-nowhere          operational-readiness
        webhook-waits-long          operational-readiness
        weekend-unwatched           observability
        workload-outside-policies   security
        zone-goes-with-records      recovery
        zone-loss-unsurvivable      single-points-of-failure
    "#]]
    .assert_eq(&ids);
}

/// A page that is right says so; each change to it is an offence that names the rule.
#[track_caller]
fn check_change(id: &str, from: &str, to: &str, expected: &str) {
    let rule = kai_rules::rule(id).unwrap();
    assert!(rule.doc.contains(from), "the page of {id} does not hold {from:?}");
    let offences = offences(rule, &rule.doc.replacen(from, to, 1));
    let wanted = format!("{id}: ");
    assert!(
        offences.iter().any(|it| it.starts_with(&wanted) && it.contains(expected)),
        "no offence says {expected:?}: {offences:#?}"
    );
}

#[test]
fn a_file_that_an_example_holds_twice_is_an_offence() {
    let twice = "```yaml file=a.yaml\na: 1\n```\n\n```yaml file=a.yaml\na: 2\n```\n";
    let apart = twice.replace("```\n\n```", "```\n\nAnother one.\n\n```");
    let offence = Page::parse(twice).err().unwrap();
    assert!(offence.starts_with("line 5: `a.yaml` is in this example already"), "{offence}");
    assert_eq!(Page::parse(&apart).unwrap().examples.len(), 2);
}

#[test]
fn a_marker_that_is_taken_away_is_an_offence() {
    check_change("pdb-blocks-drain", "3 # finding", "3", "is found, and it is not marked");
}

#[test]
fn a_marker_where_nothing_is_found_is_an_offence() {
    let (from, to) = ("kind: Deployment", "kind: Deployment # finding");
    check_change("pdb-blocks-drain", from, to, "is marked, and nothing is found there");
}

#[test]
fn a_fix_that_the_page_shows_otherwise_is_an_offence() {
    check_change("pdb-blocks-drain", "minAvailable: 2", "minAvailable: 1", "the fix makes of");
}

#[test]
fn a_fix_where_the_rule_offers_none_is_an_offence() {
    let fence = "\n```\n\n```fixed\nkind: Pod\n```\n\nA claim for each pod";
    check_change("state-dies-with-pod", "\n```\n\nA claim for each pod", fence, "offers none");
}

/// A file in which the rule finds something that it must not mend.
#[track_caller]
fn check_no_fix(id: &str, path: &str, text: &str) {
    let files = BTreeMap::from([(path.into(), text.to_owned())]);
    let run = Run::over(&files, kai_rules::rule(id).unwrap());
    assert!(!run.hazards.is_empty(), "nothing is found");
    let fixes: Vec<_> = run.hazards.iter().filter_map(|it| it.fix.as_ref()).collect();
    assert!(fixes.is_empty(), "{fixes:#?}");
}

#[test]
fn a_job_that_another_one_needs_stays_on_every_branch() {
    let jobs = "deploy:\n  stage: build\n  script: [helm upgrade --install shop ./chart]\n\
                smoke:\n  needs: [deploy]\n  script: [make smoke]\n";
    check_no_fix("any-branch-deploys", ".gitlab-ci.yml", jobs);
}

#[test]
fn a_text_that_a_second_shell_reads_is_not_made_safe_by_a_variable() {
    let workflow = "on: issues\npermissions: { contents: write }\njobs:\n  greet:\n    \
                    runs-on: ubuntu-latest\n    steps:\n      \
                    - run: bash -c \"echo ${{ github.event.issue.title }}\"\n";
    check_no_fix("script-injection", ".github/workflows/greet.yml", workflow);
}

#[test]
fn versions_that_are_said_to_be_off_are_not_said_twice() {
    let bucket = "resource \"aws_s3_bucket\" \"backups\" {\n  bucket = \"shop-backups\"\n}\n\n\
                  resource \"aws_s3_bucket_versioning\" \"backups\" {\n  \
                  bucket = aws_s3_bucket.backups.id\n  versioning_configuration {\n    \
                  status = \"Suspended\"\n  }\n}\n";
    check_no_fix("bucket-without-way-back", "production/main.tf", bucket);
}

#[test]
fn nothing_is_written_into_a_remark_that_goes_on() {
    let group = "resource \"aws_cloudwatch_log_group\" \"shop\" {\n  name = \"shop\" /* as the\n  \
                 service */\n}\n";
    check_no_fix("logs-kept-for-ever", "production/main.tf", group);
}

/// A rule whose fix runs more pods and calls that safe.
static MORE_PODS: Rule = Rule {
    id: "more-pods",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: "",
    check: Check::Workload(more_pods),
};

fn more_pods(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let count = workload.replicas.traced().unwrap();
    let edit = replace_scalar(ctx.origins, count.origin, &Scalar::int(2)).unwrap();
    let id = workload.component.id;
    let hazard = MORE_PODS.worsens(id, FailureMode::PodLoss, Term::Impact, "one pod", "It is one");
    out.hazards.push(hazard.at(count.origin).fix(Fix::safely("Run two pods", vec![edit])));
}

#[test]
fn a_safe_fix_that_runs_more_pods_is_an_offence() {
    let (_, pods) = SOLID_SHOP.split_once("---\n").unwrap();
    let (deployment, _) = pods.split_once("---\n").unwrap();
    let doc = format!("# more-pods\n\nThree pods.\n\n```yaml\n{deployment}```\n");
    let offences = offences(&MORE_PODS, &doc);
    let expected = "a safe fix must not change `Deployment/shop.spec.replicas`";
    assert!(offences.iter().any(|it| it.ends_with(expected)), "{offences:#?}");
}

#[test]
fn another_heading_is_an_offence() {
    check_change("pdb-blocks-drain", "## How we know", "## Symptoms", "the headings are");
}

#[test]
fn another_title_is_an_offence() {
    check_change("pdb-blocks-drain", "# pdb-blocks-drain", "# pdb", "the title is `pdb`");
}

#[test]
fn another_fence_is_an_offence() {
    check_change("pdb-blocks-drain", "```fixed", "```diff", "a fence is `yaml`, `hcl` or `fixed`");
}

#[test]
fn a_fence_that_is_not_closed_is_an_offence() {
    let doc = "# a\n\n```yaml\nkind: Pod\n";
    let rule = kai_rules::rule("pdb-blocks-drain").unwrap();
    assert_eq!(offences(rule, doc), ["pdb-blocks-drain: line 3: the fence is not closed"]);
}

#[test]
fn a_page_that_shows_no_silence_is_an_offence() {
    let rule = kai_rules::rule("pdb-blocks-drain").unwrap();
    let (only_findings, _) = rule.doc.split_once("The count is left to an autoscaler").unwrap();
    let offences = offences(rule, only_findings);
    assert_eq!(offences, ["pdb-blocks-drain: no example shows where the rule is silent"]);
}

#[test]
fn each_kind_of_solid_point_is_credited_once() {
    let files = BTreeMap::from([(Utf8PathBuf::from("shop.yaml"), SOLID_SHOP.to_owned())]);
    let origins = Origins::new();
    let (system, problems) = system(&files, &origins);
    assert_eq!(problems, Vec::<String>::new());
    let points = kai_rules::solid(&system, &origins, &Settings::default());
    let line = |it| origins.location(it, LocationRole::Primary).map_or(0, |it| it.line);
    let shown: String = points.iter().map(|it| format!("{} {}\n", line(it.at), it.title)).collect();
    expect![[r#"
        68 `Cluster/ledger` runs 3 instances of postgresql and is backed up
        11 `shop` rests on several pods (3 or more)
        38 `Deployment/shop` keeps 3 pods apart by zone; drains go on
        45 `Deployment/shop` grows with load from 3 to 9 pods
        51 `default` lets nothing in or out that is not named
        32 `Deployment/shop` runs without root, capabilities or a writable root
        24 The one image of `shop.yaml` is named by digest
        29 `Deployment/shop` drains for 10 s before it stops
        26 `Deployment/shop` has 300 s to start before its other probes ask
    "#]]
    .assert_eq(&shown);
    assert!(points.iter().all(|it| !it.verify.is_empty()));
}

#[test]
fn what_is_only_half_right_is_not_credited() {
    let half = SOLID_SHOP
        .replace("maxUnavailable: 1", "maxUnavailable: 0")
        .replace("instances: 3", "instances: 1")
        .replace("sleep, \"10\"", "sleep, \"60\"")
        .replace("drop: [ALL]", "drop: [NET_RAW]")
        .replace("port: 53", "port: 54")
        .replace("@sha256", ":sha256");
    let files = BTreeMap::from([(Utf8PathBuf::from("shop.yaml"), half)]);
    let origins = Origins::new();
    let (system, _) = system(&files, &origins);
    let points = kai_rules::solid(&system, &origins, &Settings::default());
    let titles: String = points.iter().map(|it| format!("{}\n", it.title)).collect();
    expect![[r#"
        `Deployment/shop` has 300 s to start before its other probes ask
    "#]]
    .assert_eq(&titles);
}

#[test]
fn rollouts_memory_and_projects_are_credited_too() {
    let files = BTreeMap::from([
        (Utf8PathBuf::from("shop.yaml"), STEADY_SHOP.to_owned()),
        (Utf8PathBuf::from("desk/compose.yaml"), STEADY_PROJECT.to_owned()),
    ]);
    let origins = Origins::new();
    let (system, problems) = system(&files, &origins);
    assert_eq!(problems, Vec::<String>::new());
    let points = kai_rules::solid(&system, &origins, &Settings::default());
    let titles: String = points.iter().map(|it| format!("{}\n", it.title)).collect();
    expect![[r#"
        `shop` rests on several pods (4 or more)
        `Deployment/shop` keeps all 4 pods through a rollout until new ones are ready
        `StatefulSet/ledger` is given the 2Gi of memory that it may use; a busy neighbour does not evict it
        Both services of `desk` start again by themselves
        `shop` starts when `db` is healthy
    "#]].assert_eq(&titles);
    assert!(points.iter().all(|it| !it.verify.is_empty()));
}

/// Users come to a web tier whose rollouts are careful, and to a database with memory of its own.
const STEADY_SHOP: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { type: LoadBalancer, selector: { app: shop }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 4
  strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: registry.example/shop:1.4
          readinessProbe: { httpGet: { path: /ready, port: 8080 } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ledger }
spec:
  serviceName: ledger
  selector: { matchLabels: { app: ledger } }
  template:
    metadata: { labels: { app: ledger } }
    spec:
      containers:
        - { name: postgres, image: postgres:17, resources: { limits: { memory: 2Gi } } }
"#;

/// A project that comes back by itself, in order.
const STEADY_PROJECT: &str = r#"
services:
  shop:
    image: registry.example/shop:1.4
    restart: unless-stopped
    depends_on: { db: { condition: service_healthy } }
  db:
    image: postgres:17
    restart: unless-stopped
    healthcheck: { test: [CMD, pg_isready] }
"#;

/// A shop that does most things right.
const SOLID_SHOP: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { type: LoadBalancer, selector: { app: shop }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      terminationGracePeriodSeconds: 40
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: { matchLabels: { app: shop } }
      containers:
        - name: shop
          image: registry.example/shop@sha256:0000000000000000000000000000000000000000000000000000000000000000
          env: [{ name: DATABASE_URL, value: "postgres://ledger-rw:5432/shop" }]
          startupProbe: { httpGet: { path: /up, port: 8080 }, failureThreshold: 30 }
          livenessProbe: { httpGet: { path: /up, port: 8080 }, failureThreshold: 30 }
          resources: { requests: { cpu: 100m, memory: 64Mi } }
          lifecycle: { preStop: { exec: { command: [sleep, "10"] } } }
          securityContext:
            runAsNonRoot: true
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: shop } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  minReplicas: 3
  maxReplicas: 9
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dns }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ ports: [{ port: 53, protocol: UDP }] }]
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: ledger }
spec:
  instances: 3
  storage: { size: 20Gi }
  backup: { barmanObjectStore: { destinationPath: "s3://backups/ledger" } }
---
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: { name: nightly }
spec: { schedule: "0 0 3 * * *", cluster: { name: ledger } }
"#;

#[test]
fn what_keeps_strangers_out_is_credited() {
    check_solid(
        CLOSED_SHOP,
        expect![[r#"
            47 The one Secret of `shop.yaml` comes from a store or sealed; it does not stand in the files
            39 `StatefulSet/ledger-db` is reached only by the callers that a policy names
            6 The one way in of `shop.yaml` is encrypted
            24 `Deployment/shop` holds no token of the API
        "#]],
    );
}

#[test]
fn what_keeps_only_some_strangers_out_is_not_credited() {
    let half = CLOSED_SHOP
        .replace("automountServiceAccountToken: false", "automountServiceAccountToken: true")
        .replace("- from: [", "- ports: [] # [")
        .replace("  tls: [{ hosts: [shop.example], secretName: shop-tls }]\n", "")
        .replace("kind: ExternalSecret\n", "kind: SecretStore\n");
    check_solid(&half, expect![""]);
}

/// A shop that starts only what its own builds have signed.
const SIGNED_SHOP: &str = r#"
apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata: { name: ours }
spec:
  images: [{ glob: "registry.example/**" }]
  authorities: [{ keyless: { url: https://fulcio.example } }]
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: attested }
spec:
  rules:
    - name: built
      match: { any: [{ resources: { kinds: [Pod], namespaces: [shop] } }] }
      verifyImages:
        - imageReferences: ["registry.example/*"]
          failureAction: Enforce
          attestations:
            - type: https://slsa.dev/provenance/v1
              attestors: [{ entries: [{ keyless: { issuer: https://ci.example } }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { policy.sigstore.dev/include: "true" } }
---
apiVersion: v1
kind: Pod
metadata: { name: pay, namespace: shop }
spec: { containers: [{ name: pay, image: "registry.example/pay:1" }] }
"#;

#[test]
fn images_that_a_policy_refuses_without_a_signature_are_credited() {
    let signed =
        "`Pod/pay` starts no image without the signature that `ClusterImagePolicy/ours` asks for";
    let attested =
        "`Pod/pay` starts no image without the attestation that `ClusterPolicy/attested` asks for";
    let cases = [
        ("", "", vec![format!("{signed}; 1 place more")]),
        ("Enforce", "Audit", vec![signed.to_owned()]),
        ("include: \"true\"", "include: \"no\"", vec![attested.to_owned()]),
        ("registry.example/pay", "elsewhere.example/pay", Vec::new()),
        ("namespaces: [shop]", "namespaces: [shop], operations: [UPDATE]", vec![signed.to_owned()]),
        (
            "  rules:",
            "  webhookConfiguration: { matchConditions: [{ name: a }] }\n  rules:",
            vec![signed.to_owned()],
        ),
        (
            "apiVersion: v1\nkind: Namespace",
            "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: { name: old, namespace: shop }\n---\napiVersion: v1\nkind: Namespace",
            vec![signed.to_owned()],
        ),
        ("attestors: [{", "attesters: [{", vec![signed.to_owned()]),
    ];
    for (from, to, expected) in cases {
        let text =
            if from.is_empty() { SIGNED_SHOP.to_owned() } else { SIGNED_SHOP.replace(from, to) };
        assert_eq!(signatures("shop.yaml", &text), expected, "{to}");
    }
}

#[test]
fn a_cluster_that_asks_a_policy_which_refuses_is_credited() {
    let text = r#"
resource "google_binary_authorization_policy" "policy" {
  project = "bank"
  default_admission_rule {
    evaluation_mode  = "REQUIRE_ATTESTATION"
    enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  }
}
resource "google_container_cluster" "bank" {
  project  = "bank"
  location = "us-central1"
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
}
"#;
    let credited = "`google_container_cluster/bank` starts no image without the attestation that \
                    `google_binary_authorization_policy/policy` asks for";
    assert_eq!(signatures("main.tf", text), [credited]);
    let exempt = "  admission_whitelist_patterns {\n    name_pattern = \"*\"\n  }\n  default_admission_rule {";
    let exempting = text.replace("  default_admission_rule {", exempt);
    assert_eq!(signatures("main.tf", &exempting), Vec::<String>::new());
    let dry = text.replace("ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY");
    assert_eq!(signatures("main.tf", &dry), Vec::<String>::new());
}

#[test]
fn images_that_are_proposed_and_not_pushed_are_credited() {
    let text = r#"
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: fleet, namespace: flux-system }
spec: { interval: 1m, url: "https://git.example/fleet", ref: { branch: main } }
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: shop, namespace: flux-system }
spec: { interval: 10m, path: ./shop, prune: true, sourceRef: { kind: GitRepository, name: fleet } }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: { name: images, namespace: flux-system }
spec:
  interval: 30m
  sourceRef: { kind: GitRepository, name: fleet }
  git: { commit: { author: { email: flux@shop.example } }, push: { branch: images } }
"#;
    check_solid(
        text,
        expect![[r#"
        18 `ImageUpdateAutomation/images` proposes newer images on `images`; production follows `main`, so that somebody merges first
    "#]],
    );
    let pushed = text.replace("branch: images", "branch: main");
    check_solid(&pushed, expect![""]);
    let elsewhere = text
        .replace("branch: images", "branch: images, refspec: 'refs/heads/images:refs/heads/main'");
    check_solid(&elsewhere, expect![""]);
}

/// What is credited about signatures of images.
fn signatures(path: &str, text: &str) -> Vec<String> {
    let files = BTreeMap::from([(Utf8PathBuf::from(path), text.to_owned())]);
    let origins = Origins::new();
    let (system, problems) = system(&files, &origins);
    assert_eq!(problems, Vec::<String>::new());
    let points = kai_rules::solid(&system, &origins, &Settings::default());
    let titles = points.into_iter().map(|it| it.title);
    titles.filter(|it| it.contains("starts no image")).collect()
}

/// The solid points of one file, by line and title.
#[track_caller]
fn check_solid(text: &str, expected: expect_test::Expect) {
    let files = BTreeMap::from([(Utf8PathBuf::from("shop.yaml"), text.to_owned())]);
    let origins = Origins::new();
    let (system, problems) = system(&files, &origins);
    assert_eq!(problems, Vec::<String>::new());
    let points = kai_rules::solid(&system, &origins, &Settings::default());
    let line = |it| origins.location(it, LocationRole::Primary).map_or(0, |it| it.line);
    let shown: String = points.iter().map(|it| format!("{} {}\n", line(it.at), it.title)).collect();
    expected.assert_eq(&shown);
    assert!(points.iter().all(|it| !it.verify.is_empty()));
}

/// A shop whose doors are guarded.
const CLOSED_SHOP: &str = r#"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  tls: [{ hosts: [shop.example], secretName: shop-tls }]
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      automountServiceAccountToken: false
      containers: [{ name: shop, image: "registry.example/shop:1.4" }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ledger-db }
spec:
  serviceName: ledger-db
  selector: { matchLabels: { app: ledger-db } }
  template:
    metadata: { labels: { app: ledger-db } }
    spec: { containers: [{ name: postgres, image: "postgres:16.4" }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ledger-db }
spec:
  podSelector: { matchLabels: { app: ledger-db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: shop } } }]
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ledger-db }
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: vault }
  target: { name: ledger-db }
  data: [{ secretKey: password, remoteRef: { key: ledger/db, property: password } }]
"#;

#[test]
fn a_platform_is_credited_for_what_keeps_its_state_and_its_order() {
    check_solid(
        SOLID_PLATFORM,
        expect![[r#"
            13 `StatefulSet/etcd` keeps its etcd data on volumes that stay when their claims go (`kept`)
            19 `StatefulSet/etcd` runs 3 members of etcd, no two on one machine
            64 2 pods of `Deployment/policy` answer `pods.policy.example`, which leaves their own namespace out, so that they can always come back
            5 `Namespace/platform` is never pruned (`kustomize.toolkit.fluxcd.io/prune: disabled`), so that a line lost in a list does not take it away with all that is in it
            72 The one chart of others that is installed is named in one version, so that a change is a commit
        "#]],
    );
}

#[test]
fn a_platform_that_is_only_half_right_is_not_credited() {
    let half = SOLID_PLATFORM
        .replace("reclaimPolicy: Retain", "reclaimPolicy: Delete")
        .replace("replicas: 3", "replicas: 4")
        .replace("replicas: 2", "replicas: 1")
        .replace("prune: disabled", "prune: enabled")
        .replace("version: 1.4.2", "version: 1.x");
    check_solid(&half, expect![""]);
}

/// A platform that keeps what it holds.
const SOLID_PLATFORM: &str = r#"
apiVersion: v1
kind: Namespace
metadata:
  name: platform
  labels: { role: platform }
  annotations: { kustomize.toolkit.fluxcd.io/prune: disabled }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: kept }
provisioner: ebs.csi.aws.com
reclaimPolicy: Retain
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd, namespace: platform }
spec:
  replicas: 3
  serviceName: etcd
  selector: { matchLabels: { app: etcd } }
  template:
    metadata: { labels: { app: etcd } }
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: { matchLabels: { app: etcd } }
      containers:
        - name: etcd
          image: registry.example/etcd:3.5.17
          volumeMounts: [{ name: data, mountPath: /var/lib/etcd }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        storageClassName: kept
        accessModes: [ReadWriteOnce]
        resources: { requests: { storage: 10Gi } }
---
apiVersion: v1
kind: Service
metadata: { name: policy, namespace: platform }
spec: { selector: { app: policy }, ports: [{ port: 443 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: policy, namespace: platform }
spec:
  replicas: 2
  selector: { matchLabels: { app: policy } }
  template:
    metadata: { labels: { app: policy } }
    spec: { containers: [{ name: policy, image: "registry.example/policy:1.4" }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policy }
webhooks:
  - name: pods.policy.example
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { namespace: platform, name: policy } }
    namespaceSelector: { matchExpressions: [{ key: role, operator: NotIn, values: [platform] }] }
    rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: mail, namespace: platform }
spec:
  interval: 1h
  chart: { spec: { chart: mail, version: 1.4.2, sourceRef: { kind: HelmRepository, name: charts } } }
"#;

/// Everything that is wrong with a page, each a sentence that names the rule.
fn offences(rule: &'static Rule, doc: &str) -> Vec<String> {
    match Page::parse(doc) {
        Err(offence) => vec![format!("{}: {offence}", rule.id)],
        Ok(page) => {
            page.offences(rule).into_iter().map(|it| format!("{}: {it}", rule.id)).collect()
        }
    }
}

/// A page, taken apart.
struct Page {
    title: String,
    headings: Vec<String>,
    examples: Vec<Example>,
}

/// One repository, and what a fix makes of it.
struct Example {
    /// Of its first fence, from 1.
    line: usize,
    files: BTreeMap<Utf8PathBuf, String>,
    fixed: BTreeMap<Utf8PathBuf, String>,
    /// The sentence before it.
    reason: String,
}

impl Page {
    fn parse(doc: &str) -> Result<Self, String> {
        let mut page = Self { title: String::new(), headings: Vec::new(), examples: Vec::new() };
        let mut lines = doc.lines().enumerate();
        // A fence of a named file right after another one belongs to the same example.
        let mut is_adjacent = false;
        let mut prose = String::new();
        while let Some((index, line)) = lines.next() {
            if let Some(fence) = line.strip_prefix("```") {
                let text = fence_text(&mut lines)
                    .ok_or(format!("line {}: the fence is not closed", index + 1))?;
                page.take_fence(index + 1, fence, text, is_adjacent, std::mem::take(&mut prose))?;
                is_adjacent = true;
            } else if let Some(title) = line.strip_prefix("# ") {
                page.title = title.to_owned();
            } else if let Some(heading) = line.strip_prefix("## ") {
                page.headings.push(heading.to_owned());
                prose.clear();
            } else if !line.trim().is_empty() {
                is_adjacent = false;
                prose.push_str(line);
                prose.push(' ');
            }
        }
        Ok(page)
    }

    fn take_fence(
        &mut self,
        line: usize,
        fence: &str,
        text: String,
        is_adjacent: bool,
        reason: String,
    ) -> Result<(), String> {
        let (kind, name) = match fence.split_once(" file=") {
            Some((kind, name)) => (kind, Some(name)),
            None => (fence, None),
        };
        let unnamed = match kind {
            "hcl" => "main.tf",
            "fixed" => self.examples.last().map_or("manifests.yaml", Example::unnamed),
            _ => "manifests.yaml",
        };
        let path = Utf8PathBuf::from(name.unwrap_or(unnamed));
        let repeats = |it: &mut Example| match kind {
            "fixed" => it.fixed.contains_key(&path),
            _ => name.is_some() && it.files.contains_key(&path),
        };
        if is_adjacent && self.examples.last_mut().is_some_and(repeats) {
            return Err(format!(
                "line {line}: `{path}` is in this example already; a sentence between begins another one"
            ));
        }
        match (kind, self.examples.last_mut()) {
            ("yaml" | "hcl", Some(example)) if is_adjacent && name.is_some() => {
                example.files.insert(path, text);
            }
            ("yaml" | "hcl", _) => {
                let files = BTreeMap::from([(path, text)]);
                self.examples.push(Example { line, files, fixed: BTreeMap::new(), reason });
            }
            ("fixed", Some(example)) if is_adjacent && example.files.contains_key(&path) => {
                example.fixed.insert(path, text);
            }
            ("fixed", _) => {
                return Err(format!(
                    "line {line}: no `yaml` or `hcl` fence stands before this `fixed` one"
                ));
            }
            _ => {
                return Err(format!(
                    "line {line}: a fence is `yaml`, `hcl` or `fixed`, not `{fence}`"
                ));
            }
        }
        Ok(())
    }

    fn offences(&self, rule: &'static Rule) -> Vec<String> {
        let mut offences = Vec::new();
        if self.title != rule.id {
            offences.push(format!("the title is `{}`", self.title));
        }
        if self.headings != HEADINGS {
            offences.push(format!("the headings are {:?}, not {HEADINGS:?}", self.headings));
        }
        if self.examples.iter().all(|it| it.marks().is_empty()) {
            offences.push("no example is marked with a finding".to_owned());
        }
        if self.examples.iter().all(|it| !it.marks().is_empty()) {
            offences.push("no example shows where the rule is silent".to_owned());
        }
        for example in &self.examples {
            offences.extend(example.offences(rule));
        }
        offences
    }
}

fn fence_text<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Option<String> {
    let mut text = String::new();
    for (_, line) in lines {
        if line == "```" {
            return Some(text);
        }
        text.push_str(line);
        text.push('\n');
    }
    None
}

type Mark = (Utf8PathBuf, u32);

impl Example {
    /// What its file without a name is called.
    fn unnamed(&self) -> &'static str {
        if self.files.contains_key(Utf8Path::new("main.tf")) { "main.tf" } else { "manifests.yaml" }
    }

    /// The lines that the page marks.
    fn marks(&self) -> BTreeSet<Mark> {
        let mut marks = BTreeSet::new();
        for (path, text) in &self.files {
            for (number, line) in (1..).zip(text.lines()) {
                if line.ends_with(MARKER) {
                    marks.insert((path.clone(), number));
                }
            }
        }
        marks
    }

    fn offences(&self, rule: &'static Rule) -> Vec<String> {
        let run = Run::over(&self.files, rule);
        let mut offences = Vec::new();
        if self.reason.trim().is_empty() {
            offences.push("it has no sentence before it".to_owned());
        }
        offences.extend(run.problems.iter().cloned());
        let (marked, found) = (self.marks(), run.places());
        for (path, line) in marked.difference(&found) {
            offences
                .push(format!("`{path}` line {line} of it is marked, and nothing is found there"));
        }
        for (path, line) in found.difference(&marked) {
            offences.push(format!("`{path}` line {line} of it is found, and it is not marked"));
        }
        offences.extend(run.hazards.iter().flat_map(silences));
        offences.extend(self.offences_of_fix(rule, &run));
        let at = |it: String| format!("example at line {}: {it}", self.line);
        offences.into_iter().map(at).collect()
    }

    fn offences_of_fix(&self, rule: &'static Rule, run: &Run) -> Vec<String> {
        let mut offences = Vec::new();
        let has_fix = run.hazards.iter().any(|it| it.fix.is_some());
        let fixed = run.apply_fixes(&self.files);
        if has_fix && Run::over(&fixed, rule).hazards.len() >= run.hazards.len() {
            offences.push("the fix leaves as much to find as there was".to_owned());
        }
        if has_fix {
            offences.extend(self.side_effects(&fixed, run));
        }
        if self.fixed.is_empty() {
            return offences;
        }
        if !has_fix {
            return vec!["it shows a fix, and the rule offers none".to_owned()];
        }
        for (path, expected) in &self.fixed {
            if fixed[path] != *expected {
                offences.push(format!("the fix makes of `{path}`:\n{}", fixed[path]));
            }
        }
        if !Run::over(&fixed, rule).hazards.is_empty() {
            offences.push("the rule still finds something in what the fix has made".to_owned());
        }
        offences
    }
}

/// What the example's `kai.yaml` says, if it has one.
fn settings(files: &BTreeMap<Utf8PathBuf, String>, origins: &Origins) -> Result<Settings, Invalid> {
    let path = Utf8Path::new("kai.yaml");
    let text = files.get(path).cloned().unwrap_or_default();
    kai_settings::read(origins, path.to_owned(), text)
}

/// What a fix does beside what it is for.
impl Example {
    fn side_effects(&self, fixed: &BTreeMap<Utf8PathBuf, String>, run: &Run) -> Vec<String> {
        let fixes = || run.hazards.iter().filter_map(|it| it.fix.as_ref());
        let origins = Origins::new();
        let before = objects(&self.files, &origins);
        let edits: Vec<_> =
            fixes().flat_map(|it| &it.edits).map(|it| PlacedEdit::of(it, &run.origins)).collect();
        let all = changes(&before, &objects(fixed, &Origins::new()));
        let unnamed = all.iter().filter(|it| !it.is_made_by(&edits, &origins));
        let unnamed = unnamed.map(|it| format!("the fix changes `{}` as well", it.path.join(".")));

        let safe = fixes().filter(|it| it.applicability == Applicability::Safe);
        let altering = safe.flat_map(|fix| {
            let after = run.apply(&fix.edits, &self.files);
            let changes = changes(&before, &objects(&after, &Origins::new()));
            changes.into_iter().filter(Change::alters_behaviour)
        });
        let altering =
            altering.map(|it| format!("a safe fix must not change `{}`", it.path.join(".")));

        let (had, has) = (everything(&self.files), everything(fixed));
        let new =
            has.difference(&had).filter(|(found, _)| !fixes().any(|it| it.reveals.contains(found)));
        let new = new.map(|(found, component)| format!("the fix brings {found} of {component}"));
        unnamed.chain(altering).chain(new).collect()
    }
}

/// The examples are reviewed on one day.
fn context<'a>(system: &'a System, origins: &'a Origins, settings: &'a Settings) -> Context<'a> {
    Context { today: Date::new(2030, 1, 1), ..Context::new(system, origins, settings) }
}

/// What happens on the nodes that an example declares.
fn verdicts(
    files: &BTreeMap<Utf8PathBuf, String>,
    system: &System,
    settings: &Settings,
) -> Vec<Verdict> {
    let is_played = settings.cluster.is_some();
    if is_played { on_stage(files, system, settings, kai_break::verdicts) } else { Vec::new() }
}

/// Plays on the nodes that an example declares, else on the stand-in.
fn on_stage<T>(
    files: &BTreeMap<Utf8PathBuf, String>,
    system: &System,
    settings: &Settings,
    play: impl FnOnce(&Stage<'_>) -> T,
) -> T {
    let declared = settings.cluster.iter().flat_map(|it| &it.nodes);
    let groups: Vec<NodeGroup> = declared.map(NodeGroup::from).collect();
    let origins = Origins::new();
    let tree = Memory::new(files.iter().map(|(path, text)| (path.as_path(), text.as_str())));
    let project = Project::load(&tree, &origins);
    let plans = roots::discover(&project);
    let composed =
        (0..).zip(&plans).map(|(id, it)| (RootId(id), roots::compose(&project, it, RootId(id)).1));
    let sources: Vec<Source> =
        composed.map(|(id, it)| (id, kai_sim::read::cluster(it.objects))).collect();
    let minute = || Time { minutes: Interval::exactly(1.0), source: "an example".to_owned() };
    let times = Times {
        starts: BTreeMap::new(),
        start: minute(),
        detach: minute(),
        by_hand: minute(),
        provision: minute(),
        zone: minute(),
    };
    let choice = kai_break::choose(system, &sources, None);
    play(&Stage::new(system, &times, &sources, &choice, &groups))
}

/// Whether a workload, by its place on the stage, comes to the harm that a rule tells.
type Seen = fn(&Outcome, usize) -> bool;

/// Rules that read in the graph what the control plane does, and what is played to see it.
const PLAYED: [(&str, &[&str], Seen); 7] = [
    ("lone-replica", &["node=*"], is_down),
    ("pdb-above-floor", &["drain=*"], is_stuck),
    ("pdb-blocks-drain", &["drain=*"], is_stuck),
    ("pdbs-overlap", &["drain=*"], is_stuck),
    ("pinned-to-place", &["node=*", "zone=*"], is_down),
    ("quota-below-peak", &["rollout=*:healthy", "load=10x"], |it, runs| {
        let is_refused = |it: &Scaled| it.runs == runs && it.refused > 0;
        let rolled = it.rolled.as_ref().filter(|it| it.runs == runs);
        rolled.is_some_and(|it| it.wedge == Some(Wedge::Quota)) || it.scaled.iter().any(is_refused)
    }),
    ("rollout-drops-capacity", &["rollout=*:healthy"], |it, runs| {
        let rolled = it.rolled.as_ref().filter(|it| it.runs == runs);
        rolled.is_some_and(|it| it.available_min * 2 < it.wanted)
    }),
];

fn is_down(outcome: &Outcome, runs: usize) -> bool {
    outcome.hits.iter().any(|it| it.runs == runs && it.is_down)
}

fn is_stuck(outcome: &Outcome, runs: usize) -> bool {
    // Evictions are tried pod by pod: one that is stuck is a pod of the workload itself.
    let drained =
        outcome.drained.as_ref().filter(|_| outcome.hits.iter().all(|it| it.runs != runs));
    drained.is_some_and(|it| !it.is_finished)
}

#[test]
fn what_is_read_of_the_control_plane_is_seen_when_it_is_played() {
    let mut offences = Vec::new();
    for (id, patterns, is_seen) in PLAYED {
        let rule = kai_rules::rule(id).unwrap();
        for example in &Page::parse(rule.doc).unwrap().examples {
            let origins = Origins::new();
            let (system, _) = system(&example.files, &origins);
            let settings = settings(&example.files, &origins).unwrap_or_default();
            let found = check(context(&system, &origins, &settings), &[rule], &Unwatched).hazards;
            on_stage(&example.files, &system, &settings, |stage| {
                let mut player = Player::new(stage);
                let patterns = patterns.iter().map(|it| Pattern::parse(it).unwrap());
                let scenarios: Vec<Scenario> =
                    patterns.flat_map(|it| player.find(&it).unwrap()).collect();
                let outcomes = player.play_all(&scenarios);
                let is_seen_of = |runs: usize| outcomes.iter().any(|it| is_seen(it, runs));
                let is_unseen = |it: &&Hazard| !stage.runs_of(it.component).is_some_and(is_seen_of);
                let told = found.iter().filter(is_unseen).map(|it| {
                    format!("{id}: example at line {}: nobody sees {}", example.line, it.title)
                });
                offences.extend(told);
            });
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

/// What all rules find, by rule and component.
fn everything(files: &BTreeMap<Utf8PathBuf, String>) -> BTreeSet<(&'static str, String)> {
    let origins = Origins::new();
    let (system, _) = system(files, &origins);
    let settings = settings(files, &origins).unwrap_or_default();
    let played = Played::on(&system, || verdicts(files, &system, &settings));
    let ctx = Context { played: &played, ..context(&system, &origins, &settings) };
    let checked = check(ctx, &RULES, &Unwatched);
    let name = |it: &Hazard| (it.rule, system.component(it.component).label());
    checked.hazards.iter().map(name).collect()
}

/// What would be applied, root by root.
fn objects(files: &BTreeMap<Utf8PathBuf, String>, origins: &Origins) -> Vec<Node> {
    let tree = Memory::new(files.iter().map(|(path, text)| (path.as_path(), text.as_str())));
    let project = Project::load(&tree, origins);
    let plans = roots::discover(&project);
    let composed = (0..).zip(&plans).map(|(id, it)| roots::compose(&project, it, RootId(id)).1);
    composed.flat_map(|it| it.objects).collect()
}

/// The words that a hazard owes its reader.
fn silences(hazard: &Hazard) -> Vec<String> {
    let owed = [
        ("a title", &hazard.title),
        ("a message", &hazard.message),
        ("a way to know", &hazard.detection),
        ("a way to recover", &hazard.recovery),
        ("a remedy", &hazard.remedy),
        ("a command that proves the fix", &hazard.verify),
    ];
    owed.into_iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(what, _)| format!("the hazard has no word for {what}"))
        .collect()
}

/// One rule over one repository.
struct Run {
    origins: Origins,
    hazards: Vec<Hazard>,
    problems: Vec<String>,
}

impl Run {
    fn over(files: &BTreeMap<Utf8PathBuf, String>, rule: &'static Rule) -> Self {
        let origins = Origins::new();
        let (system, mut problems) = system(files, &origins);
        let settings = settings(files, &origins).unwrap_or_else(|it| {
            problems.push(format!("kai.yaml: {}", it.message));
            Settings::default()
        });
        let played = Played::on(&system, || verdicts(files, &system, &settings));
        let ctx = Context { played: &played, ..context(&system, &origins, &settings) };
        let checked = check(ctx, &[rule], &Unwatched);
        let failures =
            checked.failures.iter().map(|it| format!("the rule gave up: {}", it.message));
        problems.extend(failures);
        // What the text excepts is told as accepted, not found.
        let hazards = checked.hazards.into_iter().filter(|it| it.waived.is_none()).collect();
        Self { origins, hazards, problems }
    }

    fn places(&self) -> BTreeSet<Mark> {
        let place = |it: &Hazard| self.origins.location(it.at, LocationRole::Primary);
        self.hazards.iter().filter_map(place).map(|it| (it.path, it.line)).collect()
    }

    fn apply_fixes(&self, files: &BTreeMap<Utf8PathBuf, String>) -> BTreeMap<Utf8PathBuf, String> {
        let fixes = self.hazards.iter().filter_map(|it| it.fix.as_ref());
        let edits: Vec<Edit> = fixes.flat_map(|it| it.edits.iter().cloned()).collect();
        self.apply(&edits, files)
    }

    fn apply(
        &self,
        edits: &[Edit],
        files: &BTreeMap<Utf8PathBuf, String>,
    ) -> BTreeMap<Utf8PathBuf, String> {
        let of = |path: &Utf8Path| {
            let here = |it: &&Edit| self.origins.document(it.span.document).path == *path;
            edits.iter().filter(here).cloned().collect::<Vec<_>>()
        };
        files.iter().map(|(path, text)| (path.clone(), Edit::apply(text, &of(path)))).collect()
    }
}

/// Everything that the files hold, linked, and what is wrong with them.
fn system(files: &BTreeMap<Utf8PathBuf, String>, origins: &Origins) -> (System, Vec<String>) {
    let tree = Memory::new(files.iter().map(|(path, text)| (path.as_path(), text.as_str())));
    let project = Project::load(&tree, origins);
    let mut problems: Vec<_> = project.problems().iter().map(|it| it.message.clone()).collect();
    let mut lowered = Vec::new();
    let mut all_roots = Vec::new();
    for (id, plan) in (0..).zip(&roots::discover(&project)) {
        let (root, composition) = roots::compose(&project, plan, RootId(id));
        let mut one = kai_sources::lower(&composition.objects, &root, origins);
        kai_sources::complete(&composition, &mut one.components);
        let said = composition.problems.iter().chain(&one.problems);
        problems.extend(said.map(|it| it.message.clone()));
        let installed = kai_sources::installation(&composition, &root, origins);
        lowered.push(one.components.into_iter().chain(installed).collect());
        all_roots.push(root);
    }
    let library = kai_terraform::config::Library::new(&tree, origins);
    for plan in kai_terraform::roots::discover(&tree) {
        for it in kai_terraform::roots::compose(&library, &plan) {
            let id = RootId(u32::try_from(all_roots.len()).unwrap());
            problems.extend(it.problems.iter().map(|it| it.message.clone()));
            lowered.push(kai_sources::terraform::lower(&it.instances, id, origins).components);
            all_roots.push(kai_core::Root { id, ..it.root });
        }
    }
    let components = kai_sources::number(lowered);
    let journeys = settings(files, origins).map(|it| it.journeys).unwrap_or_default();
    (kai_sources::link::link(all_roots, components, &journeys, origins), problems)
}
