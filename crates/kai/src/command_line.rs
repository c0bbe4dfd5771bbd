//! What can be typed.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use kai_assess::Settings;
use kai_core::Level;

/// A senior site reliability engineer in one binary.
///
/// Says what is solid, what is at risk and what to fix first. Needs no account, network or cluster.
#[derive(Debug, Parser)]
#[command(name = "kai", version, propagate_version = true, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Colour: auto, always or never; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured.
    // Commands get their own arguments later than this one, and list it behind them.
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true, display_order = 900)]
    pub(crate) color: When,
}

/// What to do.
///
/// Only the arguments of the command that is called are made: those of all others took a twelfth of the render of a
/// small chart. The documentation of a struct that is flattened would then stand in for the command's own, so such
/// structs are explained by plain comments.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Reviews folders, files and dumps as one system.
    ///
    /// Exit code 0: nothing at or above --fail-on. 1: something. 2: the command line is wrong.
    /// 3: there was nothing to read.
    Review(Review),
    /// Compares two reviews: what is new, worse, better and gone.
    ///
    /// Each side is a revision of the git repository around the working directory, a folder, or a
    /// file of kai.review/v1; a folder or file goes before a revision of its name. Of a revision,
    /// what lies below the working directory is read.
    ///
    /// Exit code 1: something new or worse is at or above --fail-on.
    Diff(Diff),
    /// Prints what would be applied, as `kustomize build` does.
    ///
    /// Exit code 1: Kustomize would refuse, or something that it names is not in this repository.
    Render(Render),
    /// Lists what is applied as one, in which environment, and why.
    Roots(Roots),
    /// Prints the system graph.
    Graph(Graph),
    /// Says what happens when something breaks, on paper.
    ///
    /// Scenarios: node=, zone=, region=, workload=, pod=, dependency=, drain=, rollout= (with
    /// :healthy, :never-ready or :crash-after-ready), load=2x, two-nodes, registry, dns,
    /// control-plane, certificate= and webhook=, each with a name or `*`; `zone=a + load=2x` is both at
    /// once. Without one, all of them are played. Everything else is a path. Nodes come from a dump
    /// (`kubectl get nodes,pods,pdb,pv,pvc,deploy,sts,ds,rs,hpa,quota -A -o json`), else from `cluster`
    /// in kai.yaml, else from a stand-in of three zones, on which nothing is concluded from capacity.
    Break(Break),
    /// Says what a plan or a state of Terraform would destroy, and whom that reaches.
    ///
    /// `terraform show -json FILE` prints a plan or a state as JSON; a state is also read as a
    /// backend keeps it. Values that are sensitive are never printed.
    ///
    /// Exit code 1: something is at or above --fail-on.
    Drift(Drift),
    /// Says whether an upgrade of nodes, one after the other, would come to an end.
    ///
    /// Exit code 1: it would not.
    DrainCheck(DrainCheck),
    /// Explains a rule, a finding or a component.
    ///
    /// A rule is named by its id (`pdb-blocks-drain`), a finding by its number or id in the review
    /// of the same paths, a component by kind and name (`Deployment/ledger`).
    Explain(Explain),
    /// Answers a question about the system, with the evidence of every sentence.
    ///
    /// What breaks if X fails, what X needs, who would know, how it comes back, what to fix first, the
    /// runbook of X … a question without an answer gets the list of those that there are. Needs no
    /// model and no network.
    ///
    /// With --model, a configured model looks around with tools and answers in claims; each is held against the
    /// evidence that it cites, and what is not carried by it is left out and listed.
    ///
    /// Exit code 1: the question has no answer here. With --model, 3: inconclusive. 5: the model did not come to
    /// an end, and there is no answer without it. 130: stopped.
    Ask(Ask),
    /// Talks with a model that Kai drives, a question a line.
    ///
    /// Only reads, unless `--mode ask` lets it ask before it changes a file or runs a command. It may propose a
    /// change to a cluster and can never make one. Without a configured model it answers without one, and nothing
    /// leaves this machine. Ctrl-C stops at once and loses nothing.
    Chat(Chat),
    /// Lists and exports conversations of `kai chat` and `kai ask --model`.
    #[command(subcommand)]
    Sessions(Sessions),
    #[command(hide = true)]
    Sandboxed(crate::engineer::sandbox::Sandboxed),
    /// Shows a piece of evidence in its file.
    Evidence(Evidence),
    /// Answers a coding agent that is about to run a command.
    #[command(subcommand)]
    Hook(Hook),
    /// Serves what Kai knows to clients of the Model Context Protocol.
    ///
    /// Over standard input and output, or over HTTP on this machine. Every tool only reads; the
    /// folder is fixed at the start, and what its files name in the same repository is read with it.
    /// Changed files are read anew at the next question.
    Mcp(Mcp),
    /// Writes the engineer as files that a coding agent reads.
    ///
    /// The persona and its method, commands, skills, Kai's server and the hook, as far as the agent
    /// knows such things. A file that is there and differs stops it; nothing is written then.
    Export(Export),
    /// What concerns the files of coding agents.
    #[command(subcommand)]
    Agent(Agent),
    /// Writes a first kai.yaml from what is found, and replaces none.
    Init(Init),
    /// Says what can be seen of a repository, what not, and what kai.yaml could teach.
    Doctor(Doctor),
    /// Lists the rules: what each one finds, and how bad that is where nothing is known.
    Rules(Rules),
    /// Fetches charts that are named and are not here, for later runs, which need no network.
    ///
    /// What names them: Chart.yaml (at the versions of Chart.lock), Argo CD, Flux, k3s, Kustomize,
    /// Helmfile, in templates too, and `helm_release` in what Terraform would plan. They come from repositories behind HTTP and from registries of the Open
    /// Container Initiative, are checked against their digests, and are kept in the folder that
    /// KAI_CACHE names [default: kai/charts in the user's cache]; an empty KAI_CACHE makes other
    /// commands read none. Every other command stays off the network.
    ///
    /// Where SSL_CERT_FILE names a file of certificates, those vouch for encrypted addresses, and no others do.
    ///
    /// Exit code 1: some could not be fetched.
    Vendor(Vendor),
    /// Prints completions for a shell.
    ///
    /// bash: `eval "$(kai completions bash)"`. zsh: to a file `_kai` in a folder of `$fpath`. fish:
    /// to `~/.config/fish/completions/kai.fish`.
    Completions(Completions),
    /// Prints the manual page, or writes one a command into a folder.
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Review {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(long, value_enum, default_value_t = ReviewFormat::Text)]
    pub(crate) format: ReviewFormat,
    /// Writes to a file, whole or not at all, rather than to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Exits with 1 when a finding is at or above this level. [default: `fail-on` of kai.yaml; else
    /// never, or low with --baseline]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// A review in kai.review/v1: only what is new or worse since then fails.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<Utf8PathBuf>,
    /// What a scanner found in an image, besides the reports among the files: JSON of Trivy or Grype, SARIF of
    /// Trivy, Grype or Snyk, CycloneDX. Joined with what runs the image. May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) import: Vec<Utf8PathBuf>,
    /// Shows the changes that mend findings and keep behaviour as a diff, then asks and makes them.
    #[arg(long, conflicts_with_all = ["format", "output", "baseline"])]
    pub(crate) fix: bool,
    /// With --fix: changes that alter behaviour, too.
    #[arg(long = "unsafe", requires = "fix")]
    pub(crate) with_unsafe: bool,
    /// With --fix: makes the changes without asking.
    #[arg(long, requires = "fix")]
    pub(crate) yes: bool,
    /// With --fix: only shows the changes.
    #[arg(long, requires = "fix", conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Adds the arithmetic of every finding shown and the assumptions behind the ranking.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Shows every finding, unknown and problem in full.
    #[arg(long)]
    pub(crate) all: bool,
    /// Shows findings that are allowed, with the reasons.
    #[arg(long)]
    pub(crate) show_allowed: bool,
    /// Prints where the time of the run went, part by part and rule by rule, on standard error.
    #[arg(long)]
    pub(crate) timings: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What it was: a revision, a folder, or a review in JSON.
    pub(crate) base: String,
    /// What it is now.
    #[arg(default_value = ".")]
    pub(crate) head: String,
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Writes to a file, whole or not at all, rather than to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Exits with 1 when something new or worse is at or above this level.
    #[arg(long, value_enum, default_value_t = FailOn::Never, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

