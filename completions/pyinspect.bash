# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion for pyinspect: options, the values of --color, process ids with their command lines (Python's first), and
# thread ids if a process id is on the line. It runs no program, and reads only the start of /proc/PID/cmdline, and
# /proc/PID/task/TID/comm. It does so in a subshell, which ^C ends if the kernel lets a read wait.

# Make text of a process fit for a terminal.
_pyinspect_plain() {
	local LC_ALL=C
	text=${text//[![:print:]]/?}
	text=${text:0:100}
}

# Print "PID<tab>command line" of the processes whose id begins with $1, Python's first. Without $1 others are printed
# only if there is no Python: nobody looks through all of them.
_pyinspect_processes() {
	local LC_ALL=C file pid word text first others=() found=0
	for file in /proc/"$1"*/cmdline; do
		pid=${file#/proc/} pid=${pid%/cmdline} text='' first=''
		[[ $pid == *[!0-9]* || $pid == "$BASHPID" || $pid == "$$" ]] && continue
		while ((${#text} < 100)) && { IFS= read -r -d '' -n 100 word || [[ $word ]]; }; do
			first=${first:-$word} text+="$word "
		done 2>/dev/null <"$file"
		# A thread of the kernel's and a zombie have none.
		[[ $text ]] || continue
		_pyinspect_plain
		if [[ ${first##*/} == *[Pp]ython* ]]; then
			found=1
			printf '%s\t%s\n' "$pid" "$text"
		else
			others+=("$pid"$'\t'"$text")
		fi
	done
	[[ $1 ]] || ((!found)) || return 0
	((${#others[@]} == 0)) || printf '%s\n' "${others[@]}"
}

# Print "TID<tab>name" of the threads of the processes $2... whose id begins with $1.
_pyinspect_threads() {
	local prefix=$1 pid file tid text
	shift
	for pid; do
		for file in /proc/"$pid"/task/"$prefix"*/comm; do
			tid=${file%/comm} tid=${tid##*/} text=''
			IFS= read -r text 2>/dev/null <"$file" || [[ $text ]] || continue
			_pyinspect_plain
			printf '%s\t%s\n' "$tid" "$text"
		done
	done
}

# Offer the ids of the lines "ID<tab>description"; the descriptions are shown where there is a choice, and never inserted.
_pyinspect_offer() {
	local line lines=()
	while IFS= read -r line; do
		lines+=("$line")
	done <<<"$1"
	COMPREPLY=()
	for line in "${lines[@]}"; do
		[[ $line ]] || continue
		# 37 and 42 are menu-complete and insert-completions: they insert what they are given.
		if ((${#lines[@]} == 1 || COMP_TYPE == 37 || COMP_TYPE == 42)); then
			COMPREPLY+=("${line%%$'\t'*}")
		else
			COMPREPLY+=("${line/$'\t'/  }")
		fi
	done
	compopt -o nosort 2>/dev/null
}

# Set pids to the process ids on the line: the words of digits that are no option's value.
_pyinspect_pids_on_line() {
	local i
	pids=()
	for ((i = 1; i < ${#COMP_WORDS[@]}; i++)); do
		case ${COMP_WORDS[i]} in
		-t | --thread | --max-frames | --timeout | --color | --layout | --debug-dir | --sysroot | --exe)
			[[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++))
			((i++))
			;;
		*[!0-9]* | '') ;;
		*) ((i == COMP_CWORD)) || pids+=("${COMP_WORDS[i]}") ;;
		esac
	done
}

_pyinspect() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} pids
	local options="--all-frames --color --debug-dir --depth --exe --frame --globals --help --json --layout --locals --max-frames --max-items
		--max-length --no-stop --redact --redact-also --stop --subprocesses --sysroot --thread --timeout --verbose --version -f -l -t -v"
	COMPREPLY=()
	# "--color=al" is three words, as long as "=" is in COMP_WORDBREAKS.
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $before in
	--color)
		mapfile -t COMPREPLY < <(compgen -W "always auto never" -- "$word")
		return
		;;
	--layout)
		mapfile -t COMPREPLY < <(compgen -W "auto dwarf offsets table" -- "$word")
		return
		;;
	--exe)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--debug-dir | --sysroot)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	-t | --thread)
		_pyinspect_pids_on_line
		[[ $word != *[!0-9]* ]] && _pyinspect_offer "$(_pyinspect_threads "$word" "${pids[@]}")"
		return
		;;
	-f | --frame | --depth | --max-* | --redact-also | --timeout)
		return
		;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	elif ((COMP_CWORD == 1)) && [[ $word && (print == "$word"* || gdb-init == "$word"*) ]]; then
		mapfile -t COMPREPLY < <(compgen -W "print gdb-init" -- "$word")
	elif [[ $word != *[!0-9]* ]]; then
		_pyinspect_offer "$(_pyinspect_processes "$word")"
	else
		# A core dump.
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -F _pyinspect pyinspect
