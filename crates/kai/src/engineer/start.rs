//! From a command line to an engineer who can be asked.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::engineer::{Budget, Ending, Engineer, Outcome, Setup, Step, system};
use kai_agent::model::{Cancel, Model as _};
use kai_agent::permit::{Mode, Policy};
use kai_agent::session::{Entry, Kept, kept, read};
use kai_agent::verify::Shown;
use kai_answer::Reply;
use kai_connect::{Configuration, Connection};
use kai_report::terminal::Options;
use serde_json::json;

use super::drive::{Driver, Seen, drive};
use super::journal::{self, Journal};
use super::said;
use super::tools::{Question, Toolbox, writers};
use crate::command_line::{Engineering, ModeName};
use crate::commands::mcp::{Index, sealed};
use crate::error::Error;
use crate::terminal;

/// How long one answer of a model may be, in tokens.
const OUTPUT_MAX: u32 = 8_000;
/// How often a wish to stop is looked for.
const GLANCE: Duration = Duration::from_millis(20);

/// The model that is configured under this name, or the one to use where none is named.
pub(crate) fn connection(name: Option<&str>) -> Result<Option<Connection>, Error> {
    let failed = |source| Error::Model { source };
    let Some(path) = Configuration::path(|it| std::env::var(it).ok()) else { return Ok(None) };
    let configuration = Configuration::read(&path).map_err(failed)?;
    let provider = configuration.provider(&path, name).map_err(failed)?;
    Ok(provider.cloned().map(Connection::new))
}

/// Names of all components, so that a claim about another one is noticed.
pub(crate) fn names(index: &Index) -> BTreeSet<String> {
    index.now().map_or_else(
        |_| BTreeSet::new(),
        |it| it.run.reviewed.system.components().iter().map(|it| it.name.to_string()).collect(),
    )
}

/// How a conversation is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    /// One object an answer.
    Json,
    /// One object an event.
    Lines,
}

/// What a run of questions needs.
pub(crate) struct Session<'a> {
    index: &'a Index,
    toolbox: &'a Toolbox<'a>,
    connection: &'a Connection,
    cancel: Cancel,
    engineer: Engineer,
    journal: Option<Journal>,
    form: Form,
    options: Options,
}

