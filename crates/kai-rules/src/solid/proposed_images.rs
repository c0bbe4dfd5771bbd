//! Image automation that proposes and does not deploy.

use kai_graph::Solid;

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::{kubectl, resource};
use crate::delivery::{updates, written};

/// What pushes to another branch than the one that production follows.
pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let proposing = updates(ctx).filter_map(|update| {
        let written = written(update, ctx).filter(|it| it.branch != it.followed)?;
        let component = update.component;
        let at = update.facts.push.traced().or(update.facts.checkout.traced())?.origin;
        Some(Evidence {
            component,
            at,
            title: format!(
                "`{}` proposes newer images on `{}`; production follows `{}`, so that somebody merges first",
                component.label(),
                written.branch,
                written.followed
            ),
            verify: kubectl(component, format!("get {} -o jsonpath='{{.spec.git.push}}'", resource(component))),
        })
    });
    credit(proposing.collect(), "automation", ctx)
}
