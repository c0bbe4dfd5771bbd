//! Programs that one line tells: what their operands are, and their harmless flags.

use crate::class::{Class, Objection, Verdict, ask};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::words::{Kind, Word};

#[derive(Debug, Clone, Copy)]
enum Operands {
    /// There are none.
    None,
    /// Words that say something.
    Text,
    /// Files that it prints.
    Content,
    /// Files that it measures.
    Measure,
    /// Files that it names.
    Name,
    /// One file at most, which it prints; a second one would be written.
    One,
}

use Operands::{Content, Measure, Name, None as Nothing, One, Text};

/// Programs, what their operands are, and flags (see `flags`).
const READERS: &[(&str, Operands, &str)] = &[
    ("arch nproc tty whoami logname users true false :", Nothing, "--all --ignore= --help"),
    (
        "uname",
        Nothing,
        "-a -s -n -r -v -m -p -i -o --all --kernel-name --kernel-release --machine --operating-system",
    ),
    ("uptime", Nothing, "-p -s --pretty --since"),
    (
        "free",
        Nothing,
        "-b -k -m -g -h -l -t -w -v --bytes --kilo --mega --giga --human --lohi --total --wide --si",
    ),
    (
        "df",
        Text,
        "-a -B= -h -H -i -k -l -m -P -T -t= -x= --all --block-size= --human-readable --si --inodes --local --output? --portability --total --type= --exclude-type= --print-type",
    ),
    (
        "du",
        Name,
        "-0 -a -B= -b -c -D -d= -h -H -k -L -l -m -P -S -s -t= -x --all --apparent-size --block-size= --bytes --total --max-depth= --human-readable --inodes --separate-dirs --si --summarize --threshold= --time? --one-file-system --exclude=",
    ),
    (
        "ls",
        Name,
        "-1 -A -a -B -b -C -c -d -F -f -G -g -H -h -I= -i -k -L -l -m -N -n -o -p -Q -q -R -r -S -s -T= -t -U -u -v -w= -X -x -Z --all --almost-all --author --block-size= --classify? --color? --directory --file-type --format= --full-time --group-directories-first --no-group --human-readable --si --hide= --ignore= --inode --literal --numeric-uid-gid --quote-name --reverse --recursive --size --sort= --time= --time-style= --width=",
    ),
    (
        "tree",
        Name,
        "-a -d -l -f -x -L= -P= -I= -p -u -g -s -h -D -F -i -t -c -U -r -n -C -A -S -J -X -q -N --dirsfirst --noreport --charset= --filelimit= --gitignore --prune --matchdirs --ignore-case --du --si --inodes --device --timefmt= --nolinks --sort? --metafirst --filesfirst",
    ),
    ("stat", Name, "-c= -f -L -t --format= --printf= --file-system --dereference --terse"),
    (
        "file",
        Measure,
        "-b -i -k -L -h -n -N -p -r -s -z -F= --brief --mime --mime-type --mime-encoding --dereference --no-dereference --keep-going",
    ),
    ("wc", Measure, "-c -m -l -L -w --bytes --chars --lines --max-line-length --words --total="),
    (
        "md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum cksum sum md5 crc32",
        Measure,
        "-a= -b -t -c -l= --binary --text --check --tag --zero --quiet --status --strict --warn --ignore-missing --length= --algorithm=",
    ),
    ("basename", Text, "-a -s= -z --multiple --suffix= --zero"),
    ("dirname", Text, "-z --zero"),
    (
        "readlink realpath",
        Name,
        "-f -e -m -n -q -s -v -z -L -P --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero --relative-to= --relative-base= --strip --no-symlinks --logical --physical",
    ),
    ("pwd", Nothing, "-L -P"),
    (
        "cat tac",
        Content,
        "-A -b -E -e -n -s -T -t -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting",
    ),
    (
        "bat batcat",
        Content,
        "-p -n -A --plain --style= --color= --paging= --line-range= -r= -l= --language= --number",
    ),
    (
        "head",
        Content,
        "-# -c= -n= -q -v -z --bytes= --lines= --quiet --silent --verbose --zero-terminated",
    ),
    (
        "tail",
        Content,
        "-# -c= -n= -q -v -z --bytes= --lines= --quiet --silent --verbose --zero-terminated",
    ),
    ("nl", Content, "-b= -d= -f= -h= -i= -l= -n= -p -s= -v= -w= --body-numbering= --number-width="),
    (
        "cut",
        Content,
        "-b= -c= -d= -f= -n -s -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter= --zero-terminated",
    ),
    ("paste", Content, "-d= -s -z --delimiters= --serial --zero-terminated"),
    (
        "join",
        Content,
        "-a= -e= -i -j= -o= -t= -v= -1= -2= -z --ignore-case --check-order --nocheck-order --header",
    ),
    (
        "comm",
        Content,
        "-1 -2 -3 -z --check-order --nocheck-order --output-delimiter= --total --zero-terminated",
    ),
    ("tr", Text, "-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1"),
    (
        "uniq",
        One,
        "-c -d -D -f= -i -s= -u -w= -z --count --repeated --all-repeated? --skip-fields= --group? --ignore-case --skip-chars= --unique --check-chars= --zero-terminated",
    ),
    (
        "sort",
        Content,
        "!-o= !--output= !-T= !--temporary-directory= !--compress-program= -b -d -f -g -i -M -h -n -R -r -V -k= -t= -s -u -z -c -C -m -S= --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort --reverse --sort= --version-sort --check? --key= --field-separator= --stable --unique --zero-terminated --parallel= --debug --merge --buffer-size=",
    ),
    (
        "shuf",
        Content,
        "!-o= !--output= -e -i= -n= -r -z --echo --input-range= --head-count= --repeat --zero-terminated",
    ),
    (
        "column",
        Content,
        "-t -s= -c= -x -n -N= -o= -R= -T= -H= -e -J --table --separator= --output-separator= --columns= --table-columns= --table-right= --json",
    ),
    ("fold", Content, "-b -s -w= --bytes --spaces --width="),
    ("fmt", Content, "-w= -s -u -c -t -p= --width="),
    ("expand unexpand", Content, "-t= -i -a --tabs= --initial --all --first-only"),
    ("rev", Content, ""),
    (
        "od",
        Content,
        "-A= -t= -N= -j= -v -w= -c -x -b -d -o -a -f -i -l -s --address-radix= --format= --read-bytes= --skip-bytes= --width?",
    ),
    ("hexdump hd", Content, "-C -n= -s= -v -b -c -d -o -x -e= --canonical --length= --skip="),
    ("xxd", One, "-a -b -c= -e -g= -i -l= -o= -p -ps -s= -u"),
    ("strings", Content, "-a -n= -t= -f -w -e= --all --bytes= --radix= --print-file-name"),
    (
        "base64 base32 basenc",
        Content,
        "!-o= -d -D -i -w= --decode --ignore-garbage --wrap= --base64 --base64url --base32 --base16",
    ),
    (
        "diff",
        Content,
        "-# -a -b -B -c -C= -d -E -e -i -I= -n -N -p -q -r -s -S= -t -T -u -U= -w -W= -x= -y -Z --brief --report-identical-files --context? --unified? --ed --normal --side-by-side --width= --left-column --suppress-common-lines --show-c-function --label= --expand-tabs --initial-tab --recursive --new-file --exclude= --ignore-case --ignore-all-space --ignore-space-change --ignore-blank-lines --ignore-matching-lines= --strip-trailing-cr --text --color? --minimal --speed-large-files",
    ),
    ("diff3", Content, "-A -e -E -3 -x -X -m -T -a"),
    (
        "cmp",
        Content,
        "-b -i= -l -n= -s --print-bytes --ignore-initial= --verbose --bytes= --quiet --silent",
    ),
    ("zcat bzcat xzcat zstdcat gzcat lz4cat", Content, "-f -v -q"),
    ("seq", Text, "-f= -s= -w --format= --separator= --equal-width"),
    ("expr", Text, ""),
    ("factor", Text, ""),
    (
        "numfmt",
        Text,
        "--from= --to= --suffix= --padding= --format= --field= -d= --header? --invalid= --round= --from-unit= --to-unit= --grouping",
    ),
    ("echo", Text, ""),
    ("id groups", Text, "-a -u -g -G -n -r -z --user --group --groups --name --real --zero"),
    ("who w", Nothing, "-a -b -d -H -l -m -q -r -s -t -T -u -h -i -o"),
    ("locale", Text, "-a -m -k -c"),
    ("getconf", Text, ""),
    ("cal", Text, "-1 -3 -s -m -j -y -w"),
    ("which whereis type", Text, "-a -s -p -t -b -m"),
    (
        "lsblk",
        Name,
        "-a -b -d -f -i -J -l -m -n -O -o= -p -P -r -s -S -t -T --all --bytes --fs --json --list --noheadings --output= --output-all --paths --tree --topology",
    ),
    ("lscpu lsmod lsusb lspci lsns lsmem", Nothing, "-a -b -e -J -p -t -v -x --all --json"),
    (
        "ss",
        Text,
        "-s -t -u -l -n -a -p -e -o -m -i -4 -6 -x -w -H -O -0 --summary --tcp --udp --listening --numeric --all --processes --extended --options --memory --info --ipv4 --ipv6 --unix --raw --no-header --oneline",
    ),
    (
        "dmesg",
        Nothing,
        "-T -H -k -u -x -r -t -S -P -l= -f= -L? --ctime --human --kernel --level= --facility= --decode --raw --notime --nopager --since= --until= --color?",
    ),
    (
        "journalctl",
        Text,
        "-u= -n= -b? -k -o= -p= -r -S= -U= -t= -g= -x -q -a -e -l --unit= --user-unit= --lines= --boot? --dmesg --output= --priority= --reverse --since= --until= --identifier= --grep= --catalog --quiet --all --no-pager --no-hostname --utc --no-full --full --pager-end --system --user --list-boots --disk-usage --output-fields= --case-sensitive? --no-tail --header",
    ),
    (
        "pgrep pidof",
        Text,
        "-a -f -l -n -o -u= -U= -x -c -d= -i -s -q --list-full --list-name --full --exact --count --newest --oldest --ignore-case --euid=",
    ),
    ("yamllint", Name, "-d= -f= -s --format= --strict --no-warnings"),
    (
        "shellcheck",
        Content,
        "-a -f= -e= -i= -o= -S= -s= -C? --format= --exclude= --include= --severity= --shell= --color? --enable= --wiki-link-count=",
    ),
    ("hadolint", Content, "-f= --format= --ignore= --no-color --no-fail -t= --failure-threshold="),
    ("zipinfo", Name, "-1 -2 -l -m -s -v -h -t -z"),
    ("ulimit", Text, "-a -n -u -c -d -f -l -m -s -t -v -H -S"),
    ("bc", Content, "-l -q -s -w --mathlib --quiet --standard"),
];