// What a chart is rendered with, under the names that Helm gives them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Charts")]
pub(crate) struct ChartOptions {
    /// Files of values; the last one has the last word.
    #[arg(short = 'f', long, value_name = "FILE,…", value_delimiter = ',')]
    pub(crate) values: Vec<Utf8PathBuf>,
    /// Sets values: `a.b=1,c[0]=x`.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The same, as texts.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set_string: Vec<String>,
    /// The same, as JSON.
    #[arg(long, value_name = "KEY=JSON")]
    pub(crate) set_json: Vec<String>,
    /// Sets values to the content of files: `a.b=notes.txt,c=more.txt`.
    #[arg(long, value_name = "KEY=FILE")]
    pub(crate) set_file: Vec<String>,
    /// Sets one value to all that follows the first `=`.
    #[arg(long, value_name = "KEY=TEXT")]
    pub(crate) set_literal: Vec<String>,
    /// The name of the release.
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub(crate) release: String,
    /// A template for the name of the release.
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "release")]
    pub(crate) name_template: Option<String>,
    /// Its namespace.
    #[arg(short = 'n', long, value_name = "NAMESPACE", default_value = "default")]
    pub(crate) namespace: String,
    /// The version of Kubernetes that the chart sees.
    #[arg(long, value_name = "VERSION", default_value = "1.33.0")]
    pub(crate) kube_version: String,
    /// Group versions, or kinds below one, that the cluster knows besides Kubernetes' own.
    #[arg(short = 'a', long, value_name = "API,…", value_delimiter = ',')]
    pub(crate) api_versions: Vec<String>,
    /// Prints the definitions of the folder `crds` too.
    #[arg(long)]
    pub(crate) include_crds: bool,
    /// Leaves hooks out.
    #[arg(long)]
    pub(crate) no_hooks: bool,
    /// Leaves those hooks out that are tests.
    #[arg(long)]
    pub(crate) skip_tests: bool,
    /// Does not ask the schemas of charts about their values.
    #[arg(long)]
    pub(crate) skip_schema_validation: bool,
    /// Sets `.Release.IsUpgrade` rather than `.Release.IsInstall`.
    #[arg(long)]
    pub(crate) is_upgrade: bool,
    /// Prints only what this template writes, relative to the chart; several in this order.
    #[arg(short = 's', long, value_name = "TEMPLATE")]
    pub(crate) show_only: Vec<String>,
}

