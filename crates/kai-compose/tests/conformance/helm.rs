//! Charts, rendered and compared with what Helm printed.

use std::collections::BTreeMap;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::Project;
use kai_compose::helm::{self, Layer, Options, Release, SetKind};
use kai_core::{OriginId, Origins};
use kai_testing::{Memory, recorded, say};
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::goldens::{difference, parsed};

struct Case {
    id: String,
    chart: String,
    options: Options,
    refuses: bool,
    golden: String,
}

enum Outcome {
    Equal { same_bytes: bool },
    Refused,
    Failed { refuses: bool, reason: String },
}

#[test]
fn every_chart_renders_as_helm_renders_it() {
    let Some(data) = recorded("KAI_HELM_DATA", "conformance/helm") else { return };
    let skipped = lines(&data.join("nondeterministic.jsonl"));
    let skipped: Vec<_> = skipped.iter().filter_map(|it| it["id"].as_str()).collect();
    let mut by_chart = BTreeMap::<String, Vec<Case>>::new();
    for case in lines(&data.join("cases.jsonl")) {
        if !concerns_the_chart(&case) {
            say(&format!(
                "  left out, because a command line refuses it, not a chart: {}",
                case["id"]
            ));
            continue;
        }
        let case = read_case(&data, &case);
        if !skipped.contains(&case.id.as_str()) {
            by_chart.entry(case.chart.clone()).or_default().push(case);
        }
    }
    let groups: Vec<_> = by_chart.into_iter().collect();
    let outcomes: Vec<_> = groups
        .par_iter()
        .flat_map_iter(|(chart, cases)| compare_chart(&data, chart, cases))
        .collect();
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|it| is(it)).count();
    let refused = count(|it| matches!(it, Outcome::Refused));
    let refusals = refused + count(|it| matches!(it, Outcome::Failed { refuses: true, .. }));
    let total = outcomes.len() - refusals;
    let equal = count(|it| matches!(it, Outcome::Equal { .. }));
    let same_bytes = count(|it| matches!(it, Outcome::Equal { same_bytes: true }));
    for outcome in &outcomes {
        if let Outcome::Failed { reason, .. } = outcome {
            say(reason);
        }
    }
    say(&format!("helm: {equal}/{total}"));
    say(&format!("helm bytes: {same_bytes}/{total}"));
    say(&format!("helm refusals: {refused}/{refusals}"));
    assert!(equal * 1000 >= total * 998, "fewer than 99.8 % of the renders are equal");
    assert!(refused * 100 >= refusals * 97, "fewer than 97 % of the refusals refuse");
}

fn concerns_the_chart(case: &Json) -> bool {
    let mut flags = case["flags"].as_array().into_iter().flatten().filter_map(Json::as_str);
    flags.all(|it| it != "--name-template")
}

fn lines(path: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn read_case(data: &Path, case: &Json) -> Case {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let values = case["values"].as_array().unwrap();
    let mut options = Options {
        release: Release {
            name: text("release").into(),
            namespace: text("namespace").into(),
            ..Release::default()
        },
        values: values.iter().filter_map(Json::as_str).map(|it| Layer::File(it.into())).collect(),
        ..Options::default()
    };
    let flags: Vec<_> = case["flags"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    read_flags(&flags, data, &mut options);
    let golden = case["stdout_file"].as_str();
    Case {
        id: text("id").into(),
        chart: text("chart").into(),
        options,
        refuses: case["exit"] != 0,
        golden: golden
            .map(|it| std::fs::read_to_string(data.join(it)).unwrap())
            .unwrap_or_default(),
    }
}

fn read_flags(flags: &[&str], data: &Path, options: &mut Options) {
    let mut at = flags.iter();
    while let Some(flag) = at.next() {
        match *flag {
            "--kube-version" => {
                let version = at.next().unwrap().trim_start_matches('v');
                options.release.kubernetes = format!("v{version}").into();
            }
            "--api-versions" => options.release.api_versions.push((*at.next().unwrap()).into()),
            "--set" => options.values.push(set(at.next(), SetKind::Typed)),
            "--set-string" => options.values.push(set(at.next(), SetKind::Text)),
            "--set-json" => options.values.push(set(at.next(), SetKind::Json)),
            "--set-file" => {
                let (key, path) = at.next().unwrap().split_once('=').unwrap();
                let content = std::fs::read_to_string(data.join(path)).unwrap();
                let text = format!("{key}={content}");
                options.values.push(set(Some(&text.as_str()), SetKind::Literal));
            }
            "--set-literal" => options.values.push(set(at.next(), SetKind::Literal)),
            "--show-only" | "-s" => options.show_only.push((*at.next().unwrap()).into()),
            "--skip-schema-validation" => options.skip_schema = true,
            "--include-crds" => options.include_crds = true,
            "--no-hooks" => options.no_hooks = true,
            "--skip-tests" => options.skip_tests = true,
            "--is-upgrade" => options.release.is_upgrade = true,
            _ => {}
        }
    }
    // Helm sets what is JSON first, wherever it stands.
    options.values.sort_by_key(|it| match it {
        Layer::Set { kind: SetKind::Json, .. } => 1,
        Layer::Set { .. } => 2,
        _ => 0,
    });
}

fn set(text: Option<&&str>, kind: SetKind) -> Layer {
    Layer::Set { text: (*text.unwrap()).into(), kind, origin: OriginId::NONE }
}

fn compare_chart(data: &Path, chart: &str, cases: &[Case]) -> Vec<Outcome> {
    let mut files = Vec::new();
    let values = chart.replacen("charts/", "values/", 1);
    for folder in [chart, &values] {
        files.extend(below(data, &data.join(folder)));
    }
    for layer in cases.iter().flat_map(|it| &it.options.values) {
        let Layer::File(path) = layer else { continue };
        if let Ok(bytes) = std::fs::read(data.join(path)) {
            files.push((path.clone(), bytes));
        }
    }
    files.sort();
    files.dedup();
    let tree = Memory::new(files);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    cases.iter().map(|it| compare(&project, it)).collect()
}

fn below(data: &Path, folder: &Path) -> Vec<(Utf8PathBuf, Vec<u8>)> {
    if !folder.exists() {
        return Vec::new();
    }
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(data).unwrap().to_str().unwrap();
                files.push((Utf8PathBuf::from(name), std::fs::read(&path).unwrap()));
            }
        }
    }
    files
}

