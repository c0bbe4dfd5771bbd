//! Builds of Cloud Build: containers in a row. Who starts one is said elsewhere (a trigger).

use camino::Utf8Path;
use kai_core::environment::of_folder;
use kai_core::{Environment, Known, Node, Origins, SmolStr};
use kai_graph::{Act, ActTarget, Action, BuildService, BuiltImage, Job, Pipeline, Step};

use super::acts;
use super::images::{Build, Images, filled};
use super::script::{self, Options};
use super::targets;

pub(super) fn build(node: &Node, origins: &Origins) -> Pipeline {
    let steps = node.get("steps").map(Node::items).unwrap_or_default();
    let steps: Vec<Step> = steps.iter().map(|it| step(it, origins)).collect();
    let job = Job {
        name: SmolStr::default(),
        origin: node.get("steps").map_or(node.origin, |it| it.origin),
        written: node.origin,
        needs: Vec::new(),
        environment: None,
        writes: Known::default(),
        secrets: secrets(node),
        concurrency: None,
        triggers: Vec::new(),
        any_branch: None,
        acts_in: acts_in(&steps),
        places: None,
        condition: SmolStr::default(),
        steps,
    };
    Pipeline {
        service: BuildService::CloudBuild,
        triggers: Vec::new(),
        jobs: vec![job],
        concurrency: None,
        has_unread: false,
        builds: images(node, origins),
        includes: Vec::new(),
        account: Known::default(),
        tested_by: None,
        written: node.origin,
    }
}

/// Secrets that the build may take by their names.
fn secrets(build: &Node) -> Vec<(SmolStr, kai_core::OriginId)> {
    let managed = build.at(&["availableSecrets", "secretManager"]).map(Node::items);
    let named = managed.into_iter().flatten().filter_map(|it| it.get("env"));
    named.filter_map(|it| Some((it.as_str()?.into(), it.origin))).collect()
}

fn step(node: &Node, origins: &Origins) -> Step {
    let image = node.get("name");
    let directory = targets::below(node.str_at(&["dir"]).unwrap_or_default());
    // Cloud Build starts a script without a first line of its own as `/bin/bash -e`.
    let options = Options { stops: true, pipefail: false };
    let script = node.get("script").map(|it| (it, options)).or_else(|| of_shell(node));
    let read = script
        .map(|(it, options)| script::read_in(it, options, &directory, origins))
        .unwrap_or_default();
    let mut acts = read.acts;
    if script.is_none() {
        acts.extend(of_arguments(node));
    }
    Step {
        name: node.str_at(&["id"]).unwrap_or_default().into(),
        origin: image.map_or(node.origin, |it| it.origin),
        action: image.and_then(|it| {
            let (name, revision) = it.as_str()?.rsplit_once(':').unwrap_or((it.as_str()?, ""));
            Some(Action { name: name.into(), revision: revision.into(), origin: it.origin })
        }),
        acts,
        secrets: Vec::new(),
        script: None,
        pasted: Vec::new(),
        strange_code: None,
        runs_code: read.runs_code,
        forgives: node
            .get("allowFailure")
            .filter(|it| it.text() == Some("true"))
            .map(|it| ("`allowFailure`".into(), it.origin)),
    }
}

/// The text that a shell is given as an argument, with what the arguments before it say: `bash -c …`.
fn of_shell(node: &Node) -> Option<(&Node, Options)> {
    let arguments = node.get("args")?.items();
    let name =
        |it: &str| it.rsplit('/').next().is_some_and(|it| matches!(it, "ash" | "bash" | "sh"));
    let (program, arguments) = match node.str_at(&["entrypoint"]) {
        Some(program) => (program, arguments),
        None => (arguments.first()?.as_str()?, &arguments[1..]),
    };
    let is_last = |it: &Node| {
        it.as_str()
            .is_some_and(|it| it.starts_with('-') && !it.starts_with("--") && it.ends_with('c'))
    };
    let at = arguments.iter().position(is_last).filter(|_| name(program))?;
    let flags: Vec<&str> = arguments[..=at].iter().filter_map(Node::as_str).collect();
    Some((arguments.get(at + 1)?, Options::of_line(&flags.join(" "))))
}

