//! How a place in a script is quoted.

/// What stands around the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    None,
    Single,
    Double,
}

/// How the end of a piece of a script is quoted; none where that takes more than looking at quotes.
pub(super) fn quoting(before: &str) -> Option<Quoting> {
    let mut state = Quoting::None;
    let mut rest = before;
    let mut is_word = false;
    while let Some(first) = rest.chars().next() {
        // An expression is no part of what the shell reads.
        let step = match rest.strip_prefix("${{") {
            Some(hole) => "${{}}".len() + hole.find("}}")?,
            None => first.len_utf8(),
        };
        let (one, after) = rest.split_at(step);
        rest = after;
        match (&state, one) {
            (Quoting::None | Quoting::Double, "\\") => {
                rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..)?;
            }
            (Quoting::None, "#") if !is_word => rest = &rest[rest.find('\n')?..],
            (Quoting::None, "<") if rest.starts_with('<') => return None,
            (Quoting::None, "'") => state = Quoting::Single,
            (Quoting::None, "\"") => state = Quoting::Double,
            (Quoting::Single, "'") | (Quoting::Double, "\"") => state = Quoting::None,
            (Quoting::Double, "`") => return None,
            (Quoting::Double, "$") if rest.starts_with('(') => return None,
            _ => {}
        }
        is_word = !one.ends_with([' ', '\t', '\n', ';', '&', '|', '(']);
    }
    Some(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expected: Option<Quoting>) {
        assert_eq!(quoting(before), expected, "{before}");
    }

    #[test]
    fn quotes_are_followed_to_the_end() {
        check("echo ", Some(Quoting::None));
        check("echo \"new: ", Some(Quoting::Double));
        check("curl -d '{\"text\": \"", Some(Quoting::Single));
        check("echo \"it's\" and ", Some(Quoting::None));
        check("echo \\\" ", Some(Quoting::None));
        check("# don't\necho \"", Some(Quoting::Double));
        check("echo ${{ github.event_name == 'push' }} ", Some(Quoting::None));
    }

    #[test]
    fn what_needs_a_shell_to_tell_is_not_told() {
        check("cat <<EOF\n", None);
        check("echo \"$(grep ", None);
        check("echo \"`grep ", None);
        check("# a remark about ", None);
    }
}
