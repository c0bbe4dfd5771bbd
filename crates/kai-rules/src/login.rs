//! Logins that are switched off, by what is written.

use kai_core::{OriginId, SmolStr};
use kai_graph::{Component, EnvSource, EnvVar, Facts, Of, Volume, VolumeSource, Workload};

use crate::Context;

/// The words that switch a login off, and where they stand.
pub(crate) struct SwitchedOff {
    pub(crate) words: String,
    pub(crate) at: OriginId,
}

/// Variables and the values that leave nothing to ask for; `*` for any that is not a no.
const VARIABLES: &[(&str, &str)] = &[
    ("ALLOW_ANONYMOUS_LOGIN", "yes"),
    ("ALLOW_EMPTY_PASSWORD", "yes"),
    ("DISABLE_SECURITY_PLUGIN", "true"),
    ("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "*"),
    ("MYSQL_ALLOW_EMPTY_PASSWORD", "*"),
    ("NEO4J_AUTH", "none"),
    ("POSTGRES_HOST_AUTH_METHOD", "trust"),
    ("plugins.security.disabled", "true"),
    ("xpack.security.enabled", "false"),
];

/// Flags, or a flag and its value.
const FLAGS: &[(&str, &[&str])] = &[
    ("elasticsearch", &["-Expack.security.enabled=false"]),
    ("cockroachdb", &["--insecure"]),
    ("mongodb", &["--noauth"]),
    ("mysql", &["--skip-grant-tables"]),
    ("redis", &["--protected-mode", "no"]),
];

/// Lines of a configuration file.
const LINES: &[(&str, &str)] = &[
    ("elasticsearch", "xpack.security.enabled: false"),
    ("opensearch", "plugins.security.disabled: true"),
    ("redis", "protected-mode no"),
];

/// What switches the login of a datastore off, if nothing beside it asks for one.
pub(crate) fn switched_off(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<SwitchedOff> {
    let engine = workload.facts.engine?.name;
    let variable = || variables(workload.facts).find_map(|it| off_by_variable(&it));
    let found = variable().or_else(|| off_by_flag(engine, workload.facts));
    let found = found.or_else(|| off_by_line(engine, workload, ctx))?;
    (engine != "redis" || asks(workload, ctx) == Some(false)).then_some(found)
}

fn variables(workload: &Workload) -> impl Iterator<Item = (&SmolStr, &SmolStr, OriginId)> {
    let variables = workload.pod.containers.iter().flat_map(|it| &it.env);
    variables.filter_map(|it| match &it.source {
        EnvSource::Literal(value) => Some((&it.name, value, it.origin)),
        _ => None,
    })
}

fn off_by_variable(&(name, value, at): &(&SmolStr, &SmolStr, OriginId)) -> Option<SwitchedOff> {
    let is_off = |off: &str| match off {
        "*" => !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "no" | "false"),
        off => {
            value.eq_ignore_ascii_case(off) || (off == "yes" && value.eq_ignore_ascii_case("true"))
        }
    };
    let is_known = VARIABLES.iter().any(|(it, off)| name == it && is_off(off));
    is_known.then(|| SwitchedOff { words: format!("{name}={value}"), at })
}

fn off_by_flag(engine: &str, workload: &Workload) -> Option<SwitchedOff> {
    let (_, flag) = FLAGS.iter().find(|it| it.0 == engine)?;
    workload.pod.containers.iter().find_map(|container| {
        let words: Vec<_> = container.command.iter().chain(&container.args).collect();
        let found = words
            .windows(flag.len())
            .find(|window| window.iter().zip(*flag).all(|(word, flag)| word.value == *flag))?;
        Some(SwitchedOff { words: flag.join(" "), at: found[0].origin })
    })
}

fn off_by_line(engine: &str, workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<SwitchedOff> {
    let (_, line) = LINES.iter().find(|it| it.0 == engine)?;
    let is_line = |it: &str| it.trim() == *line;
    settings(workload, ctx)
        .find(|it| it.0.lines().any(is_line))
        .map(|(_, at)| SwitchedOff { words: (*line).to_string(), at })
}

/// The texts that the workload mounts, with their places.
pub(crate) fn settings<'a>(
    workload: Of<'a, Workload>,
    ctx: Context<'a>,
) -> impl Iterator<Item = (&'a SmolStr, OriginId)> {
    let component = workload.component;
    let names = workload.facts.pod.volumes.iter().filter_map(|it| match &it.source {
        VolumeSource::Configuration { name, .. } => Some(name),
        _ => None,
    });
    let objects = names.filter_map(move |it| configuration(it, component, ctx));
    let texts = objects.filter_map(|it| match &it.facts {
        Facts::Configuration(facts) => Some(&facts.settings),
        _ => None,
    });
    texts.flatten().map(|it| (&it.value, it.origin))
}

/// What is mounted under the name, if it was read. Compose mounts files of the tree, and `configs`.
fn configuration<'a>(name: &str, by: &Component, ctx: Context<'a>) -> Option<&'a Component> {
    let mut kinds = ["ConfigMap", "file", "config"].into_iter();
    kinds.find_map(|kind| ctx.system.resolve(kind, &by.namespace, name, by.root))
}

/// Whether Redis asks for a password or a user; none where what may say so was not read.
pub(crate) fn asks(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<bool> {
    const FLAGS: [&str; 2] = ["requirepass", "aclfile"];
    const VARIABLES: [&str; 6] = [
        "KEYDB_PASSWORD",
        "REDIS_PASSWORD",
        "REDIS_PASSWORD_FILE",
        "REDIS_PASSWORDS_FILE",
        "VALKEY_PASSWORD",
        "VALKEY_PASSWORD_FILE",
    ];
    let pod = &workload.facts.pod;
    let has_flag = |text: &str| FLAGS.iter().any(|it| text.contains(it));
    let by_words = pod.containers.iter().any(|container| {
        container.args.iter().chain(&container.command).any(|it| has_flag(&it.value))
            || container.env.iter().any(|it| VARIABLES.contains(&it.name.as_str()))
    });
    if by_words || settings(workload, ctx).any(|it| it.0.lines().any(is_login)) {
        return Some(true);
    }
    let brings_all = |it: &EnvVar| it.name.is_empty();
    let is_unread = |it: &Volume| {
        use VolumeSource::{Configuration, HostPath, Projected, Secret};
        match &it.source {
            Configuration { name, .. } => configuration(name, workload.component, ctx).is_none(),
            other => matches!(other, Secret { .. } | Projected(_) | HostPath { .. }),
        }
    };
    let may_hide = pod.volumes.iter().any(is_unread)
        || pod.containers.iter().flat_map(|it| &it.env).any(brings_all)
        || !pod.is_fully_read;
    (!may_hide).then_some(false)
}

/// A line of Redis' file, or of a list of users, that asks who comes. What a replica sends is none.
fn is_login(line: &str) -> bool {
    let mut words = line.split_whitespace();
    match words.next() {
        Some("requirepass" | "aclfile") => words.next().is_some_and(|it| it != "\"\""),
        Some("user") => {
            words.next() == Some("default")
                && words.any(|it| it == "off" || it.starts_with(['>', '#']))
        }
        _ => false,
    }
}