// What a configuration is planned with, under the names that Terraform gives them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Terraform")]
pub(crate) struct ConfigurationOptions {
    /// A file that gives variables their values; the last one has the last word.
    #[arg(long, value_name = "FILE")]
    pub(crate) var_file: Vec<Utf8PathBuf>,
    /// The value of a variable, which has the last word over files.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) var: Vec<String>,
    /// The state before the plan, version 4.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// A folder with a kustomization file, a Helm chart or a Terraform configuration, or a packed
    /// chart.
    #[arg(value_name = "DIR|ARCHIVE")]
    pub(crate) folder: Utf8PathBuf,
    #[command(flatten)]
    pub(crate) chart: Box<ChartOptions>,
    #[command(flatten)]
    pub(crate) configuration: ConfigurationOptions,
    /// How a Terraform configuration is printed.
    #[arg(long, value_enum, default_value_t = RenderFormat::Text)]
    pub(crate) format: RenderFormat,
    /// Follows every value back to the lines that made it.
    #[arg(long)]
    pub(crate) origins: bool,
    /// Prints the values of Secrets, which are masked otherwise.
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Roots {
    #[command(flatten)]
    pub(crate) input: Input,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    pub(crate) format: GraphFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Break {
    /// What breaks, and folders, files or `-` for a dump on standard input.
    #[arg(value_name = "SCENARIO|PATH")]
    pub(crate) asked: Vec<String>,
    #[command(flatten)]
    pub(crate) place: ClusterPlace,
    #[arg(long, value_enum, default_value_t = BreakFormat::Text)]
    pub(crate) format: BreakFormat,
    /// Writes to a file, whole or not at all, rather than to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DrainCheck {
    /// Nodes in their order, and folders, files or `-` for a dump on standard input. [default: every
    /// node]
    #[arg(value_name = "NODE|PATH")]
    pub(crate) asked: Vec<String>,
    #[command(flatten)]
    pub(crate) place: ClusterPlace,
}

// Where a cluster is read from.
#[derive(Debug, Args)]
pub(crate) struct ClusterPlace {
    /// Plays this root of `kai roots`. [default: those of production that can run side by side]
    #[arg(long, value_name = "PATH")]
    pub(crate) root: Option<String>,
    /// What the team says of the system. [default: as for `kai review`]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Args)]
pub(crate) struct Drift {
    #[command(flatten)]
    pub(crate) given: GivenRecord,
    #[command(flatten)]
    pub(crate) input: Input,
    /// The root that the document belongs to. [default: the one that declares most of its objects]
    #[arg(long, value_name = "PATH")]
    pub(crate) root: Option<String>,
    #[arg(long, value_enum, default_value_t = DriftFormat::Text)]
    pub(crate) format: DriftFormat,
    /// Writes to a file, whole or not at all, rather than to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Exits with 1 when a change is at or above this level.
    #[arg(long, value_enum, default_value_t = FailOn::Never, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// Shows every change in full.
    #[arg(long)]
    pub(crate) all: bool,
}

// A document of Terraform.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct GivenRecord {
    /// A plan as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<Utf8PathBuf>,
    /// A state.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A rule, a finding or a component.
    #[arg(value_name = "RULE|FINDING|COMPONENT")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) input: Input,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// In words; components by their names.
    pub(crate) question: String,
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(long, value_enum, default_value_t = AskFormat::Text)]
    pub(crate) format: AskFormat,
    /// Prints one JSON object an event, with --model.
    #[arg(long, requires = "model", conflicts_with = "format")]
    pub(crate) jsonl: bool,
    #[command(flatten)]
    pub(crate) engineering: Engineering,
}

#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// The folder that is talked about.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: Utf8PathBuf,
    /// Prints one JSON object an event.
    #[arg(long)]
    pub(crate) jsonl: bool,
    #[command(flatten)]
    pub(crate) engineering: Engineering,
}

