//! How many of them, in words.

/// `both` of two, `all 3` of more.
#[must_use]
pub fn all(count: usize) -> String {
    match count {
        2 => "both".to_owned(),
        count => format!("all {count}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_both() {
        assert_eq!(all(2), "both");
        assert_eq!(all(3), "all 3");
    }
}
