# Checking: what can be said of the sources without running them. The floors and the other rules of
# the house are a test program (tests/house), which the check runs too.
# shellcheck shell=bash

# shellcheck source=house/tidy.sh
source house/tidy.sh

faults=0

# step NAME COMMAND…: runs it, and shows what it said when it fails.
step() {
  local name=$1 log begin=$SECONDS
  shift
  log=$(log_of "check-${name// /-}")
  if "$@" >"$log" 2>&1 </dev/null; then
    printf '  %-28s ok     %6d s\n' "$name" "$((SECONDS - begin))"
  else
    printf '  %-28s FAILED %6d s\n' "$name" "$((SECONDS - begin))"
    tail -n 80 "$log" >&2
    faults=$((faults + 1))
  fi
}

check_format() { git ls-files '*.cc' '*.h' | xargs clang-format --dry-run -Werror; }

check_shell() { shellcheck -x dev house/*.sh .ci/run; }

check_web() { npm --prefix web run --silent check; }

check_house() { build/dev/bitacora_house_test --gtest_brief=1; }

# Subjects as "folder: what it does", of the commits that main's upstream does not have yet.
check_commits() {
  local range=HEAD bad
  if git rev-parse --quiet --verify '@{upstream}' >/dev/null; then range='@{upstream}..HEAD'; fi
  bad=$(git log --no-merges --max-count=200 --format='%h %s' "$range" |
    grep -vE '^[0-9a-f]+ [a-z][a-z0-9./ -]*: [^ ].*[^.]$' || true)
  [[ -z $bad ]] || {
    echo "commits whose subject is not \"folder: imperative sentence\":"
    echo "$bad"
    return 1
  }
}

check() {
  step 'format' check_format
  step 'shell' check_shell
  step 'commits' check_commits
  build dev bitacora_house_test
  step 'house' check_house
  install_web
  step 'types of web' check_web
  step 'clang-tidy' tidy "$@"
  ((faults == 0)) || die "$faults of the checks have failed; their output is in build/logs"
}
