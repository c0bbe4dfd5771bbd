//! Files of a repository in, what its pipelines do out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_compose::{Project, roots};
use kai_core::{LocationRole, OriginId, Origins, RootId};
use kai_graph::{Facts, Pipeline};
use kai_testing::Memory;

#[track_caller]
fn check(files: &str, expected: Expect) {
    let (tree, origins) = (Memory::of(files), Origins::new());
    let project = Project::load(&tree, &origins);
    let mut shown = String::new();
    for plan in roots::discover(&project) {
        let (root, composition) = roots::compose(&project, &plan, RootId(0));
        writeln!(shown, "{} in {}", root.path, root.environment.as_str()).unwrap();
        for gap in &root.gaps {
            writeln!(shown, "  {} {}", gap.what, gap.kind.as_clause()).unwrap();
        }
        let lowered = crate::lower(&composition.objects, &root, &origins);
        assert!(lowered.problems.is_empty());
        for component in &lowered.components {
            let Facts::Pipeline(pipeline) = &component.facts else { panic!("it is a pipeline") };
            show(pipeline, &origins, &mut shown);
        }
    }
    expected.assert_eq(&shown);
}

fn show(pipeline: &Pipeline, origins: &Origins, shown: &mut String) {
    let line = |it: OriginId| origins.location(it, LocationRole::Primary).map_or(0, |it| it.line);
    for trigger in &pipeline.triggers {
        writeln!(shown, "  {:?} by {}", trigger.event, trigger.name).unwrap();
    }
    for job in &pipeline.jobs {
        let secrets: Vec<&str> = job.secrets.iter().map(|it| it.0.as_str()).collect();
        let environment = job.environment.as_ref().map(|it| it.0.as_str());
        let writes = job.writes.value();
        writeln!(shown, "  {} {writes:?} {secrets:?} {environment:?}", job.name).unwrap();
        for trigger in &job.triggers {
            let at = line(trigger.origin);
            writeln!(shown, "    {at}: {:?} by {}", trigger.event, trigger.name).unwrap();
        }
        for step in &job.steps {
            for act in &step.acts {
                let dropped = act.dropped.as_ref().map_or("", |it| it.0.as_str());
                writeln!(shown, "    {}: {:?} {} {dropped}", line(act.origin), act.kind, act.what)
                    .unwrap();
            }
            for (text, at) in &step.pasted {
                writeln!(shown, "    {}: pastes {text}", line(*at)).unwrap();
            }
        }
    }
    for image in &pipeline.builds {
        let file = image.file.as_deref().unwrap_or("a file that is not told");
        writeln!(shown, "  {}: builds {} by {file}", line(image.origin), image.name.last())
            .unwrap();
    }
}

