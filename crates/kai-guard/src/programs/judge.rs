//! One program with its arguments.

use super::{awk, clouds, files, find, git, plain, query, sed, shell, system, verbs, wrappers};
use crate::class::{Class, Objection, Verdict, ask, at_least_ask};
use crate::walk::{Feed, Walk};
use crate::words::{Kind, Word, expands};

pub(crate) fn judge(words: &[Word], walk: &mut Walk) -> Verdict {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    if program.kind != Kind::Fixed || program.is_glob {
        return Err(expands(program));
    }
    let name = program.text.as_str();
    if let Some((_, base)) = name.rsplit_once('/') {
        let verdict = known(base, arguments, walk);
        return at_least_ask(verdict, &format!("`{name}` is a file, not the program of that name"));
    }
    let verdict = known(name, arguments, walk);
    if program.is_plain {
        verdict
    } else {
        at_least_ask(verdict, &format!("`{name}` is written as if to hide it"))
    }
}

fn known(name: &str, arguments: &[Word], walk: &mut Walk) -> Verdict {
    if let [only] = arguments
        && only.is_fixed()
        && says_only_its_version(name, &only.text)
    {
        return Ok(());
    }
    match name {
        "awk" | "gawk" | "mawk" | "nawk" => awk::judge(arguments),
        "find" => find::judge(arguments, walk),
        "git" => git::judge(arguments, walk),
        "jq" | "gojq" | "jaq" | "yq" => query::judge(name, arguments),
        "sed" | "gsed" => sed::judge(arguments),
        _ => None
            .or_else(|| wrappers::judge(name, arguments, walk))
            .or_else(|| shell::judge(name, arguments, walk))
            .or_else(|| system::judge(name, arguments))
            .or_else(|| files::judge(name, arguments, walk))
            .or_else(|| clouds::judge(name, arguments))
            .or_else(|| verbs::judge(name, arguments))
            .or_else(|| plain::judge(name, arguments))
            .unwrap_or_else(|| ask(format!("what `{name}` does is not known"))),
    }
}

/// Programs of the machine that print a page or a number for these flags and stop.
const VERSIONED: &str = "argocd aws az bash cargo chmod cp curl docker flux gcloud gh git go grep helm \
    istioctl java jq kubectl kustomize less ls make mv node npm pip pip3 podman promtool pulumi python \
    python3 rg rm rsync ruby rustc sed sops ssh tar terraform terragrunt tofu vault wget yarn yq";

fn says_only_its_version(name: &str, flag: &str) -> bool {
    matches!(flag, "--version" | "--help")
        && VERSIONED.split_ascii_whitespace().any(|it| it == name)
        || matches!(
            (name, flag),
            ("node", "-v") | ("java", "-version") | ("go" | "helm" | "terraform", "version")
        )
}

/// What the next command of a pipeline is given.
pub(crate) fn feed(words: &[Word], before: &Feed, is_reader: bool) -> Feed {
    let name = words.first().map_or("", |it| it.text.as_str());
    let arguments = words.get(1..).unwrap_or_default();
    let names = match (name, before) {
        ("find", _) => find::listed(arguments),
        ("git", _) => git::listed(arguments),
        ("sort", Feed::Names(names)) if arguments.iter().all(|it| it.text == "-z") => {
            (!arguments.is_empty()).then(|| names.clone())
        }
        _ => None,
    };
    names.filter(|_| is_reader).map_or(Feed::Text, Feed::Names)
}

/// True for a program that may print files whose names do not stand in its words. Those that search say so
/// themselves.
pub(crate) fn reads_unnamed(words: &[Word]) -> bool {
    let has = |text: &str| words.iter().any(|it| it.text == text);
    match words.first().map_or("", |it| it.text.as_str()) {
        "diff" => true,
        "git" => ["diff", "show", "log", "grep"].into_iter().any(has),
        "terraform" | "tofu" => has("-diff"),
        _ => false,
    }
}

/// What is said of a verb that nobody listed.
pub(super) fn unlisted(program: &str, verb: &str) -> Objection {
    Objection::new(Class::Unknown, format!("what `{program} {verb}` does is not known"))
}
