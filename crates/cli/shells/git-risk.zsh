#compdef git-risk
#description tell how likely each commit is to need a fix later, and why
# zsh completion for git-risk. Made by git-risk; `git risk setup --remove` takes it away.
#
# Works for git-risk itself, and for `git risk` through zsh's completion of git, which calls _git-risk.

_git-risk () {
	local -a candidates
	local line word before=""
	if [[ $PREFIX == --*=* ]]; then
		before=${PREFIX%%=*}=
	fi
	local -a lines=("${(@f)$(command git-risk complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
	[[ -n $before ]] && compset -P '*='
	local ret=1
	for line in $lines; do
		word=${${line%%$'\t'*}#$before}
		case $word in
		:files) _files && ret=0 ;;
		:folders) _files -/ && ret=0 ;;
		*) candidates+=("${word//:/\\:}:${line#*$'\t'}") ;;
		esac
	done
	(( $#candidates )) && _describe -t git-risk 'git-risk' candidates && ret=0
	return ret
}

if [[ $funcstack[1] == _git-risk ]]; then
	_git-risk "$@"
else
	compdef _git-risk git-risk
fi
