# Shell part that the scripts share: a place to work, the libraries, the system's packages.
# Sourced, never run: `. scripts/setup.sh`. It defines functions and does nothing by itself.
#
#   prepare_venv        .venv with exactly what requirements/lock.txt pins; under a second when it stands
#   prepare_pcsc        the PC/SC driver, which is built from source; a line when it cannot be had
#   need_system KIND    Debian's or Ubuntu's packages for `demo` or `test`
#   need_browser        a Chromium for the tests
#   step TEXT COMMAND…  runs a command and shows that it is still at work
#   fail STATUS TEXT    ends the script with one sentence

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
STAMP=$VENV/.installed
PCSC_STAMP=$VENV/.pcsc-failed

unset PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# Accounts without a home (nobody, service accounts) have no place for uv's cache.
[ -w "${HOME:-/nonexistent}" ] || export UV_NO_CACHE=1

say() { printf '%s\n' "$*"; }

fail() {
    local status=$1
    shift
    printf '%s\n' "$*" >&2
    exit "$status"
}

is_root() { [ "$(id -u)" = 0 ]; }
is_offline() { [ "${MRK_OFFLINE:-}" = 1 ]; }

# step TEXT COMMAND... : the command's own output is shown only if it fails.
step() {
    local text=$1 log started pid status=0 seconds
    shift
    log=$(mktemp)
    started=$SECONDS
    say "$text …"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        # An interrupted script must not leave its installer running.
        trap 'kill "$pid" 2>/dev/null; rm -f "$log"; trap - INT TERM; kill -INT $$' INT TERM
        sleep 0.2
        seconds=$((SECONDS - started))
        if [ -t 1 ] && [ "$seconds" -ge 2 ]; then
            printf '\r  %s s' "$seconds"
        elif [ "$seconds" -ge "${next_sign:=5}" ]; then
            say "  still at it, $seconds s"
            next_sign=$((seconds + 10))
        fi
    done
    trap - INT TERM
    unset next_sign
    wait "$pid" || status=$?
    [ -t 1 ] && printf '\r'
    if [ "$status" = 0 ]; then
        say "  done in $((SECONDS - started)) s"
    else
        say "  failed after $((SECONDS - started)) s:"
        tail -n 15 "$log" | sed 's/^/    /'
    fi
    rm -f "$log"
    return "$status"
}

# --- Python ----------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# find_python: prints the first Python of the system from 3.11 on.
find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$name" >/dev/null && is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# python_package NAME: Debian's package of the Python in use, e.g. python3-dev or python3.12-dev.
python_package() {
    local version default=
    version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ -x /usr/bin/python3 ] &&
        default=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$version" = "$default" ]; then
        say "python3-$1"
    else
        say "python$version-$1"
    fi
}

require_python() {
    if ! PYTHON=$(find_python); then
        if is_root && has_apt && ! is_offline && ! command -v python3 >/dev/null; then
            install_packages python3 python3-venv || true
        fi
        PYTHON=$(find_python) || fail 1 \
            "Python 3.11 or later is needed, and here is $(python3 --version 2>/dev/null || echo none)." \
            "Install it (Debian 12: apt-get install python3 python3-venv) and run this again."
    fi
    "$PYTHON" -c 'import ensurepip' 2>/dev/null && return
    if is_root && has_apt && ! is_offline; then
        install_packages "$(python_package venv)" || true
    fi
    "$PYTHON" -c 'import ensurepip' 2>/dev/null || fail 1 \
        "Python's venv module is incomplete; as root: apt-get install $(python_package venv)"
}

# What the installed state depends on; a moved checkout counts, for a venv holds absolute paths.
fingerprint() {
    (
        cd "$ROOT"
        say "$ROOT"
        cat requirements/bootstrap.txt requirements/lock.txt setup.cfg pyproject.toml | sha256sum
    )
}

