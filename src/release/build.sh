#!/usr/bin/env bash
# Builds what a release holds from the commit that is checked out, twice, in two clean folders, and fails if the two jars differ.
# Leaves target/release/: the archive that users unpack, the jar, and SHA256SUMS. Needs git, a JDK 17, GNU tar.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD

jdk=$(javac -version 2>&1)
[[ $jdk == "javac 17."* ]] || { echo "a release is built with JDK 17, not with $jdk" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for build in first second; do
    git clone -q --no-local "$top" "$work/$build"
    git -C "$work/$build" checkout -q "$(git rev-parse HEAD)"
    (cd "$work/$build" && ./mvnw -B -q -Dquick -DskipTests package)
done
cmp "$work"/{first,second}/target/dt-stream-router.jar

version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' pom.xml)
name=dt-stream-router-$version
mkdir -p "$work/$name"
cp -R "$work/first"/{application.properties,routes,README.md,CHANGELOG.md,LICENSE} "$work/$name"
cp "$work/first/target/dt-stream-router.jar" "$work/$name"

rm -rf target/release
mkdir -p target/release
tar --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner --mode='u+rwX,go=rX' \
    -C "$work" -cf - "$name" | gzip -9n > "target/release/$name.tar.gz"
cp "$work/first/target/dt-stream-router.jar" "target/release/$name.jar"
cd target/release
sha256sum "$name.jar" "$name.tar.gz" | tee SHA256SUMS
