//! Programs that tell of the machine, and could change it.

use super::plain::is_text;
use crate::class::{Verdict, ask, mutates, network, secret};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::words::Word;

pub(super) fn judge(name: &str, arguments: &[Word]) -> Option<Verdict> {
    Some(match name {
        "date" => date(arguments),
        "hostname" => match arguments {
            [] => Ok(()),
            [it] if matches!(it.text.as_str(), "-s" | "--short") => Ok(()),
            [it] if it.text.starts_with('-') => ask("a name that may be asked of another host"),
            _ => mutates("`hostname` sets the name"),
        },
        "ps" => ps(arguments),
        "ip" => ip(arguments),
        "ifconfig" | "route" | "mount" if arguments.is_empty() => Ok(()),
        "ifconfig" | "route" | "mount" => mutates(format!("`{name}` changes the machine")),
        "sysctl" => sysctl(arguments),
        "netstat" => {
            parse(arguments, &["-a -t -u -l -n -p -s -i -r -e -o -w -x -4 -6"], Style::Letters)
                .and_then(|it| {
                    if it.has(&["-n"]) && it.operands.is_empty() {
                        Ok(())
                    } else {
                        network("`netstat` asks for the names of hosts")
                    }
                })
        }
        "top" => parse(arguments, &["-b -n= -c -H -o= -w= -p= -u= -d= -i"], Style::Letters)
            .and_then(|it| {
                if it.has(&["-b"]) && it.has(&["-n"]) { Ok(()) } else { ask("`top` never ends") }
            }),
        "vmstat" | "iostat" | "mpstat" | "pidstat" | "sar" => parse(
            arguments,
            &["-a -d -m -n -s -S= -w -t -x -z -k -h -u -r -p= -P= -y"],
            Style::Letters,
        )
        .and_then(|it| {
            let are_numbers =
                it.operands.iter().all(|it| it.text.bytes().all(|it| it.is_ascii_digit()));
            match it.operands.len() {
                0 | 2 if are_numbers => Ok(()),
                _ => ask(format!("`{name}` may never end")),
            }
        }),
        "lsof" => parse(arguments, &["-n -P -i? -p= -u= -t -l"], Style::Letters).and_then(|it| {
            it.operands.iter().try_for_each(|it| is_text(it))?;
            match it.has(&["-i"]) && !it.has(&["-n"]) {
                true => network("`lsof` asks for the names of hosts"),
                false => Ok(()),
            }
        }),
        "systemctl" => systemctl(arguments),
        "openssl" => openssl(arguments),
        "service" => match arguments {
            [_, it] if it.text == "status" => Ok(()),
            _ => mutates("`service` changes a service"),
        },
        _ => return None,
    })
}

fn date(arguments: &[Word]) -> Verdict {
    let flags = "!-s= !--set= -u -R -d= -I? -r< --utc --universal --rfc-email --date= --iso-8601? --rfc-3339= --reference<";
    let parsed = parse(arguments, &[flags], Style::Letters)?;
    let mut operands = parsed.operands.iter();
    operands.try_for_each(|it| {
        if it.text.starts_with('+') { is_text(it) } else { mutates("`date` sets the clock") }
    })
}

fn ps(arguments: &[Word]) -> Verdict {
    for word in arguments {
        is_text(word)?;
        let is_bsd =
            !word.text.starts_with('-') && word.text.bytes().all(|it| it.is_ascii_alphabetic());
        if is_bsd && word.text.contains('e') {
            return secret("`ps` prints the environments of processes");
        }
        if is_bsd && !word.text.bytes().all(|it| b"axufwljvmrhgTHLS".contains(&it)) {
            return ask("what `ps` prints is not known");
        }
    }
    let flags = "-A -a -d -e -f -F -l -j -y -w -H -L -m -T -M -Z -c -p= -u= -U= -g= -G= -C= -o= -O= -t= -q= -N \
        --sort= --no-headers --headers --forest --pid= --ppid= --format= --user= --cols= --width= --deselect --rows=";
    let parsed = parse(arguments, &[flags], Style::Letters)?;
    let mut fields = parsed
        .values(&["-o", "-O", "--format"])
        .flat_map(|it| it.split([',', ' ']))
        .map(|it| it.split(['=', ':']).next().unwrap_or(it));
    match fields.find(|it| !FIELDS.split_ascii_whitespace().any(|known| known == *it)) {
        Some(it) if it.contains("env") => secret("`ps` prints the environments of processes"),
        Some(it) => ask(format!("what `ps` prints as `{it}` is not known")),
        None => Ok(()),
    }
}