/// Programs that are never readers, and what they do.
const OTHERS: &[(Class, &str, &str)] = &[
    (
        Class::Mutates,
        "changes files or the machine",
        "rm rmdir unlink shred cp mv ln install dd truncate touch mkdir mkfifo mknod chmod chown chgrp chattr setfacl tee sponge split csplit patch ed ex vim vi nvim nano emacs rename dos2unix unix2dos zip gzip gunzip bzip2 xz unxz zstd kill pkill killall crontab at batch systemd-run shutdown reboot poweroff halt init telinit swapon swapoff mkfs fsck fdisk parted lvcreate lvremove vgremove pvcreate modprobe insmod rmmod iptables nft ufw firewall-cmd useradd userdel usermod groupadd groupdel passwd chpasswd visudo apt apt-get dpkg yum dnf rpm apk brew pacman snap logrotate losetup umount chroot unshare nsenter kexec wipefs blkdiscard update-rc.d chkconfig loginctl timedatectl hostnamectl kubeadm kubectx kubens helmfile ansible ansible-playbook pulumi cdk skaffold tilt packer vagrant psql mysql mariadb mongosh mongo cqlsh sqlite3 sqlcmd kafka-topics kafka-topics.sh kafka-configs.sh rabbitmqctl nomad consul pg_restore pg_dropcluster dropdb createdb velero eksctl kops k3d kind minikube doctl calicoctl cilium linkerd",
    ),
    (
        Class::Mutates,
        "runs any code",
        "python python2 python3 perl ruby node deno bun php lua Rscript irb pypy pypy3 osascript pwsh powershell tclsh expect gdb strace ltrace",
    ),
    (
        Class::Network,
        "talks to another host",
        "curl wget nc ncat netcat socat scp sftp rsync ftp tftp telnet dig host nslookup whois ping ping6 traceroute tracepath mtr nmap http https xh aria2c mail mailx sendmail mutt gh hub glab pip pip3 pipx npm npx pnpm yarn gem bundle cargo go composer mvn gradle dotnet xdg-open open w3m lynx links elinks gsutil bq azcopy s3cmd rclone mc oras crane skopeo cosign trivy grype grpcurl websocat k6 vegeta ab wrk hey logcli tempo-cli influx stern telepresence",
    ),
    (
        Class::ReadsSecret,
        "prints secrets",
        "printenv history vault sops gpg gpg2 pass security secret-tool op bw lpass age keyring etcdctl ansible-vault ssh-add keybase aws-vault chamber doppler kubeseal",
    ),
    (
        Class::Unknown,
        "is for people at a terminal",
        "less more most man info top htop btop k9s nload iotop watchman screen tmux dialog fzf lnav",
    ),
    (
        Class::Unknown,
        "runs what files of this folder say",
        "make just task rake ninja bazel cmake docker-compose source . busybox toybox tox nox pytest",
    ),
];

