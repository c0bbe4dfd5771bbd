//! A namespace as `kubectl` takes it: `deploy/api -n shop`.

use super::Token;
use super::names::Names;

/// The words without `-n NAMESPACE`, and with the namespace in the names that are in it; as they were where nothing is.
pub(crate) fn placed(tokens: Vec<Token>, names: &Names) -> Vec<Token> {
    let Some((at, length, namespace)) = namespace(&tokens) else { return tokens };
    let outside = |it: &usize| !(at..at + length).contains(it);
    let mut rest: Vec<Token> =
        (0..tokens.len()).filter(outside).map(|it| tokens[it].clone()).collect();
    let mut is_placed = false;
    for token in &mut rest {
        let word = format!("{namespace}/{}", token.word);
        if names.exact(&word, &token.said, 0).is_some() {
            token.word = word;
            is_placed = true;
        }
    }
    if is_placed { rest } else { tokens }
}

/// Where the flag stands, how many words it takes, and what it says.
fn namespace(tokens: &[Token]) -> Option<(usize, usize, String)> {
    const FLAGS: &[&str] = &["-n", "--namespace"];
    let glued = |it: &Token| it.word.strip_prefix("--namespace=").map(str::to_owned);
    tokens.iter().enumerate().find_map(|(at, it)| match FLAGS.contains(&it.word.as_str()) {
        true => tokens.get(at + 1).map(|it| (at, 2, it.word.clone())),
        false => glued(it).map(|it| (at, 1, it)),
    })
}
