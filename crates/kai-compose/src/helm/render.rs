//! A chart and values to objects, as `helm template` does.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{Node, Origins};
use kai_syntax::go_template::bytes;
use smol_str::{SmolStr, format_smolstr};

use super::absent::{AbsentValue, Met, Needed, absent};
use super::chart::{Chart, Data as FileData, Requirement, coalesce, enable, recall};
use super::functions::Functions;
use super::holes;
use super::manifests::{Manifest, Reading, sort};
use super::output::without_no_value;
use super::release::Release;
use super::run::{Body, Budget, Failure, File, Run, Templates};
use super::schema;
use super::semver::{Constraint, Version};
use super::stand_in::holds_open;
use super::template::{Lost, Options, Refused};
use super::unread::{UnreadDefault, UnreadValue, defaults, unread};
use super::value::{Data, ListType, Map, MapType, Object, Struct, Text, Value, as_text, from_node};

/// What a chart renders to.
#[derive(Debug)]
pub(crate) struct Output {
    /// Objects that are installed, in Helm's order.
    pub(crate) manifests: Vec<Manifest>,
    /// Objects that run before or after something else, tests among them.
    pub(crate) hooks: Vec<Manifest>,
    /// Files of `crds` folders.
    pub(crate) definitions: Vec<FileData>,
    /// All values, as the chart's templates see them.
    pub(crate) values: Node,
    /// Charts that are named and not there.
    pub(crate) missing: Vec<SmolStr>,
    /// Charts whose values no schema could check.
    pub(crate) unchecked: Vec<SmolStr>,
    /// Templates that wrote nothing, or not all.
    pub(crate) lost: Vec<Lost>,
    pub(crate) unread: Vec<UnreadValue>,
    pub(crate) unread_defaults: Vec<UnreadDefault>,
    pub(crate) absent: Vec<AbsentValue>,
    pub(crate) needed: Vec<Needed>,
}

/// Renders a chart.
///
/// # Errors
///
/// What Helm refuses, in its words.
pub(crate) fn render(
    origins: &Origins,
    chart: &Chart,
    given: &Node,
    options: &Options,
) -> Result<Output, Refused> {
    let all = chart;
    if options.needs_dependencies {
        check_dependencies(chart)?;
    }
    if !options.keep_going {
        holes::check(origins, chart, given)?;
    }
    let Prepared { chart, values, unchecked } = prepare(origins, all, given, options)?;
    let (mut noted, mut lost) = (Noted::default(), options.keep_going.then(Vec::new));
    let rendered = run_all(origins, &chart, &values, options, &mut noted, lost.as_mut())?;
    let (unread, unread_defaults, absent) = match options.judge_values {
        true => (
            unread(origins, all, &chart, given),
            defaults(origins, all, given),
            absent(noted.absent, &chart, given),
        ),
        false => Default::default(),
    };
    let rendered = only_unicode(rendered, lost.as_mut())?;
    let finished = rendered.into_iter().map(|(name, text)| (name, without_no_value(text)));
    let reading = Reading { origins, is_traced: !options.text_only };
    let (manifests, hooks) = sort(&reading, finished.collect(), lost.as_mut())?;
    let mut definitions = Vec::new();
    collect_definitions(&chart, "", &mut definitions);
    // Helm looks for charts that are named before it asks whether they take part.
    let missing = if options.keep_going { chart.missing } else { all.missing.clone() };
    let lost = lost.unwrap_or_default();
    Ok(Output {
        manifests,
        hooks,
        definitions,
        values,
        missing,
        unchecked,
        lost,
        unread,
        unread_defaults,
        absent,
        needed: noted.needed,
    })
}

/// The texts that can be read: one with bytes that are no UTF-8 is refused, or lost.
fn only_unicode(
    mut rendered: BTreeMap<SmolStr, Text>,
    mut lost: Option<&mut Vec<Lost>>,
) -> Result<BTreeMap<SmolStr, Text>, Refused> {
    let mut refused = Vec::new();
    for (name, text) in &mut rendered {
        let Some(at) = bytes::first_raw(text.as_str()) else { continue };
        let Some(words) = bytes::yaml_error(text.as_str()) else {
            // Halves of characters have come together.
            *text = Text::plain(bytes::to_text(text.bytes().into_owned()));
            continue;
        };
        let message =
            format!("YAML parse error on {name}: error converting YAML to JSON: yaml: {words}");
        let at = text.written_at(at);
        let Some(lost) = &mut lost else { return Err(Refused { message, at }) };
        lost.push(Lost { template: name.clone(), message, at, is_meant: false, is_bound: false });
        refused.push(name.clone());
    }
    rendered.retain(|name, _| !refused.contains(name));
    Ok(rendered)
}

