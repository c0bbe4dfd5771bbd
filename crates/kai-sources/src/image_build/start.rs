//! What containers of an image start, as whom, and what its steps forget.

use kai_core::{Node, OriginId, Origins, SmolStr, Span, Traced};
use kai_graph::{GivingWay, ShellStart};
use kai_syntax::shell;

use super::official;
use super::stages::{Lineage, does};
use crate::pipeline::{has_pipefail, run_from_network};

/// What is started through a shell.
pub(super) fn start(lineage: &Lineage<'_>) -> Option<ShellStart> {
    if let Some(entry) = lineage.last("entrypoint") {
        return through_shell(entry, true, lineage);
    }
    // What the image below starts decides what becomes of a command.
    let is_plain = lineage.sure_base().is_some_and(|it| official::is_plain(&it));
    // An entry point of a later stage leaves out the commands of the stages before it.
    let command = lineage.last("cmd").filter(|_| is_plain)?;
    through_shell(command, false, lineage)
}

fn through_shell(node: &Node, is_entry_point: bool, lineage: &Lineage<'_>) -> Option<ShellStart> {
    let (program, script) = match node.as_str() {
        Some(text) => (shell_of(lineage.last("shell"))?, text),
        None => match node.items() {
            [program, flag, script] if flag.as_str() == Some("-c") => {
                (program.as_str()?, script.as_str()?)
            }
            _ => return None,
        },
    };
    let name = program.rsplit('/').next().unwrap_or(program);
    // A step may put another shell in its place.
    let is_moved = lineage
        .does()
        .any(|(kind, it)| kind == "run" && it.as_str().is_some_and(|it| it.contains("/bin/sh")));
    let giving_way = match name {
        "dash" => GivingWay::Never,
        "bash" | "ash" => GivingWay::Always,
        "sh" if is_moved => GivingWay::NotTold,
        "sh" => lineage.sure_base().map_or(GivingWay::NotTold, |it| official::giving_way(&it)),
        _ => return None,
    };
    let (script, shell) = (script.trim().into(), name.into());
    Some(ShellStart { script, shell, giving_way, is_entry_point, origin: node.origin })
}

fn shell_of(said: Option<&Node>) -> Option<&str> {
    match said {
        Some(it) => it.items().first()?.as_str(),
        None => Some("/bin/sh"),
    }
}

/// Whom it starts as. Nobody named is root where the image below is known to start as that.
pub(super) fn user(lineage: &Lineage<'_>) -> Option<Traced<SmolStr>> {
    if lineage.base().is_some_and(|it| official::is_of_windows(&it)) {
        return None;
    }
    if let Some(user) = lineage.last("user") {
        let name = user.as_str()?.split_whitespace().next().filter(|it| !it.contains('$'))?;
        return Some(Traced { value: name.into(), origin: user.origin });
    }
    let is_plain = lineage.sure_base().is_some_and(|it| official::is_plain(&it));
    let from = lineage.stages.last()?.get("from").filter(|_| is_plain)?;
    Some(Traced { value: SmolStr::new_static("root"), origin: from.origin })
}

/// True where what is started may go on as somebody else.
pub(super) fn may_change_user(lineage: &Lineage<'_>) -> bool {
    let started = ["entrypoint", "cmd"].into_iter().filter_map(|it| lineage.last(it));
    started.into_iter().any(|node| match node.as_str() {
        Some(text) => kai_graph::may_change_user(&text.split_whitespace().collect::<Vec<_>>()),
        None => {
            let words = node.items().iter().filter_map(Node::as_str);
            kai_graph::may_change_user(&words.clone().collect::<Vec<_>>())
                || words.into_iter().any(|it| {
                    kai_graph::may_change_user(&it.split_whitespace().collect::<Vec<_>>())
                })
        }
    })
}

