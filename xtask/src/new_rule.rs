//! The skeleton of a rule.

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository;

/// Writes the page and the code of a rule, and names it in its pack.
pub(crate) fn write(pack: &str, id: &str) -> Result<(), String> {
    let folder = repository().join("crates/kai-rules/src").join(pack);
    let list = folder.join("mod.rs");
    let before = fs::read_to_string(&list).map_err(|_| format!("there is no pack `{pack}`"))?;
    let is_kebab =
        id.split('-').all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_lowercase()));
    if !is_kebab || !id.contains('-') {
        return Err(format!("`{id}` is not two to four words in kebab case"));
    }
    let module = id.replace('-', "_");
    create(&folder.join(format!("{module}.md")), &page(id))?;
    create(&folder.join(format!("{module}.rs")), &code(id, &module))?;
    write_to(&list, &listed(&before, &module)?)?;
    println!("now write {module}.md; if the page is hard to write, the rule is wrong");
    Ok(())
}

fn create(path: &Path, text: &str) -> Result<(), String> {
    if path.exists() {
        return Err(format!("{} is there already", path.display()));
    }
    write_to(&PathBuf::from(path), text)
}

fn write_to(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|it| format!("cannot write {}: {it}", path.display()))
}

fn page(id: &str) -> String {
    format!(
        "# {id}\n\nWhat is, and what follows, in one sentence.\n\n## What breaks\n\n## How we know\n\n\
         ## How we recover\n\n## Examples\n\nWhy this one is found.\n\n```yaml\nkind: Deployment # finding\n\
         ```\n\nWhy Kai stays silent here.\n\n```yaml\nkind: Deployment\n```\n"
    )
}

fn code(id: &str, module: &str) -> String {
    format!(
        r#"//! What the rule looks for, in one sentence.

use kai_core::{{Level, Pillar}};
use kai_graph::{{Of, Workload}};

use crate::{{Check, Context, Observed, Rule}};

pub(super) static RULE: Rule = Rule {{
    id: "{id}",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "{version}",
    doc: include_str!("{module}.md"),
    check: Check::Workload(check),
}};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {{
    let _ = (workload, ctx, out);
}}
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// The list of a pack with one more rule, in order.
fn listed(text: &str, module: &str) -> Result<String, String> {
    let (head, rest) = text.split_once("&[&Rule] =").ok_or("mod.rs has no list of rules")?;
    let (list, tail) = rest.split_once("];").ok_or("the list of rules does not end")?;
    let mut rules: Vec<String> = list
        .split(&['[', ',', '&'][..])
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect();
    rules.push(format!("{module}::RULE"));
    rules.sort();
    let rules: Vec<String> = rules.iter().map(|it| format!("&{it}")).collect();
    let head = with_module(head, module);
    Ok(format!("{head}&[&Rule] = &[{}];{tail}", rules.join(", ")))
}

fn with_module(head: &str, module: &str) -> String {
    let line = format!("mod {module};");
    let mut lines: Vec<&str> = head.split('\n').collect();
    let is_module = |it: &str| it.starts_with("mod ") && it.ends_with(';');
    let first = lines.iter().position(|it| is_module(it)).unwrap_or(lines.len());
    let after =
        lines[first..].iter().take_while(|it| is_module(it) && **it < line.as_str()).count();
    lines.insert(first + after, &line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_rule_joins_its_pack_in_order() {
        let before = "//! Pack.\n\nmod alpha;\nmod omega;\n\nuse crate::Rule;\n\n\
                      pub(crate) static RULES: &[&Rule] =\n    &[&alpha::RULE, &omega::RULE];\n";
        let after = "//! Pack.\n\nmod alpha;\nmod beta;\nmod omega;\n\nuse crate::Rule;\n\n\
                     pub(crate) static RULES: &[&Rule] = &[&alpha::RULE, &beta::RULE, &omega::RULE];\n";
        assert_eq!(listed(before, "beta").as_deref(), Ok(after));
    }
}
