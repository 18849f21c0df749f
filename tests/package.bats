#!/usr/bin/env bats
# What is handed out: the tarball, Debian's package, the container; and what make says where something is missing.
# With GZ_PACKAGE=all (make check-package) they are built; make check has the cheap parts.

load helpers

setup_file() {
    [ "$GZ_PACKAGE" = all ] || return 0
    command -v dpkg-buildpackage dh fakeroot > /dev/null || return 0
    make -s -C "$ROOT" deb > "$BATS_FILE_TMPDIR/said" 2>&1 || cat "$BATS_FILE_TMPDIR/said"
}

VERSION=$(sed -n 's/^VERSION  *= *//p' "$ROOT/Makefile")

need_packages() {
    [ "$GZ_PACKAGE" = all ] || skip "only in make check-package"
    need_command dpkg-buildpackage
    need_command dh
    need_command fakeroot
    deb=$(echo "$ROOT/dist/gz-toolchain_${VERSION}"_*.deb)
    [ -e "$deb" ]
}

# ---- cheap ----

@test "make says in one line what is missing, before it compiles" {
    need_unsanitized
    mkdir tools
    for tool in bash sh make env id mkdir touch nproc; do ln -s "$(type -P $tool)" tools; done
    make=(env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" BUILD="$PWD/build" BIN="$PWD/bin" all)
    run -2 env PATH="$PWD/tools" "${make[@]}"
    [[ ${lines[0]} == 'make: missing: a C compiler (cc), pkg-config (pkg-config); on Debian these packages '* ]]
    [ "${#lines[@]}" -eq 2 ]
    run -2 env PKG_CONFIG_PATH= PKG_CONFIG_LIBDIR=/none "${make[@]}"
    libraries='libjpeg, libpng, zlib, libarchive, openblas, jansson'
    [[ ${lines[0]} == "make: missing: $libraries; "*' libjpeg62-turbo-dev '* ]]
    [ -z "$(find build bin -type f 2> /dev/null)" ]
    # An old version, and nobody who may install: a list for an administrator.
    mkdir pc
    # With the libraries that they need themselves.
    for library in libpng zlib openblas; do cp "$(pkg-config --variable=pcfiledir $library)"/*.pc pc; done
    sed 's/^Version:.*/Version: 2.1/' "$(pkg-config --variable=pcfiledir jansson)/jansson.pc" > jansson.pc
    cp jansson.pc pc
    printf '#!/bin/sh\necho 1000\n' > tools/apt-get
    rm tools/id
    cp tools/apt-get tools/id
    chmod +x tools/*
    ln -s "$(type -P pkg-config)" "$(type -P gcc)" "$(type -P as)" "$(type -P ld)" tools
    run -2 env PATH="$PWD/tools" PKG_CONFIG_PATH= PKG_CONFIG_LIBDIR="$PWD/pc" "${make[@]}" CC=gcc
    [[ ${lines[0]} == 'make: missing: jansson 2.9 or later (here is 2.1); ask an administrator for: apt-get '* ]]
}

@test "Debian's package builds with the packages of the Makefile, and has its version" {
    packages=$(sed -n '/^PACKAGES_BUILD/,/[^\\]$/p' "$ROOT/Makefile" | tr -d '\\' | sed 's/.*=//' | xargs -n 1 |
        grep -vxE 'gcc|libc6-dev|make' | sed 's/^libjpeg62-turbo-dev$/libjpeg-dev/' | sort)
    diff <(echo "$packages") \
        <(sed -n '/^Build-Depends/,/^Standards/s/^ \([a-z0-9-]*\),$/\1/p' "$ROOT/debian/control" | sort)
    head -n 1 "$ROOT/debian/changelog" | grep -F "($VERSION)"
}

@test "release-check refuses a CHANGELOG without the version" {
    run -1 env GZ_RELEASE_PARTS=versions "$ROOT/packaging/release-check" 9.8.7
    [[ $output == *"CHANGELOG.md has no line '## 9.8.7, YEAR-MONTH-DAY'"*'9.8.7 is not ready: versions failed' ]]
}

@test "release-check refuses a tree with changes, goes on, and says what it skipped" {
    need_command git
    mkdir -p tree/packaging tree/debian
    cp "$ROOT/packaging/release-check" tree/packaging
    cd tree
    printf '## 9.8.7, 2026-11-26\n' > CHANGELOG.md
    printf 'gz-toolchain (9.8.7) unstable; urgency=medium\n' > debian/changelog
    printf 'check:\n\t@echo "ok 1 the moon # skip no moon here"\nasan:\n\t@false\n' > Makefile
    git init -q .
    git add .
    git -c user.name=x -c user.email=x@invalid commit -qm x
    run -0 env GZ_RELEASE_PARTS='clean-tree versions check' packaging/release-check 9.8.7
    [[ $output == *'skipped: ok 1 the moon # skip no moon here'* && $output == *'skipped: asan # skip'* ]]
    [ "${lines[-1]}" = 'release-check: 9.8.7 is ready, but for what was skipped' ]
    echo >> Makefile
    run -1 env GZ_RELEASE_PARTS='clean-tree versions asan' packaging/release-check 9.8.7
    [[ $output == *' M Makefile'*'the tree has changes'* ]]
    [ "${lines[-1]}" = 'release-check: 9.8.7 is not ready: clean-tree asan failed' ]
}

# ---- built ----

@test "the tarball builds by itself, and works" {
    [ "$GZ_PACKAGE" = all ] || skip "only in make check-package"
    make -s -C "$ROOT" dist
    tar -xzf "$ROOT/dist/gz-toolchain-$VERSION.tar.gz"
    env -u MAKEFLAGS -u MAKELEVEL make -s -j "$(nproc)" -C "gz-toolchain-$VERSION" all dist
    GZ_BIN=gz-toolchain-$VERSION/bin "gz-toolchain-$VERSION/tests/tools/smoke"
}

@test "lintian has nothing to say of the package" {
    need_packages
    need_command lintian
    run lintian --pedantic --fail-on error,warning,info,pedantic "$ROOT"/dist/*.changes
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "built again in another folder, the package has the same bytes" {
    need_packages
    sum=$(sha256sum < "$deb")
    mkdir another-folder-with-a-long-name
    GZ_DEB_FOLDER=$PWD/another-folder-with-a-long-name make -s -C "$ROOT" deb
    [ "$(sha256sum < "$deb")" = "$sum" ]
}

@test "the package installs, works and is removed without a trace in a bare Debian" {
    need_packages
    need_command mmdebstrap
    [ "$(id -u)" = 0 ] || skip "not root"
    mmdebstrap --quiet --variant=minbase --mode=root bookworm root > said 2>&1 || skip "no Debian can be fetched here"
    cp "$deb" root/tmp/gz.deb
    cp "$ROOT/tests/tools/smoke" root/tmp
    cp /etc/apt/apt.conf.d/99* root/etc/apt/apt.conf.d 2> /dev/null || true
    cp /etc/resolv.conf root/etc
    chroot root apt-get update -q > said 2>&1 || skip "no packages can be fetched there"
    chroot root apt-get install -qy --no-install-recommends /tmp/gz.deb > said 2>&1 || { tail said; return 1; }
    # Without /proc, and without cfitsio, which is only recommended.
    run -0 chroot root gz doctor
    [[ $output == *"FITS         can't be read: there is no cfitsio"* && $output == *'commands     all there'* ]]
    mount -t proc proc root/proc || skip "no /proc can be mounted here"
    run env -u GZ_BIN chroot root /tmp/smoke
    umount root/proc
    [ "$status" -eq 0 ]
    chroot root apt-get purge -qy gz-toolchain > said 2>&1
    [ -z "$(find root/usr -name 'gz*' ! -path '*gzip*' ! -name 'gzexe*' -newer root/tmp/gz.deb)" ]
    rm -rf root
}

@test "the container builds on a bare Debian, and works" {
    [ "$GZ_PACKAGE" = all ] || skip "only in make check-package"
    need_command buildah
    need_command mmdebstrap
    [ "$(id -u)" = 0 ] || skip "not root"
    # All that buildah keeps is in this test's folder; no registry, no namespaces of its own.
    export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
    printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$PWD/graph" "$PWD/run" > storage.conf
    export CONTAINERS_STORAGE_CONF=$PWD/storage.conf
    container=$(buildah from scratch 2> said) || skip "no containers can be made here: $(tail -n 1 said)"
    mmdebstrap --quiet --variant=apt --mode=root bookworm root.tar > said 2>&1 || skip "no Debian can be fetched here"
    buildah add --quiet "$container" root.tar / > said
    buildah run "$container" true 2> said || skip "no containers can be run here: $(tail -n 1 said)"
    buildah rm "$container" > said
    make -s -C "$ROOT" dist > said
    "$ROOT/packaging/container" "$VERSION" "$ROOT/dist" root.tar > said 2>&1 || { tail said; return 1; }
    container=$(buildah from --pull-never "gz-toolchain:$VERSION")
    buildah copy --quiet "$container" "$ROOT/tests/tools/smoke" /smoke > said
    run -0 buildah run "$container" gz doctor
    [[ $output == *'FITS         libcfitsio'* ]]
    run -0 buildah run "$container" /smoke
    [ "${lines[-1]}" = 'smoke: all works' ]
    buildah rm --all > said
    rm -rf graph root.tar
}
