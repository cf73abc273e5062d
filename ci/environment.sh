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

# interpreter VERSION: print the Python of that version on the PATH or of pyenv; fail without one.
interpreter() {
    local name="python$1" owner
    if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
        command -v "$name"
    elif owner="$(pyenv whence "$name" 2>/dev/null | tail -n 1)"; then
        echo "$(pyenv prefix "$owner")/bin/$name"
    else
        return 1
    fi
}

# environment EXTRAS [FOLDER INTERPRETER]: make the environment with this checkout and its EXTRAS,
# unless it is there already, and set `python`.  FOLDER is .venv, INTERPRETER newest_python.
environment() {
    local extras="$1" folder="${2:-$checkout/.venv}" base="${3:-}" wanted
    local stamp="$folder/installed-$extras"
    python="$folder/bin/python"
    wanted="$(cksum <"$checkout/pyproject.toml") $checkout"
    if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    base="${base:-$(newest_python)}"
    echo "Setting up $folder for: $extras (the first time takes a minute or two)"
    if ! "$python" -c '' 2>/dev/null; then
        "$base" -m venv --clear "$folder"
    fi
    "$python" -m pip install -qq --disable-pip-version-check --editable "$checkout[$extras]"
    echo "$wanted" >"$stamp"
}