/// What the folders say in which a step changes something, where they agree.
fn acts_in(steps: &[Step]) -> Option<Environment> {
    let acts = steps.iter().flat_map(|it| &it.acts).filter(|it| it.kind.is_change());
    let mut found: Vec<_> = acts.map(|it| it.target.as_ref().and_then(place)).collect();
    found.dedup();
    match found[..] {
        [only] => only,
        _ => None,
    }
}

fn place(target: &ActTarget) -> Option<Environment> {
    let folders = target.place.strip_prefix("the directory ")?;
    folders.rsplit(['/', '\u{1f}']).find_map(of_folder)
}

/// What a step does whose command is its arguments, with or without the program before them.
fn of_arguments(node: &Node) -> Option<Act> {
    let arguments = node.get("args")?;
    let words: Vec<&str> = arguments.items().iter().filter_map(Node::as_str).collect();
    let image = node.str_at(&["name"])?.split([':', '@']).next()?;
    let program = node.str_at(&["entrypoint"]).or_else(|| image.rsplit('/').next())?;
    let with_program: Vec<&str> = std::iter::once(program).chain(words.iter().copied()).collect();
    let (kind, what) = acts::of(&with_program).or_else(|| acts::of(&words))?;
    let directory = targets::below(node.str_at(&["dir"]).unwrap_or_default());
    let target = targets::of(&with_program, &directory).into_iter().next();
    Some(Act { kind, what: what.into(), origin: arguments.origin, dropped: None, target })
}

/// What it builds and pushes. A build begins at the top of the repository.
fn images(build: &Node, origins: &Origins) -> Vec<BuiltImage> {
    let mut images = Images::default();
    let fill = |text: &str| filled(&text.replace("$$", "$"), &|_| None);
    for step in build.get("steps").map(Node::items).unwrap_or_default() {
        let is_at_top = step.get("dir").is_none();
        let arguments = step.get("args").map(Node::items).unwrap_or_default();
        let image = step.str_at(&["name"]).and_then(|it| it.split([':', '@']).next());
        let program = step.str_at(&["entrypoint"]).or_else(|| image?.rsplit('/').next());
        let script = step.get("script").or_else(|| of_shell(step).map(|it| it.0));
        match (program, script, arguments) {
            (_, Some(script), _) => {
                images.append(script::images(script, is_at_top, &fill, origins));
            }
            (Some("executor"), None, arguments) => kaniko(arguments, is_at_top, &mut images),
            (Some(program), None, [_, ..]) => {
                let words: Vec<String> =
                    arguments.iter().filter_map(Node::as_str).map(fill).collect();
                let words: Vec<&str> =
                    std::iter::once(program).chain(words.iter().map(String::as_str)).collect();
                images.command(
                    &words,
                    is_at_top,
                    step.get("args").map_or(step.origin, |it| it.origin),
                );
            }
            _ => {}
        }
    }
    for name in build.get("images").map(Node::items).unwrap_or_default() {
        images.push(&fill(name.as_str().unwrap_or_default()));
    }
    images.finish(Utf8Path::new(""))
}

/// kaniko pushes to each destination.
fn kaniko(arguments: &[Node], is_at_top: bool, images: &mut Images) {
    let value = |it: &Node, name: &str| {
        let rest = it.as_str()?.strip_prefix(name)?.strip_prefix('=')?;
        Some(filled(rest, &|_| None))
    };
    let file = arguments.iter().find_map(|it| value(it, "--dockerfile"));
    let stage = arguments.iter().find_map(|it| value(it, "--target"));
    for argument in arguments {
        let Some(name) = value(argument, "--destination") else { continue };
        let file = file.clone().unwrap_or_else(|| "Dockerfile".to_owned());
        images.build(Build {
            names: vec![name],
            file: Some(file).filter(|_| is_at_top),
            stage: stage.clone(),
            is_pushed: true,
            origin: argument.origin,
        });
    }
}
