//! Which images a pipeline builds and pushes, and by which files.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, SmolStr};
use kai_graph::{BuiltImage, HOLE, ImageName};

/// What steps do with images, in their order.
#[derive(Debug, Default)]
pub(super) struct Images {
    built: Vec<Build>,
    /// Names that are pushed later.
    pushed: Vec<String>,
}

/// One build. Names and paths are as written, with [`HOLE`] for what is filled in later.
#[derive(Debug, Clone)]
pub(super) struct Build {
    pub(super) names: Vec<String>,
    /// From the folder in which it runs.
    pub(super) file: Option<String>,
    /// The stage that is asked for.
    pub(super) stage: Option<String>,
    pub(super) is_pushed: bool,
    pub(super) origin: OriginId,
}

impl Images {
    pub(super) fn build(&mut self, build: Build) {
        self.built.push(build);
    }

    pub(super) fn push(&mut self, name: &str) {
        self.pushed.push(name.to_owned());
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.built.append(&mut other.built);
        self.pushed.append(&mut other.pushed);
    }

    /// What a command of a shell, or of a builder that takes its arguments, does.
    pub(super) fn command(&mut self, words: &[&str], is_at_top: bool, origin: OriginId) {
        match words {
            ["docker" | "podman" | "nerdctl" | "buildah", "build" | "bud", rest @ ..]
            | ["docker", "buildx" | "image", "build", rest @ ..] => {
                self.docker(rest, is_at_top, origin);
            }
            ["docker" | "podman" | "nerdctl" | "buildah", "push", rest @ ..]
            | ["docker", "image", "push", rest @ ..] => {
                let names = rest.iter().filter(|it| !it.starts_with('-'));
                names.take(1).for_each(|it| self.push(it));
            }
            ["docker" | "podman" | "nerdctl", "tag", from, to] => self.tag(from, to),
            ["/kaniko/executor" | "executor", rest @ ..] => self.kaniko(rest, is_at_top, origin),
            ["gcloud", "builds", "submit", rest @ ..]
            | ["gcloud", "beta", "builds", "submit", rest @ ..] => {
                let arguments = Arguments::of(rest, &["--tag", "-t"], &[]);
                let folder = arguments.only_place().filter(|_| is_at_top);
                self.build(Build {
                    file: folder.map(|it| format!("{it}/Dockerfile")),
                    names: arguments.names,
                    stage: None,
                    is_pushed: true,
                    origin,
                });
            }
            _ => {}
        }
    }

    fn docker(&mut self, rest: &[&str], is_at_top: bool, origin: OriginId) {
        let arguments = Arguments::of(rest, &["--tag", "-t"], &["--file", "-f"]);
        let outputs = |it: &&str| it.contains("type=registry") || it.contains("push=true");
        let is_pushed = rest.iter().any(|it| *it == "--push" || outputs(it));
        let folder = arguments.only_place();
        let file = arguments.file.clone().or_else(|| folder.map(|it| format!("{it}/Dockerfile")));
        let file = file.filter(|_| is_at_top);
        let stage = stage(rest);
        self.build(Build { names: arguments.names, file, stage, is_pushed, origin });
    }

    /// kaniko pushes to each destination, and looks for its file where it stands, then in the context.
    fn kaniko(&mut self, rest: &[&str], is_at_top: bool, origin: OriginId) {
        let arguments = Arguments::of(rest, &["--destination", "-d"], &["--dockerfile", "-f"]);
        let context = Arguments::of(rest, &["--context", "-c"], &[]).names.into_iter().next();
        let file = arguments.file.unwrap_or_else(|| "Dockerfile".to_owned());
        let file = match context {
            Some(context) if !file.starts_with(&context) => format!("{context}/{file}"),
            _ => file,
        };
        let file = Some(file).filter(|_| is_at_top);
        let stage = stage(rest);
        self.build(Build { names: arguments.names, file, stage, is_pushed: true, origin });
    }

    fn tag(&mut self, from: &str, to: &str) {
        for build in &mut self.built {
            if build.names.iter().any(|it| it == from) {
                build.names.push(to.to_owned());
            }
        }
    }

    /// What was built and pushed. Paths begin in `folder`, from the top of the tree.
    pub(super) fn finish(self, folder: &Utf8Path) -> Vec<BuiltImage> {
        let mut images = Vec::new();
        for build in &self.built {
            let is_pushed = |name: &&String| {
                build.is_pushed || self.pushed.iter().any(|it| untagged(it) == untagged(name))
            };
            let file = build.file.as_deref().filter(|it| !it.contains(HOLE));
            let file = file.and_then(|it| within(folder, it));
            for name in build.names.iter().filter(is_pushed).filter_map(|it| ImageName::parse(it)) {
                let (file, stage) = (file.clone(), build.stage.as_deref().map(Into::into));
                images.push(BuiltImage { name, file, stage, origin: build.origin });
            }
        }
        images
    }
}

fn stage(words: &[&str]) -> Option<String> {
    Arguments::of(words, &["--target"], &[]).names.into_iter().next()
}

fn untagged(name: &str) -> &str {
    let last = name.rfind('/').unwrap_or_default();
    name[last..].find([':', '@']).map_or(name, |it| &name[..last + it])
}

