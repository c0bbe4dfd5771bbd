//! Programs that change systems which others use.

use kai_guard::Call;

/// Everything else is the agent's and its user's own matter.
const PROGRAMS: &str = "ansible ansible-playbook argocd aws az cdk consul crictl ctr docker doctl eksctl etcdctl flux gcloud \
    helm helmfile istioctl k3d kafka-topics kafka-topics.sh kind kops kubeadm kubectl kustomize linkerd minikube mongosh mysql \
    nerdctl nomad oc podman psql pulumi redis-cli skaffold systemctl terraform terragrunt tofu valkey-cli vault velero";

pub(crate) fn is_infrastructure(program: &str) -> bool {
    PROGRAMS.split_ascii_whitespace().any(|it| it == program)
}

/// True where a text that cannot be read names one of them, quoted or not.
pub(crate) fn is_named_in(text: &str) -> bool {
    let text: String = text.chars().filter(|it| !matches!(it, '\'' | '"' | '\\')).collect();
    let words = text.split(|it: char| !(it.is_alphanumeric() || matches!(it, '-' | '.')));
    words.into_iter().any(is_infrastructure)
}

/// True where something is taken away that has to be made again.
pub(super) fn takes_away(call: &Call) -> bool {
    let words: Vec<&str> = call.arguments.iter().filter_map(|it| it.literal()).collect();
    let has = |text: &str| words.contains(&text);
    match call.program.as_str() {
        "kubectl" | "oc" => {
            has("delete")
                || has("drain")
                || has("scale") && scales_to_nothing(&words)
                || has("replace") && has("--force")
                || has("taint")
                    && words.iter().any(|it| it.contains(":NoExecute") && !it.ends_with('-'))
        }
        "helm" => has("uninstall") || has("delete") || has("del") || has("un"),
        "terraform" | "tofu" | "terragrunt" | "pulumi" | "cdk" => {
            has("destroy")
                || has("-destroy")
                || has("--destroy")
                || has("state") && (has("rm") || has("delete"))
        }
        "argocd" | "flux" => has("delete") || has("uninstall"),
        "helmfile" => has("destroy") || has("delete"),
        "docker" | "podman" | "nerdctl" => {
            ["rm", "rmi", "stop", "kill", "down", "prune"].into_iter().any(has)
        }
        "systemctl" => ["stop", "kill", "mask", "disable"].into_iter().any(has),
        _ => words.iter().any(|it| {
            ["delete", "terminate", "destroy", "remove", "purge", "drop"]
                .iter()
                .any(|verb| it.to_ascii_lowercase().starts_with(verb))
                || matches!(*it, "rm" | "rb" | "flushall" | "FLUSHALL")
        }),
    }
}

fn scales_to_nothing(words: &[&str]) -> bool {
    let is_zero = |it: &str| it.parse::<u32>() == Ok(0);
    words.iter().any(|it| it.strip_prefix("--replicas=").is_some_and(is_zero))
        || words.windows(2).any(|it| it[0] == "--replicas" && is_zero(it[1]))
}
