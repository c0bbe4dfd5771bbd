//! Addresses of repositories, as they may be shown.

use kai_core::SmolStr;

/// The address without the user and the password or token in it; the user of SSH is no secret.
pub(crate) fn without_credentials(address: &str) -> SmolStr {
    let Some((scheme, rest)) = address.split_once("://") else { return address.into() };
    let host = rest.split('/').next().unwrap_or_default();
    match host.rsplit_once('@') {
        Some((user, _)) if !scheme.ends_with("ssh") || user.contains(':') => {
            format!("{scheme}://{}", &rest[user.len() + 1..]).into()
        }
        _ => address.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn tokens_are_left_out_of_addresses() {
        let shown = [
            ("https://ci:s3cret@git.example/a", "https://git.example/a"),
            ("git::https://s3cret@git.example/a//b?ref=1", "git::https://git.example/a//b?ref=1"),
            ("git::ssh://git@git.example/a", "git::ssh://git@git.example/a"),
            ("ssh://ci:s3cret@git.example/a", "ssh://git.example/a"),
            ("git@git.example:a/b", "git@git.example:a/b"),
            ("https://git.example/a@b", "https://git.example/a@b"),
        ];
        for (address, expected) in shown {
            assert_eq!(without_credentials(address), expected);
        }
    }
}
