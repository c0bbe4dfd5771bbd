//! The page as a browser gets it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use kai_assess::Assessment;
use kai_core::{
    ComponentId, Environment, Finding, LocationRole, OriginId, Root, RootId, RootKind, Suppressed,
    Suppression, SuppressionKind,
};
use kai_graph::{
    Component, ComponentKind, Dependency, DependencyKind, Journey, Need, Strength, System,
};
use sha2::{Digest as _, Sha256};

use super::review;
use crate::sample::{assessment, location};
use crate::terminal::Options;

const ATTACK: &str = "</script><img onerror=alert(1) src=x>\"'&";

fn system(name: &str) -> System {
    let root = Root {
        id: RootId(0),
        path: name.into(),
        release: None,
        kind: RootKind::Kustomization,
        reason: name.to_owned(),
        environment: Environment::Production,
        environment_evidence: name.to_owned(),
        healer: None,
        files: Vec::new(),
        gaps: Vec::new(),
    };
    let component = |id: u32, kind| Component {
        id: ComponentId(id),
        namespace: name.into(),
        ..Component::named(kind, name, format!("{name}-{id}"), RootId(0), OriginId::NONE)
    };
    let components = vec![
        component(0, ComponentKind::Workload),
        component(1, ComponentKind::Cache),
        component(2, ComponentKind::Secret),
    ];
    let arrow = |target, kind| Dependency {
        source: ComponentId(0),
        target: ComponentId(target),
        kind,
        strength: Strength::Soft,
        origin: OriginId::NONE,
    };
    let arrows = vec![arrow(1, DependencyKind::Calls), arrow(2, DependencyKind::ReadsSecret)];
    let needs = vec![Need { component: ComponentId(1), strength: Strength::Soft }];
    let journey = Journey { entry: ComponentId(0), name: name.to_owned(), needs };
    System::new(components, arrows, vec![root], vec![journey])
}

fn page(assessment: &Assessment, system: &System) -> String {
    review(assessment, system, &Options::default())
}

/// A review in which every text of the user is an attack.
fn attacked() -> Assessment {
    let mut all = assessment(2);
    let attack = || ATTACK.to_owned();
    all.verdict = attack();
    all.failures = vec![attack()];
    for finding in &mut all.findings {
        for text in [
            &mut finding.title,
            &mut finding.message,
            &mut finding.component,
            &mut finding.namespace,
            &mut finding.blast_radius,
            &mut finding.detection,
            &mut finding.recovery,
            &mut finding.remedy,
            &mut finding.verify,
        ] {
            *text = attack();
        }
        finding.scope = Some(attack());
        finding.arithmetic = vec![attack()];
        finding.components = vec![ComponentId(0)];
        finding.locations.iter_mut().for_each(|it| it.path = ATTACK.into());
    }
    all.solid[0].title = attack();
    all.solid[0].verify = attack();
    all.unknown[0].message = attack();
    all.assumptions[0].key = attack();
    all.assumptions[0].citation = attack();
    all.problems[0].message = attack();
    all.problems[0].path = ATTACK.into();
    all.suppressed = vec![accepted(&all.findings[0], ATTACK)];
    all
}

fn accepted(finding: &Finding, reason: &str) -> Suppressed {
    let by = Suppression {
        kind: SuppressionKind::Comment,
        reason: reason.to_owned(),
        location: location("base/accepted.yaml", 4, LocationRole::Primary),
        until: None,
    };
    Suppressed { finding: finding.clone(), by }
}

#[test]
fn no_text_of_a_reviewed_file_becomes_markup() {
    let page = page(&attacked(), &system(ATTACK));
    assert!(page.contains("onerror"), "the texts are there");
    assert!(!page.contains("<img"), "an element came from a text");
    assert_eq!(page.matches("</script>").count(), 1, "only the page ends its script");
    let tags = page.split('<').skip(1).filter_map(|it| it.split('>').next());
    let broken: Vec<_> =
        tags.filter(|it| it.starts_with("a ") && it.contains(" onerror")).collect();
    assert!(broken.iter().all(|it| it.matches('"').count() % 2 == 0), "{broken:?}");
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else() {
    let page = page(&assessment(1), &system("shop"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    for (name, text) in [
        ("style", between(&page, "<style>", "</style>")),
        ("script", between(&page, "<script>", "</script>")),
    ] {
        let hash = BASE64_STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&format!("{name}-src 'sha256-{hash}'")), "{policy}");
    }
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let body = page.split("</style>").nth(1).and_then(|it| it.split("<script>").next());
    let body = body.expect("the page has a body between its style and its script");
    for forbidden in [" style=", " onclick=", "src=", "http://", "https://"] {
        assert!(!body.contains(forbidden), "the body holds {forbidden}");
    }
}

#[test]
fn every_way_leads_somewhere_and_no_place_has_two_names() {
    let mut whole = assessment(12);
    whole.suppressed = vec![accepted(&whole.findings[0], "it is a toy")];
    whole.findings[0].components = vec![ComponentId(0), ComponentId(2)];
    whole.findings[0].arithmetic.push("  f = 2 (assumed: `node-loss`)".to_owned());
    let page = page(&whole, &system("shop"));
    let ids: Vec<&str> = attributes(&page, " id=\"");
    for (index, id) in ids.iter().enumerate() {
        assert!(!ids[..index].contains(id), "`{id}` is there twice");
    }
    let lost: Vec<_> =
        attributes(&page, "href=\"#").into_iter().filter(|it| !ids.contains(it)).collect();
    assert_eq!(lost, Vec::<&str>::new());
}

#[test]
fn everything_of_the_review_is_on_the_page() {
    let mut whole = assessment(12);
    whole.suppressed = vec![accepted(&whole.findings[0], "it is a toy")];
    let page = page(&whole, &system("shop"));
    for wanted in [
        "Deployment/<wbr>part-12",
        "Run three replicas",
        "base/<wbr>checkout.yaml:40",
        "9.1 (1 to 40) bad minutes a year",
        "three pods in three zones",
        "2 charts not rendered",
        "A Study of Nodes",
        "close the bracket",
        "it is a toy",
        "base/<wbr>accepted.yaml:4",
        "1 finding that somebody accepted",
    ] {
        assert!(page.contains(wanted), "{wanted} is missing");
    }
}

#[test]
fn a_review_of_nothing_says_so() {
    let page = page(&Assessment::default(), &System::default());
    assert!(page.contains("Nothing that I can see from here."));
    assert!(!page.contains("id=\"map\"") && !page.contains("class=\"controls\""));
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |it| it.1);
    rest.split_once(end).map_or("", |it| it.0)
}

fn attributes<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    let body = page.split("</style>").nth(1).and_then(|it| it.split("<script>").next());
    let ends = body.unwrap_or_default().split(start).skip(1);
    ends.filter_map(|it| it.split('"').next()).collect()
}