/// Programs without a flag that does more than list or add up: it does not matter what the files are called that a pattern
/// finds.
const HARMLESS: &str = "ls md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum";

pub(super) fn judge(name: &str, arguments: &[Word]) -> Option<Verdict> {
    let is_named = |names: &str| names.split_ascii_whitespace().any(|it| it == name);
    if let Some((class, does, _)) = OTHERS.iter().find(|(_, _, names)| is_named(names)) {
        return Some(Err(Objection::new(*class, format!("`{name}` {does}"))));
    }
    let (_, operands, grammar) = READERS.iter().find(|(names, _, _)| is_named(names))?;
    if name == "echo" {
        // It has no flag that does anything.
        return Some(arguments.iter().try_for_each(is_text));
    }
    if name == "diff" {
        return Some(diff(arguments, grammar));
    }
    if HARMLESS.split_ascii_whitespace().any(|it| it == name) {
        let fixed = |it: &Word| match it.is_glob && it.text.starts_with(['*', '?', '[']) {
            true => Word { text: format!("./{}", it.text), ..it.clone() },
            false => it.clone(),
        };
        return Some(read(&arguments.iter().map(fixed).collect::<Vec<_>>(), *operands, grammar));
    }
    Some(read(arguments, *operands, grammar))
}

fn diff(arguments: &[Word], grammar: &str) -> Verdict {
    let parsed = parse(arguments, &[grammar], Style::Letters)?;
    let is_recursive = parsed.has(&["-r", "--recursive"]);
    parsed.operands.iter().try_for_each(|it| match is_recursive {
        true => paths::check_tree(it, false),
        false => paths::check(it, Use::Content),
    })
}