/// Opens a folder and works in it: `work` is given an engineer who can be asked. Ctrl-C stops the question that
/// is being worked on; a second one stops the program.
pub(crate) fn with_session(
    options: &Engineering,
    folder: &Utf8Path,
    connection: &Connection,
    form: Form,
    work: impl FnOnce(&mut Session<'_>) -> Result<ExitCode, Error>,
) -> Result<ExitCode, Error> {
    let kept = resumed(options)?;
    let opened = |source| Error::OpenPath { path: folder.to_owned(), source };
    let folder = folder.canonicalize_utf8().map_err(opened)?;
    if let Some((path, kept)) = &kept {
        is_about(path, &kept.root, &folder)?;
    }
    let index = Index::open(&folder)?;
    let cancel = Cancel::new();
    listen(&cancel);
    let approve = |question: &Question<'_>| approved(question, &cancel);
    let is_asked = form == Form::Text && std::io::stdin().is_terminal();
    let policy = Policy {
        mode: if options.mode == ModeName::Ask { Mode::Ask } else { Mode::Plan },
        deny: options.deny.clone(),
        hosts: options.allow_host.clone(),
        has_seen_secret: false,
    };
    let toolbox = Toolbox::open(
        &index,
        &folder,
        policy,
        options.search.clone(),
        is_asked.then_some(&approve),
    )
    .map_err(opened)?;
    let setup = Setup {
        system: system(),
        tools: toolbox.tools(),
        writers: writers(),
        budget: budget(options),
        price: connection.price(),
        window: connection.window(),
        output_max: OUTPUT_MAX,
    };
    let toolbox = toolbox.with_helper(setup.clone());
    let mut shown = Shown::new(names(&index));
    kept.as_ref().into_iter().flat_map(|it| &it.1.evidence).for_each(|it| shown.add(it.clone()));
    let messages = kept.as_ref().map(|it| it.1.messages.clone()).unwrap_or_default();
    let engineer = Engineer::resume(setup, shown, messages);
    let path = kept.as_ref().map(|it| it.0.as_path());
    let journal = journal(options, path, &engineer, &folder, connection)?;
    let mut session = Session {
        index: &index,
        toolbox: &toolbox,
        connection,
        cancel: cancel.clone(),
        engineer,
        journal,
        form,
        options: Options { width: terminal::width(), ..Options::default() },
    };
    work(&mut session)
}

fn budget(options: &Engineering) -> Budget {
    let usual = Budget::default();
    Budget {
        steps: options.max_steps.unwrap_or(usual.steps),
        tokens: options.max_tokens.unwrap_or(usual.tokens),
        dollars: options.max_usd,
        time: options.max_seconds.map_or(usual.time, Duration::from_secs),
    }
}

/// The conversation that is to go on, and its file.
fn resumed(options: &Engineering) -> Result<Option<(Utf8PathBuf, Kept)>, Error> {
    let Some(id) = &options.resume else { return Ok(None) };
    let unknown = || Error::NoSession { id: id.clone() };
    let path = journal::folder().and_then(|it| journal::file(&it, id)).ok_or_else(unknown)?;
    let text = journal::text(&path).map_err(|_| unknown())?;
    let (entries, problems) = read(&text);
    problems.iter().for_each(|it| terminal::note(&format!("kai: session {id}: {it}")));
    Ok(Some((path, kept(&entries))))
}

/// What was shown of one system is no evidence about another one.
fn is_about(path: &Utf8Path, root: &str, folder: &Utf8Path) -> Result<(), Error> {
    let id = path.file_stem().unwrap_or_default().to_owned();
    match root.is_empty() || root == folder.as_str() {
        true => Ok(()),
        false => Err(Error::OtherRoot { id, root: root.to_owned() }),
    }
}

fn journal(
    options: &Engineering,
    resumed: Option<&Utf8Path>,
    engineer: &Engineer,
    root: &Utf8Path,
    connection: &Connection,
) -> Result<Option<Journal>, Error> {
    if options.no_session || options.show_outbound {
        return Ok(None);
    }
    let Some(folder) = journal::folder() else { return Ok(None) };
    let path = resumed.unwrap_or(&folder).to_owned();
    let failed = |source| Error::WriteFile { path, source };
    if let Some(path) = resumed {
        let journal = Journal::go_on(path, engineer.messages(), engineer.shown());
        return journal.map(Some).map_err(failed);
    }
    // A conversation that nobody can keep is still one.
    let journal = Journal::begin(&folder, root, connection.name()).map_err(|it| {
        let reason = crate::error::reason(&it);
        terminal::note(&format!("kai: this conversation is not kept: {folder}: {reason}"));
    });
    Ok(journal.ok())
}

/// The first Ctrl-C presses, the second one ends the program as if nobody listened.
fn listen(cancel: &Cancel) {
    #[cfg(unix)]
    {
        let flag = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let signal = signal_hook::consts::SIGINT;
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
        let cancel = cancel.clone();
        std::thread::spawn(move || {
            while !flag.load(std::sync::atomic::Ordering::SeqCst) {
                std::thread::sleep(GLANCE);
            }
            cancel.press();
        });
    }
    #[cfg(not(unix))]
    let _ = (cancel, Arc::new(()));
}

/// The user decides with a key; anything but yes is no.
fn approved(question: &Question<'_>, cancel: &Cancel) -> bool {
    terminal::note(&format!(
        "\n{}\nkai: {}: {}. Do it? [y/N] ",
        question.shown, question.tool, question.reason
    ));
    let answer = line(cancel).unwrap_or_default();
    matches!(answer.trim(), "y" | "Y" | "yes")
}

/// The next line that is typed; an empty one where the user would rather stop. Who reads does not hear of
/// Ctrl-C, so somebody else does it.
fn line(cancel: &Cancel) -> std::io::Result<String> {
    let (sender, read) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = sender.send(std::io::stdin().read_line(&mut line).map(|_| line));
    });
    loop {
        match read.recv_timeout(GLANCE) {
            Ok(line) => return line,
            Err(RecvTimeoutError::Timeout) if !cancel.is_pressed() => {}
            Err(_) => return Ok(String::new()),
        }
    }
}

