# bash completion for git-risk. Made by git-risk; `git risk setup --remove` takes it away.
#
# Works for git-risk itself, and for `git risk` through git's own completion, which calls _git_risk.

# Turns the candidates on standard input into the reply; $1 is the word being typed.
__git_risk_reply () {
	local cur=$1 word about before="" breaks=${COMP_WORDBREAKS//[^=:]/}
	# For readline a word begins behind = and :, so what is before them is not part of the reply.
	if [[ -n $breaks && $cur == *[$breaks]* ]]; then
		before=${cur%"${cur##*[$breaks]}"}
	fi
	COMPREPLY=()
	compopt +o default +o bashdefault -o nospace 2>/dev/null
	while IFS=$'\t' read -r word about; do
		case $word in
		:files | :folders)
			local kind=-f path
			[[ $word == :folders ]] && kind=-d
			compopt -o filenames +o nospace 2>/dev/null
			while IFS= read -r path; do
				COMPREPLY+=("$path")
			done < <(compgen $kind -- "${cur##*=}")
			;;
		*)
			COMPREPLY+=("${word#"$before"} ")
			;;
		esac
	done
}

# Called by git's completion, which has put the words together.
_git_risk () {
	local at=${__git_cmd_idx-}
	if [[ -z $at ]]; then
		for ((at = 1; at < cword; at++)); do
			[[ ${words[at]} == risk ]] && break
		done
	fi
	__git_risk_reply "$cur" < <(__git risk complete -- "${words[@]:at+1:cword-at}" 2>/dev/null)
}

__git_risk_alone () {
	local word words=() last=""
	# Words that readline has taken apart at = and : are put together again.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ ${#words[@]} -gt 0 && ($last == *[=:] || $word == [=:]*) ]]; then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
		fi
		last=$word
	done
	__git_risk_reply "${words[${#words[@]} - 1]}" < <(command git-risk complete -- "${words[@]}" 2>/dev/null)
}

complete -o nospace -F __git_risk_alone git-risk
