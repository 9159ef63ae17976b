#!/usr/bin/env bash
# Installs, starts, upgrades, removes and purges the package, on top of this machine's own system, which stays as it is: all changes
# go to a file system in memory. usage: try.sh DEB SECRET [SETTING=VALUE ...]; the settings are for /etc/default/dt-stream-router,
# so that it can reach a cloud. Exit code 77 with a sentence where this machine does not allow it.
set -euo pipefail

deb=$(readlink -f "$1")
shift

skip() {
    echo "skipped: $*"
    exit 77
}

if [ -z "${IN_OVERLAY:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "it takes root"
    for program in dpkg adduser runuser systemd-analyze systemd-notify python3 /usr/bin/java; do
        command -v "$program" >/dev/null || skip "there is no $program"
    done
    dpkg-query -W openjdk-17-jre-headless >/dev/null 2>&1 || skip "Java is not a Debian package here, on which this one depends"
    ! getent passwd dt-stream-router >/dev/null || skip "the user dt-stream-router is there already"
    top=$(mktemp -d)
    unshare --mount --propagation private true 2>/dev/null || skip "it may not have mounts of its own"
    status=0
    unshare --mount --propagation private bash -c '
        set -e
        mount -t tmpfs tmpfs "$1"
        mkdir "$1"/{upper,work,root}
        mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" 2>/dev/null || exit 77
        mount -t proc proc "$1/root/proc"
        mount -t tmpfs tmpfs "$1/root/run"
        mount --bind /dev "$1/root/dev"
        cp "$2" "$1/root/run/package.deb"
        cp "$3" "$1/root/run/try.sh"
        root=$1
        shift 3
        export IN_OVERLAY=1 LC_ALL=C.UTF-8
        exec chroot "$root/root" bash /run/try.sh /run/package.deb "$@"
    ' try "$top" "$deb" "$(readlink -f "$0")" "$@" || status=$?
    rmdir "$top"
    [ "$status" != 77 ] || echo "skipped: there can be no overlay on this file system"
    exit "$status"
fi

# From here on: inside.
secret=$1
shift
unit=/lib/systemd/system/dt-stream-router.service
log=/run/journal

pid=
listener=
trap 'kill $pid $listener 2>/dev/null || true' EXIT

ok() {
    echo "ok: $*"
}

fail() {
    echo "FAILED: $*" >&2
    [ ! -s "$log" ] || tail -40 "$log" >&2
    exit 1
}

is() { # what, found, wanted
    [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

of_unit() {
    sed -n "s/^$1=//p" "$unit"
}

# As systemd starts the unit where no systemd runs: its user, folder, environment, credentials, standard output and notice.
start() {
    : >"$log"
    rm -rf /run/credentials && install -d -o dt-stream-router -m 700 /run/credentials
    printf '%s\n' "$secret" >/run/credentials/dt.service-account-secret
    chown dt-stream-router: /run/credentials/*
    (
        set -a
        . "$(of_unit EnvironmentFile | sed 's/^-//')"
        set +a
        cd "$(of_unit WorkingDirectory)"
        umask "$(of_unit UMask)"
        export CREDENTIALS_DIRECTORY=/run/credentials NOTIFY_SOCKET=/run/notify
        exec >>"$log" 2>&1
        export JOURNAL_STREAM=$(stat -c %d:%i "$log")
        eval "exec setpriv --reuid=$(of_unit User) --regid=$(of_unit Group) --init-groups --no-new-privs \
            --bounding-set=-all -- $(of_unit ExecStart)"
    ) &
    pid=$!
}

ended() { # exit code
    local code=0
    wait "$pid" || code=$?
    pid=
    is "exit code" "$code" "$1"
}

listen() {
    rm -f /run/notify
    python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/run/notify"); os.chmod("/run/notify", 0o666)
s.settimeout(300)
while True:
    # the barrier of systemd-notify comes with a descriptor, and is over when that is closed
    text, fds, _, _ = socket.recv_fds(s, 4096, 4)
    [os.close(fd) for fd in fds]
    if b"READY=1" in text:
        print(text.decode()); break
' >/run/notice &
    listener=$!
    while [ ! -S /run/notify ]; do sleep 0.1; done
}

dpkg -i "$deb" >/run/dpkg.log 2>&1 || fail "$(cat /run/dpkg.log)"
grep -q "fill in /etc/dt-stream-router/application.properties" /run/dpkg.log || fail "it does not say what to do next"
is "settings" "$(stat -c '%U:%G %a' /etc/dt-stream-router/application.properties)" "root:dt-stream-router 640"
is "data" "$(stat -c '%U:%G %a' /var/lib/dt-stream-router)" "dt-stream-router:dt-stream-router 750"
is "login shell" "$(getent passwd dt-stream-router | cut -d: -f7)" /usr/sbin/nologin
[ -s /var/cache/dt-stream-router/classes.jsa ] || fail "there is no archive of classes"
grep -q "^dt.data-dir=/var/lib/dt-stream-router$" /etc/dt-stream-router/application.properties || fail "the data folder"
ok "installed"

systemd-analyze verify "$unit" 2>&1 | grep -v '^/' >/run/verify || true
[ ! -s /run/verify ] || fail "systemd-analyze verify: $(cat /run/verify)"
systemd-analyze security --offline=true --threshold=20 "$unit" >/run/security 2>&1 || fail "$(tail -5 /run/security)"
ok "verified:$(tail -1 /run/security | sed 's/.*:\(.*\)/\1/')"

start
ended 78
grep -q "^<3>.*dt.project-id" "$log" || fail "it does not say what is missing, as an error in the journal"
[[ " $(of_unit RestartPreventExitStatus) " == *" 78 "* ]] || fail "78 is not kept from a restart"
ok "says what is missing, and is not started again for it"

for setting in "$@"; do echo "$setting"; done >>/etc/default/dt-stream-router
listen
began=$(date +%s%N)
start
wait "$listener" || fail "no notice that it runs"
listener=
grep -q "STATUS=running; the page is on http" /run/notice || fail "the status: $(cat /run/notice)"
ok "ready after $((($(date +%s%N) - began) / 1000000)) ms"
# a file is there before it has anything
events() {
    [ -s "$(ls /var/lib/dt-stream-router/events/*.ndjson 2>/dev/null | head -1)" ]
}
for i in $(seq 3000); do
    events && break
    sleep 0.1
done
events || fail "no events in files"
ok "writes events, with $(sed -n 's/^VmRSS: *//p' /proc/$pid/status) of memory"
dt-stream-router list >/run/list 2>&1 || fail "list: $(cat /run/list)"
kill "$pid"
ended 0
grep -qv '^<[3467]>' "$log" && fail "lines without a priority: $(grep -v '^<[3467]>' "$log" | head -3)"
grep -q '^<6>INFO  Router - running' "$log" || fail "the log has a time of its own"
! grep -q "$secret" "$log" || fail "the secret is in the log"
ok "ended as asked; the log is as the journal wants it"

echo "# mine" >>/etc/dt-stream-router/routes/events-to-log.camel.yaml
sed -i 's/^dt.ping-interval=.*/dt.ping-interval=20s/' /etc/dt-stream-router/application.properties
dpkg-deb -R "$deb" /run/next
sed -i 's/^Version: .*/Version: 99.0/' /run/next/DEBIAN/control
echo "# theirs" | tee -a /run/next/etc/dt-stream-router/routes/{events-to-log,events-to-files}.camel.yaml >/dev/null
dpkg-deb -Znone -b /run/next /run/next.deb >/dev/null
dpkg --force-confdef --force-confold -i /run/next.deb >/run/dpkg.log 2>&1 || fail "$(cat /run/dpkg.log)"
is "version" "$(dpkg-query -W -f '${Version}' dt-stream-router)" 99.0
is "a changed conffile" "$(tail -1 /etc/dt-stream-router/routes/events-to-log.camel.yaml)" "# mine"
is "an untouched conffile" "$(tail -1 /etc/dt-stream-router/routes/events-to-files.camel.yaml)" "# theirs"
grep -q "^dt.ping-interval=20s$" /etc/dt-stream-router/application.properties || fail "a setting is lost"
is "settings" "$(stat -c '%U:%G %a' /etc/dt-stream-router/application.properties)" "root:dt-stream-router 640"
listen
start
wait "$listener" || fail "no notice after the upgrade"
listener=
kill "$pid"
ended 0
ok "upgraded; what was changed stays"

dpkg -r dt-stream-router >/run/dpkg.log 2>&1 || fail "$(cat /run/dpkg.log)"
[ ! -e /usr/share/dt-stream-router/dt-stream-router.jar ] || fail "the jar is left"
[ -e /etc/dt-stream-router/application.properties ] || fail "the settings are gone"
ok "removed; settings and events stay"

dpkg --purge dt-stream-router >/run/dpkg.log 2>&1 || fail "$(cat /run/dpkg.log)"
for left in /etc/dt-stream-router /etc/default/dt-stream-router /var/cache/dt-stream-router; do
    [ ! -e "$left" ] || fail "$left is left"
done
ls /var/lib/dt-stream-router/events/*.ndjson >/dev/null || fail "the events are gone"
ok "purged; events stay"