#[test]
fn a_workflow_is_read_with_its_local_actions_and_workflows() {
    check(
        "== .github/workflows/production.yml
on: { push: { branches: [main] }, workflow_dispatch: }
permissions: { contents: read, id-token: write }
env: { TOKEN: '${{ secrets.TOKEN }}', SELF: '${{ secrets.GITHUB_TOKEN }}' }
jobs:
  apply:
    environment: { name: production }
    steps:
      - uses: ./.github/actions/apply
  inner:
    uses: ./.github/workflows/inner.yml
  foreign:
    uses: somebody/flows/.github/workflows/a.yml@v1
== .github/actions/apply/action.yml
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        cd env
        terragrunt apply -auto-approve
== .github/workflows/inner.yml
on: workflow_call
permissions: write-all
jobs:
  deploy:
    steps:
      - run: helm upgrade a ./a
",
        expect![[r#"
            .github/workflows/inner.yml in production
              Called by workflow_call
              deploy Some(["everything"]) [] None
                6: Deploy helm upgrade 
            .github/workflows/production.yml in production
              somebody/flows/.github/workflows/a.yml@v1 is behind a URL
              Push by push
              Manual by workflow_dispatch
              apply Some(["id-token"]) ["TOKEN"] Some("production")
                7: ApplyUnasked terragrunt apply 
              inner Some(["id-token"]) ["TOKEN"] None
              deploy Some(["id-token"]) [] None
                6: Deploy helm upgrade 
              foreign Some(["id-token"]) ["TOKEN"] None
        "#]],
    );
}

#[test]
fn a_workflow_named_in_full_is_the_own_one_where_the_tree_says_whose_it_is() {
    let files = |address: &str| {
        format!(
            "== .github/workflows/deploy.yml
on: push
jobs:
  a: {{ uses: acme/shop/.github/workflows/inner.yml@main }}
== .github/workflows/inner.yml
on: workflow_call
jobs:
  b: {{ steps: [{{ run: helm upgrade a ./a }}] }}
== package.json
{{
  \"repository\": {{ \"type\": \"git\",
    \"url\": \"https://{address}\" }}
}}
"
        )
    };
    let own = expect![[r#"
        .github/workflows/deploy.yml in production
          Push by push
          a None [] None
          b None [] None
            3: Deploy helm upgrade 
        .github/workflows/inner.yml in production
          Called by workflow_call
          b None [] None
            3: Deploy helm upgrade 
    "#]];
    let other = || {
        expect![[r#"
        .github/workflows/deploy.yml in production
          acme/shop/.github/workflows/inner.yml@main is behind a URL
          Push by push
          a None [] None
        .github/workflows/inner.yml in production
          Called by workflow_call
          b None [] None
            3: Deploy helm upgrade 
    "#]]
    };
    check(&files("github.com/acme/shop.git"), own);
    check(&files("github.com/acme/shop-web.git"), other());
    check(&files("github.com/acme/shop.github.io"), other());
}

#[test]
fn failures_that_a_shell_forgets_are_told() {
    check(
        "== .github/workflows/deploy.yml
on: [push]
jobs:
  deploy:
    steps:
      - run: |
          kubectl apply -f a || true
          kubectl apply -f b || exit 1
          helm upgrade c ./c | tee log
      - shell: bash
        run: helm upgrade c ./c | tee log
      - run: |
          set +e
          skaffold deploy
          echo $?
          skaffold run
          echo done
          argocd app sync last
== cloudbuild.yaml
steps:
  - name: builder
    script: |
      #!/bin/sh
      kubectl apply -f a
      echo done
  - name: builder
    script: |
      kubectl apply -f a
      echo done
",
        expect![[r#"
            .github/workflows/deploy.yml in production
              Push by push
              deploy None [] None
                6: Deploy kubectl apply `|| true`
                7: Deploy kubectl apply 
                8: Deploy helm upgrade the pipe into `tee`
                10: Deploy helm upgrade 
                13: Deploy skaffold deploy 
                15: Deploy skaffold run a shell without `set -e`
                17: Deploy argocd app sync 
            cloudbuild.yaml in production
               None [] None
                5: Deploy kubectl apply a shell without `set -e`
                9: Deploy kubectl apply 
        "#]],
    );
}

#[test]
fn a_job_in_the_background_may_tell_of_its_end_itself() {
    check(
        "== .github/workflows/deploy.yml
on: [push]
jobs:
  deploy:
    steps:
      - run: |
          { kubectl apply -f a; echo $? > code; } &
          wait
          exit $(cat code)
      - run: |
          kubectl apply -f b &
          trap 'exit 1' CHLD
          wait
      - run: |
          kubectl apply -f c &
          echo $?
",
        expect![[r#"
            .github/workflows/deploy.yml in production
              Push by push
              deploy None [] None
                6: Deploy kubectl apply 
                10: Deploy kubectl apply 
                14: Deploy kubectl apply `&`, which nothing waits for
        "#]],
    );
}

#[test]
fn texts_of_strangers_are_found_where_they_are_pasted() {
    check(
        "== .github/workflows/comment.yml
on: issue_comment
jobs:
  answer:
    steps:
      - run: |
          echo safe
          echo ${{ github.event.comment.body }} ${{ github.event.comment.id }}
      - run: echo $BODY
        env: { BODY: '${{ github.event.comment.body }}' }
",
        expect![[r#"
            .github/workflows/comment.yml in production
              Comment by issue_comment
              answer None [] None
                7: pastes github.event.comment.body
        "#]],
    );
}

#[test]
fn commands_of_builds_are_arguments_or_scripts() {
    check(
        "== src/cloudbuild.yaml
steps:
  - name: gcr.io/cloud-builders/gcloud
    args: [deploy, releases, create, a-1, --delivery-pipeline=a]
  - name: gcr.io/k8s-skaffold/skaffold:v2
    args: [skaffold, test]
  - name: alpine
    entrypoint: kubectl
    args: [apply, -f, a, --dry-run=client]
  - name: alpine
    script: curl -sSf https://user@tool.example/install.sh?x=1 | sudo sh
  - name: debian
    script: |
      curl -o tool.deb https://tool.example/tool-latest.deb
      sudo dpkg -i tool.deb
",
        expect![[r#"
            src/cloudbuild.yaml in production
               None [] None
                3: Deploy gcloud deploy releases create 
                5: Test skaffold test 
                10: RunFetched tool.example/install.sh 
                13: RunFetched tool.example/tool-latest.deb 
        "#]],
    );
}

#[test]
fn a_shell_as_the_entry_point_of_a_build_is_read_like_a_script() {
    check(
        "== cloudbuild.yaml
steps:
  - name: gcr.io/cloud-builders/kubectl
    entrypoint: bash
    args: [-c, kubectl apply -f k8s/ || true]
  - name: hashicorp/terraform:1.9
    dir: envs/production
    args: [apply, -auto-approve]
  - name: hashicorp/terraform:1.9
    entrypoint: sh
    args: [-ec, cd envs/staging && terraform apply -auto-approve]
",
        expect![[r#"
            cloudbuild.yaml in production
               None [] None
                4: Deploy kubectl apply `|| true`
                7: ApplyUnasked terraform apply 
                10: ApplyUnasked terraform apply 
        "#]],
    );
}

#[test]
fn a_configuration_of_gitlab_is_read_as_gitlab_merges_it() {
    check(
        "== .gitlab-ci.yml
include:
  - /ci/*.yml
  - local: ci/parts/deploy.yaml
    inputs: { name: shop }
  - { project: platform/pipelines, file: [/a.yml, /b.yml], ref: main }
  - { template: Jobs/SAST.gitlab-ci.yml }
stages: [build, deploy, after]
variables: { IMAGE: $CI_REGISTRY_IMAGE/shop }
default:
  before_script: [terraform plan]
.rules:
  main:
    - if: $CI_COMMIT_BRANCH
build:
  stage: build
  extends: [.image]
  script:
    - docker build -t $IMAGE:$CI_COMMIT_SHA -f shop/Dockerfile .
    - docker push $IMAGE:$CI_COMMIT_SHA
deploy-shop:
  stage: deploy
  rules: [!reference [.rules, main]]
  environment: { name: production, url: https://shop.example }
  id_tokens: { CLOUD_ID: { aud: cloud } }
after:
  stage: after
  inherit: { default: false }
  script: [kubectl apply -f a]
  only: [merge_requests, schedules]
never:
  script: [kubectl apply -f a]
  rules: [{ when: never }]
unknown:
  stage: after
  extends: .of-platform
  script: [kubectl apply -f a]
unruly:
  stage: after
  rules: [!reference [.of-platform, rules]]
  script: [kubectl apply -f a]
== ci/image.yml
.image:
  image: docker:27
  script: [echo replaced]
== ci/parts/deploy.yaml
spec:
  inputs:
    name:
    chart: { default: ./chart }
---
deploy-$[[ inputs.name ]]:
  script:
    - 'helm upgrade $[[ inputs.name ]] $[[ inputs.chart ]] --set key=$API_KEY --set ci=$CI_JOB_TOKEN'
",
        expect![[r#"
            .gitlab-ci.yml in production
              platform/pipelines: /a.yml, /b.yml is not in the repository
              the template Jobs/SAST.gitlab-ci.yml is not in the repository
              Push by push
              Push by tag
              Proposal by merge_request_event
              Schedule by schedule
              Called by a template
              deploy-shop None ["CLOUD_ID", "API_KEY"] Some("production")
                13: Push by push
                10: Plan terraform plan 
                8: Deploy helm upgrade 
              build None [] None
                14: Push by push
                14: Push by tag
                10: Plan terraform plan 
              after None [] None
                25: Proposal by merge_request_event
                25: Schedule by schedule
                28: Deploy kubectl apply 
              unknown None [] None
                33: Called by a template
                10: Plan terraform plan 
                36: Deploy kubectl apply 
              unruly None [] None
                37: Called by a template
                10: Plan terraform plan 
                40: Deploy kubectl apply 
              18: builds shop by shop/Dockerfile
        "#]],
    );
}

#[test]
fn a_job_of_gitlab_waits_for_whoever_starts_what_it_needs() {
    check(
        "== .gitlab-ci.yml
workflow:
  rules:
    - if: $CI_MERGE_REQUEST_IID
      when: never
    - when: always
plan:
  stage: build
  script: [terraform plan]
agree:
  stage: test
  script: [echo yes]
  when: manual
apply:
  stage: deploy
  needs: [{ job: agree }]
  script: [terraform apply plan.tfplan]
free:
  stage: deploy
  script: [kubectl apply -f a]
below:
  stage: deploy
  needs: [agree]
  trigger: { include: child.yml }
elsewhere:
  trigger: shop/payments
== child.yml
deploy:
  script: [helm upgrade a ./a]
  rules:
    - if: $CI_PIPELINE_SOURCE != 'push'
== below/.gitlab-ci.yml
other:
  script: [helm upgrade a ./a]
",
        expect![[r#"
            .gitlab-ci.yml in production
              the pipeline of shop/payments is not in the repository
              Push by push
              Push by tag
              Manual by manual
              plan None [] None
                6: Push by push
                6: Push by tag
                8: Plan terraform plan 
              agree None [] None
                12: Manual by manual
              apply None [] None
                13: Manual by manual
                16: Apply terraform apply 
              free None [] None
                17: Push by push
                17: Push by tag
                19: Deploy kubectl apply 
              below None [] None
                20: Manual by manual
              deploy None [] None
                20: Manual by manual
                2: Deploy helm upgrade 
              elsewhere None [] None
                24: Push by push
                24: Push by tag
        "#]],
    );
}