fn read(arguments: &[Word], operands: Operands, grammar: &str) -> Verdict {
    let parsed = parse(arguments, &[grammar], Style::Letters)?;
    let mut words = parsed.operands.iter().filter(|it| !is_start(it, grammar));
    match operands {
        Nothing => words.next().map_or(Ok(()), |it| ask(format!("`{}` may be set", it.text))),
        Text => words.try_for_each(|it| is_text(it)),
        Content => words.try_for_each(|it| paths::check(it, Use::Content)),
        Measure => words.try_for_each(|it| paths::check(it, Use::Measure)),
        Name => words.try_for_each(|it| paths::check(it, Use::Name)),
        One => {
            let words: Vec<_> = words.collect();
            match words[..] {
                [] => Ok(()),
                [it] if !it.is_glob => paths::check(it, Use::Content),
                _ => Err(Objection::new(Class::Mutates, "a second file would be written")),
            }
        }
    }
}

/// `tail +20`.
fn is_start(word: &Word, grammar: &str) -> bool {
    grammar.starts_with("-#")
        && word.text.starts_with('+')
        && word.text[1..].bytes().all(|it| it.is_ascii_digit())
}

pub(super) fn is_text(word: &Word) -> Verdict {
    match word.kind {
        Kind::Fixed | Kind::Harmless => Ok(()),
        Kind::Expanded => Err(crate::words::expands(word)),
    }
}
