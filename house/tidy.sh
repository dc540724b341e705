# clang-tidy, whose verdicts are kept: a file that has passed is not looked at again until it, a
# header of ours that it includes, the rules or clang-tidy change.
#
# It is told each source's compile command by build/plain, where no source is in a group: that folder
# is configured and never built. So it also finds what a source has from its neighbours alone.
# shellcheck shell=bash

# The folders that are held to it; one joins when all of its files pass.
tidy_folders='^(events|projections|actors|http|tools)/'

# Prints "digest file" for each source: the digest covers the file and all of our headers that it
# includes, directly or not.
tidy_digests() {
  local rules
  rules=$( (cat .clang-tidy && clang-tidy --version) | sha256sum)
  git ls-files '*.cc' '*.h' | xargs sha256sum | awk -v rules="$rules" -v folders="$tidy_folders" '
    { digest[$2] = $1; files[++count] = $2 }
    function closure(file, seen,    line, parts, inner, all) {
      if (file in seen || !(file in digest)) return ""
      seen[file] = 1
      all = digest[file]
      while ((getline line < file) > 0)
        if (match(line, /^#include "[^"]+"/)) {
          split(line, parts, "\"")
          all = all closure(parts[2], seen)
        }
      close(file)
      return all
    }
    END {
      for (i = 1; i <= count; ++i)
        if (files[i] ~ folders && files[i] ~ /\.cc$/) {
          delete seen
          print files[i], rules closure(files[i], seen)
        }
    }' | while read -r file text; do
    echo "$(sha256sum <<<"$text" | cut -d ' ' -f 1) $file"
  done
}

# tidy_one DIGEST FILE: leaves a stamp when it passes, what it was told.
tidy_one() {
  local log=build/tidy/$1.log
  # The compile commands are for g++: clang does not know all of its warnings and parameters, and has
  # warnings of its own about what libraries' macros make.
  if clang-tidy --quiet -p build/plain --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-unused-command-line-argument --extra-arg=-Wno-c99-extensions \
    --extra-arg=-Wno-missing-field-initializers "$2" >"$log" 2>&1
  then
    mv "$log" "build/tidy/$1"
  else
    grep -v 'warnings generated' "$log"
    return 1
  fi
}

tidy() {
  mkdir -p build/tidy
  [[ ${1-} != --all ]] || rm -f build/tidy/*
  configure dev plain -DBITACORA_UNITY=OFF
  # Nothing is built there, so that nothing else would notice that a CMake file has changed.
  ninja -C build/plain build.ninja >"$(log_of configure-plain)" ||
    die "cmake has failed: $(tail -n 20 "$(log_of configure-plain)")"
  export -f tidy_one
  # shellcheck disable=SC2016 # the inner bash expands its arguments
  tidy_digests | while read -r digest file; do
    [[ -e build/tidy/$digest ]] || printf '%s\0%s\0' "$digest" "$file"
  done | xargs -0 -r -n 2 -P "$(nproc)" bash -c 'tidy_one "$0" "$1"'
}