fn compare(project: &Project<'_>, case: &Case) -> Outcome {
    let failed = |reason: String| Outcome::Failed {
        refuses: case.refuses,
        reason: format!("  {}: {reason}", case.id),
    };
    let rendered = helm::template(project, Utf8Path::new(&case.chart), &case.options);
    match (rendered, case.refuses) {
        (Err(_), true) => Outcome::Refused,
        (Ok(rendered), true) if !rendered.missing.is_empty() => Outcome::Refused,
        (Ok(_), true) => failed("not refused".into()),
        (Err(refusal), false) => failed(format!("refused: {}", refusal.message)),
        (Ok(rendered), false) if rendered.text() == case.golden => {
            Outcome::Equal { same_bytes: true }
        }
        (Ok(rendered), false) => match documents_differ(&rendered.text(), &case.golden) {
            None => Outcome::Equal { same_bytes: false },
            Some(difference) => failed(difference),
        },
    }
}

fn documents_differ(mine: &str, theirs: &str) -> Option<String> {
    let (mine, theirs) = (parsed(mine), parsed(theirs));
    for (index, (mine, theirs)) in mine.iter().zip(&theirs).enumerate() {
        if let Err(it) = difference(mine, theirs, &mut String::new()).map_or(Ok(()), Err) {
            let name = theirs.str_at(&["metadata", "name"]).unwrap_or_default();
            return Some(format!("object {index} ({name}): {it}"));
        }
    }
    (mine.len() != theirs.len()).then(|| format!("{} objects, not {}", mine.len(), theirs.len()))
}

/// Every case of the template language, with the text that Helm wrote or the place of its error.
#[test]
fn templates_write_what_helm_writes() {
    let Some(data) = recorded("KAI_HELM_DATA", "conformance/helm") else { return };
    let source = located_language(&data);
    let cases = lines(&source);
    let outcomes: Vec<_> = cases.par_iter().map(|it| (it, language_case(it))).collect();
    let count = |is: fn(&Language) -> bool| outcomes.iter().filter(|it| is(&it.1)).count();
    let equal = count(|it| matches!(it, Language::Equal));
    let differ = count(|it| matches!(it, Language::Differs(_)));
    let refused = count(|it| matches!(it, Language::Refused { .. }));
    let accepted = count(|it| matches!(it, Language::Accepted));
    let placed = count(|it| matches!(it, Language::Refused { place: Some(true) }));
    let with_place = count(|it| matches!(it, Language::Refused { place: Some(_) }));
    for (case, outcome) in &outcomes {
        let id = case["id"].as_str().unwrap_or_default();
        let template = &case["template"];
        match outcome {
            Language::Differs(got) => {
                say(&format!("  {id} {template}\n    want {}\n    got  {got:?}", case["output"]));
            }
            Language::Accepted => say(&format!("  {id} {template}: not refused")),
            Language::Refused { place: Some(false) } => {
                say(&format!("  {id} {template}\n    place {:?}", case["error"]));
            }
            _ => {}
        }
    }
    say(&format!("helm language: {equal}/{}", equal + differ));
    say(&format!("helm language refusals: {refused}/{}", refused + accepted));
    say(&format!("helm language places: {placed}/{with_place}"));
    let (total, refusals) = (equal + differ, refused + accepted);
    // What differs is passwords derived from another one, for which a stand-in is generated.
    assert!(equal * 1000 >= total * 998, "fewer than 99.8 % of the texts are equal");
    assert!(refused * 1000 >= refusals * 997, "fewer than 99.7 % of the errors refuse");
    assert!(placed * 1000 >= with_place * 997, "fewer than 99.7 % of the places are right");
}

