# Read by bin/start, bin/check, bin/test and bin/bench: makes .venv, and keeps it as the requirements say.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
venv_python=.venv/bin/python

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

# need_packages runtime|dev: .venv has exactly what the files of that kind pin.
need_packages() {
  local kind=$1 file=requirements.txt wanted stamp
  [ "$kind" = runtime ] || file=requirements-$kind.txt
  make_venv
  stamp=.venv/foyer-$kind
  # The file for development includes the other one.
  wanted=$(cat requirements.txt "$file" | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    printf 'Installing the packages of %s. This takes a minute the first time.\n' "$file"
    "$venv_python" -m pip install --quiet --no-input --disable-pip-version-check \
      --requirement "$file" </dev/null ||
      stop "The packages of $file could not be installed; pip says why above."
    printf '%s\n' "$wanted" >"$stamp"
  fi
}

make_venv() {
  # A virtual environment that was copied, or whose Python is gone, does not run: it is made anew.
  if "$venv_python" -c 'import pip' 2>/dev/null; then return; fi
  local python
  python=$(find_python) || stop "Foyer needs Python 3.11 or newer as python3."
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"
  "$python" -m venv --clear .venv </dev/null || stop "The environment in .venv could not be made."
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  return 1
}

# The catalogues are kept as text; what runs reads the compiled ones.
compile_translations() {
  local po
  for po in app/translations/*/LC_MESSAGES/messages.po; do
    if [ -e "$po" ] && [ ! "${po%.po}.mo" -nt "$po" ]; then
      "$venv_python" -m babel.messages.frontend --quiet compile --input-file "$po" \
        --output-file "${po%.po}.mo" || stop "The translations in $po could not be compiled."
    fi
  done
}

# install_programs NAME...: from the system's packages, where that may be done here.
install_programs() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null || return 1
  printf 'Installing: %s\n' "$*"
  export DEBIAN_FRONTEND=noninteractive
  { "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -q -y --no-install-recommends "$@"; } \
    </dev/null >.venv/apt.log 2>&1 || { tail -n 5 .venv/apt.log >&2 && return 1; }
}
