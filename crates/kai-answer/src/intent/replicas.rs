//! How many of it run.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;

pub(super) const INTENT: Intent = Intent {
    id: "replicas",
    example: "how many copies of X run?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "how many copies|copy|replicas|pods|instances X",
        "number|count copies|replica|replicas|pods|instances|running X",
        "count copies|replica|replicas|pods|pod|instances X of|what|for",
    ],
    answer: replicas,
};

fn replicas(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let label = case.label(id);
    let direct = match part::replicas(case, id) {
        Some(it) => {
            let rest = it.text.strip_prefix("It ").unwrap_or(&it.text).to_owned();
            Statement { text: format!("`{label}` {rest}"), ..it }
        }
        None => Statement::new(
            format!("I cannot say: nothing that I read says how many there are of `{label}`."),
            vec![case.absence(label, "no count of it", case.scope())],
        ),
    };
    let radius = Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]);
    Ok(answer(vec![direct], vec![radius], None))
}
