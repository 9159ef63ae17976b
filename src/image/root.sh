#!/usr/bin/env bash
# Makes what the container image holds. usage: root.sh JAVA_HOME TARGET [ARCHIVE]
#
#   TARGET/base.tar   an image in Docker's format with one layer: a Java runtime of the modules that the router needs, and of this
#                     machine's system the libraries that it is linked with. From the same JDK and system, the same bytes.
#   TARGET/app/       /router: the jar, the shipped routes and settings
#   TARGET/archive/   /router/classes.jsa: the classes of a running router, ready to be mapped. The JVM writes it a little
#                     differently each time, so it is a layer of its own, and ARCHIVE is taken instead where it is given.
#
# Needs a JDK 17 with jmods, and glibc. Linux.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
java=$1
mkdir -p "$2"
target=$(cd "$2" && pwd)
archive=${3:-}
jar=$target/../dt-stream-router.jar
user=10001

fail() { # log
    tail -20 "$target/work/$1" >&2
    echo "the archive of classes cannot be made, or does not fit: $target/work/$1" >&2
    exit 1
}

[ -d "$java/jmods" ] || { echo "$java has no jmods: install the whole JDK" >&2; exit 1; }
unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS
rm -rf "$target"/{base,base.tar,app,archive,work}
mkdir -p "$target"/{base,app/router,archive/router,work}
cd "$target"

# What the classes name, and what is found by name only: elliptic curves for TLS, jars as file systems, SASL for Kafka.
needed=$("$java/bin/jdeps" --ignore-missing-deps --multi-release 17 --print-module-deps "$jar" 2>/dev/null)
"$java/bin/jlink" --module-path "$java/jmods" --output base/opt/java --strip-debug --no-man-pages --no-header-files \
    --add-modules "$needed,jdk.crypto.ec,jdk.localedata,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.zipfs" \
    --include-locales en
runtime=base/opt/java
# java.desktop is there for java.beans: nobody draws.
rm -f "$runtime"/lib/lib{awt,awt_headless,awt_xawt,fontmanager,freetype,javajpeg,jawt,jsound,lcms,mlib_image,splashscreen}.so
rm -f "$runtime"/bin/{jfr,rmiregistry}

# The libraries of the system, with those that they need, by the names under which the loader looks for them.
{
    for file in "$runtime"/bin/java "$runtime"/lib/*.so "$runtime"/lib/server/*.so; do
        LD_LIBRARY_PATH=$runtime/lib/server:$runtime/lib ldd "$file"
    done
} | awk '/not found/ {print "missing " $1 > "/dev/stderr"; exit 1} $2 == "=>" {print $3} $1 ~ /^\/.*ld-/ {print $1}' \
    | grep -v "$runtime" | sort -u >work/libraries
mkdir -p base/usr/share/doc/dt-stream-router
{
    grep -E '^(JAVA_VERSION|IMPLEMENTOR)=' "$java/release" || true
    while read -r library; do
        install -D -m 755 "$(readlink -f "$library")" "base$library"
        package=$(dpkg -S "$library" "$(readlink -f "$library")" 2>/dev/null | head -1 | sed 's/: .*//' || true)
        version=$([ -z "$package" ] || dpkg-query -W -f '${Version}' "$package")
        echo "$(sha256sum <"base$library" | cut -d' ' -f1)  $library $package $version"
        licence=/usr/share/doc/${package%%:*}/copyright
        [ ! -e "$licence" ] || install -D -m 644 "$licence" "base$licence"
    done <work/libraries
} >work/base.txt
mv work/base.txt base/usr/share/doc/dt-stream-router/base.txt

# For names of files and for the log in UTF-8; glibc has it in a file of its own.
mkdir -p base/usr/lib/locale
cp -RL /usr/lib/locale/C.utf8 base/usr/lib/locale