impl Session<'_> {
    pub(crate) fn id(&self) -> Option<&str> {
        self.journal.as_ref().map(|it| it.id.as_str())
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_pressed()
    }

    /// What is asked next; nothing behind the last question, and nothing where the user stops.
    pub(crate) fn question(&self) -> Result<Option<String>, Error> {
        if std::io::stdin().is_terminal() {
            terminal::note("> ");
        }
        let line = line(&self.cancel).map_err(|source| Error::ReadInput { source })?;
        Ok(Some(line.trim().to_owned()).filter(|it| !it.is_empty()))
    }

    /// Works on a question, prints what it came to, and says how well that went.
    pub(crate) fn ask(&mut self, question: &str) -> Result<ExitCode, Error> {
        let (form, cancel) = (self.form, &self.cancel);
        let watch = move |seen: &Seen| {
            watched(seen, form);
            if terminal::is_left() {
                cancel.press();
            }
        };
        let driver = Driver {
            model: self.connection,
            toolbox: self.toolbox,
            cancel: &self.cancel,
            may_leave: true,
            watch: &watch,
        };
        let outcome = drive(&mut self.engineer, question, &driver, self.journal.as_mut());
        self.tell(question, &outcome)
    }

    /// Exactly what the first call would send, and nothing is sent.
    pub(crate) fn show_outbound(&mut self, question: &str) -> Result<ExitCode, Error> {
        match self.engineer.ask(question) {
            Step::Ask(request) => {
                let outbound = self.toolbox.seal().request(&request);
                terminal::print(&self.connection.shown(&outbound))?;
            }
            _ => {
                terminal::note("kai: nothing would be sent: the limits allow no call of the model");
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn tell(&mut self, question: &str, outcome: &Outcome) -> Result<ExitCode, Error> {
        let shown = self.engineer.shown();
        let without = match &outcome.ending {
            Ending::Without(why) => {
                terminal::note(&format!("kai: answered without the model: {why}"));
                Some(self.without_model(question)?)
            }
            _ => None,
        };
        let claims = self.toolbox.seal().text(&said::text(outcome, shown));
        let mut text = claims;
        let mut json = said::json(question, outcome, shown);
        let mut is_answered = outcome.ending == Ending::Answered;
        if let Some((is_known, answer, document)) = without {
            if !text.is_empty() {
                text.push_str("\nWithout the model:\n");
            }
            text.push_str(&answer);
            json["without_model"] = document;
            is_answered = is_known;
        }
        match self.form {
            Form::Text => terminal::print(&text)?,
            Form::Json | Form::Lines => {
                json["type"] = json!("answer");
                let json = sealed(json, &|text| self.toolbox.seal().text(text));
                let line =
                    if self.form == Form::Lines { json.to_string() } else { format!("{json:#}") };
                terminal::print(&format!("{line}\n"))?;
            }
        }
        let spent = outcome.spent;
        if let Some(journal) = &mut self.journal {
            let entry = Entry::Ended {
                ending: said::ending(&outcome.ending).to_owned(),
                text: self.toolbox.seal().text(&text),
                tokens: spent.tokens,
                dollars: spent.dollars,
            };
            if let Err(error) = journal.append(&entry) {
                journal.problem = Some(crate::error::reason(&error));
            }
            if let Some(problem) = &journal.problem {
                terminal::note(&format!("kai: this conversation is not kept: {problem}"));
            }
        }
        if self.form == Form::Text {
            let cost = spent.dollars.map(|it| format!(", about ${it:.4}")).unwrap_or_default();
            terminal::note(&format!(
                "kai: {}, {} tokens{cost}, {} s",
                if spent.steps == 1 {
                    "1 step".to_owned()
                } else {
                    format!("{} steps", spent.steps)
                },
                spent.tokens,
                spent.time.as_secs()
            ));
        }
        Ok(match &outcome.ending {
            Ending::Cancelled if terminal::is_left() => ExitCode::SUCCESS,
            Ending::Cancelled => ExitCode::from(130),
            Ending::Inconclusive => ExitCode::from(3),
            Ending::Without(_) if !is_answered => ExitCode::from(5),
            _ => ExitCode::SUCCESS,
        })
    }

    /// Whether there is an answer, as text, and as JSON.
    fn without_model(&self, question: &str) -> Result<(bool, String, serde_json::Value), Error> {
        without_model(question, self.index, &self.options)
    }
}

/// What Kai says by itself.
pub(crate) fn without_model(
    question: &str,
    index: &Index,
    options: &Options,
) -> Result<(bool, String, serde_json::Value), Error> {
    let held = index.now()?;
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_default();
    Ok(match index.reply(question, &held)? {
        Reply::Answer(it) => (true, kai_answer::text(&it, options), parsed(&kai_answer::json(&it))),
        Reply::Unanswered(it) => {
            (false, kai_answer::unanswered(&it), parsed(&kai_answer::refusal(&it)))
        }
        Reply::Compare { base, head } => {
            let said = format!("`kai diff {base} {head}` answers this.\n");
            (false, said.clone(), json!({ "refusal": { "reason": said.trim() } }))
        }
    })
}

fn watched(seen: &Seen, form: Form) {
    let (kind, text) = match seen {
        Seen::Call(shown) => ("call", shown.clone()),
        Seen::Again(because) => ("again", because.clone()),
    };
    if form == Form::Lines {
        let _ = terminal::print(&format!("{}\n", json!({ "type": kind, "text": text })));
    } else if terminal::is_watched() {
        terminal::note(&format!("kai: {text}"));
    }
}
