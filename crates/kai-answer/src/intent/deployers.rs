//! Who can deploy it: controllers, pipelines, accounts of the cluster; and what stands in front of them.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::{and, count};

/// More ways, accounts or pipelines are only counted.
const SHOWN: usize = 6;

pub(super) const INTENT: Intent = Intent {
    id: "deployers",
    example: "who can deploy X?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        ">who|whoever|anyone|anybody|somebody can|may|could|is|has|must deploy*|release*|ship*|push*|redeploy|promote|change|modify",
        ">who|anyone|anybody can|may|could deploy|release|ship|push|change|modify X|production|prod",
        ">who|anyone|anybody can|may|could deploy|release|ship|push version*|commit*|image* X|production|prod",
        ">who is|has allowed|able|permitted|rights|permission* deploy*|release*|ship*|change*|push*",
        ">what|which|who deploys|delivers|releases|ships X|this|it|production|prod",
        ">which pipeline*|workflow*|job*|controller* deploy*|deliver*|release*|ship*|appl* X|production|prod",
        ">pull|merge request* deploy*|reach*|release*|change* X|production|prod",
        ">how change*|commit*|merge reach*|get|gets|come|comes|arrive* X|production|prod",
        ">who|what must|has|should|needs approve*|approval|sign deploy*|release*|rollout*|change*",
        "who deployers|deployer|releasers",
    ],
    answer: deployers,
};

fn deployers(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let subject = asked.subject;
    let name =
        subject.map_or_else(|| "production".to_owned(), |it| format!("`{}`", case.label(it)));
    let controllers = part::by_controllers(case, subject);
    let (built, maybe_built) = part::by_pipelines(case, subject);
    let (promoted, maybe_promoted) = part::by_promotions(case, subject);
    let possible = [maybe_built, maybe_promoted].concat();
    let accounts = part::by_accounts(case, subject);
    let ways = [controllers, built, promoted].concat();
    let so_called = part::by_their_names(case);
    let direct = match (&ways[..], &possible[..]) {
        ([], []) if !so_called.is_empty() => Statement::new(
            format!(
                "I know no command here that deploys {name}; {} a deployment and {} nothing that I know as one.",
                match so_called.len() {
                    1 => "1 pipeline calls itself".to_owned(),
                    many => format!("{many} pipelines call themselves"),
                },
                if so_called.len() == 1 { "runs" } else { "run" },
            ),
            so_called.iter().flat_map(|it| it.evidence.clone()).take(2).collect(),
        ),
        ([], []) => Statement::new(
            format!(
                "Nothing that I read deploys {name}: no controller for it is declared here, and no pipeline runs what I know \
                 as a deployment."
            ),
            vec![case.absence(
                name.trim_matches('`'),
                "no controller and no pipeline that deploys it",
                case.scope(),
            )],
        ),
        ([], possible) => Statement::new(
            format!(
                "Nothing that I read says that it deploys {name}; {} something.",
                match possible.len() {
                    1 => "1 pipeline deploys".to_owned(),
                    many => format!("{many} pipelines deploy"),
                }
            ),
            possible.iter().flat_map(|it| it.evidence.clone()).take(2).collect(),
        ),
        (ways, _) => Statement::new(
            format!("{} to {name}. {}", leads(ways.len()), ways[0].text),
            ways[0].evidence.clone(),
        ),
    };
    let more = ways.into_iter().skip(1).take(SHOWN).collect();
    let sections = vec![
        Section::document("Who else, and how", more),
        Section::document(
            "Other pipelines, of which nothing says that they deploy it",
            shown(possible),
        ),
        Section::document("What calls itself a deployment", shown(so_called)),
        Section::document("What pull requests start", shown(part::by_proposals(case))),
        Section::document("Who may change it in the cluster", accounts),
        Section::new(Step::Unknown, vec![settings_elsewhere(case)]),
    ];
    Ok(answer(vec![direct], sections, None))
}

fn leads(ways: usize) -> String {
    match ways {
        1 => "One way that I read leads".to_owned(),
        many => format!("{} that I read lead", count(many, "way")),
    }
}

fn shown(mut statements: Vec<Statement>) -> Vec<Statement> {
    statements.truncate(SHOWN);
    statements
}

fn settings_elsewhere(case: Case<'_>) -> Statement {
    let parts = [
        "who may push to a branch and what protects it",
        "which environments ask reviewers",
        "who may sync in the controller's own interface",
        "who may push images to the registry",
        "who holds credentials of the cluster",
    ]
    .map(str::to_owned);
    let absence = case.absence(
        "",
        "no branch protection, no environment's reviewers, no members",
        case.scope(),
    );
    Statement::new(format!("Not declared here: {}.", and(&parts)), vec![absence])
}