/// Files that end in a layer and are, by their names, keys.
pub(super) fn key_files(lineage: &Lineage<'_>, origins: &Origins) -> Vec<Traced<SmolStr>> {
    let copied = lineage.does().filter(|it| it.0 == "copy").map(|it| it.1);
    let named = copied.filter_map(|it| Some((it.as_str()?, it.origin)));
    let keys = named.filter(|it| is_key_file(it.0) && !is_for_packages(it.1, origins));
    keys.map(|(value, origin)| Traced { value: value.into(), origin }).collect()
}

/// True where what is copied goes to the keys by which packages are checked, which are public.
fn is_for_packages(copied: OriginId, origins: &Origins) -> bool {
    const FOLDERS: [&str; 4] =
        ["/etc/apk/keys", "/etc/apt", "/etc/pki/rpm-gpg", "/usr/share/keyrings"];
    let Some(span) = origins.span(copied) else { return false };
    let after = &origins.document(span.document).text[span.end as usize..];
    let lines = after.lines();
    let mut is_more = true;
    let mut instruction =
        lines.take_while(|it| std::mem::replace(&mut is_more, it.trim_end().ends_with('\\')));
    instruction.any(|it| FOLDERS.iter().any(|folder| it.contains(folder)))
}

/// Private keys and files of credentials, by their names alone. Most `.pem` files are certificates, and what a
/// signature is checked with is public.
fn is_key_file(path: &str) -> bool {
    const NAMES: [&str; 8] = [
        ".env",
        ".git-credentials",
        ".netrc",
        ".pypirc",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "id_rsa",
    ];
    const OF_PUBLIC: [&str; 11] = [
        "apk",
        "apt",
        "archive",
        "gpg",
        "keyring",
        "pub",
        "public",
        "release",
        "repo",
        "repository",
        "signing",
    ];
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if path.contains("://") || path.starts_with("git@") {
        return false;
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let words: Vec<&str> = stem.split(['-', '_', '.']).collect();
    let is_public = words.iter().any(|it| OF_PUBLIC.contains(it));
    match extension {
        _ if NAMES.contains(&name.as_str()) => true,
        "key" => !is_public,
        "pem" => !is_public && words.last().is_some_and(|it| matches!(*it, "key" | "privkey")),
        _ => false,
    }
}

/// Addresses whose answer a shell runs without anybody hearing that there was none. What a shell does that
/// an unknown image brings is not told.
pub(super) fn forgotten_downloads(
    file: &Node,
    stages: &[Node],
    origins: &Origins,
) -> Vec<Traced<SmolStr>> {
    let mut found = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let lineage = Lineage::of(file, stages, index);
        if !lineage.sure_base().is_some_and(|it| official::is_plain(&it)) {
            continue;
        }
        let before = &lineage.stages[..lineage.stages.len() - 1];
        let mut shell = before.iter().flat_map(|it| does(it)).filter(|it| it.0 == "shell").last();
        for (kind, node) in does(stage) {
            match kind {
                "shell" => shell = Some((kind, node)),
                "run" if !shell.is_some_and(|it| is_strict(it.1)) => {
                    found.extend(of_script(node, origins));
                }
                _ => {}
            }
        }
    }
    found
}

fn is_strict(shell: &Node) -> bool {
    shell.items().iter().filter_map(Node::as_str).any(|it| it.contains("pipefail"))
}

fn of_script(node: &Node, origins: &Origins) -> Vec<Traced<SmolStr>> {
    let Some(script) = node.as_str().and_then(shell::parse) else { return Vec::new() };
    if has_pipefail(&script) {
        return Vec::new();
    }
    let place = |range: std::ops::Range<usize>| {
        let span = origins.span(node.origin)?;
        let offset = |it: usize| span.start + u32::try_from(it).unwrap_or(0);
        let (start, end) = (offset(range.start), offset(range.end).min(span.end));
        Some(origins.mark(Span { document: span.document, start, end }))
    };
    let found = run_from_network(&script).into_iter();
    found
        .map(|(value, range)| Traced { value, origin: place(range).unwrap_or(node.origin) })
        .collect()
}
