# Sourced by the scripts beside it.  Sets `checkout` and `python`; makes .venv when it is needed.

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
python="$checkout/.venv/bin/python"

# explain: print the comment at the head of the script, which is its --help.
explain() {
    sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"
}

# newest_python: print the first Python of at least 3.11 on the PATH, or PYTHON if that is set.
newest_python() {
    local name
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed; none is on the PATH (set PYTHON to name one)" >&2
    return 1
}

# environment EXTRAS: make .venv with this checkout and its EXTRAS, unless it is there already.
environment() {
    local extras="$1" wanted stamp="$checkout/.venv/installed-$1" base
    wanted="$(cksum <"$checkout/pyproject.toml") $checkout"
    if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    base="$(newest_python)"
    echo "Setting up $checkout/.venv for: $extras (the first time takes a minute or two)"
    if ! "$python" -c '' 2>/dev/null; then
        "$base" -m venv --clear "$checkout/.venv"
    fi
    "$python" -m pip install -qq --disable-pip-version-check --editable "$checkout[$extras]"
    echo "$wanted" >"$stamp"
}
