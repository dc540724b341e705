# Building: the console, which the program carries, beside what does not carry it, then the rest.
# shellcheck shell=bash

# What has been compiled in one build folder or clone is found again from another.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1

# A digest over names and contents of the files given on standard input.
digest_of_files() { sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1; }

# Runs `npm ci` when package-lock.json is not the one that node_modules was made from.
install_web() {
  local want
  want=$(sha256sum web/package-lock.json | cut -d ' ' -f 1)
  if [[ -d web/node_modules && $(cat build/web-modules.stamp 2>/dev/null) == "$want" ]]; then
    return
  fi
  say "installing the console's packages"
  npm --prefix web ci --no-audit --no-fund >"$(log_of web-packages)" 2>&1 ||
    die "npm has failed: $(tail -n 20 "$(log_of web-packages)")"
  echo "$want" >build/web-modules.stamp
}

# Builds web/dist when something that goes into it has changed.
build_web() {
  [[ -f web/package-lock.json ]] || return 0
  local want
  want=$(find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' \
    -not -path 'web/e2e/*' -not -path 'web/tests/*' -print0 | digest_of_files)
  if [[ -d web/dist && $(cat build/web.stamp 2>/dev/null) == "$want" ]]; then
    return
  fi
  install_web
  say "building the console"
  npm --prefix web run --silent build >"$(log_of web-build)" 2>&1 ||
    die "the console does not build: $(tail -n 40 "$(log_of web-build)")"
  echo "$want" >build/web.stamp
}

# configure PRESET [FOLDER [option…]]: only when it has not been, in build/FOLDER (build/PRESET);
# ninja does it again when a CMake file has changed.
configure() {
  local preset=$1 folder=${2:-$1}
  [[ -f build/$folder/build.ninja ]] ||
    cmake --preset "$preset" -B "build/$folder" -Wno-dev "${@:3}" \
      >"$(log_of "configure-$folder")" ||
    die "cmake has failed: $(tail -n 20 "$(log_of "configure-$folder")")"
}

# build PRESET [target…]
build() {
  local preset=$1 web
  shift
  configure "$preset"
  say "building ${*:-everything} ($preset)"
  build_web &
  web=$!
  compile "$preset" "${floors_below[@]}"
  wait "$web" || exit 1
  compile "$preset" "$@"
}

# What needs no console to be there: while npm waits for the network, something is done.
floors_below=(bitacora_actors bitacora_projections)

# compile PRESET [target…]
compile() {
  local preset=$1
  shift
  ninja -C "build/$preset" "$@" >"$(log_of "build-$preset")" 2>&1 || {
    grep -E 'error|FAILED' -A 12 "$(log_of "build-$preset")" | head -n 80 >&2
    die "the build has failed; all of it is in $(log_of "build-$preset")"
  }
}

# Where the output of a step is kept.
log_of() {
  mkdir -p build/logs
  echo "build/logs/$1.log"
}