mkdir -p base/{data,dev,etc,proc,router,run,sys,tmp}
printf 'root:x:0:0:root:/:/sbin/nologin\nrouter:x:%s:%s::/router:/sbin/nologin\n' $user $user >base/etc/passwd
printf 'root:x:0:\nrouter:x:%s:\n' $user >base/etc/group
echo 'hosts: files dns' >base/etc/nsswitch.conf
# Where an engine mounts its own.
: >base/etc/hosts
: >base/etc/hostname
: >base/etc/resolv.conf
chmod -R u=rwX,go=rX base
# The user may be any, as some platforms choose it, with the group 0; the sticky bit keeps files to their owners.
chmod 1777 base/tmp
chmod 0775 base/data

cp "$jar" "$here"/*.options "$top/application.properties" app/router
cp -R "$top/routes" app/router/routes
# Where further jars are mounted, such as those of Kafka: an engine need not make the folder then.
mkdir app/router/lib
chmod -R u=rwX,go=rX app
# An archive of classes holds for the files whose times it knows; jib gives every file this one.
find base app -exec touch -h -d @1 {} +

if [ -n "$archive" ]; then
    cp "$archive" archive/router/classes.jsa
else
    # As where they will be: the archive knows the jar by its name in the working folder.
    cd app/router
    run=("$target/$runtime/bin/java" -XX:+UseSerialGC -Xmx64m)
    "${run[@]}" -Xshare:off -XX:DumpLoadedClassList="$target/work/classes" \
        -Ddt.data-dir="$target/work/data" -Ddt.http-port=0 -Ddt.mqtt-url=tcp://127.0.0.1:1 \
        -jar dt-stream-router.jar demo --seconds 8 >"$target/work/demo.log" 2>&1 || fail demo.log
    echo io/github/dtstream/app/HealthProbe >>"$target/work/classes"
    "${run[@]}" -Xshare:dump -XX:SharedClassListFile="$target/work/classes" \
        -XX:SharedArchiveFile="$target/archive/router/classes.jsa" -cp dt-stream-router.jar >"$target/work/dump.log" 2>&1 || fail dump.log
    cd "$target"
fi
chmod 644 archive/router/classes.jsa
# Java goes on without one that does not fit, and takes twice the time and half as much memory again.
(cd app/router && "$target/$runtime/bin/java" -XX:+UseSerialGC -Xmx48m -Xshare:on \
    -XX:SharedArchiveFile="$target/archive/router/classes.jsa" -jar dt-stream-router.jar --version >"$target/work/fits.log" 2>&1) \
    || fail fits.log
# By its time jib sees that a file has changed, and takes what it has kept of others.
find app archive -exec touch {} +

# Of the user: what it may write to.
mapfile -t folders < <(cd base && LC_ALL=C ls | grep -vx data)
tar --format=gnu --sort=name --mtime=@1 --numeric-owner --owner=0 --group=0 -C base -cf work/layer.tar "${folders[@]}"
tar --format=gnu --mtime=@1 --numeric-owner --owner=$user --group=0 -C base -rf work/layer.tar data
case $(uname -m) in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*) architecture=$(uname -m) ;;
esac
cat >work/config.json <<JSON
{"architecture":"$architecture","os":"linux","created":"1970-01-01T00:00:01Z","config":{"Healthcheck":{"Test":["CMD","/opt/java/bin/java","@/router/probe.options","live"],"Interval":30000000000,"Timeout":10000000000,"StartPeriod":60000000000,"Retries":3}},"rootfs":{"type":"layers","diff_ids":["sha256:$(sha256sum <work/layer.tar | cut -d' ' -f1)"]},"history":[{"created":"1970-01-01T00:00:01Z","created_by":"src/image/root.sh"}]}
JSON
echo '[{"Config":"config.json","RepoTags":["dt-stream-router-base:latest"],"Layers":["layer.tar"]}]' >work/manifest.json
tar --format=gnu --mtime=@1 --numeric-owner --owner=0 --group=0 -C work -cf base.tar config.json layer.tar manifest.json
rm -f work/layer.tar
