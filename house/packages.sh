# Installing what is missing: Debian 12's own packages, and nothing else.
# shellcheck shell=bash disable=SC2034

# To build and run the program.
packages_build=(
  g++ cmake ninja-build ccache mold pkg-config
  libcaf-dev librocksdb-dev libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libicu-dev libsimdjson-dev libsodium-dev libssl-dev libspdlog-dev libcli11-dev prometheus-cpp-dev
  libmagic-dev libminizip-dev libjemalloc-dev
  libgtest-dev libgmock-dev
  libvips-dev libwebp-dev libavformat-dev libavcodec-dev libswresample-dev libavutil-dev libseccomp-dev
)
# To test and to check it, on top.
packages_test=(git chromium fonts-noto-color-emoji fonts-dejavu-core)
# To measure it, on top of building: the ceilings that are programs of their own.
packages_bench=(libvips-tools nginx-light)
packages_check=(git clang-format clang-tidy shellcheck)

# The oldest Node that the console's tools run on: Debian 12 has 18.20.
node_is_there() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit(a > 18 || (a === 18 && b >= 20) ? 0 : 1)'
}

# Prints those of the packages named that are not installed.
missing_packages() {
  local name installed
  installed=$(dpkg-query --show --showformat='${Package} ${Status}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qx "$name install ok installed" <<<"$installed" || echo "$name"
  done
}

# Installs the packages named that are missing. With nothing to do it asks dpkg once, and no more.
install_missing() {
  local wanted=("$@") missing as_root=()
  node_is_there || wanted+=(nodejs npm)
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  ((${#missing[@]} > 0)) || return 0

  if ! command -v apt-get >/dev/null; then
    die "these Debian packages are missing, and there is no apt-get here: ${missing[*]}"
  fi
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      die "these packages are missing; as root, run:
  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  say "installing what is missing with ${as_root[*]:+sudo }apt-get: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
