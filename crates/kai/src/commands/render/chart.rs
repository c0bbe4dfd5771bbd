//! A chart, rendered as `helm template` would.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::process::ExitCode;
use std::sync::Arc;

use camino::Utf8PathBuf;
use kai_compose::Project;
use kai_compose::helm::{self, Layer, Release, RenderedDocument, SetKind};
use kai_core::{Node, Origins, Value};
use kai_report::render::{mask_secrets, origins};
use kai_syntax::yaml::{self, emit_stream};

use super::super::options;
use super::{say_fetched, with_position};
use crate::charts::Cache;
use crate::command_line::{ChartOptions, Render, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::terminal;

pub(super) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let refused = |reason| Error::Render { path: command.folder.clone(), reason };
    // The process ends with this: giving back every piece of memory would take a tenth of it.
    let all = ManuallyDrop::new(Origins::new());
    let (inputs, folder, values) = Inputs::open_chart(&command.folder, &command.chart.values)?;
    let inputs = ManuallyDrop::new(inputs);
    let options = options(&inputs, color);
    let cache = Cache::of_user();
    // Nothing but the chart's own files is asked for, and its templates are no YAML.
    let project = Project::unread(&inputs.disk, &all);
    let project = ManuallyDrop::new(project.with_store(Cache::store(cache.as_ref())));
    let typed: Vec<_> = values.iter().cloned().zip(command.chart.values.iter()).collect();
    let mut chart_options = chart_options(&command.chart, values, &all, refused)?;
    chart_options.text_only = !command.origins;
    let rendered = helm::template(&project, &folder, &chart_options);
    let mut rendered = ManuallyDrop::new(rendered.map_err(|refusal| {
        // Files of values are named as they were typed.
        let message = typed.iter().fold(refusal.message, |message, (inside, outside)| {
            message.replace(inside.as_str(), outside.as_str())
        });
        let span = refusal.at.and_then(|it| all.span(it));
        refused(with_position(&message, span, &all, &options))
    })?);
    say_fetched(&project);
    for name in &rendered.unchecked {
        terminal::note(&format!(
            "kai: the values of chart `{name}` are not checked: its schema names another file"
        ));
    }
    if !command.show_secrets {
        mask(&mut rendered.documents, &all);
    }
    let text = match command.origins {
        true => origins(&rendered.objects(), &all, &options),
        false => rendered.text(),
    };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What holds a value of a Secret is written anew, without it.
fn mask(documents: &mut [RenderedDocument], all: &Origins) {
    for document in documents {
        mask_behind_end(document);
        let mut objects = document.objects.clone();
        mask_secrets(&mut objects, all);
        if document.objects.iter().zip(&objects).all(|(before, it)| is_shared(before, it)) {
            continue;
        }
        let masked = emit_stream(&objects);
        if emit_stream(&document.objects) != masked {
            document.text = masked.trim_end().to_owned();
        }
        document.objects = objects;
    }
}

/// Helm prints what stands behind the line that ends a document, and nothing applies it: it is in the text and
/// in no object.
fn mask_behind_end(document: &mut RenderedDocument) {
    let Some(end) = document.text.find("\n...") else { return };
    let origins = Origins::new();
    let Some(id) = origins.add_document("".into(), document.text[end + 1..].to_owned()) else {
        return;
    };
    let parsed = yaml::parse(&origins, id);
    let behind: Vec<Node> = parsed.documents.into_iter().map(|it| it.node).collect();
    let mut masked = behind.clone();
    mask_secrets(&mut masked, &origins);
    let masked = emit_stream(&masked);
    let is_unread = !parsed.problems.is_empty() && document.text[end..].contains("Secret");
    if is_unread || emit_stream(&behind) != masked {
        document.text.truncate(end);
        document.text.push_str("\n...\n");
        document.text.push_str(masked.trim_end());
    }
}

/// True where nothing of an object was changed since it was copied.
fn is_shared(one: &Node, other: &Node) -> bool {
    matches!((&one.value, &other.value), (Value::Map(one), Value::Map(other)) if Arc::ptr_eq(one, other))
}

fn chart_options(
    command: &ChartOptions,
    values: Vec<Utf8PathBuf>,
    origins: &Origins,
    refused: impl Fn(String) -> Error,
) -> Result<helm::Options, Error> {
    let files: Vec<Layer> = command
        .set_file
        .iter()
        .map(|it| set_files(it, origins, &refused))
        .collect::<Result<_, _>>()?;
    let set = [
        (&command.set_json, "--set-json", SetKind::Json),
        (&command.set, "--set", SetKind::Typed),
        (&command.set_string, "--set-string", SetKind::Text),
    ];
    let set = set.into_iter().flat_map(|(texts, flag, kind)| layers(texts, flag, kind, origins));
    let name = match &command.name_template {
        Some(template) => helm::release_name(template)
            .ok_or_else(|| refused(format!("`{template}` is no template of a name")))?,
        None => command.release.clone(),
    };
    let literal = layers(&command.set_literal, "--set-literal", SetKind::Literal, origins);
    let set = set.chain(files).chain(literal);
    Ok(helm::Options {
        release: Release {
            name: name.into(),
            namespace: command.namespace.as_str().into(),
            kubernetes: format!("v{}", command.kube_version.trim_start_matches('v')).into(),
            api_versions: command.api_versions.iter().map(|it| it.as_str().into()).collect(),
            is_upgrade: command.is_upgrade,
        },
        values: values.into_iter().map(Layer::File).chain(set).collect(),
        include_crds: command.include_crds,
        no_hooks: command.no_hooks,
        skip_tests: command.skip_tests,
        skip_schema: command.skip_schema_validation,
        show_only: command.show_only.clone(),
        needs_dependencies: true,
        ..helm::Options::default()
    })
}

/// What a flag sets has the flag for its origin.
fn layers<'a>(
    texts: &'a [String],
    flag: &'a str,
    kind: SetKind,
    origins: &'a Origins,
) -> impl Iterator<Item = Layer> + 'a {
    texts.iter().map(move |text| {
        let origin = origins.flag(&format!("{flag} {}", without_texts(text)));
        Layer::Set { text: text.clone(), kind, origin }
    })
}

/// What is set without texts, any of which may be a password that a Secret or the sum of one takes.
/// Numbers as short as a port, and switches, are kept.
fn without_texts(text: &str) -> String {
    const LONGEST: usize = 5;
    let mut shown: Vec<&str> = Vec::new();
    for assignment in text.split(',') {
        let (key, value) = assignment.split_once('=').unwrap_or_default();
        let is_number = value.len() <= LONGEST && value.parse::<f64>().is_ok();
        if !is_number && !matches!(value, "true" | "false" | "null") {
            // A comma may stand in the text itself, so that nothing behind it is a key for sure.
            shown.push(key);
            return format!("{}=********", shown.join(","));
        }
        shown.push(assignment);
    }
    shown.join(",")
}

/// `key=file,…` with the content of the files.
fn set_files(
    text: &str,
    origins: &Origins,
    refused: impl Fn(String) -> Error,
) -> Result<Layer, Error> {
    let mut contents = BTreeMap::new();
    for path in helm::files_of_set(text).map_err(refused)? {
        let bytes = std::fs::read(&path)
            .map_err(|source| Error::OpenPath { path: path.as_str().into(), source })?;
        contents.insert(path, String::from_utf8_lossy(&bytes).into_owned());
    }
    let origin = origins.flag(&format!("--set-file {text}"));
    Ok(Layer::SetFiles { text: text.to_owned(), contents, origin })
}
