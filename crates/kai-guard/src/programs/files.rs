//! Programs that search and unpack files.

use crate::class::{Verdict, ask, mutates, network, worst};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::walk::{Feed, Walk};
use crate::words::Word;

const GREP: &str = "-# -E -F -G -P -i -v -w -x -c -l -L -o -q -s -H -h -n -b -r -R -a -I -U -z -Z -T -y -A= -B= -C= \
    -D= -d= -e= -m= -f< --extended-regexp --fixed-strings --basic-regexp --perl-regexp --ignore-case \
    --no-ignore-case --invert-match --word-regexp --line-regexp --count --files-with-matches \
    --files-without-match --only-matching --quiet --silent --no-messages --with-filename --no-filename \
    --line-number --byte-offset --recursive --dereference-recursive --text --binary-files= --devices= \
    --directories= --include= --exclude= --exclude-dir= --exclude-from< --after-context= --before-context= \
    --context= --regexp= --file< --max-count= --null --null-data --color? --colour? --line-buffered --label= \
    --initial-tab --group-separator= --no-group-separator";

const RIPGREP: &str = "!--pre= !--hostname-bin= -A= -B= -C= -F -H -I -L -N -P -S -U -V -a -b -c -e= -g= -i -j= -l -m= \
    -n -o -p -q -r= -s -t= -T= -v -w -x -0 --after-context= --before-context= --context= --fixed-strings \
    --with-filename --no-filename --line-number --no-line-number --smart-case --case-sensitive --ignore-case \
    --multiline --multiline-dotall --text --count --count-matches --regexp= --glob= --iglob= --files-with-matches \
    --files-without-match --max-count= --max-depth= --max-filesize= --only-matching --pretty --quiet --replace= \
    --type= --type-not= --type-list --invert-match --word-regexp --line-regexp --null --json --heading \
    --no-heading --color= --column --sort= --sortr= --stats --trim --vimgrep --files --threads= --pcre2 --crlf \
    --no-messages --passthru --no-config";

/// Kinds of files, as `rg --type-list` names them, among which none normally holds secrets: `tf` has
/// `*.tfvars`, and `sh` has `.env`.
const KINDS: &str = "c cpp csharp css cue docker go graphql groovy haskell html java js kotlin lua make markdown md \
    php protobuf py python ruby rust scala sql swift ts typescript yaml";

const TAR: &str = "!-x !-c !-r !-u !-A !-I= !-F= !--extract !--get !--create !--append !--update !--delete !--to-command= \
    !--checkpoint-action= !--use-compress-program= !--info-script= !--new-volume-script= !--rsh-command= \
    -t -f< -z -j -J -v -a -k -p -P --list --file< --gzip --bzip2 --xz --zstd --verbose --wildcards --no-wildcards \
    --exclude= --strip-components= --show-transformed-names --numeric-owner --full-time --utc --one-top-level \
    --quoting-style= --auto-compress --totals";

pub(super) fn judge(name: &str, arguments: &[Word], walk: &mut Walk) -> Option<Verdict> {
    Some(match name {
        "grep" | "egrep" | "fgrep" | "zgrep" | "bzgrep" | "xzgrep" => grep(arguments, walk),
        "rg" => ripgrep(arguments, walk),
        "tar" | "bsdtar" | "gtar" => tar(arguments),
        "unzip" => parse(arguments, &["-l -v -Z -q"], Style::Letters).and_then(|it| {
            if !it.has(&["-l", "-v", "-Z"]) {
                return mutates("`unzip` unpacks files");
            }
            it.operands.iter().try_for_each(|it| paths::check(it, Use::Name))
        }),
        "gzip" | "zstd" | "xz" | "bzip2" => {
            let flags =
                "-d -c -l -t -v -q -f -k --decompress --stdout --to-stdout --list --test --verbose";
            parse(arguments, &[flags], Style::Letters).and_then(|it| {
                if !it.has(&["-c", "-l", "-t", "--stdout", "--to-stdout", "--list", "--test"])
                    && !it.operands.is_empty()
                {
                    return mutates(format!("`{name}` replaces files"));
                }
                it.operands.iter().try_for_each(|it| paths::check(it, Use::Content))
            })
        }
        "gunzip" | "unxz" | "bunzip2" => {
            parse(arguments, &["-c -t -l --stdout --test --list"], Style::Letters).and_then(|it| {
                if it.flags.is_empty() {
                    return mutates(format!("`{name}` replaces files"));
                }
                it.operands.iter().try_for_each(|it| paths::check(it, Use::Content))
            })
        }
        _ => return None,
    })
}

