//! A kustomization, rendered as Kustomize would.

use std::collections::BTreeSet;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::{Composition, Project, Refusal, kustomize};
use kai_core::{Node, Origins};
use kai_report::render::{mask_secrets, origins};
use kai_report::terminal::Options;
use kai_syntax::yaml::emit_stream;

use super::super::options;
use super::configuration::top;
use super::{say_fetched, with_place};
use crate::charts::Cache;
use crate::command_line::{Listing, Render, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::terminal;

pub(super) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let (mut inputs, folder) = Inputs::open_around(&command.folder)?;
    let top = top(&command.folder, &folder)?;
    let cache = Cache::of_user();
    let mut listed = BTreeSet::new();
    // Folders of charts are listed as they are named, until none is missing that is on the disk.
    loop {
        let all = Origins::new();
        let project = Project::unread(&inputs.disk, &all).with_store(Cache::store(cache.as_ref()));
        let built = kustomize::build(&project, &folder);
        // A link, too, may lead out of the tree.
        let is_inside = |it: &Utf8PathBuf| {
            top.join(it).canonicalize_utf8().is_ok_and(|it| it.starts_with(&top) && it.is_dir())
        };
        let is_there = |it: &Utf8PathBuf| {
            it.is_relative() && !it.starts_with("..") && !listed.contains(it) && is_inside(it)
        };
        let sought = project.sought_charts();
        let wanted: Vec<Utf8PathBuf> = sought.into_iter().filter(is_there).collect();
        if wanted.is_empty() {
            return show(command, &folder, &options(&inputs, color), &project, built);
        }
        drop(project);
        for folder in wanted {
            let listing = Listing { hidden: false, no_ignore: true };
            inputs.disk.add_folder(&folder, &top.join(&folder), listing);
            listed.insert(folder);
        }
        inputs.disk.sort();
    }
}

fn show(
    command: &Render,
    folder: &Utf8Path,
    options: &Options,
    project: &Project<'_>,
    built: Result<Composition, Refusal>,
) -> Result<ExitCode, Error> {
    let all = project.origins();
    let composition = built.map_err(|refusal| {
        let span = refusal.at.and_then(|it| all.span(it));
        // The folder is named as it was typed.
        let message =
            refusal.message.replace(&format!("in `{folder}`"), &format!("in `{}`", command.folder));
        let reason = with_place(&message, span, all, options);
        Error::Render { path: command.folder.clone(), reason }
    })?;
    say_fetched(project);
    for problem in &composition.problems {
        let text = with_place(&problem.message, problem.span, all, options);
        terminal::note(&format!("kai: {text}; {}", problem.remedy));
    }
    for gap in &composition.gaps {
        terminal::note(&format!("kai: not in this repository: `{}`", gap.what));
    }
    let mut objects: Vec<Node> = composition.objects.clone();
    if !command.show_secrets {
        mask_secrets(&mut objects, all);
    }
    let text =
        if command.origins { origins(&objects, all, options) } else { emit_stream(&objects) };
    terminal::print(&text)?;
    // What is printed is not all that would be applied.
    Ok(ExitCode::from(u8::from(!composition.gaps.is_empty())))
}
