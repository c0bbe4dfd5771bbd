//! Files of steps that a build service runs: who starts them, as whom, and what they change.

use kai_core::{Environment, Known, OriginId, SmolStr};

use crate::ImageName;

#[derive(Debug, Clone)]
pub struct Pipeline {
    pub service: BuildService,
    pub triggers: Vec<Trigger>,
    pub jobs: Vec<Job>,
    /// Where it says that a second run waits for the first, or takes its place.
    pub concurrency: Option<OriginId>,
    /// True where jobs, steps or includes of it are not here.
    pub has_unread: bool,
    /// Images that it builds and pushes.
    pub builds: Vec<BuiltImage>,
    /// Parts of it that others publish, where they are included as a whole.
    pub includes: Vec<Action>,
    /// The service account of a cluster as which it runs.
    pub account: Known<SmolStr>,
    /// A file of tests in its repository, where no other build service is set up there.
    pub tested_by: Option<SmolStr>,
    /// The mapping that it is written as.
    pub written: OriginId,
}

/// An image that is built and pushed.
#[derive(Debug, Clone)]
pub struct BuiltImage {
    pub name: ImageName,
    /// The file that says how, from the top of the tree; none where that is not known.
    pub file: Option<SmolStr>,
    /// The stage of that file that it is; none for the last one.
    pub stage: Option<SmolStr>,
    /// What names the image.
    pub origin: OriginId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildService {
    GithubActions,
    CloudBuild,
    GitlabCi,
    ArgoWorkflows,
    Skaffold,
}

/// One kind of event that starts a run.
#[derive(Debug, Clone)]
pub struct Trigger {
    pub event: Event,
    /// As the service calls it.
    pub name: SmolStr,
    pub origin: OriginId,
    /// True where a version that somebody publishes starts it: a tag, a release.
    pub is_of_version: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Somebody who may write pushed.
    Push,
    /// Anybody proposes a change; runs of forks get no secrets.
    Proposal,
    /// Anybody proposes a change, and the run gets the secrets and a token that writes.
    TrustedProposal,
    /// Anybody writes an issue, a comment or a review.
    Comment,
    /// Another run has ended, whoever started it.
    AfterRun,
    Schedule,
    /// By hand, or by a program that may.
    Manual,
    /// By another pipeline.
    Called,
    Other,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub name: SmolStr,
    pub origin: OriginId,
    /// The mapping that it is written as.
    pub written: OriginId,
    /// Jobs that end well before it starts.
    pub needs: Vec<SmolStr>,
    /// What must allow it, where reviewers may be asked for.
    pub environment: Option<(SmolStr, OriginId)>,
    /// What its token may write; not known where nothing says it, because a setting decides.
    pub writes: Known<Vec<SmolStr>>,
    /// Secrets that all of its steps get.
    pub secrets: Vec<(SmolStr, OriginId)>,
    pub concurrency: Option<OriginId>,
    /// What starts it, where that is said job by job; none where whatever starts the pipeline does. One that
    /// waits for somebody's yes is started by hand.
    pub triggers: Vec<Trigger>,
    /// What makes a push to whatever branch surely start it, where it does the same for each of them.
    pub any_branch: Option<OriginId>,
    /// Where it says which environment it changes.
    pub acts_in: Option<Environment>,
    /// The places for each of which it runs, all at the same time.
    pub places: Option<Places>,
    /// The condition under which it runs, as written.
    pub condition: SmolStr,
    pub steps: Vec<Step>,
}

/// Clusters, regions or the like, for each of which a job runs.
#[derive(Debug, Clone)]
pub struct Places {
    /// As the job calls them: `region`.
    pub key: SmolStr,
    pub values: Vec<SmolStr>,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub name: SmolStr,
    pub origin: OriginId,
    /// Somebody's action, or the image that the commands run in.
    pub action: Option<Action>,
    pub acts: Vec<Act>,
    /// Secrets that it gets by itself.
    pub secrets: Vec<(SmolStr, OriginId)>,
    /// Its script, where a shell of Unix surely reads it and the step may be given variables.
    pub script: Option<StepScript>,
    /// Texts of strangers that are pasted into a script before it runs.
    pub pasted: Vec<(SmolStr, OriginId)>,
    /// Where it takes the code of whoever proposes a change.
    pub strange_code: Option<OriginId>,
    /// True where it runs code of the repository: a script, a build, a local action.
    pub runs_code: bool,
    /// What makes its failure not count, and where: `continue-on-error`.
    pub forgives: Option<(SmolStr, OriginId)>,
}

/// A script, and where what it is handed is written.
#[derive(Debug, Clone, Copy)]
pub struct StepScript {
    pub origin: OriginId,
    /// The mapping that the step is written as.
    pub step: OriginId,
    /// The mapping of the step's own variables, if it has one.
    pub variables: Option<OriginId>,
}

/// An action or image that others publish.
#[derive(Debug, Clone)]
pub struct Action {
    pub name: SmolStr,
    /// A tag, branch or commit.
    pub revision: SmolStr,
    pub origin: OriginId,
}

/// Something that a step does, as far as its commands say.
#[derive(Debug, Clone)]
pub struct Act {
    pub kind: ActKind,
    /// The command in a few words: `helm upgrade`.
    pub what: SmolStr,
    pub origin: OriginId,
    /// Where a failure of it is dropped, and how: `|| true`.
    pub dropped: Option<(SmolStr, OriginId)>,
    /// What it makes or takes away, as far as its command says.
    pub target: Option<ActTarget>,
}

/// A release in a namespace, or all that stands in a namespace or comes from a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActTarget {
    /// Empty for all in the place.
    pub name: SmolStr,
    pub place: SmolStr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    Test,
    /// Shows what an apply would do.
    Plan,
    /// Changes infrastructure, after somebody said yes to what it shows.
    Apply,
    /// Changes infrastructure, and nobody is asked.
    ApplyUnasked,
    /// Puts a version in front of users.
    Deploy,
    /// Tells another service by HTTP, and does not look at its answer.
    CallUnchecked,
    /// Runs what an address answers with.
    RunFetched,
    /// Makes a cluster that is thrown away.
    Playground,
    /// Takes a release or a namespace away.
    Remove,
}