enum Language {
    Equal,
    Differs(Result<String, String>),
    /// Whether the place is Helm's, where Helm names one.
    Refused {
        place: Option<bool>,
    },
    Accepted,
}

fn located_language(data: &Path) -> std::path::PathBuf {
    let unpacked = data.join("language.jsonl");
    if unpacked.exists() {
        return unpacked;
    }
    // The archive is unpacked elsewhere; what is not packed stays beside it.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance/helm");
    let beside =
        std::env::var_os("KAI_HELM_DATA").map_or_else(|| root.into(), std::path::PathBuf::from);
    beside.join("language.jsonl")
}

fn language_case(case: &Json) -> Language {
    let chart = "apiVersion: v2\nname: lang\nversion: 1.2.3+build.4\nappVersion: \"4.5.6\"\n\
        description: One template a case\ntype: application\nhome: https://example.com/lang\n\
        sources: [https://example.com/src]\nkeywords: [alpha, beta]\n\
        maintainers: [{name: Ada, email: ada@example.com}]\nannotations: {team: core}\n";
    let values = case["values_yaml"].as_str().map_or_else(|| ascii(&case["values"]), Into::into);
    let mut files = std::collections::BTreeMap::from([
        ("Chart.yaml".to_owned(), chart.to_owned()),
        ("values.yaml".to_owned(), values),
        ("templates/_extra.tpl".to_owned(), "extra from {{ .Chart.Name }}".to_owned()),
        ("templates/case.yaml".to_owned(), case["template"].as_str().unwrap().to_owned()),
    ]);
    for (name, content) in case["files"].as_object().into_iter().flatten() {
        files.insert(name.clone(), content.as_str().unwrap_or_default().to_owned());
    }
    let files = files
        .into_iter()
        .map(|(name, text)| (Utf8PathBuf::from("lang").join(name), text.into_bytes()));
    let tree = Memory::new(files);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let mut options = Options {
        release: Release { name: "demo".into(), namespace: "shop".into(), ..Release::default() },
        ..Options::default()
    };
    let flags = case["flags"].as_array().into_iter().flatten().filter_map(Json::as_str);
    read_flags(&flags.collect::<Vec<_>>(), Path::new(""), &mut options);
    let path = Utf8Path::new("lang");
    let name = "lang/templates/case.yaml";
    let is_whole = case["whole"] == true || case.get("error").is_some();
    let got = match is_whole {
        true => helm::template(&project, path, &options).map(|it| it.text()),
        false => helm::template_text(&project, path, &options, name),
    };
    match (got, case.get("error").and_then(Json::as_str)) {
        (Ok(_), Some(_)) => Language::Accepted,
        (Err(refusal), Some(error)) => {
            let place = place_of(error);
            Language::Refused { place: place.map(|it| refusal.message.contains(&it)) }
        }
        (Ok(text), None) if expected(case) == text => Language::Equal,
        (got, None) => Language::Differs(got.map_err(|it| it.message)),
    }
}

/// JSON whose texts have no character that YAML refuses as it stands.
fn ascii(json: &Json) -> String {
    let mut out = String::new();
    for unit in json.to_string().encode_utf16() {
        match u8::try_from(unit).ok().filter(|it| (0x20..0x7f).contains(it)) {
            Some(byte) => out.push(byte.into()),
            None => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out
}

fn expected(case: &Json) -> String {
    use base64::Engine as _;
    match case["output_base64"].as_str() {
        Some(packed) => {
            let bytes = base64::engine::general_purpose::STANDARD.decode(packed).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        None => case["output"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The first `file:line` or `file:line:column` that an error names.
fn place_of(error: &str) -> Option<String> {
    let start = error.find("lang/")?;
    let rest = &error[start..];
    let file = rest.find(':')?;
    let digits = rest[file..].find(|it: char| it != ':' && !it.is_ascii_digit())?;
    let place = rest[..file + digits].trim_end_matches(':');
    place.contains(':').then(|| place.to_owned())
}
