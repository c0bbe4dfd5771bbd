//! Policies of admission controllers about images: Sigstore's and Kyverno's.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{ComponentKind, Facts, ImageDemand, ImagePolicy, PolicyAuthor, PolicyReach};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

/// What a namespace must carry for Sigstore's controller to look at it, as it is installed.
const INCLUDED: (&str, &str) = ("policy.sigstore.dev/include", "true");

/// One of several authorities is enough, so one that passes everything demands nothing.
pub(super) fn of_sigstore(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let authorities: Vec<Fields<'_>> = spec.list("authorities").collect();
    let proves = |it: &Fields<'_>| it.has("key") || it.has("keyless");
    let wants = |it: &Fields<'_>| it.list("attestations").next().is_some();
    let globs = spec.list("images").map(|it| it.text("glob"));
    let reach = match spec.has("match") {
        true => PolicyReach::Unknown,
        false => PolicyReach::Labelled(INCLUDED.0.into(), INCLUDED.1.into()),
    };
    let refuses = spec.or::<SmolStr>("mode", "enforce".into()).map(|it| it != "warn");
    let demand = ImageDemand {
        origin: refuses.traced().map_or(spec.origin, |it| it.origin),
        refuses,
        prefixes: globs.filter_map(|it| it.strip_suffix("**").and_then(plain)).collect(),
        reach,
        wants_attestation: authorities.iter().all(wants),
    };
    let is_demand = !authorities.is_empty() && authorities.iter().all(proves);
    facts(PolicyAuthor::Sigstore, if is_demand { vec![demand] } else { Vec::new() })
}

/// None for a policy that asks for no signature.
pub(super) fn of_kyverno(object: &Object<'_>) -> Option<(ComponentKind, Facts)> {
    let spec = object.spec;
    let mut demands = Vec::new();
    let mut is_about_images = false;
    for rule in spec.list("rules") {
        let reach = reach(&rule, object);
        for check in rule.list("verifyImages") {
            is_about_images = true;
            let is_asked = |key| check.list(key).next().is_some();
            // Without attestors anybody may have attested it.
            let is_attested = check.list("attestations").any(|it| it.has("attestors"));
            if (!is_asked("attestors") && !is_attested && !check.has("key"))
                || check.opt("required") == Some(false)
            {
                continue;
            }
            // One name, before there was a list of them.
            let mut references = check.texts("imageReferences");
            references.extend(check.opt("image"));
            let all = references.iter().filter_map(|it| it.strip_suffix('*').and_then(plain));
            let refuses = refuses(&check, &spec);
            demands.push(ImageDemand {
                origin: refuses.traced().map_or(check.origin, |it| it.origin),
                refuses,
                prefixes: if is_asked("skipImageReferences") { Vec::new() } else { all.collect() },
                reach: reach.clone(),
                wants_attestation: is_attested,
            });
        }
    }
    is_about_images.then(|| facts(PolicyAuthor::Kyverno, demands))
}

/// A policy of Kyverno that judges images by expressions; what it demands is said only where one of them counts
/// signatures (kyverno.io, "ImageValidatingPolicy").
pub(super) fn of_validation(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let expressions: Vec<SmolStr> =
        spec.list("validations").map(|it| it.text("expression")).collect();
    let counts = |function: &str| {
        let is_counted = |it: &&SmolStr| {
            let it = it.replace(' ', "");
            let is_of_all = it.contains(".all(") && !it.contains("||");
            it.contains(function)
                && it.contains("images.containers")
                && it.contains(">0)")
                && is_of_all
        };
        expressions.iter().any(|it| is_counted(&it))
    };
    let (signed, attested) =
        (counts("verifyImageSignatures("), counts("verifyAttestationSignatures("));
    let actions = spec.texts("validationActions");
    let is_off = spec.at("evaluation").at("admission").opt("enabled") == Some(false)
        || spec.at("validationConfigurations").opt("required") == Some(false)
        || spec.text("failurePolicy") == "Ignore";
    let refuses = match (actions.is_empty(), is_off) {
        (true, _) | (_, true) => Known::Unknown(Reason::Unreadable),
        (false, false) => Known::new(
            actions.iter().any(|it| it == "Deny"),
            spec.node("validationActions").map_or(spec.origin, |it| it.origin),
        ),
    };
    let globs = spec.list("matchImageReferences").map(|it| it.text("glob"));
    let demand = ImageDemand {
        origin: refuses.traced().map_or(spec.origin, |it| it.origin),
        refuses,
        prefixes: globs.filter_map(|it| it.strip_suffix('*').and_then(plain)).collect(),
        reach: reach_of_constraints(object),
        wants_attestation: attested,
    };
    facts(PolicyAuthor::Kyverno, if signed || attested { vec![demand] } else { Vec::new() })
}

