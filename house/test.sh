# Testing: quick ones first. Each program's output is kept in build/logs; what has failed is shown.
# shellcheck shell=bash

passed=0
failed=0

# Programs that take their time, and run after the others.
suites_slow=(acceptance)

# What clang's and g++'s sanitizers are told; harmless without them.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:suppressions=$PWD/house/ubsan.supp
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

# count NAME PASSED FAILED: adds to the sums, and tells.
count() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  printf '  %-28s %5d passed %5d failed %6d s\n' "$1" "$2" "$3" "$4"
}

# run_program PRESET SUITE FILTER PART PARTS: runs one GoogleTest program, or a part of its tests; its
# counts go to a file, so that several may run beside each other.
run_program() {
  local preset=$1 suite=$2 filter=$3 log begin=$SECONDS code=0 good bad
  log=$(log_of "test-$preset-$suite.$4")
  GTEST_SHARD_INDEX=$4 GTEST_TOTAL_SHARDS=$5 BITACORA_BIN=$PWD/build/$preset/bitacora "build/$preset/bitacora_${suite}_test" \
    --gtest_brief=0 --gtest_color=no --gtest_filter="$filter" >"$log" 2>&1 </dev/null || code=$?
  good=$(grep -c '^\[       OK \]' "$log" || true)
  bad=$(grep -cE '^\[  FAILED  \] .*\([0-9]+ ms\)$' "$log" || true)
  # A program that dies has failed, whatever it had counted by then.
  if ((code != 0 && bad == 0)); then
    bad=1
    echo "ended with code $code" >>"$log"
  fi
  echo "$good $bad $((SECONDS - begin))" >"$log.count"
}

# report PRESET SUITE PARTS: counts what run_program left, and shows failures.
report() {
  local part log good bad seconds all_good=0 all_bad=0 longest=0
  for ((part = 0; part < $3; ++part)); do
    read -r good bad seconds <"$(log_of "test-$1-$2.$part").count"
    ((all_good += good, all_bad += bad, longest = seconds > longest ? seconds : longest)) || true
  done
  count "$2 ($1)" "$all_good" "$all_bad" "$longest"
  ((all_bad > 0)) || return 0
  for ((part = 0; part < $3; ++part)); do
    log=$(log_of "test-$1-$2.$part")
    grep -E -B 30 '^\[  FAILED  \] .*\([0-9]+ ms\)$' "$log" | tail -n 120 | cut -c 1-400 >&2 || true
    tail -n 25 "$log" | cut -c 1-400 >&2
  done
}

# suites_of PRESET: every suite that bitacora_test() made a program for, in the order of the floors.
suites_of() {
  ninja -C "build/$1" -t targets all | sed -n 's/^bitacora_\([a-z_]*\)_test:.*/\1/p'
}

# parts_of SUITE: as how many processes it runs; of those that mostly wait, for the disk or for a bound
# to pass, as several.
parts_of() {
  case $1 in
    http) echo 2 ;;
    acceptance) echo 3 ;;
    *) echo 1 ;;
  esac
}

is_slow() { [[ " ${suites_slow[*]} " == *" $1 "* ]]; }

# run_programs PRESET FILTER AT_ONCE SUITE…
run_programs() {
  local preset=$1 filter=$2 at_once=$3 suite part parts
  shift 3
  for suite in "$@"; do
    parts=$(parts_of "$suite")
    for ((part = 0; part < parts; ++part)); do
      while (($(jobs -pr | wc -l) >= at_once)); do wait -n; done
      run_program "$preset" "$suite" "$filter" "$part" "$parts" &
    done
  done
  wait
  for suite in "$@"; do report "$preset" "$suite" "$(parts_of "$suite")"; done
}

# run_web NAME SCRIPT FILTER: the console's tests, by vitest.
run_web() {
  local name=$1 script=$2 filter=$3 log begin=$SECONDS code=0 counts
  log=$(log_of "test-$name")
  rm -f "$log.json"
  BITACORA_BIN=$PWD/build/dev/bitacora npm --prefix web run --silent "$script" -- \
    --reporter=default --reporter=json --outputFile.json="$PWD/$log.json" --passWithNoTests \
    ${filter:+-t "$filter"} >"$log" 2>&1 </dev/null || code=$?
  counts=$(node -e '
    const told = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    // A file that could not be run has no tests to count.
    const broken = told.testResults.filter((file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"));
    console.log(told.numPassedTests, told.numFailedTests + broken.length);
  ' "$log.json" 2>/dev/null) || counts="0 0"
  read -r good bad <<<"$counts"
  ((code == 0 || bad > 0)) || bad=1
  count "$name" "$good" "$bad" "$((SECONDS - begin))"
  if ((bad > 0)); then tail -n 60 "$log" | cut -c 1-400 >&2; fi
}

# test_plain FILTER: everything, in the dev preset. FILTER is a suite's name, or a part of the
# names of tests.
test_plain() {
  local word=$1 filter='*' suite all quick=() slow=()
  configure dev
  mapfile -t all < <(suites_of dev)
  for suite in "${all[@]}"; do
    if [[ $suite == "$word" ]]; then
      build dev "bitacora_${word}_test" bitacora
      run_programs dev '*' 2 "$word"
      return
    fi
    if is_slow "$suite"; then slow+=("$suite"); else quick+=("$suite"); fi
  done
  case $word in
    web) install_web && run_web web test '' && return ;;
    e2e) build dev bitacora && install_web && run_web e2e e2e '' && return ;;
    '') ;;
    *) filter="*$word*" ;;
  esac
  build dev
  install_web
  run_programs dev "$filter" "$(nproc)" "${quick[@]}"
  run_web web test "$word"
  run_programs dev "$filter" 2 "${slow[@]}"
  run_web e2e e2e "$word"
}

# test_sanitized PRESET [SUITE…]: the C++ programs, or these alone, under a sanitizer.
test_sanitized() {
  local preset=$1 targets=() suites=() suite at_once
  # Each takes several times the memory and the time; two are what a small machine has.
  at_once=$(nproc)
  ((at_once < 2)) || at_once=2
  shift
  configure "$preset"
  (($# > 0)) || mapfile -t suites < <(suites_of "$preset")
  (($# == 0)) || suites=("$@")
  set -- "${suites[@]}"
  for suite in "$@"; do targets+=("bitacora_${suite}_test"); done
  build "$preset" "${targets[@]}"
  run_programs "$preset" '*' "$at_once" "$@"
}
