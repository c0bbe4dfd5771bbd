//! Whether a command is worth a word.

use camino::{Utf8Path, Utf8PathBuf};
use kai_guard::{Call, Class, classify};

use super::infrastructure::{is_infrastructure, is_named_in, takes_away};
use super::target::{Target, targets};

/// What is worth asking about in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// The program and its words, as far as they are known.
    pub command: String,
    /// Why it is no reader.
    pub reason: String,
    pub class: Class,
    /// Something is taken away that has to be made again.
    pub takes_away: bool,
    pub targets: Vec<Target>,
    /// True where an argument is known only when it runs, so that it may mean more than `targets`.
    pub is_open: bool,
    /// Where it runs, told from where the agent stands, or from the root of the disk; nothing where the
    /// command does not say.
    pub folder: Option<String>,
    /// The flag, variable or command that says another cluster, account or identity than the usual one.
    pub context: Option<String>,
}

impl Concern {
    /// Where it runs in what was read: `prefix` is where the agent stands, or, where the command leads there from the root
    /// of the disk, that place. Nothing where the command does not say.
    pub(super) fn place(&self, prefix: &Utf8Path) -> Option<Utf8PathBuf> {
        let folder = self.folder.as_deref()?;
        Some(if self.is_elsewhere() { prefix.to_owned() } else { prefix.join(folder) })
    }

    /// True where nothing that is declared says more of it: it changes nothing.
    #[must_use]
    pub fn is_told_alone(&self) -> bool {
        self.class != Class::Mutates
    }

    /// True where the command goes to a folder by its whole path before it does this.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.folder.as_deref().is_some_and(|it| it.starts_with('/'))
    }
}

/// The worst call of a command that changes a system, prints its secrets, or cannot be told; nothing
/// where a command only reads, or is no matter of infrastructure.
#[must_use]
pub fn concern(command: &str) -> Option<Concern> {
    let judged = classify(command);
    if judged.class == Class::ReadOnly {
        return None;
    }
    let calls =
        judged.calls.iter().filter(|it| is_infrastructure(&it.program) && is_worth_a_word(it));
    let worst = calls.max_by_key(|it| (it.class, takes_away(it)));
    if let Some(call) = worst {
        return Some(of(call, &judged.calls));
    }
    let hides = judged.calls.is_empty()
        || !judged.is_readable
        || judged.calls.iter().any(|it| it.program.contains('$'));
    if hides { unread(command, &judged.reason) } else { None }
}

/// What is said of a command whose text is not read, and why it is not: something only where it names a program of
/// infrastructure.
#[must_use]
pub fn unread(command: &str, why: &str) -> Option<Concern> {
    is_named_in(command).then(|| Concern {
        command: shortened(command),
        reason: why.to_owned(),
        class: Class::Unknown,
        takes_away: false,
        targets: Vec::new(),
        is_open: false,
        folder: Some(String::new()),
        context: None,
    })
}

/// A reader of another host is the user's own matter.
fn is_worth_a_word(call: &Call) -> bool {
    matches!(call.class, Class::Mutates | Class::ReadsSecret | Class::Unknown)
}

fn of(call: &Call, calls: &[Call]) -> Concern {
    let words = call.arguments.iter().map(|it| match it {
        kai_guard::Argument::Literal(it) | kai_guard::Argument::Expanded(it) => it.as_str(),
    });
    let text: Vec<&str> = std::iter::once(call.program.as_str()).chain(words).collect();
    Concern {
        command: shortened(&text.join(" ")),
        reason: call.reason.clone(),
        class: call.class,
        takes_away: call.class == Class::Mutates && takes_away(call),
        targets: if call.class == Class::Mutates { targets(call) } else { Vec::new() },
        is_open: call.arguments.iter().any(|it| it.literal().is_none()),
        folder: call.folder.clone(),
        context: context(call).or_else(|| chosen(call, calls)),
    }
}

/// Variables that choose where programs go, and as whom.
const VARIABLES: &[&str] = &[
    "KUBECONFIG",
    "KUBE_CONTEXT",
    "HELM_KUBECONTEXT",
    "HELM_KUBEAPISERVER",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "CLOUDSDK_CORE_PROJECT",
    "CLOUDSDK_CONFIG",
    "CLOUDSDK_ACTIVE_CONFIG_NAME",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "ARM_SUBSCRIPTION_ID",
    "ARGOCD_SERVER",
    "ARGOCD_OPTS",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "TF_WORKSPACE",
    "NOMAD_ADDR",
    "CONSUL_HTTP_ADDR",
    "VAULT_ADDR",
    "PGHOST",
    "PGSERVICE",
    "MYSQL_HOST",
];

/// A variable that is set for a command that changes something, or a command before it that chooses a cluster.
fn chosen(call: &Call, calls: &[Call]) -> Option<String> {
    if call.class != Class::Mutates {
        return None;
    }
    let mut variables = call.variables.iter().map(|it| it.0.as_str());
    let variable = variables.find(|it| VARIABLES.contains(it)).map(str::to_owned);
    variable.or_else(|| calls.iter().filter(|it| *it != call).find_map(chooses))
}

fn chooses(call: &Call) -> Option<String> {
    let words: Vec<&str> = call.arguments.iter().filter_map(|it| it.literal()).collect();
    let is_choice = match call.program.as_str() {
        "ssh" | "kubectx" | "kubie" => true,
        "kubectl" | "oc" => {
            matches!(words[..], ["config", "use-context" | "set-context" | "use" | "set", ..])
        }
        "az" => matches!(words[..], ["account", "set", ..]),
        "gcloud" => matches!(words[..], ["config", "set", ..]),
        _ => false,
    };
    is_choice.then(|| match words.get(..2) {
        Some(two) if call.program != "ssh" && call.program != "kubectx" => {
            format!("{} {}", call.program, two.join(" "))
        }
        _ => call.program.clone(),
    })
}

/// `--context prod` and its like.
fn context(call: &Call) -> Option<String> {
    const FLAGS: &[&str] = &[
        "--context",
        "--kube-context",
        "--kubeconfig",
        "--server",
        "--cluster",
        "--profile",
        "--project",
        "--subscription",
        "--as",
        "--user",
        "--token",
        "-s",
    ];
    let literal: Vec<&str> = call.arguments.iter().filter_map(|it| it.literal()).collect();
    literal.iter().find_map(|it| {
        let name = it.split('=').next().unwrap_or(it);
        (FLAGS.contains(&name) && (name != "-s" || call.program == "kubectl"))
            .then(|| name.to_owned())
    })
}

/// One line that fits a prompt, without what a terminal would obey.
fn shortened(text: &str) -> String {
    const LENGTH_MAX: usize = 160;
    let line: String =
        text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(LENGTH_MAX).collect();
    if line.chars().count() < text.chars().count() { format!("{line}…") } else { line }
}