/// What stands behind `--model` is its name, so a question there would not be asked.
fn model_name(text: &str) -> Result<String, String> {
    match text.contains(char::is_whitespace) || text.ends_with('?') {
        false => Ok(text.to_owned()),
        true => Err("it is no name of a model; a question stands before `--model`, or behind \
                     `--model=NAME`"
            .to_owned()),
    }
}

// How the engineer with a model works.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct Engineering {
    /// A model of the user's models.toml; without a name, the one that is used there.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", value_parser = model_name)]
    pub(crate) model: Option<String>,
    /// What may happen: `plan` only reads, `ask` asks before it changes something.
    #[arg(long, value_enum, default_value_t = ModeName::Plan)]
    pub(crate) mode: ModeName,
    /// Never lets these calls of a tool happen: `Bash`, `Bash(git *)`.
    #[arg(long, value_name = "RULE")]
    pub(crate) deny: Vec<kai_agent::permit::Rule>,
    /// Lets pages of this host be fetched.
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    /// Where to search the web: an `https` address with `{query}` in it.
    #[arg(long, value_name = "URL")]
    pub(crate) search: Option<String>,
    /// Calls of the model for one question. [default: 30]
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_steps: Option<u32>,
    /// Tokens for one question. [default: 400000]
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_tokens: Option<u64>,
    /// US dollars for one question.
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub(crate) max_usd: Option<f64>,
    /// Seconds for one question. [default: 600]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_seconds: Option<u64>,
    /// Goes on with a conversation of `kai sessions list`.
    #[arg(long, value_name = "ID")]
    pub(crate) resume: Option<String>,
    /// Does not keep the conversation.
    #[arg(long, conflicts_with = "resume")]
    pub(crate) no_session: bool,
    /// Prints exactly what would be sent, and sends nothing.
    #[arg(long)]
    pub(crate) show_outbound: bool,
}