/// A path from the top of the tree; none for one that leads out of it, or that is no path.
pub(crate) fn within(folder: &Utf8Path, path: &str) -> Option<SmolStr> {
    let whole = folder.join(path);
    if whole.as_str().contains("://") || whole.is_absolute() || path.contains("{{") {
        return None;
    }
    let mut all = Utf8PathBuf::new();
    for part in whole.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                if !all.pop() {
                    return None;
                }
            }
            other => all.push(other),
        }
    }
    Some(all.as_str().into())
}

/// The arguments of a command that builds.
struct Arguments {
    names: Vec<String>,
    file: Option<String>,
    places: Vec<String>,
}

/// Options of builders that take the next word.
const TAKE_NEXT: &[&str] = &[
    "--add-host",
    "--annotation",
    "--async",
    "--attest",
    "--build-arg",
    "--build-context",
    "--builder",
    "--cache-from",
    "--cache-to",
    "--config",
    "--gcs-log-dir",
    "--gcs-source-staging-dir",
    "--iidfile",
    "--label",
    "--metadata-file",
    "--network",
    "--output",
    "--platform",
    "--progress",
    "--project",
    "--region",
    "--secret",
    "--service-account",
    "--ssh",
    "--substitutions",
    "--target",
    "--timeout",
    "--worker-pool",
    "-o",
];

impl Arguments {
    fn of(words: &[&str], names: &[&str], files: &[&str]) -> Self {
        let mut arguments = Self { names: Vec::new(), file: None, places: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (option, value) =
                word.split_once('=').map_or((*word, None), |it| (it.0, Some(it.1)));
            let is_taker = names.contains(&option)
                || files.contains(&option)
                || (TAKE_NEXT.contains(&option) && value.is_none());
            if !word.starts_with('-') {
                arguments.places.push((*word).to_owned());
            } else if is_taker {
                let Some(value) = value.or_else(|| words.next().copied()) else { break };
                if names.contains(&option) {
                    arguments.names.push(value.to_owned());
                } else if files.contains(&option) {
                    arguments.file = Some(value.to_owned());
                }
            }
        }
        arguments
    }

    /// The one folder that is named, if it is one.
    fn only_place(&self) -> Option<&str> {
        match &self.places[..] {
            [only] if only != "-" => Some(only),
            _ => None,
        }
    }
}

/// A text with what shells and builders fill in later as holes, or with what `known` says of it.
pub(super) fn filled(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let (name, after) = variable(after);
        filled.push_str(&known(name).unwrap_or_else(|| HOLE.to_string()));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The name of a variable after its `$`; empty for what a command prints.
fn variable(text: &str) -> (&str, &str) {
    let is_other = |it: char| !it.is_ascii_alphanumeric() && it != '_';
    let (open, close) = match text.as_bytes().first() {
        Some(b'{') => ('{', '}'),
        Some(b'(') => ('(', ')'),
        _ => return text.split_at(text.find(is_other).unwrap_or(text.len())),
    };
    let Some((inside, after)) = text.strip_prefix(open).and_then(|it| it.split_once(close)) else {
        return ("", "");
    };
    let is_name = open == '{' && !inside.contains(is_other);
    (if is_name { inside } else { "" }, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(commands: &[&str], expected: &[(&str, &str)]) {
        let mut images = Images::default();
        for command in commands {
            let words: Vec<&str> = command.split_whitespace().collect();
            images.command(&words, true, OriginId::NONE);
        }
        let built = images.finish(Utf8Path::new(""));
        let found: Vec<_> =
            built.iter().map(|it| (it.name.last(), it.file.as_deref().unwrap_or("-"))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_built_and_pushed_is_an_image_of_its_file() {
        check(&["docker build -t r.io/a:1 .", "docker push r.io/a:1"], &[("a", "Dockerfile")]);
        check(
            &["docker buildx build --push --platform linux/amd64 -f ./x/Dockerfile.a -t r.io/a ."],
            &[("a", "x/Dockerfile.a")],
        );
        check(
            &["docker build --tag=a src/a", "docker tag a r.io/a:2", "docker push r.io/a:2"],
            &[("a", "src/a/Dockerfile")],
        );
        check(&["gcloud builds submit --tag gcr.io/*/a ."], &[("a", "Dockerfile")]);
    }

    #[test]
    fn what_stays_on_the_machine_is_none() {
        check(&["docker build -t r.io/a:1 ."], &[]);
        check(&["docker build -t r.io/a:1 .", "docker push r.io/b:1"], &[]);
        check(&["docker build -t r.io/* --push ."], &[]);
    }

    #[test]
    fn variables_are_holes_where_nobody_knows_them() {
        let known = |name: &str| (name == "R").then(|| "r.io".to_owned());
        for (text, expected) in [
            ("$R/a:${TAG}", "r.io/a:*"),
            ("${R}/${X:-b}/a", "r.io/*/a"),
            ("$(git remote)/a", "*/a"),
            ("a:$TAG-x", "a:*-x"),
        ] {
            assert_eq!(filled(text, &known), expected);
        }
    }
}