/// All pods that are made, where nothing narrows it.
fn reach_of_constraints(object: &Object<'_>) -> PolicyReach {
    let constraints = object.spec.at("matchConstraints");
    let is_plain = constraints.entries().all(|it| it.0 == "resourceRules");
    let is_of_pods = |it: &Fields<'_>| {
        let has = |key: &str, wanted: &[&str]| {
            it.texts(key).iter().any(|it| wanted.contains(&it.as_str()))
        };
        has("resources", &["pods", "*"]) && has("operations", &["CREATE", "*"])
    };
    let is_narrowed = object.spec.list("matchConditions").next().is_some();
    match is_plain && !is_narrowed && constraints.list("resourceRules").any(|it| is_of_pods(&it)) {
        true if object.kind == "NamespacedImageValidatingPolicy" => {
            PolicyReach::Named(vec![object.namespace.into()])
        }
        true => PolicyReach::All,
        false => PolicyReach::Unknown,
    }
}

fn facts(author: PolicyAuthor, demands: Vec<ImageDemand>) -> (ComponentKind, Facts) {
    let facts = ImagePolicy { author, demands, home: Known::default() };
    (ComponentKind::Control, Facts::ImagePolicy(Box::new(facts)))
}

/// The start of a name, where nothing in it stands for more.
fn plain(start: &str) -> Option<SmolStr> {
    (!start.contains(['*', '?'])).then(|| start.into())
}

/// What the check says, then what the policy does, which is `Audit` where nothing is written.
fn refuses(check: &Fields<'_>, spec: &Fields<'_>) -> Known<bool> {
    let has_exceptions = ["validationFailureActionOverrides", "failureActionOverrides"]
        .iter()
        .any(|it| spec.has(it) || check.has(it));
    if has_exceptions || spec.opt("admission") == Some(false) {
        return Known::Unknown(Reason::Unreadable);
    }
    let action = match check.has("failureAction") {
        true => check.get::<SmolStr>("failureAction"),
        false => spec.or::<SmolStr>("validationFailureAction", "Audit".into()),
    };
    action.map(|it| it.eq_ignore_ascii_case("enforce"))
}

/// Pods of some namespaces or of all, where nothing else narrows it.
fn reach(rule: &Fields<'_>, object: &Object<'_>) -> PolicyReach {
    let narrows = ["exclude", "preconditions", "celPreconditions"].iter().any(|it| rule.has(it))
        || object.spec.at("webhookConfiguration").has("matchConditions");
    let found = rule.at("match");
    let mut filters: Vec<Fields<'_>> =
        ["any", "all"].iter().flat_map(|it| found.list(it)).collect();
    if found.has("resources") {
        filters.push(found);
    }
    let [filter] = &filters[..] else { return PolicyReach::Unknown };
    let resources = filter.at("resources");
    let is_plain = resources
        .entries()
        .all(|it| matches!(it.0.as_str(), "kinds" | "namespaces" | "operations"));
    let is_alone = filter.entries().all(|it| it.0 == "resources");
    let is_of_pods =
        resources.texts("kinds").iter().any(|it| matches!(it.as_str(), "*" | "Pod" | "v1/Pod"));
    let operations = resources.texts("operations");
    let is_asked_first = operations.is_empty() || operations.iter().any(|it| it == "CREATE");
    if narrows || !is_plain || !is_alone || !is_of_pods || !is_asked_first {
        return PolicyReach::Unknown;
    }
    let namespaces = resources.texts("namespaces");
    match (object.kind, namespaces.is_empty()) {
        ("Policy", _) => PolicyReach::Named(vec![object.namespace.into()]),
        (_, true) => PolicyReach::All,
        (_, false) if namespaces.iter().any(|it| it.contains(['*', '?'])) => PolicyReach::Unknown,
        (_, false) => PolicyReach::Named(namespaces),
    }
}
