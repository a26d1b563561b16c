# shellcheck shell=bash
# Sourced by the other scripts: `need_packages COMMAND-OR-FILE:PACKAGE...` installs the Debian packages whose command or
# file is missing, and fails with a sentence where it can't.
need_packages() {
	local pair what package missing=()
	for pair; do
		what=${pair%%:*} package=${pair#*:}
		if [[ $what == /* ]]; then
			[[ -e $what ]] || missing+=("$package")
		elif [[ $what == *.pc ]]; then
			pkg-config --exists "${what%.pc}" 2>/dev/null || missing+=("$package")
		else
			command -v "$what" >/dev/null || missing+=("$package")
		fi
	done
	((${#missing[@]})) || return 0
	if ! command -v apt-get >/dev/null; then
		echo "${0##*/}: this needs what Debian calls ${missing[*]}: install that, and try again" >&2
		exit 1
	fi
	if ((EUID != 0)); then
		echo "${0##*/}: packages are missing, and only root can install them: sudo apt-get install ${missing[*]}" >&2
		exit 1
	fi
	echo "installing ${missing[*]}" >&2
	export DEBIAN_FRONTEND=noninteractive
	if ! { apt-get -qq install --no-install-recommends --yes "${missing[@]}" ||
		{ apt-get -qq update && apt-get -qq install --no-install-recommends --yes "${missing[@]}"; }; } >/tmp/pyinspect-apt.$$ 2>&1; then
		tail -n 5 /tmp/pyinspect-apt.$$ >&2
		rm -f /tmp/pyinspect-apt.$$
		echo "${0##*/}: can't install ${missing[*]}: apt-get has failed, see above" >&2
		exit 1
	fi
	rm -f /tmp/pyinspect-apt.$$
}

need_build_packages() {
	need_packages pkg-config:pkg-config cc:gcc /usr/include/stdio.h:libc6-dev ninja:ninja-build meson:meson jansson.pc:libjansson-dev libdw.pc:libdw-dev
}

# Build in the folder build/ of the project; prints only what goes wrong.
build() {
	local log
	log=$(mktemp)
	[[ -e build/build.ninja ]] || meson setup build >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
	ninja -C build >"$log" 2>&1 || { tail -n 40 "$log" >&2; rm -f "$log"; exit 1; }
	rm -f "$log"
}
