//! Files that only who has a key can read.

/// What each tool writes at the start of a file that it encrypts.
const STARTS: &[(&[u8], &str)] = &[
    (b"\0GITCRYPT\0", "git-crypt"),
    (b"$ANSIBLE_VAULT;1.", "Ansible Vault"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    (b"age-encryption.org/v1\n", "age"),
    (b"-----BEGIN PGP MESSAGE-----", "PGP"),
];

/// The tool that encrypted a file as a whole, if one did.
#[must_use]
pub fn encrypted_with(bytes: &[u8]) -> Option<&'static str> {
    STARTS.iter().find(|it| bytes.starts_with(it.0)).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::encrypted_with;

    #[test]
    fn the_first_bytes_name_the_tool() {
        assert_eq!(encrypted_with(b"\0GITCRYPT\0\xff"), Some("git-crypt"));
        assert_eq!(encrypted_with(b"$ANSIBLE_VAULT;1.1;AES256\n61"), Some("Ansible Vault"));
        assert_eq!(encrypted_with(b"resource \"a\" \"b\" {}"), None);
        assert_eq!(encrypted_with(b"age-encryption.org/v1: a name\n"), None);
    }
}
