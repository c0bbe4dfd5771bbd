//! Programs with verbs: clusters, charts, infrastructure, clouds.

use super::plain::is_text;
use crate::class::{Class, Objection, Verdict, ask, mutates, network, secret};
use crate::flags::{Arguments, Style, parse};
use crate::paths::{self, Use};
use crate::words::{Kind, Word, expands};

/// A program: the flags that every verb takes, and its verbs.
struct Program {
    names: &'static str,
    style: Style,
    globals: &'static str,
    verbs: &'static [(&'static str, Verb)],
    /// What verbs that nobody listed do.
    others: Class,
}

#[derive(Clone, Copy)]
enum Verb {
    /// It reads: what its operands are, and its flags.
    Reads(Operands, &'static str),
    Is(Class),
    /// Nobody can tell from the text, and why.
    Asks(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operands {
    None,
    Text,
    Files,
    /// `pods`, `pod/a`, `pods,services a b`.
    Objects,
    /// A folder or an archive of a chart on this disk, maybe behind a name.
    Chart,
    NameAndChart,
}

use Operands::{Chart, Files, NameAndChart, None as Nothing, Objects, Text};
use Verb::{Asks, Is, Reads};

const MUTATES: Verb = Is(Class::Mutates);
const NETWORK: Verb = Is(Class::Network);
const SECRET: Verb = Is(Class::ReadsSecret);
const ASK: Verb = Is(Class::Unknown);
const SOCKET: Verb = Asks("asks a socket that may do anything on this machine");
const BASES: Verb = Asks("fetches what the kustomization names on other hosts");
const PROVIDERS: Verb = Asks("starts programs that this folder names");

const PROGRAMS: &[Program] = &[
    Program {
        names: "kubectl oc",
        style: Style::Go,
        globals: "!--profile= !--profile-output= -n= --namespace= --request-timeout= -v= --v= --warnings-as-errors \
            --match-server-version --disable-compression",
        verbs: &[
            (
                "get",
                Reads(
                    Objects,
                    "-o= --output= -A --all-namespaces -l= --selector= --field-selector= -L= --label-columns= \
                --show-labels --show-kind --no-headers --sort-by= --ignore-not-found --chunk-size= --watch --watch-only -w \
                --raw= --template= -f= --filename= -k= -R --recursive --allow-missing-template-keys --server-print \
                --show-managed-fields --subresource= --output-watch-events",
                ),
            ),
            (
                "describe",
                Reads(Objects, "-A --all-namespaces -l= --selector= --show-events --chunk-size="),
            ),
            (
                "logs",
                Reads(
                    Text,
                    "-c= --container= -p --previous --since= --since-time= --tail= --timestamps --all-containers -l= \
                --selector= --limit-bytes= --prefix --max-log-requests= --ignore-errors --pod-running-timeout= --all-pods",
                ),
            ),
            (
                "events",
                Reads(
                    Nothing,
                    "-A --all-namespaces --for= --types= -o= --output= --no-headers --chunk-size=",
                ),
            ),
            (
                "top pods",
                Reads(
                    Text,
                    "-A --all-namespaces --containers -l= --selector= --sort-by= --no-headers --field-selector= --sum --use-protocol-buffers",
                ),
            ),
            (
                "top pod",
                Reads(
                    Text,
                    "-A --all-namespaces --containers -l= --selector= --sort-by= --no-headers --field-selector= --sum --use-protocol-buffers",
                ),
            ),
            (
                "top nodes",
                Reads(
                    Text,
                    "-l= --selector= --sort-by= --no-headers --show-capacity --use-protocol-buffers",
                ),
            ),
            (
                "top node",
                Reads(
                    Text,
                    "-l= --selector= --sort-by= --no-headers --show-capacity --use-protocol-buffers",
                ),
            ),
            ("rollout history", Reads(Objects, "--revision= -l= --selector=")),
            ("rollout status", Reads(Objects, "--timeout= --watch -w --revision= -l= --selector=")),
            ("rollout", MUTATES),
            (
                "wait",
                Reads(
                    Objects,
                    "--for= --timeout= -A --all-namespaces --all -l= --selector= --field-selector= -o=",
                ),
            ),
            ("explain", Reads(Text, "--recursive --api-version= --output= -o=")),
            (
                "api-resources",
                Reads(
                    Nothing,
                    "--verbs= --namespaced --api-group= -o= --output= --no-headers --sort-by= --cached --categories=",
                ),
            ),
            ("api-versions", Reads(Nothing, "")),
            ("version", Reads(Nothing, "--client -o= --output= --short")),
            ("cluster-info dump", ASK),
            ("cluster-info", Reads(Nothing, "")),
            ("options", Reads(Nothing, "")),
            ("completion", Reads(Text, "")),
            (
                "auth can-i",
                Reads(Text, "-A --all-namespaces --list -q --quiet --no-headers --subresource="),
            ),
            ("auth whoami", Reads(Nothing, "-o= --output=")),
            ("auth", MUTATES),
            ("config current-context", Reads(Nothing, "")),
            ("config get-contexts", Reads(Text, "-o= --output= --no-headers")),
            ("config get-clusters", Reads(Nothing, "")),
            ("config get-users", Reads(Nothing, "")),
            ("config view", SECRET),
            ("config", MUTATES),
            ("create token", SECRET),
            ("get-contexts", ASK),
            (
                "diff",
                Asks(
                    "tries it at the API server, which needs the right to change it and may call others",
                ),
            ),
            ("kustomize", BASES),
            ("plugin", ASK),
            ("convert", ASK),
            ("proxy", NETWORK),
            ("port-forward", NETWORK),
            ("whoami", ASK),
            ("status", ASK),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "helm",
        style: Style::Go,
        globals: "-n= --namespace= --debug --burst-limit= --qps= --color=",
        verbs: &[
            (
                "list",
                Reads(
                    Nothing,
                    "-A -a -d -f= -m= -o= -q -r -l= --all-namespaces --all --date --filter= --max= --output= --short --reverse \
                --selector= --deployed --failed --pending --superseded --uninstalled --uninstalling --no-headers --offset= --time-format=",
                ),
            ),
            (
                "ls",
                Reads(
                    Nothing,
                    "-A -a -d -f= -m= -o= -q -r -l= --all-namespaces --all --date --filter= --max= --output= --short --reverse \
                --selector= --deployed --failed --pending --superseded --uninstalled --uninstalling --no-headers --offset= --time-format=",
                ),
            ),
            ("history", Reads(Text, "--max= -o= --output=")),
            ("hist", Reads(Text, "--max= -o= --output=")),
            ("status", Reads(Text, "--revision= --show-desc --show-resources")),
            (
                "lint",
                Reads(
                    Chart,
                    "-f< --values< --set= --set-string= --set-json= --strict --quiet --with-subcharts --kube-version= --skip-schema-validation",
                ),
            ),
            (
                "template",
                Reads(
                    NameAndChart,
                    "!--post-renderer= !--post-renderer-args= !--output-dir= !--dependency-update @--repo= -f< --values< \
                --set= --set-string= --set-json= --set-literal= --kube-version= -a= --api-versions= --include-crds --skip-crds \
                --show-only= -s= --skip-tests --no-hooks --is-upgrade --release-name --version= --devel -g --generate-name \
                --skip-schema-validation --disable-openapi-validation",
                ),
            ),
            ("show chart", Reads(Chart, "--devel --version=")),
            ("show values", Reads(Chart, "--devel --version= --jsonpath=")),
            ("show readme", Reads(Chart, "--devel --version=")),
            ("show all", Reads(Chart, "--devel --version=")),
            ("show crds", Reads(Chart, "--devel --version=")),
            ("inspect chart", Reads(Chart, "")),
            ("inspect values", Reads(Chart, "")),
            ("version", Reads(Nothing, "--short --client -c --template=")),
            ("dependency list", Reads(Chart, "--max-col-width=")),
            ("dependency", ASK),
            ("dep list", Reads(Chart, "--max-col-width=")),
            ("dep", ASK),
            (
                "search repo",
                Reads(
                    Text,
                    "-l -o= -r --versions --version= --devel --output= --regexp --max-col-width= --fail-on-no-result",
                ),
            ),
            ("search", NETWORK),
            ("completion", Reads(Text, "--no-descriptions")),
            ("get", SECRET),
            ("env", SECRET),
            ("diff", ASK),
            ("test", MUTATES),
            ("repo list", ASK),
            ("repo", NETWORK),
            ("pull", NETWORK),
            ("fetch", NETWORK),
            ("push", MUTATES),
            ("registry", NETWORK),
            ("verify", ASK),
            ("plugin list", ASK),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "terraform tofu",
        style: Style::Words,
        globals: "",
        verbs: &[
            ("fmt", Reads(Files, "-check -diff -recursive -list= -no-color -write=")),
            ("version", Reads(Nothing, "-json")),
            ("providers lock", MUTATES),
            ("providers mirror", MUTATES),
            ("providers schema", ASK),
            ("providers", Reads(Nothing, "")),
            ("workspace show", Reads(Nothing, "")),
            ("workspace list", ASK),
            ("workspace", MUTATES),
            ("metadata functions", Reads(Nothing, "-json")),
            ("validate", PROVIDERS),
            (
                "plan",
                Asks(
                    "starts programs that this folder names, asks clouds, and may print secrets of the state",
                ),
            ),
            ("graph", PROVIDERS),
            ("test", MUTATES),
            ("show", SECRET),
            ("output", SECRET),
            ("console", SECRET),
            ("state list", ASK),
            ("state pull", SECRET),
            ("state show", SECRET),
            ("init", NETWORK),
            ("get", NETWORK),
            ("login", NETWORK),
            ("logout", MUTATES),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "flux",
        style: Style::Go,
        globals: "-n= --namespace= --timeout= --verbose",
        verbs: &[
            (
                "get",
                Reads(
                    Text,
                    "-A --all-namespaces --no-header --status-selector= -l= --label-selector=",
                ),
            ),
            ("tree", Reads(Text, "--compact -o= --output=")),
            ("stats", Reads(Nothing, "-A --all-namespaces")),
            ("events", Reads(Nothing, "-A --all-namespaces --for= --types=")),
            (
                "logs",
                Reads(
                    Nothing,
                    "-A --all-namespaces --kind= --name= --level= --since= --since-time= --tail= --flux-namespace=",
                ),
            ),
            ("trace", Reads(Text, "--api-version= --kind=")),
            ("version", Reads(Nothing, "--client -o= --output=")),
            ("completion", Reads(Text, "")),
            ("check", ASK),
            ("diff", ASK),
            ("build", ASK),
            ("export", SECRET),
            ("pull", NETWORK),
            ("push", MUTATES),
            ("list", NETWORK),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "argocd",
        style: Style::Go,
        globals: "",
        verbs: &[
            ("version", NETWORK),
            ("app get", NETWORK),
            ("app list", NETWORK),
            ("app diff", NETWORK),
            ("app history", NETWORK),
            ("app logs", NETWORK),
            ("app manifests", SECRET),
            ("app resources", NETWORK),
            ("app wait", NETWORK),
            ("appset get", NETWORK),
            ("appset list", NETWORK),
            ("proj get", NETWORK),
            ("proj list", NETWORK),
            ("cluster get", NETWORK),
            ("cluster list", NETWORK),
            ("repo get", NETWORK),
            ("repo list", NETWORK),
            ("account get-user-info", NETWORK),
            ("account can-i", NETWORK),
            ("account list", NETWORK),
            ("account generate-token", SECRET),
            ("admin initial-password", SECRET),
            ("admin export", SECRET),
            ("context", ASK),
            ("completion", Reads(Text, "")),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "promtool",
        style: Style::Words,
        globals: "",
        verbs: &[
            (
                "check rules",
                Reads(Files, "-lint= --lint= -lint-fatal -agent -extended -ignore-unknown-fields"),
            ),
            (
                "check config",
                Reads(Files, "-syntax-only -lint= -lint-fatal -agent -ignore-unknown-fields"),
            ),
            ("check web-config", Reads(Files, "")),
            ("check metrics", Reads(Nothing, "-extended")),
            ("check", NETWORK),
            ("test rules", Reads(Files, "-run= -diff -debug -ignore-unknown-fields")),
            ("tsdb list", Reads(Files, "-r -human-readable")),
            ("tsdb analyze", Reads(Files, "-limit= -extended -match=")),
            ("tsdb", MUTATES),
            ("promql format", Reads(Text, "")),
        ],
        others: Class::Network,
    },
    Program {
        names: "amtool",
        style: Style::Words,
        globals: "",
        verbs: &[("check-config", Reads(Files, "")), ("version", Reads(Nothing, ""))],
        others: Class::Network,
    },
    Program {
        names: "kustomize",
        style: Style::Go,
        globals: "",
        verbs: &[
            ("version", Reads(Nothing, "--short -o= --output=")),
            ("build", BASES),
            ("cfg", ASK),
            ("completion", Reads(Text, "")),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "kubeconform",
        style: Style::Words,
        globals: "",
        verbs: &[],
        others: Class::Network,
    },
    Program {
        names: "docker podman nerdctl",
        style: Style::Go,
        globals: "",
        verbs: &[
            ("ps", SOCKET),
            ("images", SOCKET),
            ("logs", SOCKET),
            ("version", SOCKET),
            ("info", SOCKET),
            ("stats", SOCKET),
            ("top", SOCKET),
            ("port", SOCKET),
            ("diff", SOCKET),
            ("events", SOCKET),
            ("history", SOCKET),
            ("compose ps", SOCKET),
            ("compose logs", SOCKET),
            ("compose ls", SOCKET),
            ("compose top", SOCKET),
            ("compose images", SOCKET),
            ("container ls", SOCKET),
            ("image ls", SOCKET),
            ("network ls", SOCKET),
            ("volume ls", SOCKET),
            ("system df", SOCKET),
            ("context ls", SOCKET),
            ("manifest push", MUTATES),
            ("manifest", NETWORK),
            ("image push", MUTATES),
            ("inspect", SECRET),
            ("compose config", SECRET),
            ("container inspect", SECRET),
            ("config inspect", SECRET),
            ("service inspect", SECRET),
            ("pull", NETWORK),
            ("push", MUTATES),
            ("login", NETWORK),
            ("search", NETWORK),
        ],
        others: Class::Mutates,
    },
    Program {
        names: "crictl ctr",
        style: Style::Go,
        globals: "",
        verbs: &[
            ("ps", SOCKET),
            ("pods", SOCKET),
            ("images", SOCKET),
            ("logs", SOCKET),
            ("info", SOCKET),
            ("stats", SOCKET),
            ("version", SOCKET),
            ("inspect", SECRET),
            ("inspectp", SECRET),
            ("pull", NETWORK),
        ],
        others: Class::Mutates,
    },
    // A question goes to the cluster, or to the proxies in it.
    Program {
        names: "istioctl",
        style: Style::Go,
        globals: "",
        verbs: &[
            ("analyze", NETWORK),
            ("proxy-config secret", SECRET),
            ("proxy-config", NETWORK),
            ("pc secret", SECRET),
            ("pc", NETWORK),
            ("proxy-status", NETWORK),
            ("ps", NETWORK),
            ("validate", ASK),
            ("version", NETWORK),
        ],
        others: Class::Mutates,
    },
];

pub(super) fn judge(name: &str, arguments: &[Word]) -> Option<Verdict> {
    match name {
        "terragrunt" => return Some(terragrunt(arguments)),
        "kai" => return Some(kai(arguments)),
        _ => {}
    }
    let program =
        PROGRAMS.iter().find(|it| it.names.split_ascii_whitespace().any(|it| it == name))?;
    Some(program.judge(name, arguments))
}

impl Program {
    fn judge(&self, name: &str, arguments: &[Word]) -> Verdict {
        // Flags before the verb are those that every verb takes.
        let (verb, rest) = self.verb(arguments)?;
        let Some((path, kind)) = self.listed(&verb) else {
            let said = verb.first().copied().unwrap_or_default();
            let reason = format!("`{name} {said}` is no verb that reads");
            return if verb.is_empty() {
                self.without_verb(&rest)
            } else if name == "kubectl" && TRIED.contains(&said) && is_tried_only(arguments) {
                Err(raised(
                    Class::Unknown,
                    &format!("`{name} {said}` is only tried, by its `--dry-run`"),
                    &rest,
                ))
            } else {
                help(name, &rest).unwrap_or(Err(Objection::new(self.others, reason)))
            };
        };
        let depth = path.split(' ').count();
        if verb.len() <= depth
            && let Some(verdict) = help(name, &rest)
        {
            return verdict;
        }
        match kind {
            Is(class) => {
                let reason = format!("`{name} {path}` {}", does(class));
                Err(raised(class, &reason, &rest))
            }
            Asks(why) => Err(raised(Class::Unknown, &format!("`{name} {path}` {why}"), &rest)),
            Reads(operands, grammar) => {
                let parsed = parse(&rest, &[grammar, self.globals], self.style)?;
                let words = parsed.operands.get(depth..).unwrap_or_default();
                self.reads(path, operands, &parsed, words)
            }
        }
    }

    fn without_verb(&self, rest: &[Word]) -> Verdict {
        let is_help = rest.iter().all(|it| {
            matches!(it.text.as_str(), "--help" | "-h" | "-help" | "--version" | "-version")
        });
        if is_help { Ok(()) } else { ask("a program without its verb") }
    }

    /// The words that could be its verb, and all words without flags that stand before it.
    fn verb<'a>(&self, arguments: &'a [Word]) -> Result<(Vec<&'a str>, Vec<Word>), Objection> {
        let mut verb: Vec<&str> = Vec::new();
        let mut index = 0;
        while let Some(word) = arguments.get(index) {
            if word.kind == Kind::Expanded {
                // What it is given does not hide what the verb does.
                return Err(match verb.is_empty() {
                    true => expands(word),
                    false => self.worse(expands(word), &arguments[..index]),
                });
            }
            let text = word.text.as_str();
            if !text.starts_with('-') {
                verb.push(text);
            } else if verb.is_empty() {
                if self.style == Style::Words && (text.starts_with("-chdir=")) {
                    paths::check(&Word::fixed(&text["-chdir=".len()..]), Use::Name)?;
                    index += 1;
                    continue;
                }
                if matches!(text, "--help" | "-h" | "-help" | "--version" | "-version") {
                    break;
                }
                let takes_value = parse(&arguments[index..=index], &[self.globals], self.style);
                if let Err(objection) = takes_value {
                    let pair = arguments.get(index..index + 2).unwrap_or_default();
                    let Ok(_) = parse(pair, &[self.globals], self.style) else {
                        return Err(self.worse(objection, &arguments[index + 1..]));
                    };
                    index += 1;
                }
            } else if self.takes_next(arguments, index) {
                index += 1;
            }
            index += 1;
        }
        let skipped = |it: &&Word| !(self.style == Style::Words && it.text.starts_with("-chdir="));
        Ok((verb, arguments.iter().filter(skipped).cloned().collect()))
    }

    /// True for a flag that every verb takes, whose value is the next word.
    fn takes_next(&self, arguments: &[Word], index: usize) -> bool {
        let reads = |words: &[Word]| {
            parse(words, &[self.globals], self.style).is_ok_and(|it| it.operands.is_empty())
        };
        let pair = arguments.get(index..index + 2);
        !reads(&arguments[index..=index]) && pair.is_some_and(reads)
    }

    /// An unknown flag does not hide what the verb does.
    fn worse(&self, objection: Objection, rest: &[Word]) -> Objection {
        let verbs: Vec<&str> =
            rest.iter().filter(|it| !it.text.starts_with('-')).map(|it| it.text.as_str()).collect();
        let listed = (0..verbs.len().min(3)).find_map(|it| self.listed(&verbs[it..]));
        match listed {
            Some((_, Is(class))) if class > objection.class => Objection { class, ..objection },
            None if self.others > objection.class => Objection { class: self.others, ..objection },
            _ => objection,
        }
    }

    fn listed(&self, verb: &[&str]) -> Option<(&'static str, Verb)> {
        let is_begun = |path: &str| {
            let mut words = verb.iter();
            path.split(' ').all(|it| words.next() == Some(&it))
        };
        self.verbs.iter().filter(|it| is_begun(it.0)).max_by_key(|it| it.0.len()).copied()
    }

    fn reads(
        &self,
        path: &str,
        operands: Operands,
        parsed: &Arguments<'_>,
        words: &[&Word],
    ) -> Verdict {
        words.iter().try_for_each(|it| is_text(it))?;
        values(path, parsed)?;
        match operands {
            Nothing => {
                words.first().map_or(Ok(()), |it| ask(format!("`{}` is not known", it.text)))
            }
            Text => Ok(()),
            Files => words.iter().try_for_each(|it| paths::check(it, Use::Measure)),
            Objects => objects(words),
            Chart => charts(words),
            NameAndChart => match words {
                [name, chart] if !name.text.contains("://") => charts(&[*chart]),
                words => charts(words),
            },
        }
    }
}

/// Verbs of `kubectl` that keep nothing with `--dry-run=client` or `--dry-run=server`.
const TRIED: &[&str] = &[
    "annotate",
    "apply",
    "autoscale",
    "cordon",
    "create",
    "delete",
    "drain",
    "expose",
    "label",
    "patch",
    "replace",
    "run",
    "scale",
    "taint",
    "uncordon",
];

/// The last one counts, and none behind `--` does.
fn is_tried_only(arguments: &[Word]) -> bool {
    let own = arguments.iter().take_while(|it| it.text != "--");
    let values: Vec<&str> = own
        .filter(|it| it.text.starts_with("--dry-run"))
        .map(|it| it.text.strip_prefix("--dry-run=").unwrap_or_default())
        .collect();
    !values.is_empty() && values.iter().all(|it| matches!(*it, "client" | "server"))
}

fn does(class: Class) -> &'static str {
    match class {
        Class::ReadOnly => "reads",
        Class::Unknown => "is not known to be harmless",
        Class::Network => "talks to another host",
        Class::ReadsSecret => "prints what may be secret",
        Class::Mutates => "changes something",
    }
}

/// An address makes a question an answer.
fn raised(class: Class, reason: &str, rest: &[Word]) -> Objection {
    let has_address = rest.iter().any(|it| it.text.contains("://"));
    match class {
        Class::Unknown if has_address => Objection::new(Class::Network, "reads an address"),
        class => Objection::new(class, reason),
    }
}

/// `VERB --help` only prints. Behind a container, `--help` may be a word of what runs in it.
fn help(program: &str, words: &[Word]) -> Option<Verdict> {
    let (last, verbs) = words.split_last()?;
    let passes = ["docker", "podman", "nerdctl", "crictl", "ctr"].contains(&program)
        || verbs.first().is_some_and(|it| matches!(it.text.as_str(), "run" | "exec" | "debug"));
    let verbs_max = if passes { 1 } else { 2 };
    let is_help = matches!(last.text.as_str(), "--help" | "-help" | "-h");
    let are_verbs = verbs.len() <= verbs_max
        && verbs.iter().all(|it| {
            it.is_fixed()
                && it.text.bytes().all(|it| it.is_ascii_lowercase() || it == b'-')
                && !it.text.starts_with('-')
        });
    let is_known = verbs
        .first()
        .is_none_or(|it| HELPED.split_ascii_whitespace().any(|known| known == it.text));
    (is_help && are_verbs && is_known).then_some(Ok(()))
}

/// Verbs of programs themselves, never of plugins.
const HELPED: &str = "annotate api-resources app apply attach auth autoscale bootstrap build certificate config cordon cp create \
    debug delete dependency describe destroy diff drain edit events exec explain expose fmt get graph history import init \
    install label lint list logs output patch plan port-forward proxy pull push reconcile replace repo resume rollback rollout \
    run scale search set show state status suspend taint template test top uncordon uninstall untaint upgrade validate \
    version wait workspace";

/// Values of flags that change what is read.
fn values(path: &str, parsed: &Arguments<'_>) -> Verdict {
    for level in parsed.values(&["-v", "--v"]) {
        match level.parse::<u32>() {
            Ok(0..=5) => {}
            Ok(_) => return secret("at this verbosity requests are printed with their tokens"),
            Err(_) => return ask("a verbosity that is no number"),
        }
    }
    for output in parsed.values(&["-o", "--output"]) {
        let kind = output.split('=').next().unwrap_or(output);
        let known = [
            "wide",
            "name",
            "yaml",
            "json",
            "kyaml",
            "jsonpath",
            "go-template",
            "custom-columns",
            "table",
            "plaintext",
            "plaintext-openapiv2",
            "jsonpath-as-json",
            "tree",
        ];
        if !known.contains(&kind) {
            return ask(format!("`{output}` is not known"));
        }
    }
    if parsed.has(&["-w", "--watch", "--watch-only", "--output-watch-events"])
        && path != "rollout status"
    {
        return ask("a watch never ends");
    }
    if parsed.has(&["--template"]) && path == "get" {
        return ask("a template may come from a file");
    }
    if path == "fmt"
        && !parsed.has(&["-check"])
        && (parsed.values(&["-write"]).next().is_none()
            || parsed.values(&["-write"]).any(|it| it != "false"))
    {
        return mutates("`fmt` without `-check` rewrites files");
    }
    if path == "rollout status" && !has_end(parsed) {
        return ask("without `--timeout` it may never end");
    }
    if path == "wait" && parsed.values(&["--timeout"]).any(|it| it.starts_with('-')) {
        return ask("without an end");
    }
    if let Some(file) = parsed.values(&["-f", "--filename", "-k"]).next()
        && path == "get"
    {
        return secret(format!("the kinds of objects stand in `{file}`"));
    }
    parsed.values(&["--raw"]).try_for_each(raw)
}

fn has_end(parsed: &Arguments<'_>) -> bool {
    parsed.has(&["--watch=false", "-w=false"])
        || parsed.values(&["--timeout"]).any(|it| !matches!(it, "0" | "0s") && !it.starts_with('-'))
}

fn raw(path: &str) -> Verdict {
    let lower = path.to_ascii_lowercase();
    if matches!(
        path.split('?').next(),
        Some("/healthz" | "/livez" | "/readyz" | "/version" | "/api" | "/apis")
    ) {
        Ok(())
    } else if lower.contains("secret") {
        secret("a path of Secrets")
    } else if lower.contains("proxy") {
        network("reaches a workload through the API server")
    } else {
        ask(format!("what `{path}` answers is not known"))
    }
}

/// Kinds whose objects hold no secret by design.
const KINDS: &str = "all po pod pods svc service services deploy deployment deployments rs replicaset replicasets sts statefulset \
    statefulsets ds daemonset daemonsets job jobs cj cronjob cronjobs cm configmap configmaps ns namespace namespaces no node nodes \
    pv persistentvolume persistentvolumes pvc persistentvolumeclaim persistentvolumeclaims sc storageclass storageclasses ev event \
    events ep endpoints endpoint endpointslice endpointslices ing ingress ingresses ingressclass ingressclasses netpol networkpolicy \
    networkpolicies pdb poddisruptionbudget poddisruptionbudgets hpa horizontalpodautoscaler horizontalpodautoscalers vpa \
    verticalpodautoscaler verticalpodautoscalers sa serviceaccount serviceaccounts role roles rolebinding rolebindings clusterrole \
    clusterroles clusterrolebinding clusterrolebindings crd crds customresourcedefinition customresourcedefinitions quota resourcequota \
    resourcequotas limits limitrange limitranges pc priorityclass priorityclasses lease leases apiservice apiservices cs componentstatus \
    componentstatuses rc replicationcontroller replicationcontrollers podtemplate podtemplates controllerrevision controllerrevisions \
    csidriver csidrivers csinode csinodes volumeattachment volumeattachments volumesnapshot volumesnapshots volumesnapshotclass \
    volumesnapshotclasses mutatingwebhookconfiguration mutatingwebhookconfigurations validatingwebhookconfiguration \
    validatingwebhookconfigurations validatingadmissionpolicy validatingadmissionpolicies validatingadmissionpolicybinding \
    validatingadmissionpolicybindings runtimeclass runtimeclasses flowschema flowschemas prioritylevelconfiguration \
    prioritylevelconfigurations csr certificatesigningrequest certificatesigningrequests gateway gateways gatewayclass gatewayclasses \
    httproute httproutes grpcroute grpcroutes tcproute tlsroute referencegrant virtualservice virtualservices vs destinationrule \
    destinationrules dr serviceentry serviceentries sidecar sidecars peerauthentication peerauthentications authorizationpolicy \
    authorizationpolicies servicemonitor servicemonitors podmonitor podmonitors prometheusrule prometheusrules prometheus prometheuses \
    alertmanager alertmanagers probe probes certificate certificates cert certs issuer issuers clusterissuer clusterissuers \
    certificaterequest certificaterequests order orders challenge challenges kustomization kustomizations ks gitrepository \
    gitrepositories helmrepository helmrepositories helmchart helmcharts ocirepository ocirepositories rollout rollouts analysisrun \
    analysisruns analysistemplate analysistemplates scaledobject scaledobjects scaledjob scaledjobs nodepool nodepools nodeclaim \
    nodeclaims ec2nodeclass ec2nodeclasses machine machines machineset machinesets machinedeployment machinedeployments \
    ciliumnetworkpolicy ciliumnetworkpolicies cnp backup backups schedule schedules restore restores ippool ippools route routes \
    deploymentconfig deploymentconfigs dc ingressroute ingressroutes middleware middlewares podmetrics nodemetrics replicationsource";

fn objects(words: &[&Word]) -> Verdict {
    let Some((first, rest)) = words.split_first() else { return Ok(()) };
    let is_slashed = first.text.contains('/');
    let kinds = first.text.split(',').chain(
        rest.iter().filter(|it| is_slashed || it.text.contains('/')).map(|it| it.text.as_str()),
    );
    for written in kinds {
        let name = written.split('/').next().unwrap_or(written).to_ascii_lowercase();
        let kind = name.split('.').next().unwrap_or(&name);
        if kind.contains("secret") || kind.contains("vault") {
            return secret(format!("`{written}` may hold secrets"));
        }
        if !KINDS.split_ascii_whitespace().any(|it| it == kind) {
            return ask(format!("what objects of kind `{kind}` hold is not known"));
        }
    }
    Ok(())
}

fn charts(words: &[&Word]) -> Verdict {
    words.iter().try_for_each(|it| {
        let path = it.text.as_str();
        if path.contains("://") {
            return network("a chart of another host");
        }
        let first = path.split('/').next().unwrap_or(path);
        let is_here = path.starts_with('.')
            || !path.contains('/') && path.ends_with(".tgz")
            || matches!(
                first,
                "chart"
                    | "charts"
                    | "deploy"
                    | "deployment"
                    | "deployments"
                    | "helm"
                    | "infra"
                    | "infrastructure"
                    | "k8s"
                    | "kubernetes"
                    | "manifests"
                    | "ops"
                    | "packages"
                    | "platform"
                    | "apps"
                    | "services"
                    | "clusters"
            );
        if is_here {
            paths::check(it, Use::Name)
        } else {
            network(format!("`{path}` may be a chart of a repository"))
        }
    })
}

fn terragrunt(arguments: &[Word]) -> Verdict {
    let verb = arguments
        .iter()
        .find(|it| !it.text.starts_with('-') && it.text != "run-all" && it.text != "run");
    match verb.map(|it| it.text.as_str()) {
        Some("hclfmt" | "hcl") => mutates("rewrites files"),
        Some("output" | "show" | "render-json") => secret("prints what may be secret"),
        Some("plan" | "validate" | "graph-dependencies" | "graph") => {
            ask("runs what files of this folder say")
        }
        Some("init") => network("downloads providers"),
        _ => mutates("`terragrunt` changes infrastructure"),
    }
}

/// Kai itself, where it writes nothing.
fn kai(arguments: &[Word]) -> Verdict {
    let Some((verb, rest)) = arguments.split_first() else { return Ok(()) };
    match verb.text.as_str() {
        "review" | "explain" | "rules" | "roots" | "graph" | "diff" | "ask" | "doctor"
        | "evidence" => {
            let parsed = parse(
                rest,
                &[
                    "--format= --json --fail-on= --environment= --rule= --timings --explain= -f= -q --quiet",
                ],
                Style::Letters,
            )?;
            let questions = usize::from(verb.text == "ask");
            parsed.operands.iter().take(questions).try_for_each(|it| is_text(it))?;
            parsed.operands.iter().skip(questions).try_for_each(|it| paths::check(it, Use::Name))
        }
        "--version" | "--help" | "version" | "help" => Ok(()),
        _ => ask("Kai may write files"),
    }
}
