# shellcheck shell=bash
# Sourced by get-pythons, get-gdbs, build-python and gen-layout. Unpacks packages of a Debian suite into a folder, without
# installing anything: apt resolves against a private, empty state, and checks signatures as ever.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Packages that a Python doesn't need to run, although the dependencies name them.
unneeded='gcc-[0-9]+-base|libc-gconv-modules-extra|openssl-provider-legacy|debconf|tzdata|netbase|media-types'
unneeded+='|readline-common|dpkg|tar|libmd0|libacl1|libselinux1|libpcre2-8-0|libtirpc-common|libtirpc3|libnsl2'
unneeded+='|libgssapi-krb5-2|libk5crypto3|libkrb5-3|libkrb5support0|libkeyutils1|libcom-err2|libdb5.3(t64)?'

# first_error LOG: what apt says went wrong first; the rest follows from it.
first_error() {
	grep -m 1 '^E: ' "$1" || tail -n 1 "$1"
}

# suite_sources SUITE KIND: source lines for SUITE, from the mirrors that this machine's own apt names.
suite_sources() {
	local suite=$1 kind=$2 mirror release options="signed-by=$debian_keyring"

	# Asked for the addresses rather than for the lists, so that it works before any `apt-get update`.
	apt-get update --print-uris 2>/dev/null |
		sed -En "s|^'(.*)/dists/([^/]+)/InRelease' .*|\1 \2|p" | sort -u |
		while read -r mirror release; do
			case $suite:$release in
			*:*-updates | *:*-backports*) ;;
			sid:*-security) ;;
			*:*-security) echo "$kind [$options] $mirror $suite-security main" ;;
			*:bookworm | *:trixie | *:forky | *:sid) echo "$kind [$options] $mirror $suite main" ;;
			*:oldstable | *:stable | *:testing | *:unstable) echo "$kind [$options] $mirror $suite main" ;;
			esac
		done | sort -u
}

# suite_open SUITE STATE [deb-src]: a private apt for SUITE below the folder STATE, for packages or for sources; sets
# apt_options. suite_architecture is another architecture than this machine's, whose packages can be unpacked, if not run.
suite_open() {
	local suite=$1 state=$2 kind=${3-deb}

	[[ -r $debian_keyring ]] || { echo "no $debian_keyring to check Debian's signatures with"; return 1; }
	mkdir -p "$state"/{lists/partial,cache/archives/partial,debs}
	: >"$state/status"
	suite_sources "$suite" "$kind" >"$state/sources.list"
	[[ -s $state/sources.list ]] || { echo "this machine's apt names no Debian mirror"; return 1; }

	apt_options=(-qq -o Dir::State="$state" -o Dir::State::lists="$state/lists"
		-o Dir::State::status="$state/status" -o Dir::Cache="$state/cache"
		-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null
		-o APT::Install-Recommends=0 -o Acquire::Languages=none -o Acquire::Retries=3
		-o Acquire::http::Timeout=20 -o Debug::NoLocking=1 -o APT::Sandbox::User=root
		-o APT::Update::Error-Mode=any)
	[[ -z ${suite_architecture-} ]] || apt_options+=(-o APT::Architecture="$suite_architecture"
		-o APT::Architectures="$suite_architecture")
	apt-get "${apt_options[@]}" update >"$state/log" 2>&1 ||
		{ echo "the Debian mirror does not answer ($(first_error "$state/log"))"; return 1; }
}

# suite_download STATE PACKAGE...: the packages and what they need, into STATE/debs.
suite_download() {
	local state=$1
	shift

	apt-get "${apt_options[@]}" --print-uris --yes install "$@" 2>"$state/log" |
		awk -v unneeded="^(${unneeded})_" '$2 !~ unneeded { print $2 }' >"$state/files" ||
		{ echo "apt finds no $* ($(first_error "$state/log"))"; return 1; }
	# 0: name, 1: version, where apt writes the colon of an epoch as %3a
	(cd "$state/debs" && sed -E 's/_/=/; s/_.*//; s/%3a/:/g' "$state/files" |
		xargs apt-get "${apt_options[@]}" download) >"$state/log" 2>&1 ||
		{ echo "downloading packages failed ($(first_error "$state/log"))"; return 1; }
}

# suite_unpack STATE ROOT: what was downloaded, as a file system in ROOT.
suite_unpack() {
	local state=$1 root=$2 folder file

	# /bin and its kind are links into /usr before the first package is unpacked.
	mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{proc,dev,tmp,sys,etc,root}
	for folder in bin sbin lib lib64; do
		ln -s "usr/$folder" "$root/$folder"
	done
	while read -r file; do
		dpkg-deb --fsys-tarfile "$state/debs/$file" |
			tar -C "$root" -x --keep-directory-symlink -f - ||
			{ echo "$file does not unpack"; return 1; }
	done <"$state/files"
}

# suite_make ROOT SUITE CHECK PACKAGE...: a file system of the packages and of what they need, of which `CHECK FOLDER NAME`
# approves. It is built aside and moved into place, so that a killed run leaves nothing that a later one trusts. Prints
# what went wrong, if it did, and then leaves what was there.
suite_make() {
	local root=$1 suite=$2 check=$3 folder name
	folder=$(dirname "$1") name=$(basename "$1")
	local new=$folder/.new-$name old=$folder/.old-$name
	shift 3

	rm -rf "$new" "$new.apt" "$old"
	mkdir -p "$new"
	if ! { suite_open "$suite" "$new.apt" && suite_download "$new.apt" "$@" && suite_unpack "$new.apt" "$new" &&
		"$check" "$new" "$name"; }; then
		rm -rf "$new" "$new.apt"
		return 1
	fi
	[[ ! -e $root ]] || mv "$root" "$old"
	mv "$new" "$root"
	rm -rf "$new.apt" "$old"
}