/// What every template of a chart writes, by Helm's names.
///
/// # Errors
///
/// What Helm refuses, in its words.
pub(crate) fn texts(
    origins: &Origins,
    chart: &Chart,
    given: &Node,
    options: &Options,
) -> Result<BTreeMap<SmolStr, Text>, String> {
    let Prepared { chart, values, .. } = prepare(origins, chart, given, options)?;
    run_all(origins, &chart, &values, options, &mut Noted::default(), None)
}

/// The chart with the charts that take part, and all values.
struct Prepared {
    chart: Chart,
    values: Node,
    unchecked: Vec<SmolStr>,
}

fn prepare(
    origins: &Origins,
    chart: &Chart,
    given: &Node,
    options: &Options,
) -> Result<Prepared, String> {
    let release = &options.release;
    let mut chart = chart.clone();
    if chart.metadata.is_library {
        return Err("library charts are not installable".into());
    }
    release.check()?;
    enable(&mut chart, given)?;
    check_kubernetes(&chart, release)?;
    let mut values = coalesce(&chart, given.clone(), false)?;
    recall(&chart, &mut values, origins);
    // A schema says nothing of what nobody knows.
    let is_unchecked = options.skip_schema || holds_open(&values);
    let unchecked = if is_unchecked { Vec::new() } else { schema::check(&chart, &values)? };
    Ok(Prepared { chart, values, unchecked })
}

/// Helm asks for the charts in `charts` alone, and before it asks whether they take part.
fn check_dependencies(chart: &Chart) -> Result<(), String> {
    let named = chart.metadata.requirements.iter().map(|it| &it.name);
    let absent = |it: &&SmolStr| chart.missing.contains(it) || chart.beside.contains(it);
    let absent: Vec<&str> = named.filter(absent).map(SmolStr::as_str).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let absent = absent.join(", ");
    Err(format!(
        "An error occurred while checking for chart dependencies. You may need to run `helm dependency \
         build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: \
         {absent}"
    ))
}

fn check_kubernetes(chart: &Chart, release: &Release) -> Result<(), String> {
    let Some(wanted) = &chart.metadata.kubernetes else { return Ok(()) };
    let version = Version::parse(&release.kubernetes);
    let is_met = match (Constraint::parse(wanted), version) {
        (Some(constraint), Some(version)) => constraint.is_met_by(&version),
        _ => false,
    };
    if is_met {
        return Ok(());
    }
    let version = &release.kubernetes;
    Err(format!(
        "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version}"
    ))
}

fn collect_definitions(chart: &Chart, path: &str, definitions: &mut Vec<FileData>) {
    let path = match path {
        "" => chart.name().to_string(),
        path => format!("{path}/charts/{}", chart.name()),
    };
    let own = chart
        .definitions
        .iter()
        .map(|it| FileData { name: format_smolstr!("{path}/{}", it.name), ..it.clone() });
    definitions.extend(own);
    for child in &chart.dependencies {
        collect_definitions(child, &path, definitions);
    }
}

/// What a run meets on its way.
#[derive(Default)]
struct Noted {
    absent: Vec<Met>,
    needed: Vec<Needed>,
}

/// A template with the dot that it gets.
struct Job {
    file: Rc<File>,
    dot: Value,
    base: SmolStr,
}