fn grep(arguments: &[Word], walk: &mut Walk) -> Verdict {
    let parsed = parse(arguments, &[GREP], Style::Letters)?;
    let has_pattern = parsed.has(&["-e", "-f", "--regexp", "--file"]);
    let files = if has_pattern {
        &parsed.operands[..]
    } else {
        parsed.operands.get(1..).unwrap_or_default()
    };
    if let Some(pattern) = parsed.operands.first().filter(|_| !has_pattern) {
        super::plain::is_text(pattern)?;
    }
    let is_recursive = parsed.has(&["-r", "-R", "--recursive", "--dereference-recursive"])
        || parsed.values(&["-d", "--directories"]).any(|it| it == "recurse");
    if parsed.has(&["-R", "--dereference-recursive"]) {
        return ask("links inside of folders are followed");
    }
    if !is_recursive {
        return files.iter().try_for_each(|it| paths::check(it, Use::Content));
    }
    walk.reads_unnamed = true;
    let includes: Vec<&str> = parsed.values(&["--include"]).collect();
    let is_narrow = !includes.is_empty() && includes.iter().all(|it| paths::is_narrow(it));
    if files.is_empty() && walk.feed == Feed::Nothing {
        return paths::check_tree(&Word::fixed("."), is_narrow);
    }
    files.iter().try_for_each(|it| paths::check_tree(it, is_narrow))
}

fn ripgrep(arguments: &[Word], walk: &mut Walk) -> Verdict {
    let parsed = parse(arguments, &[RIPGREP], Style::Letters)?;
    let has_pattern = parsed.has(&["-e", "--regexp", "--files", "--type-list"]);
    let files = if has_pattern {
        &parsed.operands[..]
    } else {
        parsed.operands.get(1..).unwrap_or_default()
    };
    // Each of them adds files, but for those that begin with a `!`.
    let mut globs =
        parsed.values(&["-g", "--glob", "--iglob"]).filter(|it| !it.starts_with('!')).peekable();
    let mut kinds = parsed.values(&["-t", "--type"]).peekable();
    let is_narrow = (globs.peek().is_some() || kinds.peek().is_some())
        && globs.all(paths::is_narrow)
        && kinds.all(|it| KINDS.split_ascii_whitespace().any(|known| known == it));
    if parsed.has(&["--files", "--type-list"]) {
        return files.iter().try_for_each(|it| paths::check(it, Use::Name));
    }
    walk.reads_unnamed = true;
    if files.is_empty() && walk.feed == Feed::Nothing {
        return paths::check_tree(&Word::fixed("."), is_narrow);
    }
    files.iter().try_for_each(|it| paths::check_tree(it, is_narrow))
}

fn tar(arguments: &[Word]) -> Verdict {
    // `tar tzf` is `tar -tzf`.
    let mut words = arguments.to_vec();
    if let Some(first) = words.first_mut().filter(|it| !it.text.starts_with('-')) {
        first.text.insert(0, '-');
    }
    let parsed = parse(&words, &[TAR], Style::Letters);
    let is_remote = words.iter().any(|it| {
        it.text.split_once(':').is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'))
    });
    let remote = if is_remote { network("`tar` opens a file of another host") } else { Ok(()) };
    let listed = parsed.and_then(|it| {
        if it.has(&["-t", "--list"]) {
            it.operands.iter().try_for_each(|it| super::plain::is_text(it))
        } else {
            ask("`tar` that does not list")
        }
    });
    // Who creates an archive of a secret on its output prints it.
    let prints = words
        .iter()
        .any(|it| it.text.starts_with('-') && !it.text.starts_with("--") && it.text.contains('O'));
    let printed = if prints {
        words.iter().skip(1).try_for_each(|it| paths::check(it, Use::Measure))
    } else {
        Ok(())
    };
    worst([listed, remote, printed])
}
