//! `git`, under a configuration that is trusted.

use crate::class::{Class, Verdict, ask, at_least_ask, mutates, network, secret, worst};
use crate::flags::{Arguments, Style, parse};
use crate::paths::{self, Use, is_narrow};
use crate::walk::Walk;
use crate::words::Word;

use super::git_names::{is_file, printed};

const LOG: &str = "!--output= !--ext-diff !--textconv -# -n= --oneline --graph --decorate? --no-decorate --all --branches? \
    --tags? --remotes? --stat? --shortstat --numstat --name-only --name-status --summary --since= --until= \
    --after= --before= --author= --committer= --grep= --all-match --invert-grep -i -E -F -P --merges --no-merges \
    --first-parent --reverse --follow --date= --abbrev-commit --no-abbrev-commit --abbrev= --max-count= --skip= \
    --topo-order --date-order --left-right --cherry-pick --cherry-mark --no-walk? --full-history --simplify-by-decoration \
    --no-ext-diff --no-textconv --no-color --color? -S= -G= -M -C --find-renames? --find-copies? -w -b \
    --ignore-all-space --ignore-space-change --ignore-blank-lines -U= --unified= --word-diff? --color-words? \
    --no-patch -s --raw -z --diff-filter= --relative? --no-renames --patience --histogram --minimal -m -c --cc \
    --parents --children --boundary --no-notes --walk-reflogs -g --dirstat? --check --exit-code --quiet -q \
    --no-prefix --full-index --function-context -W --pretty? --format= --cached --staged --merge-base -R \
    --ignore-submodules? --submodule? --text -a --encoding= --relative-date -L=";

/// Flags before the verb that change nothing of what it prints.
const GLOBALS: &str = "--no-pager -P --no-optional-locks";

pub(super) fn judge(arguments: &[Word], walk: &Walk<'_>) -> Verdict {
    let mut rest = arguments;
    while let Some((word, after)) = rest.split_first() {
        match word.text.as_str() {
            "-c" | "--config-env" => return mutates("`git -c` decides what runs"),
            it if it.starts_with("--exec-path=") => {
                return mutates("`--exec-path` decides what runs");
            }
            "-C" | "--git-dir" | "--work-tree" => {
                return outside(after.get(1..).unwrap_or_default(), walk);
            }
            "--literal-pathspecs" | "--glob-pathspecs" | "--no-replace-objects" => {
                return ask(format!("`git {}` reads names in another way", word.text));
            }
            it if GLOBALS.split_ascii_whitespace().any(|known| known == it) => rest = after,
            _ => break,
        }
    }
    let Some((verb, rest)) = rest.split_first() else { return Ok(()) };
    if !verb.is_fixed() {
        return Err(crate::words::expands(verb));
    }
    verb_of(&verb.text, rest, walk)
}

/// Another tree is another configuration.
fn outside(rest: &[Word], walk: &Walk<'_>) -> Verdict {
    let verb = rest.first().map_or("", |it| it.text.as_str());
    match verb_of(verb, rest.get(1..).unwrap_or_default(), walk) {
        Err(it) if it.class > Class::Unknown => Err(it),
        _ => ask("another tree has another configuration"),
    }
}

