//! A rule is two files and two lines.

use super::tracked::Tracked;

const RULES: &str = "crates/kai-rules/src/";

/// Ids of the rules that have code, sorted.
pub(super) fn ids(tracked: &Tracked) -> Vec<String> {
    let mut ids: Vec<String> = codes(tracked).map(|(_, name)| name.replace('_', "-")).collect();
    ids.sort();
    ids
}

pub(super) fn every_rule_has_its_page(tracked: &Tracked) -> Vec<String> {
    let mut offences = Vec::new();
    for (stem, name) in codes(tracked) {
        let id = name.replace('_', "-");
        let text = tracked.text(&format!("{stem}.rs"));
        let page = tracked.text(&format!("{stem}.md"));
        if page.is_empty() {
            offences.push(format!("{stem}.rs: its page {name}.md is missing"));
        } else if page.lines().next() != Some(&format!("# {id}")) {
            offences.push(format!("{stem}.md: the title is not `# {id}`"));
        }
        if !text.contains(&format!("id: \"{id}\"")) {
            offences.push(format!("{stem}.rs: its id is not `{id}`"));
        }
    }
    let pages = tracked.between(RULES, ".md").filter_map(|(path, _)| path.strip_suffix(".md"));
    let lone = pages.filter(|stem| !is_rule(tracked.text(&format!("{stem}.rs"))));
    offences.extend(lone.map(|stem| format!("{stem}.md: its rule is missing")));
    offences
}

pub(super) fn packs_list_their_rules(tracked: &Tracked) -> Vec<String> {
    let mut offences = Vec::new();
    let packs = tracked.between(RULES, "/mod.rs").filter(|(_, text)| text.contains("RULES"));
    for (path, text) in packs {
        let folder = path.strip_suffix("mod.rs").unwrap_or(path);
        let listed: Vec<&str> = text
            .match_indices("::RULE")
            .filter_map(|(at, _)| text[..at].rsplit_once('&').map(|(_, name)| name))
            .collect();
        let there: Vec<&str> = codes(tracked)
            .filter(|(stem, _)| stem.strip_prefix(folder).is_some_and(|it| !it.contains('/')))
            .map(|(_, name)| name)
            .collect();
        if listed != there {
            offences.push(format!("{path}: RULES is {listed:?}, the folder has {there:?}"));
        }
    }
    offences
}

/// Path without extension, and file name, of everything that is a rule; sorted by path.
fn codes(tracked: &Tracked) -> impl Iterator<Item = (&str, &str)> {
    tracked.between(RULES, ".rs").filter(|(_, text)| is_rule(text)).filter_map(|(path, _)| {
        let stem = path.strip_suffix(".rs")?;
        Some((stem, stem.rsplit_once('/')?.1))
    })
}

fn is_rule(text: &str) -> bool {
    text.contains("static RULE: Rule")
}