/// Runs every template of a chart and of the charts in it. Names are sorted. What a template
/// cannot write is refused, or noted where somebody notes it.
fn run_all(
    origins: &Origins,
    chart: &Chart,
    values: &Node,
    options: &Options,
    noted: &mut Noted,
    mut lost: Option<&mut Vec<Lost>>,
) -> Result<BTreeMap<SmolStr, Text>, String> {
    let mut jobs = BTreeMap::new();
    let release = &options.release;
    let around = Around { release: release.to_value(), capabilities: release.capabilities() };
    contexts(chart, "", with_kind(from_node(values)), &around, &mut jobs, &mut lost)?;
    let mut templates = Templates::default();
    let order = by_precedence(&jobs);
    for name in &order {
        templates.add(&jobs[*name].file);
    }
    let mut budget = Budget::default();
    budget.has_stand_ins = lost.is_some();
    budget.has_open = lost.is_some() && holds_open(values);
    budget.is_traced = !options.text_only;
    let mut rendered = BTreeMap::new();
    // What one template sets in the values, those that run after it see.
    for (name, job) in order.into_iter().map(|it| (it, &jobs[it])) {
        if file_name(name).starts_with('_') {
            continue;
        }
        let mut own = Map::new(MapType::Values);
        own.set("Name", Value::text(name.as_str()));
        own.set("BasePath", Value::text(job.base.as_str()));
        if let Some(dot) = job.dot.as_map() {
            dot.borrow_mut().set("Template", Value::map(own));
        }
        let body = Body::of(&job.file);
        budget.absent.clear();
        budget.needed.clear();
        budget.is_exceeded = false;
        let run = Run::new(Functions::all(), origins, templates.clone(), body, &mut budget);
        let text = match (run.render(&job.dot), &mut lost) {
            (Ok(text), _) => text,
            (Err(_), Some(_)) if name.ends_with("NOTES.txt") => continue,
            (Err(failure), Some(lost)) => {
                lost.push(Lost {
                    template: name.clone(),
                    message: execution_error(&failure),
                    at: None,
                    is_meant: failure.stop_message().is_some(),
                    is_bound: budget.is_exceeded,
                });
                continue;
            }
            (Err(failure), None) => return Err(execution_error(&failure)),
        };
        // What a chart says after it was installed is no object, but must render.
        if !name.ends_with("NOTES.txt") {
            rendered.insert(name.clone(), text);
            noted.absent.append(&mut budget.absent);
            noted.needed.append(&mut budget.needed);
        }
    }
    Ok(rendered)
}

