# fish completion for git-risk. Made by git-risk; `git risk setup --remove` takes it away.
#
# Works for git-risk itself, and for `git risk` through fish's completion of git, which asks that of git-risk.

function __git_risk_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l before (string match -r -- '^--[^=]*=' $current)
    for line in (command git-risk complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files*' ':folders*'
                set -l paths (__fish_complete_path (string replace -- "$before" '' $current))
                if string match -q ':folders*' -- $line
                    set paths (__fish_complete_directories (string replace -- "$before" '' $current))
                end
                for path in $paths
                    printf '%s%s\n' "$before" $path
                end
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c git-risk -f -a '(__git_risk_candidates)'
