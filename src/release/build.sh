#!/usr/bin/env bash
# Builds what a release holds from the commit that is checked out, twice, in two clean folders, and fails if two files differ.
# Leaves target/release/: the archive that users unpack, the jar, the component alone, the Debian package, the
# container image, sources, Javadoc, the list of what is in the jar (CycloneDX), and SHA256SUMS. The classes' archive within the image is
# that of the first build, as Java writes it differently each time. Needs git, a JDK 17, GNU tar.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD

jdk=$(javac -version 2>&1)
[[ $jdk == "javac 17."* ]] || { echo "a release is built with JDK 17, not with $jdk" >&2; exit 1; }

archive=${ARCHIVE:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' pom.xml)
name=dt-stream-router-$version
for build in first second; do
    git clone -q --no-local "$top" "$work/$build"
    git -C "$work/$build" checkout -q "$(git rev-parse HEAD)"
    (cd "$work/$build" && ${MVN:-./mvnw} -B -q -Dquick -DskipTests -Prelease,image "-Dimage.archive=$archive" package)
    archive=$work/$build/target/image/archive/router/classes.jsa
    mkdir "$work/$build-files"
    cd "$work/$build/target"
    cp dt-stream-router.jar "$work/$build-files/$name.jar"
    cp component/dt-stream-router.jar "$work/$build-files/$name-component.jar"
    cp dt-stream-router-sources.jar "$work/$build-files/$name-sources.jar"
    cp dt-stream-router-javadoc.jar "$work/$build-files/$name-javadoc.jar"
    cp dt-stream-router-sbom.json "$work/$build-files/$name-sbom.json"
    cp dt-stream-router.deb "$work/$build-files/$name.deb"
    cp dt-stream-router-image.tar "$work/$build-files/$name-image.tar"
    cd "$top"
done
diff -rq "$work"/{first,second}-files

mkdir -p "$work/$name"
cp -R "$work/first"/{application.properties,routes,README.md,CHANGELOG.md,LICENSE} "$work/$name"
cp "$work/first/target/dt-stream-router.jar" "$work/first/src/image/"compose*.yaml "$work/$name"
cp -R "$work/first/src/kubernetes" "$work/$name"

rm -rf target/release
mkdir -p target/release
tar --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner --mode='u+rwX,go=rX' \
    -C "$work" -cf - "$name" | gzip -9n > "target/release/$name.tar.gz"
cp "$work/first-files"/* target/release
cd target/release
sha256sum -- * | tee ../SHA256SUMS
mv ../SHA256SUMS .