fn dollars(text: &str) -> Result<f64, String> {
    let amount = text.parse::<f64>().ok().filter(|it| it.is_finite() && *it >= 0.0);
    amount.ok_or_else(|| "it is an amount of dollars, 0 or more".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeName {
    Plan,
    Ask,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// One line each, the newest first.
    List,
    /// Writes one as Markdown.
    Export(SessionExport),
}

#[derive(Debug, Args)]
pub(crate) struct SessionExport {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Writes to a file, whole or not at all, rather than to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Evidence {
    /// As an answer prints it: `E-…`.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) input: Input,
}

#[derive(Debug, Args)]
pub(crate) struct Mcp {
    /// The folder that is read.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: Utf8PathBuf,
    /// Serves HTTP at this address of this machine, path /mcp.
    #[arg(long, value_name = "127.0.0.1:PORT")]
    pub(crate) http: Option<std::net::SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Who reads the files.
    #[arg(value_enum)]
    pub(crate) bundle: Bundle,
    /// The folder that gets them; made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) folder: Utf8PathBuf,
    /// Replaces files that are there and differ.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bundle {
    /// A plugin of Claude Code: agent, commands, skills, hook and server
    ClaudePlugin,
    /// The agent of Claude Code alone, for a repository
    ClaudeAgent,
    /// Rules, commands and server of Cursor
    Cursor,
    /// AGENTS.md, skills, hook and server of Codex
    Codex,
    /// One AGENTS.md, which most agents read
    AgentsMd,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// Says what is wrong with agents, commands, skills, hooks and manifests, by line.
    ///
    /// Exit code 1: something is.
    Lint(Lint),
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files, or folders whose files of agents are read.
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) paths: Vec<Utf8PathBuf>,
}

/// Which event of the agent.
#[derive(Debug, Subcommand)]
pub(crate) enum Hook {
    /// Reads the tool that is about to run as JSON, and says ask or deny with what depends on it.
    ///
    /// What only reads gets no decision, so the rules of the user stand. Always answers JSON and
    /// exits with 0.
    Pretooluse(Pretooluse),
}

#[derive(Debug, Args)]
pub(crate) struct Pretooluse {
    /// The folder that is read. [default: the repository around the folder where the agent stands]
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<Utf8PathBuf>,
    /// Milliseconds for reading; where they are not enough, the command alone decides.
    #[arg(long, value_name = "MS", default_value_t = 80)]
    pub(crate) within: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder that is read, and that gets the file.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: Utf8PathBuf,
    /// Replaces a kai.yaml that is there.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) input: Input,
}

#[derive(Debug, Args)]
pub(crate) struct Vendor {
    /// The folder that is read.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: Utf8PathBuf,
    /// Where charts are kept, rather than where KAI_CACHE says.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    #[arg(long, value_enum, default_value_t = RulesFormat::Text)]
    pub(crate) format: RulesFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Where to write `kai.1` and the pages of the commands; made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<Utf8PathBuf>,
}

// What is read.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Folders, files, or `-` for a dump on standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// What the team says of the system. [default: kai.yaml in the folder that is read, or the
    /// nearest above it in its repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

// Which files of a folder are read.
#[derive(Debug, Args, Clone, Copy)]
pub(crate) struct Listing {
    /// Reads hidden files and folders too.
    #[arg(long)]
    pub(crate) hidden: bool,
    /// Reads files that git ignores too.
    #[arg(long)]
    pub(crate) no_ignore: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderFormat {
    Text,
    /// kai.render/v1
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    Text,
    /// kai.review/v1
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for CI servers; what is below --fail-on is skipped
    Junit,
    /// Annotations, as a workflow of GitHub Actions prints them
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// A comment on a pull request
    Markdown,
    /// One file for a browser, with the map and every arithmetic
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    /// kai.diff/v1
    Json,
    /// A comment on a pull request
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftFormat {
    Text,
    /// kai.drift/v1
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    Text,
    Mermaid,
    Dot,
    /// kai.graph/v1
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskFormat {
    Text,
    /// kai.ask/v1
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BreakFormat {
    /// One screen of the worst; the whole story of one scenario
    Text,
    /// kai.break/v1
    Json,
    /// A matrix of components and failures
    Markdown,
    /// The blast radius of the worst
    Mermaid,
    /// The same as a picture
    Svg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    Text,
    /// kai.rules/v1
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Never,
}

impl Review {
    /// Who keeps a baseline wants to hear of whatever comes after it.
    pub(crate) fn threshold(&self, settings: &Settings) -> FailOn {
        let usual = if self.baseline.is_some() { FailOn::Low } else { FailOn::Never };
        self.fail_on.or(settings.fail_on.map(FailOn::from)).unwrap_or(usual)
    }
}

impl From<kai_settings::FailOn> for FailOn {
    fn from(declared: kai_settings::FailOn) -> Self {
        match declared {
            kai_settings::FailOn::Critical => Self::Critical,
            kai_settings::FailOn::High => Self::High,
            kai_settings::FailOn::Medium => Self::Medium,
            kai_settings::FailOn::Low => Self::Low,
            kai_settings::FailOn::Never => Self::Never,
        }
    }
}

impl FailOn {
    /// True when a finding of this level makes the run fail.
    pub(crate) fn includes(self, level: Level) -> bool {
        let threshold = match self {
            Self::Critical => Level::Critical,
            Self::High => Level::High,
            Self::Medium => Level::Medium,
            Self::Low => Level::Low,
            Self::Never => return false,
        };
        // The worst level comes first.
        level <= threshold
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use clap::error::ErrorKind;

    use super::CommandLine;

    const PAGES: [(&str, &str); 7] = [
        ("README.md", include_str!("../../../README.md")),
        ("ARCHITECTURE.md", include_str!("../../../ARCHITECTURE.md")),
        ("docs/agents.md", include_str!("../../../docs/agents.md")),
        ("docs/ci.md", include_str!("../../../docs/ci.md")),
        ("docs/kai-yaml.md", include_str!("../../../docs/kai-yaml.md")),
        ("docs/models.md", include_str!("../../../docs/models.md")),
        ("docs/release.md", include_str!("../../../docs/release.md")),
    ];

    /// Words of the command that stands at the start of the text, if it is Kai's.
    fn words(text: &str) -> Option<Vec<String>> {
        let text = text.trim().trim_start_matches("$ ");
        if !text.starts_with("kai ") {
            return None;
        }
        // Quoted words hold spaces; a pipe, a comment and another command end it.
        let mut words: Vec<String> = Vec::new();
        for (index, part) in text.split('"').enumerate() {
            if index % 2 == 1 {
                words.push(part.to_owned());
                continue;
            }
            let end = part.find(['|', '#', ';', '>', '\\', '&']);
            words.extend(part[..end.unwrap_or(part.len())].split_whitespace().map(str::to_owned));
            if end.is_some() {
                break;
            }
        }
        words.retain(|it| !it.contains('…'));
        Some(words)
    }

    /// True where it only lacks something: a command may be named without all that it takes.
    fn is_short(error: &clap::Error) -> bool {
        match error.kind() {
            ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelp
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::DisplayVersion => true,
            ErrorKind::InvalidValue => error.to_string().contains("none was supplied"),
            _ => false,
        }
    }

    #[test]
    fn every_command_of_the_documentation_is_understood() {
        let mut count = 0;
        let mut misunderstood = Vec::new();
        for (page, text) in PAGES {
            for line in text.lines() {
                let inline = line.split('`').skip(1).step_by(2);
                for words in inline.chain([line]).filter_map(words) {
                    count += 1;
                    let Err(error) = CommandLine::try_parse_from(&words) else { continue };
                    if !is_short(&error) {
                        misunderstood.push(format!("{page}: `{}`: {error}", words.join(" ")));
                    }
                }
            }
        }
        assert_eq!(misunderstood, Vec::<String>::new());
        assert!(count > 40, "{count} commands were found");
    }
}