/// Deepest first, and in each depth from the last name to the first, so that what is shallow and
/// first has the last word.
fn by_precedence(jobs: &BTreeMap<SmolStr, Job>) -> Vec<&SmolStr> {
    let mut names: Vec<_> = jobs.keys().collect();
    names.sort_by_cached_key(|it| Reverse((it.matches('/').count(), it.as_str())));
    names
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What all charts of a release share.
struct Around {
    release: Value,
    capabilities: Value,
}

fn with_kind(values: Value) -> Value {
    if let Some(map) = values.as_map() {
        map.borrow_mut().kind = MapType::Values;
    }
    values
}

/// Makes the dot of a chart's templates, and those of the charts in it. Gives the dot.
fn contexts(
    chart: &Chart,
    path: &str,
    values: Value,
    around: &Around,
    jobs: &mut BTreeMap<SmolStr, Job>,
    lost: &mut Option<&mut Vec<Lost>>,
) -> Result<Value, String> {
    let is_root = path.is_empty();
    let path = match path {
        "" => chart.name().clone(),
        path => format_smolstr!("{path}/charts/{}", chart.name()),
    };
    let mut dot = Map::new(MapType::Values);
    dot.set("Chart", chart_value(chart, is_root));
    dot.set("Files", Value::plain(Data::Object(Rc::new(Object::Files(Arc::clone(&chart.files))))));
    dot.set("Release", around.release.clone());
    dot.set("Capabilities", around.capabilities.clone());
    dot.set("Values", values.clone());
    let mut inner = Map::new(MapType::Any);
    for child in &chart.dependencies {
        let own = values.as_map().and_then(|it| it.borrow().get(child.name()).cloned());
        let own = own.filter(|it| it.as_map().is_some());
        let own = with_kind(own.unwrap_or_else(|| Value::map(Map::new(MapType::Values))));
        inner.set(child.name().clone(), contexts(child, &path, own, around, jobs, lost)?);
    }
    dot.set("Subcharts", Value::map(inner));
    let dot = Value::map(dot);
    for template in chart.templates.iter() {
        // A library has only parts of templates.
        if chart.metadata.is_library && !file_name(&template.name).starts_with('_') {
            continue;
        }
        let name = format_smolstr!("{path}/{}", template.name);
        let parsed = match template.parsed() {
            Ok(parsed) => Arc::clone(parsed),
            Err(error) => {
                let message = error.message.rsplit(": ").next().unwrap_or(&error.message);
                // It was parsed under the name that it has in its own chart.
                let own = format!("started at {}:", template.name);
                let message = message.replace(&own, &format!("started at {name}:"));
                let message = format!("parse error at ({name}:{}): {message}", error.line);
                let Some(lost) = lost else { return Err(message) };
                lost.push(Lost {
                    template: name,
                    message,
                    at: None,
                    is_meant: false,
                    is_bound: false,
                });
                continue;
            }
        };
        let file = Rc::new(File {
            name: name.clone(),
            text: Text::written(&template.document),
            template: parsed,
        });
        let base = format_smolstr!("{path}/templates");
        jobs.insert(name, Job { file, dot: dot.clone(), base });
    }
    Ok(dot)
}

/// `.Chart`: Go's names of what `Chart.yaml` says.
fn chart_value(chart: &Chart, is_root: bool) -> Value {
    let node = &chart.metadata.node;
    let text = |key: &str| match node.get(key) {
        Some(it) => Text::new(as_text(it).unwrap_or_default().as_str(), it.origin).into(),
        None => Value::text(""),
    };
    let list = |key: &str| match node.get(key) {
        Some(it) if it.is_seq() => from_node(it).as_strings(),
        _ => Value::strings([]),
    };
    let mut annotations = Map::new(MapType::Strings);
    for entry in node.get("annotations").and_then(Node::as_map).into_iter().flatten() {
        annotations.set(entry.key.clone(), from_node(&entry.node));
    }
    let maintainers = node.get("maintainers").map(Node::items).unwrap_or_default();
    let maintainers: Vec<_> = maintainers.iter().map(maintainer).collect();
    let dependencies: Vec<_> = chart.metadata.requirements.iter().map(dependency).collect();
    let api_version = match node.get("apiVersion") {
        Some(_) => text("apiVersion"),
        None => Value::text("v1"),
    };
    let flag = node.get("deprecated").and_then(Node::as_bool).unwrap_or(false);
    let fields = vec![
        ("Name", Value::text(chart.name().as_str())),
        ("Home", text("home")),
        ("Sources", list("sources")),
        ("Version", text("version")),
        ("Description", text("description")),
        ("Keywords", list("keywords")),
        ("Maintainers", Value::list(maintainers)),
        ("Icon", text("icon")),
        ("APIVersion", api_version),
        ("Condition", text("condition")),
        ("Tags", text("tags")),
        ("AppVersion", text("appVersion")),
        ("Deprecated", Value::bool(flag)),
        ("Annotations", Value::map(annotations)),
        ("KubeVersion", text("kubeVersion")),
        ("Dependencies", Value::plain(Data::List(dependencies.into(), ListType::Dependencies))),
        ("Type", text("type")),
        ("IsRoot", Value::bool(is_root)),
    ];
    let object = Struct { type_name: "engine.chartMetadata", fields, text: None };
    Value::plain(Data::Object(Rc::new(Object::Struct(object))))
}

fn maintainer(node: &Node) -> Value {
    let text =
        |key: &str| Value::text(node.get(key).and_then(as_text).unwrap_or_default().as_str());
    let fields = vec![("Name", text("name")), ("Email", text("email")), ("URL", text("url"))];
    let object = Struct { type_name: "*chart.Maintainer", fields, text: None };
    Value::plain(Data::Object(Rc::new(Object::Struct(object))))
}

fn dependency(requirement: &Requirement) -> Value {
    let text = |it: &SmolStr| Value::text(it.as_str());
    let tags: Vec<_> = requirement.tags.iter().map(text).collect();
    let fields = vec![
        ("Name", text(&requirement.name)),
        ("Version", text(&requirement.version)),
        ("Repository", text(&requirement.repository)),
        ("Condition", text(&requirement.condition)),
        ("Tags", Value::strings(tags)),
        ("Enabled", Value::bool(requirement.is_enabled)),
        ("ImportValues", Value::list([])),
        ("Alias", text(requirement.alias.as_ref().unwrap_or(&SmolStr::default()))),
    ];
    let object = Struct { type_name: "*chart.Dependency", fields, text: None };
    Value::plain(Data::Object(Rc::new(Object::Struct(object))))
}

/// Helm keeps the message of `fail` and `required`, and Go's whole chain of everything else.
fn execution_error(failure: &Failure) -> String {
    let Failure { file, line, column, .. } = failure;
    match failure.stop_message() {
        Some(message) => format!("execution error at ({file}:{line}:{column}): {message}"),
        None => failure.to_string(),
    }
}
