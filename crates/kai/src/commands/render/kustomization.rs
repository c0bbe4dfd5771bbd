//! A kustomization, rendered as Kustomize would.

use std::process::ExitCode;

use kai_compose::{Project, kustomize};
use kai_core::{Node, Origins};
use kai_report::render::{mask_secrets, origins};
use kai_syntax::yaml::emit_stream;

use super::super::options;
use super::{say_fetched, with_place};
use crate::charts::Cache;
use crate::command_line::{Render, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::terminal;

pub(super) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let (inputs, folder) = Inputs::open_around(&command.folder)?;
    let all = Origins::new();
    let options = options(&inputs, color);
    let cache = Cache::of_user();
    let project = Project::load(&inputs.disk, &all).with_store(Cache::store(cache.as_ref()));
    let built = kustomize::build(&project, &folder);
    let composition = built.map_err(|refusal| Error::Render {
        path: command.folder.clone(),
        reason: with_place(
            &refusal.message,
            refusal.at.and_then(|it| all.span(it)),
            &all,
            &options,
        ),
    })?;
    say_fetched(&project);
    for problem in &composition.problems {
        let text = with_place(&problem.message, problem.span, &all, &options);
        terminal::note(&format!("kai: {text}; {}", problem.remedy));
    }
    for gap in &composition.gaps {
        terminal::note(&format!("kai: not in this repository: `{}`", gap.what));
    }
    let mut objects: Vec<Node> = composition.objects.clone();
    if !command.show_secrets {
        mask_secrets(&mut objects, &all);
    }
    let text =
        if command.origins { origins(&objects, &all, &options) } else { emit_stream(&objects) };
    terminal::print(&text)?;
    // What is printed is not all that would be applied.
    Ok(ExitCode::from(u8::from(!composition.gaps.is_empty())))
}