fn verb_of(verb: &str, rest: &[Word], walk: &Walk<'_>) -> Verdict {
    let read = |grammar: &str| parse(rest, &[grammar], Style::Letters);
    match verb {
        "status" => read("-s -b -u? -z --short --branch --porcelain? --untracked-files? --ignored? --long \
            --show-stash --ahead-behind --no-ahead-behind --column? --no-column --renames --no-renames").and_then(tracked),
        "log" | "whatchanged" | "reflog" => log(verb, rest, walk),
        "diff" | "show" | "diff-tree" | "diff-index" | "diff-files" | "range-diff" => diff(verb, rest, walk),
        "blame" | "annotate" => read("-L= -l -t -s -e -w -M? -C? -c -f -n -p --porcelain --line-porcelain --date= \
            --show-email --show-name --show-number --root --incremental --color-lines --since= --abbrev= --first-parent \
            --ignore-rev= --reverse").and_then(|_| blamed(rest)),
        "ls-files" => read("-c -d -m -o -i -s -u -k -z -t -v -f --cached --deleted --modified --others --ignored \
            --stage --unmerged --killed --directory --exclude-standard --full-name --error-unmatch --eol \
            --recurse-submodules --deduplicate --abbrev? --format= -x= --exclude=").and_then(names),
        "ls-tree" => read("-d -r -t -l -z --long --name-only --name-status --full-name --full-tree --abbrev? --format=").and_then(names),
        "rev-parse" => read("--short? --verify --abbrev-ref? --show-toplevel --show-prefix --show-cdup --git-dir --git-common-dir \
            --is-inside-work-tree --is-inside-git-dir --is-bare-repository --symbolic --symbolic-full-name -q --quiet \
            --all --branches? --tags? --absolute-git-dir --is-shallow-repository --show-object-format?").and_then(names),
        "rev-list" => read("-# -n= --count --all --max-count= --oneline --since= --until= --no-merges --merges --reverse \
            --left-right --first-parent --branches? --tags? --objects --author= --parents --topo-order --abbrev-commit \
            --ancestry-path --skip=").and_then(names),
        "cat-file" => read("-p -t -s -e").and_then(|it| match it.operands.split_first() {
            _ if it.has(&["-t", "-s", "-e"]) => tracked(it),
            Some((kind, objects)) if !it.has(&["-p"]) && !objects.is_empty() => match kind.text.as_str() {
                "commit" | "tree" | "tag" => tree_files(objects),
                _ => self::objects(objects),
            },
            _ => self::objects(&it.operands),
        }),
        "merge-base" => read("-a --all --is-ancestor --fork-point --independent --octopus").and_then(names),
        "describe" => read("--tags --always --all --long --abbrev= --dirty? --match= --exclude= --contains --candidates= \
            --exact-match --first-parent --broken?").and_then(names),
        "shortlog" => read("-s -n -e -c --summary --numbered --email --since= --until= --no-merges --group= --all").and_then(names),
        "check-ignore" | "check-attr" => read("-v -q -n -z -a --verbose --quiet --non-matching --no-index --all").and_then(names),
        "for-each-ref" => read("--sort= --format= --count= --points-at= --merged? --no-merged? --contains= --no-contains= --ignore-case").and_then(references),
        "show-ref" => read("--head --heads --branches --tags -d -s -q --verify --hash? --dereference --abbrev?").and_then(names),
        "name-rev" | "cherry" | "count-objects" => read("-v -H --tags --refs= --name-only --always --abbrev=").and_then(names),
        "show-branch" => read("-a -r --all --remotes --list --current").and_then(names),
        "version" => read("--build-options").and_then(none),
        "grep" => grep(rest, walk),
        "branch" => branch(rest),
        "tag" => tag(rest),
        "remote" => match rest {
            [] => Ok(()),
            [it, ..] if matches!(it.text.as_str(), "-v" | "--verbose" | "get-url") => secret("addresses may hold a token"),
            [it, ..] if matches!(it.text.as_str(), "show" | "update" | "prune") => network("`git remote` talks to another host"),
            _ => mutates("`git remote` changes the configuration"),
        },
        "stash" => match rest {
            [it, more @ ..] if it.text == "list" => {
                parse(more, &["-# --oneline --date= --format= --stat"], Style::Letters).and_then(none)
            }
            [it, ..] if it.text == "list" || it.text == "show" => ask("`git stash` may run a driver"),
            _ => mutates("`git stash` moves work away"),
        },
        "worktree" | "bisect" | "notes" | "submodule" | "sparse-checkout" | "bundle" | "lfs" | "maintenance" => match rest {
            [it, more @ ..] if verb == "worktree" && it.text == "list" => {
                parse(more, &["-v --porcelain -z --verbose"], Style::Letters).and_then(none)
            }
            [it, ..] if it.text == "update" && verb == "submodule" => network("submodules are fetched"),
            _ => mutates(format!("`git {verb}` may change the repository")),
        },
        "symbolic-ref" => read("-q --short --quiet").and_then(|it| match it.operands.len() {
            1 => names(it),
            _ => mutates("`git symbolic-ref` sets a reference"),
        }),
        "config" => config(rest),
        "credential" => secret("`git credential` prints a password"),
        "fetch" | "pull" | "push" | "clone" | "ls-remote" | "remote-http" | "send-email" | "svn" | "request-pull" => {
            network(format!("`git {verb}` talks to another host"))
        }
        "archive" => match rest.iter().any(|it| it.text.starts_with("--remote")) {
            true => network("`git archive --remote` talks to another host"),
            false => ask("`git archive` may write a file"),
        },
        "help" | "difftool" | "mergetool" | "gui" | "instaweb" | "fsck" | "verify-commit" | "verify-tag" => {
            ask(format!("`git {verb}` runs other programs"))
        }
        "add" | "am" | "apply" | "checkout" | "cherry-pick" | "clean" | "commit" | "filter-branch" | "gc" | "init" | "merge"
        | "mv" | "rebase" | "replace" | "reset" | "restore" | "revert" | "rm" | "switch" | "update-index" | "update-ref"
        | "write-tree" | "prune" | "repack" | "read-tree" | "hash-object" | "checkout-index" | "commit-tree" => {
            mutates(format!("`git {verb}` changes the repository"))
        }
        it => Err(super::judge::unlisted("git", it)),
    }
}

