//! Who can deploy something, and what stands in front.

use crate::system::{PAY, asked, says};

const APPLICATION: &str = "
== argocd/pay.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: pay, namespace: argocd }
spec:
  project: default
  source: { repoURL: 'https://git.example/acme/shop', path: shop, targetRevision: main }
  destination: { namespace: shop, server: https://kubernetes.default.svc }
  syncPolicy: { automated: {} }
";

#[test]
fn a_controller_hands_it_to_whoever_may_push_to_its_branch() {
    let answer = asked(&[PAY, APPLICATION], "who can deploy pay?");
    says(
        &answer,
        "`Application/pay` applies `shop` of `https://git.example/acme/shop` at `main` by itself",
    );
    says(&answer, "Not declared here: who may push to a branch and what protects it");
    let by_hand = APPLICATION.replace("  syncPolicy: { automated: {} }\n", "");
    let answer = asked(&[PAY, &by_hand], "who can deploy pay?");
    says(&answer, "once somebody syncs it: whoever may sync it in Argo CD");
}

#[test]
fn a_push_does_not_deploy_what_is_pinned() {
    let pinned = APPLICATION.replace("targetRevision: main", "targetRevision: v1.4.0");
    let answer = asked(&[PAY, &pinned], "who can deploy pay?");
    says(
        &answer,
        "at `v1.4.0` by itself: whoever may change that revision in `Application/pay` deploys it",
    );
}

#[test]
fn tokens_in_addresses_are_not_repeated() {
    let secret = APPLICATION.replace("https://git.example", "https://ci:s3cret@git.example");
    let answer = asked(&[PAY, &secret], "who can deploy pay?");
    says(&answer, "of `https://git.example/acme/shop`");
}

#[test]
fn a_job_deploys_what_it_names_with_what_it_holds() {
    let workflow = "
== .github/workflows/deploy.yml
on: { push: { branches: [main] } }
concurrency: deploy
jobs:
  unit:
    runs-on: ubuntu-latest
    steps: [{ run: go test ./... }]
  deploy:
    needs: unit
    if: startsWith(github.ref, 'refs/heads/')
    environment: production
    runs-on: ubuntu-latest
    steps:
      - run: helm upgrade --install pay ./chart -n shop
        env: { TOKEN: '${{ secrets.CLUSTER_TOKEN }}' }
";
    let answer = asked(&[PAY, workflow], "who can deploy pay?");
    for wanted in [
        "Job `deploy` of `.github/workflows/deploy.yml` runs `helm upgrade`: `push` starts it",
        "under the condition `startsWith(github.ref, 'refs/heads/')`",
        "it holds `CLUSTER_TOKEN`",
        "after the tests in `unit`",
        "whether that asks reviewers is a setting of GitHub that no file says",
        "No job that a pull request starts runs what I know as a deployment",
    ] {
        says(&answer, wanted);
    }
    let of_another = workflow.replace("pay ./chart -n shop", "till ./chart -n desk");
    let answer = asked(&[PAY, &of_another], "who can deploy pay?");
    says(
        &answer,
        "Nothing that I read says that it deploys `Deployment/pay`; 1 pipeline deploys something",
    );
}

#[test]
fn a_pull_request_that_deploys_is_said_with_the_rights_of_forks() {
    let workflow = |event: &str| {
        format!(
            "
== .github/workflows/preview.yml
on: {event}
jobs:
  preview:
    runs-on: ubuntu-latest
    steps: [{{ run: helm upgrade --install pay ./chart -n shop }}]
"
        )
    };
    let answer = asked(&[PAY, &workflow("pull_request")], "can a pull request deploy pay?");
    says(
        &answer,
        "`pull_request` starts `preview` of `.github/workflows/preview.yml`, which runs `helm upgrade`: one from a fork gets no secrets",
    );
    let answer = asked(&[PAY, &workflow("pull_request_target")], "can a pull request deploy pay?");
    says(&answer, "also one from a fork, with the repository's own rights");
}

#[test]
fn what_calls_itself_a_deployment_is_not_denied() {
    let workflow = "
== .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps: [{ uses: somebody/ships-it@v1 }]
";
    let answer = asked(&[PAY, workflow], "who can deploy pay?");
    says(
        &answer,
        "`.github/workflows/deploy.yml` calls itself a deployment and runs no command that I know as a deployment",
    );
    let answer = asked(&[PAY], "who can deploy pay?");
    says(
        &answer,
        "Nothing that I read deploys `Deployment/pay`: no controller for it is declared here",
    );
}

#[test]
fn a_role_that_may_start_pods_is_a_way_in() {
    let roles = "
== shop/roles.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: developers, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }
subjects: [{ kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io }]
";
    let answer = asked(&[PAY, roles], "who can change pay in production?");
    says(&answer, "`Group/developers` may start pods that act as any account in `shop`");
}

#[test]
fn stages_of_cloud_deploy_say_who_is_asked() {
    let stages = |approval: &str| {
        format!(
            "
== deploy/pay.yaml
apiVersion: deploy.cloud.google.com/v1
kind: DeliveryPipeline
metadata: {{ name: pay }}
serialPipeline: {{ stages: [{{ targetId: staging }}, {{ targetId: production }}] }}
---
apiVersion: deploy.cloud.google.com/v1
kind: Target
metadata: {{ name: production }}
{approval}gke: {{ cluster: projects/p/locations/l/clusters/c }}
"
        )
    };
    let answer = asked(&[PAY, &stages("")], "who can deploy Deployment/pay?");
    says(
        &answer,
        "brings a release through `staging` and `production`, and nobody must approve a rollout to the last",
    );
    let answer =
        asked(&[PAY, &stages("requireApproval: true\n")], "who can deploy Deployment/pay?");
    says(&answer, "and somebody must approve each rollout to the last");
}