impl Pipeline {
    /// Every step with its job, in the order of the text.
    pub fn steps(&self) -> impl Iterator<Item = (&Job, &Step)> {
        self.jobs.iter().flat_map(|job| job.steps.iter().map(move |step| (job, step)))
    }

    /// The first trigger of one of the kinds.
    #[must_use]
    pub fn started_by(&self, events: &[Event]) -> Option<&Trigger> {
        self.triggers.iter().find(|it| events.contains(&it.event))
    }

    /// The first trigger of one of the kinds that starts a job of it.
    #[must_use]
    pub fn starts<'a>(&'a self, job: &'a Job, events: &[Event]) -> Option<&'a Trigger> {
        self.triggers_of(job).iter().find(|it| events.contains(&it.event))
    }

    /// A job and all that must have run before it, nearest first; each once, even where they wait for each
    /// other.
    #[must_use]
    pub fn up_to<'a>(&'a self, job: &'a Job) -> Vec<&'a Job> {
        let mut jobs = vec![job];
        let mut at = 0;
        while let Some(&later) = jobs.get(at) {
            for needed in self.jobs.iter().filter(|it| later.needs.contains(&it.name)) {
                if !jobs.iter().any(|it| it.name == needed.name) {
                    jobs.push(needed);
                }
            }
            at += 1;
        }
        jobs
    }

    /// What starts a job of it.
    #[must_use]
    pub fn triggers_of<'a>(&'a self, job: &'a Job) -> &'a [Trigger] {
        if job.triggers.is_empty() { &self.triggers } else { &job.triggers }
    }
}

impl Job {
    /// What it does to a cluster or to infrastructure that lives longer than the run.
    pub fn changes(&self) -> impl Iterator<Item = (&Step, &Act)> {
        let acts = || self.steps.iter().flat_map(|step| step.acts.iter().map(move |it| (step, it)));
        let is_kept = !self.is_test()
            && !self.undoes_itself()
            && acts().all(|(_, it)| it.kind != ActKind::Playground);
        acts().filter(move |(_, it)| it.kind.is_change() && is_kept)
    }

    /// True where it takes away all that it has made before. What it deploys goes with the infrastructure that
    /// it makes.
    fn undoes_itself(&self) -> bool {
        let acts: Vec<&Act> = self.steps.iter().flat_map(|it| &it.acts).collect();
        let is_undone =
            |at: usize| acts[at + 1..].iter().any(|it| it.removes() && it.is_of_all_of(acts[at]));
        let makes = |it: &Act| it.kind.is_change() && !it.removes();
        let (deployed, built): (Vec<usize>, Vec<usize>) = (0..acts.len())
            .filter(|at| makes(acts[*at]))
            .partition(|at| acts[*at].kind == ActKind::Deploy);
        let are_undone = |all: &[usize]| !all.is_empty() && all.iter().all(|it| is_undone(*it));
        match built[..] {
            [] => are_undone(&deployed),
            _ => are_undone(&built),
        }
    }

    /// True where its name says that what it deploys is there to be tested.
    fn is_test(&self) -> bool {
        let mut words = self.name.split(|it: char| !it.is_ascii_alphanumeric());
        words.any(|it| matches!(it, "e2e" | "integration" | "test" | "tests"))
    }

    /// True where its token may write, or it holds a secret, as far as is written.
    #[must_use]
    pub fn has_power(&self) -> bool {
        self.writes.value().is_some_and(|it| !it.is_empty())
            || !self.secrets.is_empty()
            || self.steps.iter().any(|it| !it.secrets.is_empty())
    }
}

impl Act {
    fn removes(&self) -> bool {
        self.kind == ActKind::Remove || self.what.ends_with(" destroy")
    }

    fn is_of_all_of(&self, made: &Self) -> bool {
        let (Some(own), Some(made)) = (&self.target, &made.target) else { return false };
        own.place == made.place && (own.name.is_empty() || own.name == made.name)
    }
}

impl ActKind {
    #[must_use]
    pub fn is_change(self) -> bool {
        matches!(self, Self::Apply | Self::ApplyUnasked | Self::Deploy)
    }
}

impl BuildService {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GithubActions => "GitHub Actions",
            Self::CloudBuild => "Cloud Build",
            Self::GitlabCi => "GitLab CI",
            Self::ArgoWorkflows => "Argo Workflows",
            Self::Skaffold => "Skaffold",
        }
    }
}