fn log(verb: &str, rest: &[Word], walk: &Walk<'_>) -> Verdict {
    let rest = match rest.split_first() {
        Some((it, more)) if verb == "reflog" && it.text == "show" => more,
        Some((it, _))
            if verb == "reflog" && matches!(it.text.as_str(), "expire" | "delete" | "drop") =>
        {
            return mutates("`git reflog` forgets");
        }
        _ => rest,
    };
    let (flags, paths) = parted(rest);
    let parsed = parse(&flags, &[LOG], Style::Letters)?;
    formats(&parsed)?;
    tree_files(&parsed.operands)?;
    lines(&parsed)?;
    if has_patch(rest, &parsed) {
        return narrowed(verb, &parsed, &paths, walk);
    }
    tree_files(&paths.iter().collect::<Vec<_>>())
}

fn diff(verb: &str, rest: &[Word], walk: &Walk<'_>) -> Verdict {
    if rest.iter().any(|it| it.text == "--no-index") {
        let files = rest.iter().filter(|it| !it.text.starts_with('-'));
        let read = files.map(|it| paths::check(it, Use::Content));
        return at_least_ask(worst(read), "`--no-index` reads any file");
    }
    let (flags, paths) = parted(rest);
    let parsed = parse(&flags, &[LOG, "-r --root --no-commit-id -t --always"], Style::Letters)?;
    formats(&parsed)?;
    lines(&parsed)?;
    tree_files(&parsed.operands)?;
    let is_raw = matches!(verb, "diff-tree" | "diff-index" | "diff-files");
    if !has_patch(rest, &parsed) && (is_raw || parsed.has(WITHOUT_PATCH)) {
        // Of what is no commit, all is shown, whatever is said of changes.
        if verb == "show" && parsed.operands.iter().any(|it| is_file(&it.text, walk)) {
            return objects(&parsed.operands);
        }
        return tree_files(&paths.iter().collect::<Vec<_>>());
    }
    let is_object = |it: &&Word| it.text.contains(':');
    if verb == "show" && parsed.operands.iter().any(is_object) && paths.is_empty() {
        return objects(&parsed.operands);
    }
    narrowed(verb, &parsed, &paths, walk)
}

/// Flags with which only names and numbers are printed.
const WITHOUT_PATCH: &[&str] = &[
    "--stat",
    "--shortstat",
    "--numstat",
    "--name-only",
    "--name-status",
    "--summary",
    "--dirstat",
    "--raw",
    "--no-patch",
    "-s",
    "--quiet",
    "-q",
];

/// True where a flag asks for lines of files, whatever else is asked for.
fn has_patch(rest: &[Word], parsed: &Arguments<'_>) -> bool {
    const FLAGS: &[&str] = &[
        "-U",
        "--unified",
        "-W",
        "--function-context",
        "--word-diff",
        "--color-words",
        "-c",
        "--cc",
        "-m",
        "--check",
        "--submodule",
    ];
    rest.iter().any(is_patch) || parsed.has(FLAGS)
}

fn is_patch(word: &Word) -> bool {
    matches!(word.text.as_str(), "-p" | "-u" | "--patch")
}

