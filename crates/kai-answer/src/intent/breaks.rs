//! What breaks if a component fails.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Step};
use crate::case::Case;
use crate::incident;
use crate::part;
use crate::question::deed;

pub(super) const INTENT: Intent = Intent {
    id: "breaks",
    example: "what breaks if X fails?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "what|what's|whats|which|who|anything|everything|users|customers fail*|break*|stop*|die|dies|crash*|down|lose|lost|losing|gone|away|outage|unavailable|disappear*|kill*|affected|suffer* if|when|without|after|once",
        "what|who|which|how affect*|impact*|hit|hurt|suffer* fail*|break*|stop*|die|dies|crash*|down|loss|losing|lost|outage|by|if|when",
        "safe|safely|ok|okay|fine|can|could|may|should|if|when|happen* delete*|remove*|kill*|uninstall* X",
        "scale*|scaling X 0|zero|nothing",
        "blast radius|area",
        "impact|effect|consequence*|damage|fallout of|from|if|when",
        "happen*|then if|when|after fail*|fall*|break*|stop*|die|dies|crash*|down|loss|lose|losing|lost|gone|unavailable|kill*|restart*",
        "can|could|do|does|would|will we|users|customers|it|system|everything live|survive*|work|run|cope without|losing|if",
        ">what|who|which|anything|anybody depends|depend|relies|rely|needs|need|requires|require|calls|call|uses|use X",
        ">what|who|which|anything|anybody depends|depend|relies|rely on|upon X",
        ">what|who|which|everything|anything goes|go|stops|dies|fails down|with|too X",
        "dependants|dependents|consumers|callers|downstream|upstream of|for",
        "how|is bad|wide|serious|severe|critical|important X",
        "how far fail*|outage|loss|spread*|reach* X",
        "take* down|out|with",
        "X fail*|down|crash*|dies|outage|unavailable|gone effect|impact|consequence*|then|so|spread*",
    ],
    answer: breaks,
};

fn breaks(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let radius = part::radius(case, id);
    let deed = deed(asked.tokens, &case.component(id).name);
    let leave = deed.and_then(|it| part::leave(case, id, it));
    let before = leave.as_ref().and_then(|_| part::copied_out(case, id));
    let sections = vec![
        Section::new(Step::BlastRadius, radius.statements(case)),
        Section::new(Step::CurrentState, part::state(case, id, 3)),
        Section::new(Step::Observability, part::observability(case, id)),
        Section::new(Step::Recovery, part::recovery(case, id, 2, |_| true)),
        Section::document("Before you press the button", before.into_iter().collect()),
        Section::new(Step::Priority, part::priority(case, id, 2)).numbered(),
    ];
    let incident = incident::of_component(case, id);
    let others = asked.others.iter().map(|it| part::radius(case, *it).direct(case));
    let direct = leave.into_iter().chain([radius.direct(case)]).chain(others).collect();
    Ok(answer(direct, sections, incident))
}