/// What `ps` can print of a process that is not its environment.
const FIELDS: &str = "%cpu %mem pcpu pmem args cmd command comm ucmd cgroup class cls cp cputime time drs elapsed etime etimes \
    euid egid euser egroup f flags fname gid group ni nice nlwp thcount lwp tid spid maj_flt min_flt nwchan wchan pgid pgrp \
    pid ppid pri psr rgid rgroup rss rssize rsz rtprio ruid ruser s sid sess session stat state start start_time lstart stime \
    size sz tname tt tty uid uname user vsize vsz numa ipcns netns pidns userns utsns mntns unit slice machine label";

fn ip(arguments: &[Word]) -> Verdict {
    let parsed = parse(arguments, &["-4 -6 -s -d -o -j -p -h -c -br"], Style::Words)?;
    let words: Vec<&str> = parsed.operands.iter().map(|it| it.text.as_str()).collect();
    parsed.operands.iter().try_for_each(|it| is_text(it))?;
    match words[..] {
        [] => Ok(()),
        [it] if OBJECTS.split_ascii_whitespace().any(|known| known == it) => Ok(()),
        [_] => ask("what `ip` tells is not known, or it never ends"),
        [_, "show" | "list" | "ls" | "get", ..] => Ok(()),
        _ => mutates("`ip` changes the network"),
    }
}

/// What `ip` lists where nothing else is said.
const OBJECTS: &str = "a addr address l link n neigh neighbor neighbour r ro route ru rule maddr maddress netns tunnel";

fn sysctl(arguments: &[Word]) -> Verdict {
    let parsed = parse(
        arguments,
        &["!-w !--write !-p? !--load? !--system -a -n -N -e -q -b --all --values --names"],
        Style::Letters,
    )?;
    parsed.operands.iter().try_for_each(|it| {
        is_text(it)?;
        if it.text.contains('=') { mutates("`sysctl` sets a value") } else { Ok(()) }
    })
}

fn systemctl(arguments: &[Word]) -> Verdict {
    let flags = "@-H= @--host= -n= -l -a -q -t= -o= -p= --lines= --full --all --quiet --type= --output= --property= \
        --no-pager --no-legend --plain --state= --failed --user --system --value --reverse --recursive --show-types -r";
    let parsed = parse(arguments, &[flags], Style::Letters)?;
    parsed.operands.iter().try_for_each(|it| is_text(it))?;
    match parsed.operands.first().map(|it| it.text.as_str()) {
        None
        | Some(
            "status" | "is-active" | "is-enabled" | "is-failed" | "is-system-running"
            | "list-units" | "list-timers" | "list-sockets" | "list-unit-files"
            | "list-dependencies" | "list-jobs" | "get-default",
        ) => Ok(()),
        Some("show" | "show-environment" | "cat") => {
            secret("units may hold secrets in their environment")
        }
        _ => mutates("`systemctl` changes a service"),
    }
}

fn openssl(arguments: &[Word]) -> Verdict {
    let Some((verb, rest)) = arguments.split_first() else {
        return ask("`openssl` waits for commands");
    };
    match verb.text.as_str() {
        "version" => parse(rest, &["-a -v -b -d"], Style::Words).map(|_| ()),
        "x509" | "req" | "crl" => {
            let flags = "-noout -text -subject -issuer -dates -enddate -startdate -serial -fingerprint -sha256 -sha1 \
                -in= -inform= -ext= -checkend= -email -ocsp_uri -hash -purpose -modulus -nameopt= -pubkey -verify";
            let parsed = parse(rest, &[flags], Style::Words)?;
            if !parsed.has(&["-noout"]) {
                return ask("`openssl` may print more than is asked");
            }
            parsed.values(&["-in"]).try_for_each(|it| paths::check(&Word::fixed(it), Use::Name))?;
            parsed.operands.first().map_or(Ok(()), |it| ask(format!("`{}` is not known", it.text)))
        }
        "s_client" | "s_server" | "s_time" | "ocsp" => network("`openssl` talks to another host"),
        "rsa" | "ec" | "pkey" | "pkcs12" | "pkcs8" | "enc" | "dec" | "genrsa" | "genpkey"
        | "rand" | "passwd" | "pkeyutl" => secret("`openssl` handles a key"),
        it => Err(super::judge::unlisted("openssl", it)),
    }
}
