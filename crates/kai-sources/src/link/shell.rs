//! Hosts in commands: `nc -z redis 6379`, `pg_isready -h db`.

use std::ops::Range;

use super::mention::host_at;

/// Programs whose first plain argument is a host.
const HOST_FIRST: &[&str] =
    &["dig", "getent", "nc", "ncat", "netcat", "nslookup", "ping", "telnet"];

/// Programs whose `-h` is a host.
const HOST_OPTION: &[&str] = &[
    "mariadb",
    "mariadb-admin",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "mysqlsh",
    "pg_basebackup",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "psql",
    "redis-cli",
    "valkey-cli",
    "mongo",
    "mongodump",
    "mongosh",
];

/// Words of a command that does nothing but wait for others.
const WAITING: &[&str] = &[
    "until",
    "while",
    "wait-for",
    "wait-for-it",
    "wait-for-it.sh",
    "wait4x",
    "wait",
    "dockerize",
    "pg_isready",
    "k8s-wait-for",
    "wait_for",
];

/// The hosts that the programs in a command talk to, as byte ranges.
pub(super) fn hosts(command: &str) -> Vec<Range<usize>> {
    let mut hosts = Vec::new();
    let mut program = "";
    let mut previous = "";
    for (at, word) in split(command) {
        let name = word.rsplit('/').next().unwrap_or(word);
        // `mysqladmin ping` and `redis-cli ping` ask the server that they talk to.
        let is_question = name == "ping" && HOST_OPTION.contains(&program);
        if !is_question && (HOST_FIRST.contains(&name) || HOST_OPTION.contains(&name)) {
            program = name;
        } else if let Some(offset) = wanted(program, previous, word) {
            hosts.extend(
                host_at(command.as_bytes(), at + offset).filter(|it| it.end == at + word.len()),
            );
            if HOST_FIRST.contains(&program) {
                program = "";
            }
        }
        previous = word;
    }
    hosts
}

/// Where in the word a host begins, if the word is one.
fn wanted(program: &str, previous: &str, word: &str) -> Option<usize> {
    if HOST_OPTION.contains(&program) {
        return match (previous, word) {
            ("-h" | "--host" | "-H", _) => Some(0),
            (_, word) if word.starts_with("--host=") => Some("--host=".len()),
            (_, word) if word.starts_with("-h") && word.len() > 2 => Some(2),
            _ => None,
        };
    }
    let takes_number = matches!(previous, "-w" | "-i" | "-W" | "-c" | "-q" | "-t");
    let is_number = takes_number && word.parse::<u32>().is_ok();
    let is_plain = !word.starts_with('-') && !is_number;
    let is_database = program == "getent" && matches!(word, "hosts" | "ahosts" | "ahostsv4");
    (HOST_FIRST.contains(&program) && is_plain && !is_database).then_some(0)
}

/// True for a command whose purpose is to wait.
pub(super) fn is_waiting(command: &str) -> bool {
    split(command).any(|(_, word)| WAITING.contains(&word.rsplit('/').next().unwrap_or(word)))
}

/// Words with their places; signs of the shell end a word.
fn split(command: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |it: char| {
        it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ';' | '|' | '&' | '(' | ')' | '!')
    };
    let mut at = 0;
    let parts = command.split(is_end).map(move |part| {
        let place = at;
        // Every sign of the shell is one byte, but blanks may be longer.
        at += part.len() + command[place + part.len()..].chars().next().map_or(0, char::len_utf8);
        (place, part)
    });
    parts.filter(|(_, part)| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(command: &str, expected: &[&str]) {
        let found: Vec<_> = hosts(command).into_iter().map(|it| &command[it]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn commands_name_the_hosts_they_talk_to() {
        check("until nc -z -w 2 redis 6379; do sleep 1; done", &["redis"]);
        check("until pg_isready -h db -p 5432; do echo waiting; done", &["db"]);
        check("mysqladmin ping -hmysql --silent", &["mysql"]);
        check("pg_dump --host=db -U app app | gzip", &["db"]);
        check("until getent hosts kafka; do sleep 2; done", &["kafka"]);
        check("until nslookup mq.prod; do sleep 2; done", &["mq.prod"]);
        check("redis-cli ping", &[]);
        check("echo host is up", &[]);
        assert!(is_waiting("sh -c 'until nc -z a 1; do sleep 1; done'"));
        assert!(is_waiting("/wait-for-it.sh db:5432"));
        assert!(!is_waiting("migrate up"));
    }
}