is_prepared() {
    [ -x "$VENV/bin/python" ] && [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(fingerprint)" ]
}

prepare_venv() {
    is_prepared && return
    [ -w "$ROOT" ] || fail 1 "$ROOT cannot be written to by $(id -un); the libraries go into $VENV"
    mkdir -p "$ROOT/var"
    # Two scripts started together take turns; the second finds the work done.
    ( flock 9; is_prepared || build_venv ) 9>"$ROOT/var/.setup.lock" || exit $?
}

build_venv() {
    require_python
    # A venv of another place or of a Python that has gone cannot be mended.
    if [ -e "$VENV" ] && ! { is_new_enough "$VENV/bin/python" && is_at_home; }; then
        rm -rf "$VENV"
    fi
    if ! is_new_enough "$VENV/bin/python"; then
        is_offline && fail 1 "MRK_OFFLINE=1, but nothing is installed yet; run once without it"
        step "Making a virtual environment with Python $("$PYTHON" -V | cut -d' ' -f2)" \
            "$PYTHON" -m venv "$VENV" || fail 1 "No virtual environment could be made in $VENV"
    fi
    rm -f "$STAMP" "$PCSC_STAMP"
    if is_offline; then
        step "Looking for the pinned packages among those already here" install_offline ||
            fail 1 "MRK_OFFLINE=1, but not every pinned package is here; run once without it"
    else
        step "Fetching the installer" "$VENV/bin/python" -m pip install --quiet \
            --require-hashes -r "$ROOT/requirements/bootstrap.txt" ||
            fail 1 "The Python package index could not be reached, or answered with other files than pinned"
        step "Installing $(grep -c '^[a-zA-Z].*==' "$ROOT/requirements/lock.txt") pinned Python packages" \
            install_locked || fail 1 "The pinned Python packages could not be installed"
    fi
    step "Installing the console commands" install_commands ||
        fail 1 "The console commands could not be installed"
    fingerprint >"$STAMP"
}

# is_at_home: the venv was made for this place (its scripts name their interpreter by path).
is_at_home() { grep -qF "$VENV" "$VENV/bin/pip" "$VENV/bin/activate" 2>/dev/null; }

has_uv() { "$VENV/bin/uv" --version >/dev/null 2>&1; }

# pip reads the mirror that the administrator set; uv has to be told.
uv_install() {
    local mirror
    mirror=${PIP_INDEX_URL:-$("$VENV/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$mirror" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
        export UV_DEFAULT_INDEX=$mirror
    fi
    # Bytecode now: whoever runs the commands later may not be allowed to write it, and without it
    # each start compiles every library anew.
    "$VENV/bin/uv" pip install --quiet --compile-bytecode --python "$VENV/bin/python" "$@"
}

install_locked() {
    if has_uv; then
        uv_install --require-hashes -r "$ROOT/requirements/lock.txt" && return
        say "uv could not do it; trying with pip"
    fi
    "$VENV/bin/python" -m pip install --quiet --require-hashes -r "$ROOT/requirements/lock.txt"
}

install_offline() {
    if has_uv; then
        uv_install --offline --require-hashes -r "$ROOT/requirements/lock.txt"
    else
        "$VENV/bin/python" -m pip install --quiet --no-index --require-hashes \
            -r "$ROOT/requirements/lock.txt"
    fi
}

install_commands() {
    if has_uv; then
        uv_install --offline --no-deps --no-build-isolation --editable "$ROOT"
    else
        "$VENV/bin/python" -m pip install --quiet --no-index --no-deps --no-build-isolation \
            --editable "$ROOT"
    fi && (cd "$ROOT" && "$VENV/bin/python" -m compileall -q registration certs quarantine terminal backend)
}

# --- the PC/SC driver ------------------------------------------------------------------------

has_compiler() { command -v gcc >/dev/null && [ -e /usr/include/stdlib.h ]; }
has_python_headers() {
    local folder
    folder=$("${1:-python3}" -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null)
    [ -e "$folder/Python.h" ]
}
has_pcsc_headers() { [ -e /usr/include/PCSC/winscard.h ]; }

prepare_pcsc() {
    "$VENV/bin/python" -c 'import smartcard.scard' 2>/dev/null && return
    local missing=()
    has_compiler || missing+=(gcc libc6-dev)
    has_python_headers "$VENV/bin/python" || missing+=("$(PYTHON=$VENV/bin/python python_package dev)")
    has_pcsc_headers || missing+=(libpcsclite-dev)
    if [ "${#missing[@]}" != 0 ]; then
        say "The PC/SC driver (passports, travel permits) is missing: building it needs ${missing[*]}."
    elif is_offline || [ -e "$PCSC_STAMP" ]; then
        say "The PC/SC driver (passports, travel permits) is missing: it was not built at set-up."
    elif ! step "Building the PC/SC driver" install_pcsc; then
        : >"$PCSC_STAMP"
        say "The PC/SC driver (passports, travel permits) is missing: pyscard could not be built."
    fi
}

install_pcsc() {
    export PATH="$VENV/bin:$PATH" # swig comes from the lock
    if has_uv; then
        uv_install --no-deps --no-build-isolation --require-hashes -r "$ROOT/requirements/pcsc.txt"
    else
        "$VENV/bin/python" -m pip install --quiet --no-deps --no-build-isolation --require-hashes \
            -r "$ROOT/requirements/pcsc.txt"
    fi && "$VENV/bin/python" -c 'import smartcard.scard'
}

# --- the system's packages -------------------------------------------------------------------

has_apt() { command -v apt-get >/dev/null; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_virtual_reader() { compgen -G '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null; }
has_chinese_fonts() { compgen -G '/usr/share/fonts/*/*/*CJK*' >/dev/null; }
has_chromium() {
    command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
        { command -v chromium-browser >/dev/null && ! is_ubuntu; }
}
is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; } # its chromium is a snap, which tests cannot start

# missing_packages KIND: prints Debian's names of what is not there.
missing_packages() {
    local python=$PYTHON
    has_compiler || say gcc libc6-dev
    has_python_headers "$python" || python_package dev
    has_pcsc_headers || say libpcsclite-dev
    [ "$1" = test ] || return 0
    local pair
    for pair in pcscd:pcscd pdfsig:poppler-utils qpdf:qpdf zbarimg:zbar-tools strace:strace \
        faketime:faketime openssl:openssl certutil:libnss3-tools softhsm2-util:softhsm2; do
        PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || say "${pair##*:}"
    done
    has_virtual_reader || say vsmartcard-vpcd
    has_postgres || say postgresql
    has_chinese_fonts || say fonts-noto-cjk
    has_chromium || is_ubuntu || say chromium
}

# install_packages NAME...: as root; quiet, without questions and without recommendations.
install_packages() {
    export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
    export NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none LC_ALL=C.UTF-8
    step "Reading Debian's list of packages" \
        apt-get -o DPkg::Lock::Timeout=300 update || say "The list could not be read; trying without"
    step "Installing $*" \
        apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
        install -y --no-install-recommends "$@"
}

# need_system KIND: installs what it may; otherwise says in one line what is missing and goes on.
need_system() {
    local kind=$1 missing
    case $kind in demo | test) ;; *) fail 2 "need_system knows demo and test, not '$kind'" ;; esac
    require_python
    missing=$(missing_packages "$kind" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if is_root && has_apt && ! is_offline; then
        # shellcheck disable=SC2086  # names, split on purpose
        install_packages $missing || true
        missing=$(missing_packages "$kind" | tr '\n' ' ')
        missing=${missing% }
        [ -n "$missing" ] || return 0
    fi
    say "Going on without some of the system's packages; as root: apt-get install --no-install-recommends $missing"
}

# need_browser: on Ubuntu, where no package holds a Chromium, Playwright fetches its own.
need_browser() {
    has_chromium && return
    is_offline && return
    is_ubuntu || return 0
    local with_libraries=()
    is_root && with_libraries=(--with-deps)
    step "Fetching a Chromium for the tests" \
        "$VENV/bin/python" -m playwright install "${with_libraries[@]}" chromium ||
        say "No Chromium could be had; the tests that look at pages will fail"
}
