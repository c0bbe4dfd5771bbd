//! Trees of files in, roots out.

use camino::Utf8Path;
use expect_test::{Expect, expect};
use kai_core::{LocationRole, Origins, RootId};
use kai_testing::Memory;

use crate::Project;

#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&described(text));
}

/// The roots of a tree, with their objects, gaps and problems.
fn described(text: &str) -> String {
    let tree = Memory::of(text);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let mut found = String::new();
    for (index, plan) in super::discover(&project).iter().enumerate() {
        let (root, composition) =
            super::compose(&project, plan, RootId(u32::try_from(index).unwrap()));
        found.push_str(&format!(
            "{} {:?}: {}\n  {}: {}\n",
            root.path,
            root.kind,
            root.reason,
            root.environment.as_str(),
            root.environment_evidence
        ));
        for object in &composition.objects {
            let text = |path: &[&str]| object.str_at(path).unwrap_or("-").to_owned();
            found.push_str(&format!(
                "  {} {}/{}\n",
                text(&["kind"]),
                text(&["metadata", "namespace"]),
                text(&["metadata", "name"])
            ));
        }
        for gap in &root.gaps {
            found.push_str(&format!("  gap {:?} {}\n", gap.kind, gap.what));
        }
        for problem in &composition.problems {
            let place = problem.span.map(|it| origins.location_of(it, LocationRole::Primary));
            let place = place.map(|it| format!("{}:{}", it.path, it.line));
            let place = place.or(problem.path.as_ref().map(ToString::to_string));
            found.push_str(&format!("  {}: {}\n", place.unwrap_or_default(), problem.message));
        }
    }
    found
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";

#[test]
fn words_decide_the_environment() {
    let of = |path: &str| {
        super::environment::of_path(Utf8Path::new(path)).map(|it| it.environment.as_str())
    };
    for (path, expected) in [
        ("overlays/production", Some("production")),
        ("overlays/init-db-production-fwi", Some("production")),
        ("overlays/prod-eu", Some("production")),
        ("clusters/prd01", Some("production")),
        ("envs/live", Some("production")),
        ("cert-manager/overlays/stage0", Some("staging")),
        ("apps/pre-prod", Some("staging")),
        ("apps/non-prod", Some("development")),
        ("cert-manager/overlays/neco-dev", Some("development")),
        ("sandbox/overlays/gcp", Some("development")),
        ("sandbox/overlays/stage0", Some("staging")),
        ("test/e2e", Some("development")),
        ("integration-tests/prod", Some("development")),
        ("prod/smoke-test/live", Some("development")),
        ("clusters/prod-testbed", Some("production")),
        ("clusters/kind", Some("development")),
        ("docs/src/samples", Some("example")),
        ("examples/production", Some("example")),
        ("config/olm-samples", Some("example")),
        (".archive/2026-03-teardown/prod", Some("archive")),
        ("extras/jwt", Some("example")),
        ("stagingEnv", Some("staging")),
        ("product-catalog", None),
        ("latest", None),
        ("local-pv-provisioner/base", None),
        ("livestream", None),
        ("kubernetes-manifests", None),
        ("overlays/osaka0", None),
        ("contest", None),
    ] {
        assert_eq!(of(path), expected, "{path}");
    }
}

#[test]
fn a_folder_of_manifests_is_a_root_and_takes_the_folders_below_along() {
    let text = format!(
        "== k8s/web.yaml\n{DEPLOYMENT}== k8s/db/db.yaml\n{}== k8s/staging/web.yaml\n{DEPLOYMENT}\
         == mkdocs.yml\nsite_name: x\n== .github/workflows/ci.yaml\non: push\n\
         == k8s/values.yaml\nreplicas: 3\n== k8s/dashboard.json\n{{\"panels\": []}}\n",
        DEPLOYMENT.replace("web", "db")
    );
    check(
        &text,
        expect![[r#"
        k8s Manifests: a folder of 2 manifest files
          production: assumed: nothing says otherwise
          Deployment -/web
          Deployment -/db
        k8s/staging/web.yaml Manifests: one file of manifests
          staging: the path says `staging`
          Deployment -/web
    "#]],
    );
}

#[test]
fn labels_of_the_objects_say_where_they_run() {
    let text = format!(
        "== kubernetes-manifests/web.yaml\n{}== kubernetes-manifests/config.yaml\n{}",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {environment: development}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\n  labels: {environment: development}\n"
    );
    check(
        &text,
        expect![[r#"
        kubernetes-manifests Manifests: a folder of 2 manifest files
          development: 2 of 2 objects carry the label `environment: development`
          ConfigMap -/config
          Deployment -/web
    "#]],
    );
}

#[test]
fn a_label_of_one_object_among_others_says_nothing_of_the_folder() {
    let config = |name: &str, labels: &str| {
        format!(
            "== k8s/{name}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{labels}}}\n"
        )
    };
    let text = config("a", ", labels: {env: dev}") + &config("b", "") + &config("c", "");
    check(
        &text,
        expect![[r#"
            k8s Manifests: a folder of 3 manifest files
              production: assumed: nothing says otherwise
              ConfigMap -/a
              ConfigMap -/b
              ConfigMap -/c
        "#]],
    );
}

#[test]
fn variants_of_one_object_stand_alone() {
    let text = format!("== samples/a.yaml\n{DEPLOYMENT}== samples/b.yaml\n{DEPLOYMENT}");
    check(
        &text,
        expect![[r#"
        samples/a.yaml Manifests: it repeats objects of its neighbours, so it stands alone
          example: the path says `samples`
          Deployment -/web
        samples/b.yaml Manifests: it repeats objects of its neighbours, so it stands alone
          example: the path says `samples`
          Deployment -/web
    "#]],
    );
}

#[test]
fn configuration_of_programs_is_no_root() {
    check(
        "== audit.yaml\napiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {name: x}\n\
         == kind.yaml\nkind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: x\n\
         == kubeconfig.yaml\napiVersion: v1\nkind: Config\nmetadata: {name: x}\n",
        expect![[r#""#]],
    );
}

#[test]
fn a_chart_is_a_root_that_is_not_rendered() {
    check(
        "== charts/web/Chart.yaml\napiVersion: v2\nname: web\nversion: 1.0.0\n\
         == charts/web/templates/web.yaml\nkind: {{ .Values.kind }}\n\
         == charts/web/templates/plain.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\n\
         == charts/web/charts/sub/Chart.yaml\napiVersion: v2\nname: sub\nversion: 1.0.0\n",
        expect![[r#"
            charts/web Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Secret -/x
        "#]],
    );
}

#[test]
fn argo_cd_points_at_folders_and_names_their_namespace() {
    let application = |name: &str, path: &str, url: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  \
             source: {{repoURL: {url}, path: {path}}}\n  destination: {{namespace: shop}}\n---\n"
        )
    };
    let own = "https://github.com/acme/apps.git";
    let text = format!(
        "== argocd/apps.yaml\n{}{}{}== web/web.yaml\n{DEPLOYMENT}== api/api.yaml\n{DEPLOYMENT}",
        application("web-staging", "web", own),
        application("api", "api", own),
        application("other", "web", "https://github.com/acme/elsewhere"),
    );
    check(
        &text,
        expect![[r#"
        api Manifests: Argo CD Application `api` in `argocd/apps.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        argocd/apps.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/web-staging
          Application -/api
          Application -/other
        web Manifests: Argo CD Application `web-staging` in `argocd/apps.yaml` points at it
          staging: the Application is called `web-staging`
          Deployment shop/web
    "#]],
    );
}

#[test]
fn who_puts_back_what_is_done_by_hand_is_known() {
    let application = |name: &str, heals: bool| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  \
             source: {{repoURL: https://github.com/acme/apps, path: {name}, targetRevision: stable}}\n  \
             syncPolicy: {{automated: {{selfHeal: {heals}}}}}\n---\n"
        )
    };
    let text = format!(
        "== argocd/apps.yaml\n{}{}== web/web.yaml\n{DEPLOYMENT}== api/api.yaml\n{DEPLOYMENT}",
        application("web", true),
        application("api", false),
    );
    let tree = Memory::of(&text);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let healers: Vec<_> = super::discover(&project)
        .iter()
        .map(|it| super::compose(&project, it, RootId(0)).0)
        .filter_map(|it| {
            let healer = it.healer?;
            Some(format!("{}: {} on {:?}", it.path, healer.name, healer.revision))
        })
        .collect();
    assert_eq!(healers, [r#"web: Application/web on Some("stable")"#]);
}

#[test]
fn a_generated_application_points_at_each_of_its_folders() {
    check(
        &format!(
            "== argocd/set.yaml\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n\
             metadata: {{name: all}}\nspec:\n  generators:\n  - list: {{elements: [{{name: web}}, {{name: api}}]}}\n  \
             template:\n    metadata: {{name: '{{{{name}}}}'}}\n    spec:\n      source: {{repoURL: x/y, path: 'apps/{{{{name}}}}'}}\n\
             == apps/web/web.yaml\n{DEPLOYMENT}== apps/api/api.yaml\n{DEPLOYMENT}"
        ),
        expect![[r#"
            apps/api Manifests: Argo CD ApplicationSet `all` in `argocd/set.yaml` points at it
              production: assumed: nothing says otherwise
              Deployment -/web
            apps/web Manifests: Argo CD ApplicationSet `all` in `argocd/set.yaml` points at it
              production: assumed: nothing says otherwise
              Deployment -/web
            argocd/set.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              ApplicationSet -/all
        "#]],
    );
}

#[test]
fn flux_fills_variables_and_namespaces() {
    check(
        "== flux/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {name: web}\nspec:\n  path: ./apps/web\n  targetNamespace: shop\n  \
         postBuild: {substitute: {APP: web}}\n  sourceRef: {kind: GitRepository, name: flux-system}\n\
         == apps/web/web.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${APP}-config'}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata: {name: '${NONE:=shop}'}\n\
         == apps/web/release.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
         metadata: {name: cache}\nspec: {chartRef: {kind: OCIRepository, name: valkey}}\n",
        expect![[r#"
            apps/web Manifests: Flux Kustomization `web` in `flux/ks.yaml` points at it
              production: assumed: nothing says otherwise
              Namespace -/shop
              ConfigMap shop/web-config
              HelmRelease shop/cache
              gap Chart valkey of HelmRelease/cache
            flux/ks.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Kustomization -/web
        "#]],
    );
}

#[test]
fn a_dump_says_what_it_does_not_hold() {
    check(
        "== cluster.json\n{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\
         {\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"web\", \"namespace\": \"shop\", \"uid\": \"1\"}},\
         {\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"web\", \"namespace\": \"shop\", \"uid\": \"2\"}}]}\n",
        expect![[r#"
            cluster.json Dump: a list of objects as the cluster holds them
              production: assumed: nothing says otherwise
              Deployment shop/web
              Service shop/web
              gap NotCollected ConfigMap
              gap NotCollected HorizontalPodAutoscaler
              gap NotCollected Ingress
              gap NotCollected NetworkPolicy
              gap NotCollected PersistentVolume
              gap NotCollected PersistentVolumeClaim
              gap NotCollected PodDisruptionBudget
              gap NotCollected Secret
              gap NotCollected ServiceAccount
              gap NotCollected StorageClass
        "#]],
    );
}

#[test]
fn what_a_kustomization_leaves_out_is_not_applied() {
    check(
        &format!(
            "== app/base/kustomization.yaml\nresources: [web.yaml]\n== app/base/web.yaml\n{DEPLOYMENT}\
             == app/base/patches/old.yaml\n{DEPLOYMENT}== app/base/patches/older.yaml\n{DEPLOYMENT}\
             == app/overlays/prod/kustomization.yaml\nresources: [../../base]\n"
        ),
        expect![[r#"
            app/base/patches/*.yaml Manifests: the kustomization in `app/base` takes none of these files
              archive: the kustomization in `app/base` leaves it out
              Deployment -/web
              Deployment -/web
            app/overlays/prod Kustomization: no other kustomization includes it
              production: the path says `prod`
              Deployment -/web
        "#]],
    );
}

#[test]
fn examples_inside_of_a_package_are_a_root_of_their_own() {
    check(
        &format!(
            "== config/all/kustomization.yaml\nresources: [../manager, ../samples]\n\
             == config/manager/kustomization.yaml\nresources: [web.yaml]\n\
             == config/manager/web.yaml\n{DEPLOYMENT}\
             == config/samples/kustomization.yaml\nresources: [db.yaml]\n\
             == config/samples/db.yaml\napiVersion: v1\nkind: Pod\nmetadata: {{name: db}}\n"
        ),
        expect![[r#"
            config/all Kustomization: no other kustomization includes it
              production: assumed: nothing says otherwise
              Deployment -/web
            config/samples Kustomization: `config/all` includes it, as examples
              example: the path says `samples`
              Pod -/db
        "#]],
    );
}

#[test]
fn of_repositories_side_by_side_each_pointer_finds_its_own() {
    check(
        &format!(
            "== gitops/apps.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\n\
             metadata: {{name: web}}\nspec:\n  source: {{repoURL: git@host:acme/shop.git, path: k8s}}\n\
             == other/k8s/api.yaml\n{}== shop/k8s/web.yaml\n{DEPLOYMENT}",
            DEPLOYMENT.replace("web", "api")
        ),
        expect![[r#"
            gitops/apps.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Application -/web
            other/k8s/api.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Deployment -/api
            shop/k8s Manifests: Argo CD Application `web` in `gitops/apps.yaml` points at it
              production: assumed: nothing says otherwise
              Deployment -/web
        "#]],
    );
}

#[test]
fn files_that_cannot_be_read_are_gaps_of_their_neighbours() {
    check(
        &format!(
            "== k8s/api.yaml\na: b: c\n== k8s/web.yaml\n{DEPLOYMENT}== k8s/twice.yaml\n{}a: b\na: c\n",
            DEPLOYMENT.replace("web", "api")
        ),
        expect![[r#"
            k8s Manifests: a folder of 2 manifest files
              production: assumed: nothing says otherwise
              Deployment -/api
              Deployment -/web
              gap Broken k8s/api.yaml
        "#]],
    );
}

#[test]
fn flux_adds_components_and_patches() {
    check(
        &format!(
            "== flux/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
             metadata: {{name: web}}\nspec:\n  path: ./apps/web\n  targetNamespace: shop\n  \
             components: [../../components/backup]\n  \
             patches: [{{patch: '[{{op: replace, path: /metadata/name, value: shop}}]', target: {{kind: Deployment}}}}]\n  \
             sourceRef: {{kind: GitRepository, name: flux-system}}\n\
             == apps/web/kustomization.yaml\nresources: [web.yaml]\n== apps/web/web.yaml\n{DEPLOYMENT}\
             == components/backup/kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n\
             resources: [backup.yaml]\n== components/backup/backup.yaml\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: backup}}}}\n"
        ),
        expect![[r#"
            apps/web Kustomization: Flux Kustomization `web` in `flux/ks.yaml` points at it
              production: assumed: nothing says otherwise
              ConfigMap shop/backup
              Deployment shop/shop
            flux/ks.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Kustomization -/web
        "#]],
    );
}

#[test]
fn a_compose_project_that_calls_itself_a_demo_is_an_example() {
    check(
        "== compose.yaml\nservices:\n  web: {image: web:1}\nnetworks:\n  default: {name: shop-demo}\n",
        expect![[r#"
            compose.yaml ComposeProject: the file that `docker compose up` takes in its folder
              example: the network is called `shop-demo`
              - -/-
        "#]],
    );
}

const CHART: &str = "apiVersion: v2\nname: till\nversion: 1.0.0\n";
const TEMPLATE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-\
                        {{ .Values.tier }}\n";

#[test]
fn values_of_environments_beside_a_chart_are_its_installations() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/values-production.yaml\ntier: gold\n\
         == charts/till/values-integration.yaml\ntier: lead\n\
         == charts/till/values-large.yaml\ntier: x\n== charts/till/templates/a.yaml\n{TEMPLATE}"
    );
    check(
        &text,
        expect![[r#"
        charts/till/values-integration.yaml Chart: it holds values of one environment for the chart `charts/till`
          development: the values are in `values-integration.yaml`
          Deployment -/till-lead
        charts/till/values-production.yaml Chart: it holds values of one environment for the chart `charts/till`
          production: the values are in `values-production.yaml`
          Deployment -/till-gold
    "#]],
    );
}

#[test]
fn a_chart_that_nobody_installs_has_its_defaults_and_one_that_needs_values_is_a_gap() {
    let text = format!(
        "== till/Chart.yaml\n{CHART}== till/values.yaml\ntier: none\n== till/templates/a.yaml\n{TEMPLATE}\
         == strict/Chart.yaml\n{CHART}== strict/templates/a.yaml\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {{{{ required \"say it\" .Values.tier }}}}}}\n\
         == strict/templates/b.yaml\na: {{{{ fail \"say which tier\" }}}}\n\
         == parts/Chart.yaml\n{CHART}type: library\n== parts/templates/_a.tpl\nx\n"
    );
    check(
        &text,
        expect![[r#"
            strict Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              ConfigMap -/…
              gap Template till/templates/b.yaml
              gap Value say it (strict)
            till Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Deployment -/till-none
        "#]],
    );
}

#[test]
fn an_application_installs_a_chart_with_files_values_and_parameters() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== charts/till/templates/b.yaml\n\
         kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {{{{ .Values.a }}}}-{{{{ .Values.b }}}}-\
         {{{{ .Values.c }}}}-{{{{ .Values.d }}}}\n\
         == values/eu.yaml\na: file\nb: file\nc: file\nd: file\n\
         == apps/till.yaml\n\
         apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: till-production}}\n\
         spec:\n  source:\n    repoURL: https://git.example/shop/deploy\n    path: charts/till\n    helm:\n\
         \x20     releaseName: shop\n      valueFiles: [../../values/eu.yaml]\n      values: |\n\
         \x20       b: text\n        c: text\n      parameters: [{{name: c, value: set}}]\n\
         \x20 destination: {{namespace: tills}}\n"
    );
    check(
        &text,
        expect![[r#"
        apps/till.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/till-production
        charts/till Chart: Argo CD Application `till-production` in `apps/till.yaml` points at it
          production: the Application is called `till-production`
          ConfigMap tills/file-text-set-file
          Deployment tills/shop-none
    "#]],
    );
}

#[test]
fn a_key_that_an_application_gives_twice_is_told() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== apps/till.yaml\n\
         apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: till}}\n\
         spec:\n  source:\n    path: charts/till\n    helm:\n      values: |\n        workers:\n\
         \x20         replicas: 3\n          memory: 1Gi\n        tier: a\n        workers:\n\
         \x20         replicas: 2\n        tier: a\n"
    );
    check(
        &text,
        expect![[r#"
        apps/till.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/till
        charts/till Chart: Argo CD Application `till` in `apps/till.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment -/till-a
          apps/till.yaml:13: the key `workers` is written twice in one mapping, and the last one counts: `workers.replicas`, `workers.memory` of line 9 are lost
          apps/till.yaml:15: the key `tier` is written twice in one mapping, and the last one counts: line 12 says the same
    "#]],
    );
}

#[test]
fn what_a_chart_requires_and_nobody_gives_is_a_gap() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/templates/a.yaml\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: till}}\n\
         data:\n  a: {{{{ required \"name the shop\" .Values.shop }}}}\n\
         \x20 b: {{{{ required \"name the shop\" .Values.shop }}}}\n"
    );
    check(
        &text,
        expect![[r#"
        charts/till Chart: a chart; nothing here says with which values it is installed, so its defaults
          production: assumed: nothing says otherwise
          ConfigMap -/till
          gap Value name the shop (charts/till)
    "#]],
    );
}

#[test]
fn what_an_archive_says_that_is_none_is_told() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/templates/a.yaml\n{TEMPLATE}\
         == charts/till/charts/kid-1.0.0.tgz\nno archive\n"
    );
    check(
        &text,
        expect![[r#"
            charts/till Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              gap Chart charts/till
              charts/till/charts/kid-1.0.0.tgz: the release `till` of `charts/till` cannot be rendered, so nothing of it is reviewed: error unpacking subchart tar in kid-1.0.0.tgz: invalid gzip header
        "#]],
    );
}

#[test]
fn applications_that_a_chart_writes_install_charts_in_turn() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}\
         == charts/apps/Chart.yaml\n{CHART}== charts/apps/values-staging.yaml\n\
         apps: [{{name: one, tier: a}}, {{name: two, tier: b}}]\n\
         == charts/apps/templates/apps.yaml\n{{{{ range .Values.apps }}}}\n---\n\
         apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{{{ .name }}}}\n\
         spec:\n  source:\n    path: charts/till\n    helm:\n      values: |\n        \
         {{{{- toYaml (omit . \"name\") | nindent 8 }}}}\n  destination:\n    namespace: tills\n\
         {{{{ end }}}}\n"
    );
    check(
        &text,
        expect![[r#"
            charts/apps/values-staging.yaml Chart: it holds values of one environment for the chart `charts/apps`
              staging: the values are in `values-staging.yaml`
              Application -/one
              Application -/two
            charts/till Chart: Argo CD Application `one` in `charts/apps/values-staging.yaml` points at it
              staging: Argo CD Application `one` in `charts/apps/values-staging.yaml` points at it
              Deployment tills/one-a
            charts/till Chart: Argo CD Application `two` in `charts/apps/values-staging.yaml` points at it
              staging: Argo CD Application `two` in `charts/apps/values-staging.yaml` points at it
              Deployment tills/two-b
        "#]],
    );
}

#[test]
fn an_installation_with_values_that_are_not_here_says_what_is_missing() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== apps/till.yaml\n\
         apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: till}}\n\
         spec:\n  source:\n    path: charts/till\n    helm: {{valueFiles: [secret.yaml]}}\n\
         \x20 destination: {{namespace: tills}}\n"
    );
    check(
        &text,
        expect![[r#"
            apps/till.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Application -/till
            charts/till Chart: Argo CD Application `till` in `apps/till.yaml` points at it
              production: assumed: nothing says otherwise
              gap AbsentFile secret.yaml, values of `charts/till`
        "#]],
    );
}

#[test]
fn an_unknown_installation_stands_beside_a_known_one_and_files_make_none_of_its_name() {
    let application = |name: &str, helm: &str| {
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\n\
             spec:\n  source:\n    path: charts/till\n    helm: {{{helm}}}\n  destination: {{namespace: tills}}\n"
        )
    };
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/values-production.yaml\ntier: high\n\
         == charts/till/values-east.yaml\ntier: east\n== charts/till/tier.txt\ntext\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== apps/till.yaml\n{}{}{}{}",
        application("east", "valueFiles: [values-$ARGOCD_APP_NAME.yaml]"),
        application("list", "values: \"not a map\""),
        application("file", "fileParameters: [{name: tier, path: tier.txt}]"),
        application("commit", "parameters: [{name: tier, value: $ARGOCD_APP_REVISION}]"),
    );
    check(
        &text,
        expect![[r#"
        apps/till.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/east
          Application -/list
          Application -/file
          Application -/commit
        charts/till Chart: Argo CD Application `commit` in `apps/till.yaml` points at it
          production: assumed: nothing says otherwise
          gap Value the parameter tier of commit
        charts/till Chart: Argo CD Application `east` in `apps/till.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment tills/east-east
        charts/till Chart: Argo CD Application `file` in `apps/till.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment tills/file-text
        charts/till Chart: Argo CD Application `list` in `apps/till.yaml` points at it
          production: assumed: nothing says otherwise
          gap Broken values of `charts/till`
    "#]],
    );
}

#[test]
fn what_a_folder_of_releases_holds_counts_once() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== flux/ks.yaml\n\
         apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: tills}}\n\
         spec: {{path: ./tills, sourceRef: {{kind: GitRepository, name: shop}}, \
         postBuild: {{substitute: {{TIER: high}}}}}}\n== tills/till.yaml\n\
         apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: till, namespace: tills}}\n\
         spec:\n  chart: {{spec: {{chart: ./charts/till, sourceRef: {{kind: GitRepository, name: shop}}}}}}\n\
         \x20 values: {{tier: '${{TIER}}'}}\n"
    );
    check(
        &text,
        expect![[r#"
        charts/till Chart: Flux HelmRelease `till` in `tills` points at it
          production: assumed: nothing says otherwise
          Deployment tills/till-high
        flux/ks.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Kustomization -/tills
        tills Manifests: Flux Kustomization `tills` in `flux/ks.yaml` points at it
          production: assumed: nothing says otherwise
          HelmRelease tills/till
    "#]],
    );
}

#[test]
fn flux_fills_variables_as_its_shell_functions_say() {
    let objects: String = [
        "x$${ENVN}",
        "a${n:-5}",
        "b${n:=-1}",
        "c${ENVN/prod/zz}",
        "d${ENVN:0:2}",
        "e${ENVN^^}",
        "f${#ENVN}",
        "g$ENVN",
        "h${none}",
        "i${m:-${ENVN}}",
        "j${ENVN##*d}",
        "k${ENVN%env}",
    ]
    .iter()
    .map(|it| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{it}'}}\n"))
    .collect();
    let text = format!(
        "== flux/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: web}}\nspec: {{path: ./web, sourceRef: {{kind: GitRepository, name: a}}, \
         postBuild: {{substitute: {{ENVN: prodenv}}}}}}\n== web/web.yaml\n{objects}---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: 'z${{ENVN}}', \
         annotations: {{kustomize.toolkit.fluxcd.io/substitute: disabled}}}}\n"
    );
    check(
        &text,
        expect![[r#"
        flux/ks.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Kustomization -/web
        web Manifests: Flux Kustomization `web` in `flux/ks.yaml` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/x${ENVN}
          ConfigMap -/a5
          ConfigMap -/b-1
          ConfigMap -/czzenv
          ConfigMap -/dpr
          ConfigMap -/ePRODENV
          ConfigMap -/f7
          ConfigMap -/g$ENVN
          ConfigMap -/h
          ConfigMap -/iprodenv
          ConfigMap -/jenv
          ConfigMap -/kprod
          ConfigMap -/z${ENVN}
    "#]],
    );
}

#[test]
fn sets_select_patch_and_overwrite_and_say_what_they_cannot_know() {
    let text = format!(
        "== apps/a_B/x.yaml\n{DEPLOYMENT}== apps/c/x.yaml\n{DEPLOYMENT}== sets/one.yaml\n\
         apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n\
         \x20 goTemplate: true\n  generators:\n\
         \x20 - git:\n      directories: [{{path: apps/*}}]\n      values: {{space: 'of-{{{{.path.basenameNormalized}}}}'}}\n\
         \x20   selector: {{matchExpressions: [{{key: path.basename, operator: NotIn, values: [c]}}]}}\n\
         \x20 - list: {{elements: [{{path: {{path: apps/c}}, values: {{space: listed}}}}], template: {{spec: {{destination: {{namespace: own}}}}}}}}\n\
         \x20 - clusters: {{}}\n\
         \x20 templatePatch: |\n    {{{{ if ne .values.space \"listed\" }}}}\n    spec: {{destination: {{name: patched-prod}}}}\n    {{{{ end }}}}\n\
         \x20 template:\n    metadata: {{name: '{{{{.values.space}}}}'}}\n\
         \x20   spec: {{source: {{path: '{{{{.path.path}}}}'}}, destination: {{namespace: '{{{{.values.space}}}}'}}}}\n"
    );
    check(
        &text,
        expect![[r#"
        apps/a_B Manifests: Argo CD ApplicationSet `all` in `sets/one.yaml` points at it
          production: the cluster is called `patched-prod`
          Deployment of-a-b/web
        apps/c Manifests: Argo CD ApplicationSet `all` in `sets/one.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment own/web
        sets/one.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          ApplicationSet -/all
          gap Template what `clusters` of ApplicationSet/all makes
    "#]],
    );
}

#[test]
fn a_cluster_whose_secret_an_external_secret_makes_is_one_of_argo_cd() {
    let text = format!(
        "== apps/edge/x.yaml\n{DEPLOYMENT}== sets/one.yaml\n\
         apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n\
         \x20 generators:\n  - clusters: {{selector: {{matchLabels: {{tier: web}}}}}}\n\
         \x20 template:\n    metadata: {{name: '{{{{name}}}}'}}\n\
         \x20   spec: {{source: {{path: 'apps/{{{{name}}}}'}}, destination: {{server: '{{{{server}}}}', namespace: shop}}}}\n\
         == sets/edge.yaml\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: edge}}\nspec:\n\
         \x20 target:\n    template:\n\
         \x20     metadata: {{labels: {{argocd.argoproj.io/secret-type: cluster, tier: web}}}}\n\
         \x20     data: {{name: edge, server: '{{{{ .server }}}}'}}\n"
    );
    check(
        &text,
        expect![[r#"
        apps/edge Manifests: Argo CD ApplicationSet `all` in `sets/one.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        sets Manifests: a folder of 2 manifest files
          production: assumed: nothing says otherwise
          ExternalSecret -/edge
          ApplicationSet -/all
    "#]],
    );
}

#[test]
fn sets_of_applications_are_filled_from_lists_folders_files_and_their_products() {
    let set = |generators: &str, path: &str, go: bool| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n\
             \x20 goTemplate: {go}\n  generators:\n{generators}  template:\n    metadata: {{name: '{path}'}}\n\
             \x20   spec: {{source: {{path: '{path}'}}, destination: {{namespace: shop}}}}\n"
        )
    };
    let folders = "    - git: {directories: [{path: apps/*}, {path: apps/old, exclude: true}]}\n";
    let matrix = "    - matrix:\n        generators:\n        - git: {files: [{path: teams/*.json}]}\n\
                  \x20       - list: {elements: [{kind: web}, {kind: db}]}\n";
    let text = format!(
        "== apps/a/x.yaml\n{DEPLOYMENT}== apps/b/x.yaml\n{DEPLOYMENT}== apps/old/x.yaml\n{DEPLOYMENT}\
         == red-web/x.yaml\n{DEPLOYMENT}== red-db/x.yaml\n{DEPLOYMENT}\
         == teams/red.json\n{{\"team\": {{\"name\": \"red\"}}}}\n== sets/one.yaml\n{}== sets/two.yaml\n{}",
        set(folders, "{{path}}", false),
        set(matrix, "{{ .team.name }}-{{ .kind }}", true),
    );
    check(
        &text,
        expect![[r#"
        apps/a Manifests: Argo CD ApplicationSet `all` in `sets/one.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        apps/b Manifests: Argo CD ApplicationSet `all` in `sets/one.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        apps/old/x.yaml Manifests: one file of manifests
          archive: the path says `old`
          Deployment -/web
        red-db Manifests: Argo CD ApplicationSet `all` in `sets/two.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        red-web Manifests: Argo CD ApplicationSet `all` in `sets/two.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
        sets/one.yaml Manifests: it repeats objects of its neighbours, so it stands alone
          production: assumed: nothing says otherwise
          ApplicationSet -/all
        sets/two.yaml Manifests: it repeats objects of its neighbours, so it stands alone
          production: assumed: nothing says otherwise
          ApplicationSet -/all
    "#]],
    );
}

#[test]
fn a_release_of_flux_installs_a_chart_of_this_repository() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== clusters/prod/till.yaml\n\
         apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: till, namespace: tills}}\n\
         spec:\n  chart: {{spec: {{chart: ./charts/till, sourceRef: {{kind: GitRepository, name: shop}}}}}}\n\
         \x20 valuesFrom: [{{kind: ConfigMap, name: tiers}}]\n  values: {{other: 1}}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: tiers, namespace: tills}}\n\
         data:\n  values.yaml: |\n    tier: from-map\n"
    );
    check(
        &text,
        expect![[r#"
            charts/till Chart: Flux HelmRelease `till` in `clusters/prod/till.yaml` points at it
              production: Flux HelmRelease `till` in `clusters/prod/till.yaml` points at it
              Deployment tills/till-from-map
            clusters/prod/till.yaml Manifests: one file of manifests
              production: the path says `prod`
              HelmRelease tills/till
              ConfigMap tills/tiers
        "#]],
    );
}

#[test]
fn a_chart_that_has_itself_installed_comes_to_an_end() {
    let application = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: '{name}'}}\n\
             spec: {{source: {{path: charts/till, repoURL: https://git.example/a/b}}}}\n"
        )
    };
    for (name, count) in [("{{ .Release.Name }}", 1), ("{{ .Release.Name }}-x", 8)] {
        let text = format!(
            "== charts/till/Chart.yaml\n{CHART}== charts/till/templates/a.yaml\n{}",
            application(name)
        );
        let tree = Memory::of(&text);
        let origins = Origins::new();
        assert_eq!(super::discover(&Project::load(&tree, &origins)).len(), count, "{name}");
    }
}

#[test]
fn a_helmfile_installs_its_releases_in_each_of_its_environments() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== helmfile.yaml\n\
         environments:\n  staging: {{values: [{{isOn: false}}]}}\n\
         \x20 production: {{values: [{{isOn: true}}]}}\nreleases:\n\
         - name: till\n  namespace: tills\n  chart: ./charts/till\n\
         \x20 values: ['settings/{{{{ .Environment.Name }}}}.yaml']\n\
         - name: second\n  namespace: tills\n  chart: ./charts/till\n  condition: isOn\n\
         \x20 set: [{{name: tier, value: set}}]\n\
         - {{name: never, chart: ./charts/till, installed: false}}\n\
         - {{name: far, chart: stable/far}}\n\
         == settings/production.yaml\ntier: high\n== settings/staging.yaml\ntier: low\n"
    );
    check(
        &text,
        expect![[r#"
        charts/till Chart: Helmfile release `second` in `helmfile.yaml` points at it
          production: the environment of `helmfile.yaml` is `production`
          Deployment tills/second-set
        charts/till Chart: Helmfile release `till` in `helmfile.yaml` points at it
          production: the environment of `helmfile.yaml` is `production`
          Deployment tills/till-high
        charts/till Chart: Helmfile release `till` in `helmfile.yaml` points at it
          staging: the environment of `helmfile.yaml` is `staging`
          Deployment tills/till-low
        helmfile.yaml Chart: a Helmfile
          production: assumed: nothing says otherwise
          gap Chart stable/far of release `far`
    "#]],
    );
}

#[test]
fn helmfiles_that_are_templates_and_those_that_they_take_in_are_read() {
    let text = format!(
        "== charts/till/Chart.yaml\n{CHART}== charts/till/values.yaml\ntier: none\n\
         == charts/till/templates/a.yaml\n{TEMPLATE}== environments.yaml\n\
         environments:\n  production: {{values: [{{size: high}}]}}\n  staging: {{values: [{{size: low}}]}}\n\
         == helmfile.yaml.gotmpl\nbases: [environments.yaml]\n---\nreleases:\n\
         {{{{- range list \"first\" \"second\" }}}}\n- name: {{{{ . }}}}\n  namespace: tills\n\
         \x20 chart: charts/till\n  values: [tier.yaml.gotmpl]\n{{{{- end }}}}\n\
         helmfiles:\n- path: apps/*.yaml\n  values: [{{here: inner}}]\n- {{path: far/helmfile.yaml}}\n\
         == tier.yaml.gotmpl\n{{{{ if eq .Environment.Name \"production\" }}}}\n\
         tier: {{{{ .Values.size }}}}-{{{{ .Release.Name }}}}\n{{{{ end }}}}\n\
         == apps/one.yaml\nreleases:\n- name: third\n  namespace: tills\n  chart: ../charts/till\n\
         \x20 set: [{{name: tier, value: '{{{{ .Values.here }}}}'}}]\n\
         - name: fourth\n  chart: ../charts/till\n  values: [secret.yaml.gotmpl]\n\
         == apps/secret.yaml.gotmpl\ntier: {{{{ exec \"pass\" (list \"tier\") }}}}\n"
    );
    check(
        &text,
        expect![[r#"
            charts/till Chart: Helmfile release `first` in `helmfile.yaml.gotmpl` points at it
              production: the environment of `helmfile.yaml.gotmpl` is `production`
              Deployment tills/first-high-first
            charts/till Chart: Helmfile release `first` in `helmfile.yaml.gotmpl` points at it
              staging: the environment of `helmfile.yaml.gotmpl` is `staging`
              Deployment tills/first-none
            charts/till Chart: Helmfile release `fourth` in `apps/one.yaml` points at it
              production: the environment of `apps/one.yaml` is `production`
              gap AbsentFile apps/secret.yaml.gotmpl (needs what `exec` gives), values of release `fourth`
            charts/till Chart: Helmfile release `fourth` in `apps/one.yaml` points at it
              staging: the environment of `apps/one.yaml` is `staging`
              gap AbsentFile apps/secret.yaml.gotmpl (needs what `exec` gives), values of release `fourth`
            charts/till Chart: Helmfile release `second` in `helmfile.yaml.gotmpl` points at it
              production: the environment of `helmfile.yaml.gotmpl` is `production`
              Deployment tills/second-high-second
            charts/till Chart: Helmfile release `second` in `helmfile.yaml.gotmpl` points at it
              staging: the environment of `helmfile.yaml.gotmpl` is `staging`
              Deployment tills/second-none
            charts/till Chart: Helmfile release `third` in `apps/one.yaml` points at it
              production: the environment of `apps/one.yaml` is `production`
              Deployment tills/third-inner
            charts/till Chart: Helmfile release `third` in `apps/one.yaml` points at it
              staging: the environment of `apps/one.yaml` is `staging`
              Deployment tills/third-inner
            helmfile.yaml.gotmpl Chart: a Helmfile
              production: assumed: nothing says otherwise
              gap AbsentFile far/helmfile.yaml
        "#]],
    );
}

#[test]
fn a_broken_chart_says_where_and_what_is_not_reviewed_and_the_rest_goes_on() {
    let application = |name: &str| {
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\n\
             spec: {{source: {{path: {name}}}, destination: {{namespace: shop}}}}\n"
        )
    };
    let text = format!(
        "== values/Chart.yaml\n{CHART}== values/values.yaml\na: 1\nb: [1\n\
         == values/templates/a.yaml\n{DEPLOYMENT}\
         == chart/Chart.yaml\nname: chart\nversion: \"1.0.0\n== chart/templates/a.yaml\n{DEPLOYMENT}\
         == one/Chart.yaml\n{CHART}== one/templates/a.yaml\n{DEPLOYMENT}\
         == one/templates/b.yaml\na: 1\nb: {{{{ .Values.b.c }}}}\n\
         == apps.yaml\n{}{}",
        application("values"),
        application("one")
    );
    check(
        &text,
        expect![[r#"
        apps.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/values
          Application -/one
        chart Chart: a chart; nothing here says with which values it is installed, so its defaults
          production: assumed: nothing says otherwise
          gap Chart chart
          chart/Chart.yaml:2: the release `chart` of `chart` cannot be rendered, so nothing of it is reviewed: cannot load Chart.yaml: the quote that opens here is never closed
        one Chart: Argo CD Application `one` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment shop/web
          gap Template till/templates/b.yaml
          one/templates/b.yaml:2: `till/templates/b.yaml` cannot be rendered for the release `one`, so nothing that it writes is reviewed: template: till/templates/b.yaml:2:13: executing "till/templates/b.yaml" at <.Values.b.c>: nil pointer evaluating interface {}.c
        values Chart: Argo CD Application `values` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          gap Chart values
          values/values.yaml:2: the release `values` of `values` cannot be rendered, so nothing of it is reviewed: cannot load values.yaml: this `[` is never closed
    "#]],
    );
}

#[test]
fn a_chart_at_the_top_is_called_by_its_own_name() {
    let text = format!(
        "== Chart.yaml\n{CHART}== templates/a.yaml\nb: {{{{ .Values.b.c }}}}\n\
         == values-production.yaml\na: 1\n"
    );
    check(
        &text,
        expect![[r#"
        values-production.yaml Chart: it holds values of one environment for the chart `till`
          production: the values are in `values-production.yaml`
          gap Template till/templates/a.yaml
          templates/a.yaml:1: `till/templates/a.yaml` cannot be rendered for the release `till`, so nothing that it writes is reviewed: template: till/templates/a.yaml:1:13: executing "till/templates/a.yaml" at <.Values.b.c>: nil pointer evaluating interface {}.c
    "#]],
    );
}

#[test]
fn a_chart_that_another_takes_in_from_beside_it_is_no_root() {
    let text = format!(
        "== shop/Chart.yaml\napiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
         - {{name: till, version: 1.0.0, repository: 'file://../till'}}\n\
         == till/Chart.yaml\n{CHART}== till/templates/a.yaml\n{DEPLOYMENT}"
    );
    check(
        &text,
        expect![[r#"
        shop Chart: a chart; nothing here says with which values it is installed, so its defaults
          production: assumed: nothing says otherwise
          Deployment -/web
    "#]],
    );
}

#[test]
fn folders_that_are_hidden_are_generated_for_nobody_and_patterns_are_those_of_go_and_git() {
    let set = |generator: &str, name: &str| {
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: {name}}}\nspec:\n\
             \x20 generators: [{{git: {{repoURL: https://git.example/a, {generator}}}}}]\n  template:\n\
             \x20   metadata: {{name: '{name}-{{{{path.basename}}}}'}}\n\
             \x20   spec: {{source: {{path: '{{{{path}}}}'}}, destination: {{namespace: '{{{{path.basename}}}}'}}}}\n"
        )
    };
    let folders = set("directories: [{path: apps/*}, {path: apps/b*, exclude: true}]", "one");
    // No depth: `**` is `*`.
    let deep = set("directories: [{path: '**/c[a-c]'}, {path: deep/**}]", "two");
    // `*` of git reaches into folders.
    let files = set("files: [{path: 'deep/*.json'}, {path: '*/no/*', exclude: true}]", "three");
    let text = format!(
        "== sets.yaml\n{folders}{deep}{files}\
         == apps/.hidden/a.yaml\n{DEPLOYMENT}== apps/aa/a.yaml\n{DEPLOYMENT}== apps/bb/a.yaml\n{DEPLOYMENT}\
         == apps/cb/a.yaml\n{DEPLOYMENT}== apps/cb/cb/a.yaml\n{DEPLOYMENT}\
         == deep/x/y/config.json\n{{\"a\": 1}}\n== deep/x/y/a.yaml\n{DEPLOYMENT}\
         == deep/no/config.json\n{{\"a\": 1}}\n== deep/no/a.yaml\n{DEPLOYMENT}"
    );
    check(
        &text,
        expect![[r#"
        apps/aa Manifests: Argo CD ApplicationSet `one` in `sets.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment aa/web
        apps/bb/a.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Deployment -/web
        apps/cb Manifests: Argo CD ApplicationSet `one` in `sets.yaml` and 1 more point at it
          production: assumed: nothing says otherwise
          Deployment cb/web
        apps/cb/cb/a.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Deployment -/web
        deep/no Manifests: Argo CD ApplicationSet `two` in `sets.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment no/web
        deep/x/y Manifests: Argo CD ApplicationSet `three` in `sets.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment y/web
        sets.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          ApplicationSet -/one
          ApplicationSet -/two
          ApplicationSet -/three
    "#]],
    );
}

#[test]
fn patterns_of_values_files_stand_for_files_in_their_order() {
    let application = |name: &str, helm: &str| {
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\n\
             spec:\n  source: {{path: till, helm: {helm}}}\n  destination: {{namespace: n}}\n"
        )
    };
    let all = [
        application("order", "{valueFiles: ['env/**/*.yaml']}"),
        application("pinned", "{valueFiles: ['/till/env/*.yaml', env/a.yaml]}"),
        application("none", "{valueFiles: ['nope/*.yaml']}"),
        application(
            "lenient",
            "{valueFiles: ['nope/*.yaml', nope.yaml], ignoreMissingValueFiles: true}",
        ),
        application("out", "{valueFiles: ['../../*.yaml']}"),
    ];
    let text = format!(
        "== apps.yaml\n{}== till/Chart.yaml\n{CHART}== till/values.yaml\ntier: none\n\
         == till/templates/a.yaml\n{TEMPLATE}== till/env/a.yaml\ntier: a\n== till/env/z.yaml\ntier: z\n\
         == till/env/b/c.yaml\ntier: c\n",
        all.concat()
    );
    check(
        &text,
        expect![[r#"
        apps.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Application -/order
          Application -/pinned
          Application -/none
          Application -/lenient
          Application -/out
        till Chart: Argo CD Application `lenient` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment -/lenient-none
        till Chart: Argo CD Application `none` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          gap AbsentFile nope/*.yaml, values of `till`
        till Chart: Argo CD Application `order` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment -/order-c
        till Chart: Argo CD Application `out` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          gap AbsentFile ../../*.yaml, values of `till`
        till Chart: Argo CD Application `pinned` in `apps.yaml` points at it
          production: assumed: nothing says otherwise
          Deployment -/pinned-a
    "#]],
    );
}

#[test]
fn flux_reads_what_its_parser_reads() {
    // What github.com/fluxcd/pkg/envsubst 1.4.0 prints; what it refuses stays unknown.
    let cases = [
        "a${C/#b/}",
        "b${C/%c/}",
        "c${C/#b/x}",
        "d${C/%c/x}",
        "e${C/b/}",
        "f${C//b/}",
        "g${D/\\//\\/x}",
        "h${C/#b/${E}}",
        "i${C/b/$$x}",
        "j${C/b}",
        "k${C#}",
        "l${C/b${A}/x}",
        "m${C:}",
        "n${N:-a}b}",
    ];
    let object = |it: &&str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{it}'}}\ndata: {{n: \"${{A}}\"}}\n"
        )
    };
    let text = format!(
        "== ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: web}}\nspec: {{path: ./web, sourceRef: {{kind: GitRepository, name: a}}, \
         postBuild: {{substitute: {{A: '5', C: bbcc, D: a/b, E: ''}}}}}}\n== web/web.yaml\n{}",
        cases.iter().map(object).collect::<String>()
    );
    check(
        &text,
        expect![[r#"
        ks.yaml Manifests: one file of manifests
          production: assumed: nothing says otherwise
          Kustomization -/web
        web Manifests: Flux Kustomization `web` in `ks.yaml` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/abbcc
          ConfigMap -/bbbcc
          ConfigMap -/cxbcc
          ConfigMap -/dbbcx
          ConfigMap -/ebcc
          ConfigMap -/fcc
          ConfigMap -/ga/xb
          ConfigMap -/hbcc
          ConfigMap -/i$xbcc
          ConfigMap -/-
          ConfigMap -/-
          ConfigMap -/-
          ConfigMap -/-
          ConfigMap -/nab}
    "#]],
    );
}

#[test]
fn helmfiles_read_files_take_over_from_templates_and_say_what_they_need() {
    let helmfile = "\
environments:
  default:
    missingFileHandler: Warn
    values: [env/*.yaml, gone.yaml, {shop: {enabled: true}, off: {enabled: false}}]
---
missingFileHandler: Info
templates:
  base: &base
    namespace: tills
    chart: ./till
    labels: {tier: front}
    values: ['values/{{`{{ .Release.Name }}`}}.yaml', values/gone.yaml]
  more: {values: [{a: more}], set: [{name: b, values: [x, 'y']}]}
releases:
- {name: one, inherit: [{template: base}, {template: more, except: [set]}], values: [{c: {{ .Values.tier }}}]}
- {name: two, inherit: [{template: more}], chart: ./till, condition: shop.enabled}
- {name: off, chart: ./till, condition: off.enabled}
- {name: none, chart: ./till, condition: nothing.enabled}
- name: read
  chart: ./till
  values:
  - a: {{ readFile \"note.txt\" | trim | quote }}
    b: {{ .Values | getOrNil \"x.y\" | default \"nil\" }}
    c: {{ .Values | get \"shop.none\" \"fallback\" }}
    tier: {{ env \"TIER\" | default \"low\" }}
- {name: vault, chart: ./till, values: [{tier: gold, a: 'ref+vault://secret/a#/b'}]}
- {name: file, chart: ./till, values: [v.yaml.gotmpl]}
- {name: lost, inherit: [{template: nobody}], chart: ./till}
helmfiles:
- {path: sub.yaml, selectors: ['tier=front,name!=three']}
";
    let sub = "releases:\n- {name: three, chart: ./till, labels: {tier: front}}\n\
        - {name: four, chart: ./till, labels: {tier: front}}\n- {name: five, chart: ./till}\n";
    let text = format!(
        "== helmfile.yaml.gotmpl\n{helmfile}== sub.yaml\n{sub}== note.txt\nnoted\n\
         == env/a.yaml\ntier: high\n== env/b.yaml\ntier: higher\n== values/one.yaml\nb: one\n\
         == v.yaml.gotmpl\na: {{{{ requiredEnv \"TOKEN\" }}}}\n\
         == env.yaml\nunrelated: true\n== other/helmfile.yaml.gotmpl\nreleases:\n- name: {{{{ exec \"id\" (list) }}}}\n\
         == third/helmfile.yaml.gotmpl\nreleases:\n- {{name: x{{{{ env \"CLUSTER\" }}}}, chart: ../till}}\n\
         == till/Chart.yaml\n{CHART}== till/values.yaml\ntier: none\na: ''\nb: ''\nc: ''\n\
         == till/templates/a.yaml\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{{{{ .Release.Name }}}}-{{{{ .Values.tier }}}}-{{{{ .Values.a }}}}-\
         {{{{ .Values.b }}}}-{{{{ .Values.c }}}}'}}\n"
    );
    check(
        &text,
        expect![[r#"
        helmfile.yaml.gotmpl Chart: a Helmfile
          production: assumed: nothing says otherwise
          gap Chart release `lost` of `helmfile.yaml.gotmpl`, which needs the template `nobody`
        other/helmfile.yaml.gotmpl Chart: a Helmfile
          production: assumed: nothing says otherwise
          gap Template other/helmfile.yaml.gotmpl, which needs what `exec` gives
        third/helmfile.yaml.gotmpl Chart: a Helmfile
          production: assumed: nothing says otherwise
          gap Template third/helmfile.yaml.gotmpl, which needs the environment variable `CLUSTER`
        till Chart: Helmfile release `file` in `helmfile.yaml.gotmpl` points at it
          production: assumed: nothing says otherwise
          gap AbsentFile v.yaml.gotmpl (needs the environment variable `TOKEN`), values of release `file`
        till Chart: Helmfile release `four` in `sub.yaml` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/four-none---
        till Chart: Helmfile release `one` in `helmfile.yaml.gotmpl` points at it
          production: assumed: nothing says otherwise
          ConfigMap tills/one-none-more-one-higher
        till Chart: Helmfile release `read` in `helmfile.yaml.gotmpl` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/read-low-noted-nil-fallback
        till Chart: Helmfile release `two` in `helmfile.yaml.gotmpl` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/two-none-more-[x y]-
        till Chart: Helmfile release `vault` in `helmfile.yaml.gotmpl` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/vault-gold-…--
          gap Value a value of release `vault`: ref+vault://secret/a#***
    "#]],
    );
}

#[test]
fn flux_takes_variables_from_objects_of_the_tree_and_leaves_others_open() {
    let release = |name: &str, chart: &str| {
        format!(
            "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: a}}\n\
             spec:\n  {chart}\n  values: {{tier: '${{TIER}}-${{ZONE}}'}}\n"
        )
    };
    let code = "sourceRef: {kind: GitRepository, name: a}";
    let objects = [
        release("here", &format!("chart: {{spec: {{chart: till, {code}}}}}")),
        release("referred", "chartRef: {kind: HelmChart, name: till}"),
        release("elsewhere", "chart: {spec: {chart: till, sourceRef: {kind: Bucket, name: a}}}"),
        release(
            "more",
            &format!(
                "chart: {{spec: {{chart: till, {code}}}}}\n  postRenderers: [{{kustomize: {{}}}}]"
            ),
        ),
        format!(
            "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\nmetadata: {{name: till, namespace: a}}\n\
             spec: {{chart: till, {code}}}\n"
        ),
    ];
    let kustomization = |from: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
             metadata: {{name: web, namespace: flux}}\nspec: {{path: ./apps, sourceRef: {{kind: GitRepository, name: a}}, \
             postBuild: {{substitute: {{TIER: gold}}, substituteFrom: [{from}]}}}}\n"
        )
    };
    let text = |from: &str| {
        format!(
            "== flux/ks.yaml\n{}== flux/vars.yaml\napiVersion: v1\nkind: ConfigMap\n\
             metadata: {{name: vars, namespace: flux}}\ndata: {{TIER: none, ZONE: eu}}\n\
             == apps/all.yaml\n{}== till/Chart.yaml\n{CHART}== till/templates/a.yaml\n{TEMPLATE}",
            kustomization(from),
            objects.concat()
        )
    };
    check(
        &text("{kind: ConfigMap, name: vars}"),
        expect![[r#"
        apps Manifests: Flux Kustomization `web` in `flux/ks.yaml` points at it
          production: assumed: nothing says otherwise
          HelmRelease a/here
          HelmRelease a/referred
          HelmRelease a/elsewhere
          HelmRelease a/more
          HelmChart a/till
          gap Chart till of HelmRelease/elsewhere
        flux Manifests: a folder of 2 manifest files
          production: assumed: nothing says otherwise
          Kustomization flux/web
          ConfigMap flux/vars
        till Chart: Flux HelmRelease `here` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/here-gold-eu
        till Chart: Flux HelmRelease `more` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/more-gold-eu
          gap Template what `postRenderers` of HelmRelease/more change
        till Chart: Flux HelmRelease `referred` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/referred-gold-eu
    "#]],
    );
    check(
        &text("{kind: Secret, name: vars}"),
        expect![[r#"
        apps Manifests: Flux Kustomization `web` in `flux/ks.yaml` points at it
          production: assumed: nothing says otherwise
          HelmRelease a/here
          HelmRelease a/referred
          HelmRelease a/elsewhere
          HelmRelease a/more
          HelmChart a/till
          gap Chart till of HelmRelease/elsewhere
        flux Manifests: a folder of 2 manifest files
          production: assumed: nothing says otherwise
          Kustomization flux/web
          ConfigMap flux/vars
        till Chart: Flux HelmRelease `here` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/here-…
        till Chart: Flux HelmRelease `more` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/more-…
          gap Template what `postRenderers` of HelmRelease/more change
        till Chart: Flux HelmRelease `referred` in `apps` points at it
          production: assumed: nothing says otherwise
          Deployment a/referred-…
    "#]],
    );
}

#[test]
fn folders_of_environments_beside_a_chart_are_its_installations() {
    let chart = |folder: &str| {
        format!(
            "== {folder}/Chart.yaml\n{CHART}== {folder}/values.yaml\ntier: none\n\
             == {folder}/templates/a.yaml\n{TEMPLATE}"
        )
    };
    let text = format!(
        "{}{}{}{}\
         == a/production/values.yaml\ntier: gold\n== a/dev/values.yaml\ntier: low\n\
         == b/chart/values/prod.yaml\ntier: gold\n== b/chart/values/values-staging.yaml\ntier: mid\n\
         == b/chart/values/notes.yaml\ntier: none\n\
         == c/environments/production/values.yaml\ntier: gold\n\
         == d/production/values.yaml\nof: something else\n",
        chart("a/chart"),
        chart("b/chart"),
        chart("c/chart"),
        chart("d/chart")
    );
    check(
        &text,
        expect![[r#"
        a/dev/values.yaml Chart: it holds values of one environment for the chart `a/chart`
          development: the values are in `a/dev/values.yaml`
          Deployment -/till-low
        a/production/values.yaml Chart: it holds values of one environment for the chart `a/chart`
          production: the values are in `a/production/values.yaml`
          Deployment -/till-gold
        b/chart/values/prod.yaml Chart: it holds values of one environment for the chart `b/chart`
          production: the values are in `b/chart/values/prod.yaml`
          Deployment -/till-gold
        b/chart/values/values-staging.yaml Chart: it holds values of one environment for the chart `b/chart`
          staging: the values are in `values-staging.yaml`
          Deployment -/till-mid
        c/environments/production/values.yaml Chart: it holds values of one environment for the chart `c/chart`
          production: the values are in `c/environments/production/values.yaml`
          Deployment -/till-gold
        d/chart Chart: a chart; nothing here says with which values it is installed, so its defaults
          production: assumed: nothing says otherwise
          Deployment -/till-none
    "#]],
    );
}

#[test]
fn helmfiles_that_take_in_each_other_come_to_an_end_and_lose_no_release() {
    let own = |name: &str, other: &str| {
        format!(
            "== {name}/helmfile.yaml\nhelmfiles: ['{other}']\nreleases: [{{name: {name}, chart: ../till}}]\n"
        )
    };
    let many: String = (0..12).map(|it| own(&format!("x{it}"), "../x*/helmfile.yaml")).collect();
    let base = |at: usize| {
        let next = format!("b{}.yaml, ", at + 1).repeat(10);
        format!("== wide/b{at}.yaml\nbases: [{next}]\n")
    };
    let wide: String = (0..6).map(base).collect();
    let text = format!(
        "{}{}{many}{wide}== wide/b6.yaml\nvalues: [{{a: 1}}]\n\
         == wide/helmfile.yaml\nbases: [b0.yaml]\nreleases: [{{name: wide, chart: ../till}}]\n\
         == till/Chart.yaml\n{CHART}== till/templates/a.yaml\n{TEMPLATE}",
        own("one", "../two/helmfile.yaml"),
        own("two", "../one/helmfile.yaml"),
    );
    let shown = described(&text);
    for name in ["one", "two", "x0", "x11"] {
        let release = format!("Helmfile release `{name}` in");
        assert_eq!(shown.matches(&release).count(), 1, "{name}: {shown}");
    }
    assert!(shown.contains("gap Template one/helmfile.yaml, which needs itself"), "{shown}");
    assert!(shown.contains("needs more than 200 files in `bases`"), "{shown}");
}

#[test]
fn a_pattern_with_many_runs_takes_no_longer_than_others() {
    let text = format!(
        "== app.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\n\
         spec:\n  source: {{path: till, helm: {{valueFiles: ['{}z.yaml', '{}v.yaml']}}}}\n\
         == till/Chart.yaml\n{CHART}== till/values.yaml\ntier: none\n== till/templates/a.yaml\n{TEMPLATE}\
         == till/{}v.yaml\ntier: deep\n",
        "**/".repeat(30),
        "**/d/".repeat(20),
        "d/".repeat(40),
    );
    let shown = described(&text);
    let gaps: Vec<_> = shown.lines().filter(|it| it.contains("gap ")).collect();
    assert_eq!(gaps.len(), 1, "only the first stands for nothing: {shown}");
}

#[test]
fn a_variable_with_a_default_in_one_place_stays_unknown_in_the_other() {
    check(
        &format!(
            "== helmfile.yaml.gotmpl\nreleases:\n- {{name: one, chart: ./till, values: [{{tier: '{{{{ env \"A\" }}}}'}}]}}\n\
             - {{name: two, chart: ./till, values: [{{tier: {{{{ env \"A\" | default \"x\" }}}}}}]}}\n\
             == till/Chart.yaml\n{CHART}== till/templates/a.yaml\n{TEMPLATE}"
        ),
        expect![[r#"
            helmfile.yaml.gotmpl Chart: a Helmfile
              production: assumed: nothing says otherwise
              gap Template helmfile.yaml.gotmpl, which needs the environment variable `A`
            till Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Deployment -/till-
        "#]],
    );
}

#[test]
fn what_is_set_to_a_secret_elsewhere_is_open_and_the_rest_is_rendered() {
    check(
        &format!(
            "== helmfile.yaml\nreleases:\n- name: one\n  chart: ./till\n  set:\n  - {{name: other, value: ref+vault://a/b}}\n\
             \x20 - {{name: another, value: ref+echo://hunter2}}\n  - {{name: tier, value: gold}}\n\
             == till/Chart.yaml\n{CHART}== till/values.yaml\ntier: none\n== till/templates/a.yaml\n{TEMPLATE}"
        ),
        expect![[r#"
            till Chart: Helmfile release `one` in `helmfile.yaml` points at it
              production: assumed: nothing says otherwise
              Deployment -/one-gold
              gap Value a value of release `one`: ref+vault://a/b
              gap Value a value of release `one`: ref+echo://***
        "#]],
    );
}

#[test]
fn what_environments_share_is_given_first_and_a_region_is_no_other_chart() {
    check(
        &format!(
            "== shop/till/Chart.yaml\n{CHART}== shop/till/values.yaml\ntier: none\nimage: a\n\
             == shop/till/templates/a.yaml\n{TEMPLATE}\
             == shop/values/common.yaml\ntier: shared\n\
             == shop/values/production-eu.yaml\nimage: b\n\
             == shop/values/staging-us-east-1.yaml\ntier: low\n\
             == shop/values/redis-production.yaml\ntier: redis\n"
        ),
        expect![[r#"
            shop/values/production-eu.yaml Chart: it holds values of one environment for the chart `shop/till`
              production: the values are in `shop/values/production-eu.yaml`
              Deployment -/till-shared
            shop/values/staging-us-east-1.yaml Chart: it holds values of one environment for the chart `shop/till`
              staging: the values are in `shop/values/staging-us-east-1.yaml`
              Deployment -/till-low
        "#]],
    );
}

#[test]
fn values_of_another_chart_and_secrets_beside_a_chart_are_no_installations_of_it() {
    check(
        &format!(
            "== shop/till/Chart.yaml\n{CHART}== shop/till/values.yaml\ntier: none\nimage: a\n\
             == shop/till/templates/a.yaml\n{TEMPLATE}\
             == shop/values/redis-production.yaml\ntier: redis\n\
             == shop/values/till-production.yaml\ntier: high\n\
             == shop/values/production.secrets.yaml\ntier: secret\n\
             == shop/values/staging.yaml\ntier: ENC[a]\nsops: {{mac: x}}\n\
             == shop/staging/values.yaml\nimage: b\nprometheus: {{}}\ngrafana: {{}}\n\
             == both/Chart.yaml\n{CHART}== both/values.yaml\ntier: none\n\
             == both/templates/a.yaml\n{TEMPLATE}== both/values-production.yaml\ntier: both\n\
             == both/values/production.yaml\ntier: twice\n"
        ),
        expect![[r#"
            both/values-production.yaml Chart: it holds values of one environment for the chart `both`
              production: the values are in `values-production.yaml`
              Deployment -/till-both
            shop/values/till-production.yaml Chart: it holds values of one environment for the chart `shop/till`
              production: the values are in `shop/values/till-production.yaml`
              Deployment -/till-high
        "#]],
    );
}

#[test]
fn a_chart_that_others_take_in_is_installed_where_its_own_values_say_so() {
    let chart = |path: &str, other: &str| {
        format!(
            "== {path}/Chart.yaml\n{CHART}dependencies: [{{name: till, version: 1.0.0, repository: 'file://{other}'}}]\n\
             == {path}/templates/a.yaml\n{TEMPLATE}"
        )
    };
    check(
        &format!(
            "{}{}{}{}== kid/Chart.yaml\n{CHART}== kid/templates/a.yaml\n{TEMPLATE}\
             == kid/values-production.yaml\ntier: own\n\
             == web/Chart.yaml\n{CHART}== web/templates/a.yaml\n{TEMPLATE}",
            chart("around", "../kid"),
            chart("one", "../two"),
            chart("two", "../one"),
            chart("examples/all", "../../web"),
        ),
        expect![[r#"
            around Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Deployment -/till-
              Deployment -/till-
            examples/all Chart: a chart; nothing here says with which values it is installed, so its defaults
              example: the path says `examples`
              Deployment -/till-
              Deployment -/till-
            kid/values-production.yaml Chart: it holds values of one environment for the chart `kid`
              production: the values are in `values-production.yaml`
              Deployment -/till-own
            one Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Deployment -/till-
              Deployment -/till-
            web Chart: a chart; nothing here says with which values it is installed, so its defaults
              production: assumed: nothing says otherwise
              Deployment -/till-
        "#]],
    );
}

#[test]
fn what_two_kustomizations_of_flux_fill_in_two_ways_is_unknown() {
    let kustomization = |name: &str, size: &str| {
        format!(
            "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\n\
             spec: {{path: ./web, sourceRef: {{kind: GitRepository, name: a}}, \
             postBuild: {{substitute: {{SIZE: '{size}'}}}}}}\n"
        )
    };
    check(
        &format!(
            "== ks.yaml\n{}{}== web/web.yaml\napiVersion: v1\nkind: ConfigMap\n\
             metadata: {{name: 'web-${{SIZE}}', namespace: shop}}\n",
            kustomization("one", "large"),
            kustomization("two", "small"),
        ),
        expect![[r#"
            ks.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              Kustomization -/one
              Kustomization -/two
            web Manifests: Flux Kustomization `one` in `ks.yaml` and 1 more point at it
              production: assumed: nothing says otherwise
              ConfigMap shop/-
        "#]],
    );
}

#[test]
fn a_chart_of_flux_is_the_one_of_its_namespace_where_others_are_called_so_too() {
    let chart = |namespace: &str, spec: &str| {
        format!(
            "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\n\
             metadata: {{name: till, namespace: {namespace}}}\nspec: {{{spec}}}\n"
        )
    };
    check(
        &format!(
            "== a.yaml\n{}{}---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
             metadata: {{name: web, namespace: shop}}\n\
             spec: {{chartRef: {{kind: HelmChart, name: till, namespace: flux-system}}}}\n\
             == till/Chart.yaml\n{CHART}== till/templates/a.yaml\n{TEMPLATE}",
            chart("aaa", "chart: other, sourceRef: {kind: HelmRepository, name: a}"),
            chart("flux-system", "chart: ./till, sourceRef: {kind: GitRepository, name: a}"),
        ),
        expect![[r#"
            a.yaml Manifests: one file of manifests
              production: assumed: nothing says otherwise
              HelmChart aaa/till
              HelmChart flux-system/till
              HelmRelease shop/web
            till Chart: Flux HelmRelease `web` in `a.yaml` points at it
              production: assumed: nothing says otherwise
              Deployment shop/web-
        "#]],
    );
}

#[test]
fn the_top_of_another_repository_is_not_the_top_of_this_one() {
    let ks = |name: &str, path: &str, source: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\n\
             spec: {{path: {path}, sourceRef: {source}}}\n"
        )
    };
    let here = "{kind: GitRepository, name: home}";
    let text = format!(
        "== flux/cluster.yaml\n{}== flux/flux.yaml\n{}== apps/web.yaml\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\n---\n{}",
        ks("cluster", "./apps", here),
        ks("flux", "./", "{kind: OCIRepository, name: flux-manifests}"),
        ks("dashboards", "./", "{kind: GitRepository, name: dashboards}"),
    );
    check(
        &text,
        expect![[r#"
        apps Manifests: Flux Kustomization `cluster` in `flux/cluster.yaml` points at it
          production: assumed: nothing says otherwise
          ConfigMap -/web
          Kustomization -/dashboards
        flux Manifests: a folder of 2 manifest files
          production: assumed: nothing says otherwise
          Kustomization -/cluster
          Kustomization -/flux
    "#]],
    );
}
