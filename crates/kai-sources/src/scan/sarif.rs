//! SARIF as Trivy, Grype and Snyk Container write it: the format has no place for packages and versions, so
//! each has sentences of its own. Learned from `pkg/report/sarif.go` of Trivy, `presenter/sarif` of Grype and
//! `sarif-output.ts` of Snyk.

use std::collections::BTreeMap;

use kai_compose::Scanner;
use kai_core::{Node, SmolStr};
use kai_graph::{Image, ScanReport, ScannedImage, Severity, Vulnerability};

use super::subject;
use crate::fields::items;

/// One report for each run.
pub(super) fn reports(object: &Node) -> Vec<ScanReport> {
    items(object, &["runs"]).iter().filter_map(report).collect()
}

fn report(run: &Node) -> Option<ScanReport> {
    let scanner = Scanner::of_sarif(run)?;
    let rules = rules(run);
    let rule = |result: &Node| rules.get(result.str_at(&["ruleId"])?).copied();
    let open = items(run, &["results"]).iter().filter(|it| !is_set_aside(it));
    let found = open.filter_map(|it| match scanner {
        Scanner::Trivy => labelled(it, text(it)?, "Installed Version: ", "Fixed Version: "),
        Scanner::Grype => {
            labelled(it, rule(it)?.str_at(&["help", "text"])?, "Version: ", "Fix Version: ")
        }
        Scanner::SnykContainer => of_snyk(it, rule(it)?),
    });
    Some(ScanReport {
        scanner: scanner.as_str().into(),
        subject: subject(run, scanner),
        vulnerabilities: Some(found.collect()),
    })
}

/// Somebody accepted it, and nobody rejected that.
fn is_set_aside(result: &Node) -> bool {
    let mut all = items(result, &["suppressions"]).iter();
    all.any(|it| it.str_at(&["status"]).is_none_or(|it| it == "accepted"))
}

fn text(result: &Node) -> Option<&str> {
    result.str_at(&["message", "text"])
}

/// What the results of a run name, by id.
fn rules(run: &Node) -> BTreeMap<&str, &Node> {
    let all = items(run, &["tool", "driver", "rules"]).iter();
    all.filter_map(|it| Some((it.str_at(&["id"])?, it))).collect()
}

/// Lines with a label each. What has no line for its package is no vulnerability but a secret or a setting.
fn labelled(result: &Node, text: &str, installed: &str, fixed: &str) -> Option<Vulnerability> {
    let line = |label: &str| {
        let mut lines = text.lines().filter_map(|it| it.strip_prefix(label));
        lines.next().map(str::trim).filter(|it| !it.is_empty())
    };
    Some(Vulnerability {
        id: line("Vulnerability ")?.into(),
        severity: Severity::parse(line("Severity: ").unwrap_or_default()),
        package: line("Package: ")?.into(),
        installed: line(installed).unwrap_or_default().into(),
        fixed: line(fixed).map(SmolStr::from),
        origin: result.get("ruleId").map_or(result.origin, |it| it.origin),
    })
}

/// `Critical severity - Out-of-bounds Write vulnerability in openssl` and
/// `(CVE-2022-0778) openssl@1.1.1k`; a fixed version is not among what it writes.
fn of_snyk(result: &Node, rule: &Node) -> Option<Vulnerability> {
    let short = rule.str_at(&["shortDescription", "text"])?;
    let full = rule.str_at(&["fullDescription", "text"]).unwrap_or_default();
    let known = full.strip_prefix('(').and_then(|it| it.split_once(") "));
    let (names, package) = known.unwrap_or(("", full));
    let id = names.split(',').next().filter(|it| !it.is_empty());
    let (package, installed) = package.rsplit_once('@').unwrap_or((package, ""));
    Some(Vulnerability {
        id: id.or_else(|| result.str_at(&["ruleId"]))?.into(),
        severity: Severity::parse(short.split(' ').next().unwrap_or_default()),
        package: package.into(),
        installed: installed.into(),
        fixed: None,
        origin: result.get("ruleId").map_or(result.origin, |it| it.origin),
    })
}

fn subject(run: &Node, scanner: Scanner) -> Option<ScannedImage> {
    let first = items(run, &["results"]).first();
    match scanner {
        Scanner::Trivy => {
            let tags = items(run, &["properties", "repoTags"]);
            let digests = items(run, &["properties", "repoDigests"]);
            subject::image(run.at(&["properties", "imageName"])?, tags.iter().chain(digests))
        }
        Scanner::Grype => {
            let text = first.and_then(|it| it.at(&["message", "text"]))?;
            let (_, rest) = text.as_str()?.split_once(" was found in image ")?;
            let name = Node::string(rest.split(" at: ").next()?.trim(), text.origin);
            subject::image(&name, [])
        }
        Scanner::SnykContainer => {
            let place = items(first?, &["locations"]).first()?;
            let uri = place.at(&["physicalLocation", "artifactLocation", "uri"])?;
            of_snyk_place(uri)
        }
    }
}

/// The file that the image is built by, where Snyk was given one; else the image, whose colons Snyk has
/// replaced with underscores (`get-sarif-result.ts`).
fn of_snyk_place(uri: &Node) -> Option<ScannedImage> {
    let text = uri.as_str()?;
    let last = text.rsplit('/').next().unwrap_or(text);
    let is_file = last.to_ascii_lowercase().contains("dockerfile") || last == "Containerfile";
    let reference = reference(text, last).filter(|_| !is_file);
    Some(ScannedImage {
        name: reference.as_deref().unwrap_or(text).into(),
        origin: uri.origin,
        references: reference.as_deref().and_then(Image::parse).into_iter().collect(),
        file: is_file.then(|| text.into()),
    })
}

/// None where an underscore may as well be the name's own.
fn reference(text: &str, last: &str) -> Option<String> {
    let Some((name, tag)) = last.rsplit_once('_') else { return Some(text.to_owned()) };
    let is_digest = name.ends_with("@sha256");
    let number = tag.strip_prefix('v').unwrap_or(tag);
    let is_version = tag == "latest" || number.starts_with(|it: char| it.is_ascii_digit());
    let before = &text[..text.len() - tag.len() - 1];
    (is_digest || is_version).then(|| format!("{before}:{tag}"))
}
