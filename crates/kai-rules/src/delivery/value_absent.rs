//! What a template prints and nobody sets.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Span, Term};
use kai_graph::StrayValue;

use super::releases::{Concerned, gathered};
use crate::words::list;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "value-absent",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("value_absent.md"),
    check: Check::System(check),
};

/// One line of a template is one cause, however many releases it is in.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let all = gathered(
        ctx,
        |it| it.absent.iter().filter(|it| it.near.is_some()).collect(),
        |installation, value| (&installation.chart, &value.path, &value.near),
    );
    all.iter().for_each(|it| out.push(hazard(it, ctx)));
}

fn hazard(concerned: &Concerned<'_, StrayValue>, ctx: Context<'_>) -> Hazard {
    let Concerned { component, installation, value, releases } = concerned;
    let near = value.near.as_deref().unwrap_or_default();
    let (path, chart, folder) = (&value.path, &installation.chart, &installation.folder);
    let care = match releases.len() {
        1 => "",
        _ => ", which changes every release at once: try one first",
    };
    let releases = list(releases);
    let message = format!(
        "A template of `{chart}` prints `{path}`, which nobody sets; `{near}` is set beside it and never gets \
         here, so the field is empty and the API takes its own default in {releases}"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a value that nobody sets",
        message,
    )
    .at(value.origin)
    .loses(LossClass::Degraded)
    .shows_as("Nothing: the chart renders, and the release succeeds")
    .recover("Read the name that is set, and roll the release out again")
    .remedy(format!("Read `{near}` here{care}; let a schema refuse other names"))
    .fix(fix(value, ctx))
    .verify(match field(value.origin, ctx) {
        Some(field) => format!("kai render {folder} | grep -cE '{field}: *$' # 0"),
        None => format!("kai render {folder} | grep -B2 -A2 {near} # a value stands there"),
    })
}

/// The name that is set, where the template names the other one once in the line.
fn fix(value: &StrayValue, ctx: Context<'_>) -> Option<Fix> {
    let near = value.near.as_deref()?;
    let span = ctx.origins.outermost(ctx.origins.span(value.origin)?);
    let text = &ctx.origins.document(span.document).text;
    let line = text.get(..span.start as usize)?.rfind('\n').map_or(0, |it| it + 1);
    let end = text.get(line..)?.find('\n').map_or(text.len(), |it| line + it);
    let name = format!(".Values.{}", value.path);
    let mut places = text.get(line..end)?.match_indices(&name);
    let at = line + places.next().filter(|_| places.next().is_none())?.0;
    let after = text.get(at + name.len()..end)?;
    if after.starts_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '.')) {
        return None;
    }
    let [start, end] = [at, at + name.len()].map(|it| u32::try_from(it).ok());
    let place = Span { document: span.document, start: start?, end: end? };
    let beside = value.path.rsplit_once('.').map_or(String::new(), |it| format!("{}.", it.0));
    let edit = Edit::replace(place, format!(".Values.{beside}{near}"));
    Some(Fix::unsafely(format!("Read `{near}`"), vec![edit]))
}

/// The field whose value is printed there, where its name stands before it in the line.
fn field(at: OriginId, ctx: Context<'_>) -> Option<String> {
    let span = ctx.origins.outermost(ctx.origins.span(at)?);
    let text = &ctx.origins.document(span.document).text;
    let line = text.get(..span.start as usize)?.rsplit('\n').next()?;
    let name = line.trim_start().trim_start_matches("- ").split_once(':')?.0;
    name.chars().all(char::is_alphanumeric).then(|| name.to_owned())
}
