#!/usr/bin/env bash
# Runs the container image without a container engine: its layers, unpacked, as the read-only root of processes that have mounts and
# process ids of their own, in 128 MB of memory. usage: try.sh IMAGE SECRET [SETTING=VALUE ...]; the settings are for the environment, so
# that it can reach a cloud. With LIB=FOLDER in this script's own environment, the folder is mounted on /router/lib, as for Kafka's client;
# MEGABYTES=256 is another limit of memory. Exit code 77 with a sentence where this machine does not allow it.
set -euo pipefail

image=$(readlink -f "$1")
shift
limited=${MEGABYTES:-128}

skip() {
    echo "skipped: $*"
    exit 77
}

if [ -z "${IN_NAMESPACE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "it takes root"
    for program in unshare nsenter setpriv python3 tar; do
        command -v "$program" >/dev/null || skip "there is no $program"
    done
    [ "$(uname -s)" = Linux ] || skip "it takes Linux"
    unshare --mount --pid --fork --propagation private true 2>/dev/null || skip "it may not have mounts and processes of its own"
    export IN_NAMESPACE=1
    exec unshare --mount --propagation private "$0" "$image" "$@"
fi

# From here on: with mounts of its own, which are gone at the end.
secret=$1
shift
settings=("$@")
top=$(mktemp -d)
root=$top/root
log=$top/log
pid=
group=

clean() {
    # unshare's --kill-child does not reach a child that has become another user.
    [ -z "$pid" ] || kill -KILL $(first) "$pid" 2>/dev/null || true
    wait 2>/dev/null || true
    umount -R "$root" 2>/dev/null || true
    if [ -n "$group" ]; then
        for _ in $(seq 50); do
            rmdir "$group" 2>/dev/null && break
            sleep 0.1
        done
    fi
    rm -rf "$top"
}
trap clean EXIT

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

mkdir -p "$top"/{image,root,data}
tar --warning=no-unknown-keyword -xf "$image" -C "$top/image"

# What the image's configuration says, as variables of this script.
python3 - "$top/image" >"$top/configuration" <<'PYTHON'
import json, shlex, sys

folder = sys.argv[1]
manifest = json.load(open(folder + "/manifest.json"))[0]
config = json.load(open(folder + "/" + manifest["Config"]))["config"]
for name, values in [
    ("layers", manifest["Layers"]),
    ("environment", config["Env"]),
    ("entrypoint", config["Entrypoint"]),
    ("health", config["Healthcheck"]["Test"][1:]),
    ("volumes", list(config["Volumes"])),
]:
    print(name + "=(" + " ".join(map(shlex.quote, values)) + ")")
print("user=" + shlex.quote(config["User"]))
print("folder=" + shlex.quote(config["WorkingDir"]))
PYTHON
. "$top/configuration"

for layer in "${layers[@]}"; do
    tar --warning=no-unknown-keyword -xf "$top/image/$layer" -C "$root" --same-owner --same-permissions
done
[ "${user%%:*}" != 0 ] && [ -n "$user" ] || fail "it runs as root"
is "volumes" "${volumes[*]}" /data
is "the owner of /data" "$(stat -c %u:%g:%a "$root/data")" "${user%%:*}:0:775"
writable=$(find "$root" -xdev \( -type f -o -type d \) -perm -o+w ! -path "$root/tmp")
[ -z "$writable" ] || fail "everybody may write to $writable"
[ ! -e "$root/bin" ] || fail "there is a shell"
[ "$(wc -l <"$root/usr/share/doc/dt-stream-router/base.txt")" -gt 4 ] || fail "it does not say what its base is"
ok "unpacked: $(du -sm "$root" | cut -f1) MB, $(($(stat -c %s "$image") >> 20)) MB as a file"

mount --bind "$root" "$root"
mount --bind "$top/data" "$root/data"
chown "${user%%:*}:0" "$root/data"
chmod 775 "$root/data"
mount -t tmpfs -o mode=755,size=64k tmpfs "$root/dev"
for device in null zero random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
for file in hosts resolv.conf; do
    mount --bind "/etc/$file" "$root/etc/$file"
done
mount -t tmpfs -o mode=755,size=64k tmpfs "$root/run"
mkdir "$root/run/secrets"
install -m 400 -o "${user%%:*}" <(printf '%s\n' "$secret") "$root/run/secrets/dt"
mount -o remount,bind,ro "$root"
if [ -n "${LIB:-}" ]; then
    mount --bind "$LIB" "$root/router/lib"
    mount -o remount,bind,ro "$root/router/lib"
fi

# One limit for all that runs in it, where this machine lets us say so.
tasks=cgroup.procs
if [ -w /sys/fs/cgroup/memory/memory.limit_in_bytes ] || [ -d /sys/fs/cgroup/memory ]; then
    group=/sys/fs/cgroup/memory/dt-image-$$
    limit=memory.limit_in_bytes
elif grep -qw memory /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null; then
    group=/sys/fs/cgroup/dt-image-$$
    limit=memory.max
fi
if [ -n "$group" ] && ! { mkdir "$group" && echo "${limited}M" >"$group/$limit"; } 2>/dev/null; then
    group=
fi

# As an engine starts it: the first process of its namespaces, as the image's user, with nothing of our environment, and without a /tmp
# that it can write to.
start() {
    : >"$log"
    (
        [ -z "$group" ] || echo $BASHPID >"$group/$tasks"
        exec env -i "${environment[@]}" "${settings[@]}" "$(command -v setpriv)" --no-new-privs "$(command -v unshare)" \
            --pid --fork --kill-child --mount --ipc --uts --mount-proc --root="$root" --wd="$folder" \
            --setgid=0 --setuid="${user%%:*}" "${entrypoint[@]}" "$@" >>"$log" 2>&1
    ) &
    pid=$!
}

first() { # the process inside that is number 1 there
    local children
    read -r children <"/proc/$pid/task/$pid/children"
    echo "${children%% *}"
}

# As an engine executes a command in a container that runs.
execute() {
    (
        [ -z "$group" ] || echo $BASHPID >"$group/$tasks"
        exec env -i "${environment[@]}" "${settings[@]}" "$(command -v nsenter)" --target "$(first)" --pid --mount --ipc --uts \
            --root --wd --setgid=0 --setuid="${user%%:*}" "$@"
    )
}

ended() { # exit code
    local code=0
    wait "$pid" || code=$?
    pid=
    is "exit code" "$code" "$1"
}

await() { # what, command
    local what=$1
    shift
    for _ in $(seq 3000); do
        if "$@" >"$top/said" 2>&1; then return; fi
        kill -0 "$pid" 2>/dev/null || fail "it ended before $what"
        sleep 0.1
    done
    fail "not within 5 min: $what; $(cat "$top/said")"
}

start
ended 78
grep -q "dt.service-account-secret=…" "$log" || fail "it does not say what is missing, in UTF-8"
ok "says what is missing"

# With nothing but the environment: routes and settings are in the image.
settings=("$@" "DT_SERVICE_ACCOUNT_SECRET_FILE=/run/secrets/dt")
began=$(date +%s%N)
start
await "the health check is content" execute "${health[@]}"
starting=$((($(date +%s%N) - began) / 1000000))
ok "is well after $starting ms, health check included"
is "the first process" "$(sed -n 's/^NSpid:.*\t//p' "/proc/$(first)/status")" 1
is "its user" "$(stat -c %u "/proc/$(first)")" "${user%%:*}"
await "it receives" execute "${health[@]:0:${#health[@]}-1}" ready
events() {
    [ "$(cat "$top"/data/events/*.ndjson | wc -l)" -gt 3000 ]
}
await "it has written 3000 events" events
began=$(date +%s%N)
await "the health check is content again" execute "${health[@]}"
ok "writes events; a health check takes $((($(date +%s%N) - began) / 1000000)) ms"
peak=$(sed -n 's/^VmHWM:\s*\([0-9]*\) kB/\1/p' "/proc/$(first)/status")
if [ -n "$group" ]; then
    killed=$(sed -n 's/^oom_kill //p' "$group"/memory.{oom_control,events} 2>/dev/null || true)
    is "processes killed for want of memory" "${killed:-0}" 0
    ok "stays within $limited MB, all that runs in it; the router's own peak is $((peak >> 10)) MB"
else
    [ "$peak" -lt $((limited << 10)) ] || fail "it took $((peak >> 10)) MB"
    ok "its peak is $((peak >> 10)) MB; there can be no memory limit for a test here"
fi

# Beside the router and the health check a command takes memory of its own.
[ -z "$group" ] || echo "$((limited + 64))M" >"$group/$limit"
execute "${entrypoint[@]}" list >"$top/list" 2>&1 || fail "list: $(cat "$top/list")"
grep -q events-to-files "$top/list" || fail "list: $(cat "$top/list")"
execute "${entrypoint[0]}" -Xshare:on "${entrypoint[@]:1}" --version >"$top/version" 2>&1 \
    || fail "the archive of classes does not fit: $(cat "$top/version")"
ok "commands run beside it, in $((limited + 64)) MB; the archive of classes fits"
! grep -q "$secret" "$log" || fail "the secret is in the log"
! grep -qE ' (WARN|ERROR) ' "$log" || fail "it complains"

began=$(date +%s%N)
kill -TERM "$(first)"
ended 0
took=$((($(date +%s%N) - began) / 1000000))
# after ten seconds an engine kills it; where a start takes that long, the machine is busy with something else
[ "$took" -lt 10000 ] || [ "$took" -lt "$starting" ] || fail "it took $took ms to end"
[ ! -e "$top/data/management.port" ] || fail "it did not end cleanly"
tail -1 "$log" | grep -q "stopped" || fail "the last that it says: $(tail -1 "$log")"
ok "ends $took ms after a SIGTERM, with exit code 0"