/// What stands before `--` without the flags that ask for a patch, and the paths behind it.
fn parted(rest: &[Word]) -> (Vec<Word>, Vec<Word>) {
    let end = rest.iter().position(|it| it.text == "--").unwrap_or(rest.len());
    let flags = rest[..end].iter().filter(|it| !is_patch(it)).cloned().collect();
    (flags, rest.get(end + 1..).unwrap_or_default().to_vec())
}

/// Whatever has changed, or is kept, may be a file that holds secrets: the paths behind `--` leave them out, or git knows
/// of none. A path that names one is not looked up.
fn narrowed(verb: &str, parsed: &Arguments<'_>, paths: &[Word], walk: &Walk<'_>) -> Verdict {
    if parsed.has(&["--follow"]) {
        return ask("`--follow` prints a file under the names that it had before");
    }
    let verdict = leaves_out(verb, paths);
    let is_named = |it: &Word| !it.is_fixed() || paths::normally_holds_secrets(&it.text);
    match paths.iter().any(is_named) {
        true => verdict,
        false => printed(verb, parsed, paths, walk).unwrap_or(verdict),
    }
}

/// Before `--` a name may be that of a branch.
fn leaves_out(verb: &str, paths: &[Word]) -> Verdict {
    if paths.is_empty() {
        return ask(format!("`git {verb}` prints any file: name those that are meant behind `--`"));
    }
    tree_files(&paths.iter().collect::<Vec<_>>())?;
    paths.iter().try_for_each(|it| match it.text.contains(['*', '?', '[', ':', '\\']) {
        true if is_narrow(&it.text) => Ok(()),
        true => ask(format!("which files `{}` means is not known", it.text)),
        false => paths::check_tree(it, false),
    })
}

/// `-L 1,5:FILE` prints lines of a file, and goes on under the names that it had before.
fn lines(parsed: &Arguments<'_>) -> Verdict {
    parsed.values(&["-L"]).try_for_each(|it| match it.rsplit_once(':') {
        Some((_, path)) => {
            paths::check(&Word::fixed(path), Use::Content)?;
            ask(format!("`-L {it}` prints what the file was called before as well"))
        }
        None => ask(format!("which file `-L {it}` means is not known")),
    })
}

/// Files of revisions, `HEAD:a.yaml`.
fn objects(operands: &[&Word]) -> Verdict {
    tree_files(operands)?;
    operands.iter().try_for_each(|it| match it.text.rsplit_once(':') {
        Some((_, path)) => paths::check(&Word::fixed(path), Use::Content),
        None => ask(format!("which file `{}` is, is not known", it.text)),
    })
}

/// The file whose lines `blame` prints: the last word.
fn blamed(rest: &[Word]) -> Verdict {
    let Some((file, before)) = rest.split_last() else { return Ok(()) };
    let revisions: Vec<&Word> = before.iter().filter(|it| !it.text.starts_with('-')).collect();
    tree_files(&revisions)?;
    paths::check(file, Use::Content)
}

/// A signature is checked by another program.
fn formats(parsed: &Arguments<'_>) -> Verdict {
    let mut formats = parsed.values(&["--format", "--pretty"]);
    if formats.any(|it| it.contains("%G")) {
        ask("a signature is checked by another program")
    } else {
        Ok(())
    }
}

/// Names of references. `%(raw)` is all that one leads to, which a tag may make any file.
fn references(parsed: Arguments<'_>) -> Verdict {
    let asks_for = |what: &str| parsed.values(&["--format"]).any(|it| it.contains(what));
    if asks_for("signature") {
        return ask("a signature is checked by another program");
    }
    if asks_for("raw") {
        return ask("`%(raw)` prints all that a reference leads to, which may be any file");
    }
    names(parsed)
}

fn grep(rest: &[Word], walk: &Walk<'_>) -> Verdict {
    let flags = "!-O? !--open-files-in-pager? -# -n -i -w -v -l -L -c -h -H -E -F -G -P -I -a -q -o -z -e= -A= -B= -C= \
        --line-number --ignore-case --word-regexp --invert-match --files-with-matches --name-only --count --cached \
        --and --or --not --heading --break --show-function -p -W --column --full-name --max-depth= --max-count= -m= \
        --all-match --extended-regexp --fixed-strings --perl-regexp --only-matching --color?";
    let (before, paths) = parted(rest);
    let parsed = parse(&before, &[flags], Style::Letters)?;
    parsed.operands.iter().try_for_each(|it| super::plain::is_text(it))?;
    let patterns = usize::from(!parsed.has(&["-e"]));
    let revisions = parsed.operands.get(patterns..).unwrap_or_default();
    tree_files(revisions)?;
    if revisions.is_empty() {
        return narrowed("grep", &parsed, &paths, walk);
    }
    leaves_out("grep", &paths)
}

