//! A question as words.

/// One word of a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// As it was said, without quotes and punctuation.
    pub(crate) said: String,
    /// In lower case.
    pub(crate) word: String,
    /// True where it stands in quotes or backticks.
    pub(crate) is_quoted: bool,
}

impl Token {
    /// True for a word that turns what is said around.
    pub(crate) fn is_negation(&self) -> bool {
        const WORDS: &[&str] = &["no", "not", "never", "none", "neither", "nor", "cannot", "cant"];
        !self.is_quoted && (WORDS.contains(&self.word.as_str()) || self.word.ends_with("n't"))
    }
}

/// Words that people write in two parts or in several ways.
const PAIRS: &[(&str, &str, &str)] = &[
    ("on", "call", "on-call"),
    ("game", "day", "game-day"),
    ("data", "center", "datacenter"),
    ("data", "centre", "datacenter"),
    ("service", "account", "serviceaccount"),
    ("error", "budget", "error-budget"),
    ("blue", "green", "blue-green"),
    ("black", "friday", "peak"),
    ("run", "book", "runbook"),
    ("availability", "zone", "zone"),
    ("go", "live", "go-live"),
    ("roll", "out", "rollout"),
    ("fire", "drill", "drill"),
    ("as", "code", "as-code"),
];

/// What is typed in a hurry, or by somebody who thinks in another language.
const HASTE: &[(&str, &str)] = &[
    ("wtf", "what"),
    ("wth", "what"),
    ("wat", "what"),
    ("whats", "what"),
    ("hows", "how"),
    ("whos", "who"),
    ("wheres", "where"),
    ("brakes", "breaks"),
    ("brake", "break"),
    ("u", "you"),
    ("wie", "how"),
    ("wenn", "if"),
    ("und", "and"),
    ("ist", "is"),
    ("backuped", "backup"),
    ("backupped", "backup"),
];

const MULTIPLES: &[(&str, f64)] = &[
    ("double", 2.0),
    ("doubles", 2.0),
    ("doubled", 2.0),
    ("twice", 2.0),
    ("triple", 3.0),
    ("triples", 3.0),
    ("tenfold", 10.0),
    ("fivefold", 5.0),
    ("quadruple", 4.0),
];

/// The words of a question, in order.
pub(crate) fn tokens(question: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for said in question.split_whitespace() {
        let bare = said.trim_matches(|it: char| "?!,;:()[]…".contains(it)).trim_end_matches('.');
        let plain = bare.trim_matches(['"', '\'', '`', '“', '”', '‘', '’']);
        let plain = plain.trim_end_matches("'s").trim_end_matches("’s");
        if plain.is_empty() {
            continue;
        }
        let is_quoted = bare.starts_with(['"', '\'', '`', '“', '‘']);
        let word = plain.to_lowercase().replace('’', "'");
        let meant = HASTE.iter().find(|it| it.0 == word && !is_quoted);
        let word = meant.map_or(word, |it| it.1.to_owned());
        tokens.push(Token { said: plain.to_owned(), word, is_quoted });
    }
    paired(tokens)
}

fn paired(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let pair = joined.last().and_then(|before| {
            let is_pair = |it: &&(&str, &str, &str)| {
                before.word == it.0
                    && token.word.trim_end_matches('s') == it.1.trim_end_matches('s')
            };
            PAIRS.iter().find(is_pair)
        });
        match (pair, joined.last_mut()) {
            (Some((_, _, whole)), Some(before)) if !before.is_quoted && !token.is_quoted => {
                before.word = (*whole).to_owned();
                before.said = match *whole {
                    // Nobody said that word.
                    "peak" => format!("{} {}", before.said, token.said),
                    whole => whole.to_owned(),
                };
            }
            _ => joined.push(token),
        }
    }
    joined
}

/// `2x`, `x10`, `5×`, `10-fold` and words that mean a multiple.
pub(crate) fn multiple(word: &str) -> Option<f64> {
    if let Some((_, factor)) = MULTIPLES.iter().find(|it| it.0 == word) {
        return Some(*factor);
    }
    let number = ["x", "×", "-fold", "fold", "-times"]
        .iter()
        .find_map(|it| word.strip_suffix(it))
        .or_else(|| word.strip_prefix(['x', '×']))?;
    number.parse().ok().filter(|it: &f64| it.is_finite() && *it > 0.0)
}