fn branch(rest: &[Word]) -> Verdict {
    let flags = "!-d !-D !-m !-M !-c !-C !-f !-u= !--delete !--move !--copy !--force !--set-upstream-to= !--unset-upstream \
        !--edit-description !-t? !--track? -a -r -v -l -q -i --all --remotes --verbose --list --show-current --contains= \
        --no-contains= --merged? --no-merged? --points-at= --sort= --format= --column? --no-column --color? --no-color \
        --abbrev? --ignore-case";
    let parsed = parse(rest, &[flags], Style::Letters)?;
    let is_merged = parsed.has(&["--merged", "--no-merged"]) && parsed.operands.len() == 1;
    if parsed.operands.is_empty() || parsed.has(&["-l", "--list"]) || is_merged {
        references(parsed)
    } else {
        mutates("`git branch` makes a branch")
    }
}

fn tag(rest: &[Word]) -> Verdict {
    let flags = "!-d !-a !-s !-f !-m= !-F= !-u= !--delete !--annotate !--sign !--force -l -n? -i --list --sort= --format= \
        --contains= --no-contains= --merged? --no-merged? --points-at= --column? --color?";
    let parsed = parse(rest, &[flags], Style::Letters)?;
    if parsed.operands.is_empty() || parsed.has(&["-l", "--list", "-n"]) {
        references(parsed)
    } else {
        mutates("`git tag` makes a tag")
    }
}

fn config(rest: &[Word]) -> Verdict {
    match rest {
        [get, name]
            if get.text == "--get"
                && matches!(
                    name.text.as_str(),
                    "user.name" | "user.email" | "init.defaultBranch"
                ) =>
        {
            Ok(())
        }
        [get, ..]
            if get.text.starts_with("--get")
                || matches!(get.text.as_str(), "-l" | "--list" | "list" | "get") =>
        {
            secret("the configuration may hold a token")
        }
        _ => mutates("`git config` may set a value"),
    }
}

fn none(parsed: Arguments<'_>) -> Verdict {
    parsed.operands.first().map_or(Ok(()), |it| ask(format!("`{}` is not known", it.text)))
}

fn names(parsed: Arguments<'_>) -> Verdict {
    parsed.operands.iter().try_for_each(|it| super::plain::is_text(it))
}

/// Operands may be revisions, files, or files of revisions.
fn tracked(parsed: Arguments<'_>) -> Verdict {
    tree_files(&parsed.operands)
}

fn tree_files(operands: &[&Word]) -> Verdict {
    operands.iter().try_for_each(|it| {
        super::plain::is_text(it)?;
        let path = it.text.rsplit_once(':').map_or(it.text.as_str(), |(_, path)| path);
        let word = Word { is_glob: it.text.contains('*'), ..Word::fixed(path) };
        match paths::check(&word, Use::Measure) {
            Err(it) if it.class == Class::ReadsSecret => Err(it),
            Err(_) if path.starts_with(['/', '~']) || path.split('/').any(|it| it == "..") => {
                ask(format!("`{path}` is outside of this folder"))
            }
            _ => Ok(()),
        }
    })
}

/// What stands for the files that `git ls-files -z` lists, where their names can be told.
pub(super) fn listed(arguments: &[Word]) -> Option<Vec<Word>> {
    let (verb, rest) = arguments.split_first()?;
    let (flags, patterns): (Vec<&Word>, Vec<&Word>) =
        rest.iter().filter(|it| it.text != "--").partition(|it| it.text.starts_with('-'));
    let is_list = verb.text == "ls-files" && flags.len() == 1 && flags[0].text == "-z";
    let are_narrow = !patterns.is_empty() && patterns.iter().all(|it| is_narrow(&it.text));
    let pattern = |it: &&Word| Word { is_glob: true, ..(*it).clone() };
    (is_list && are_narrow).then(|| patterns.iter().map(pattern).collect())
}
