# SPDX-License-Identifier: BSD-2-Clause
# Completion of teeq for fish. It asks the command itself: for its subcommands and options what --help says,
# for a value what an empty one is answered.

function __teeq_commands
    teeq --help 2>/dev/null | sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *\([a-z].*\)/\1\t\2/p'
end

function __teeq_command
    set -l words (commandline -opc)
    test (count $words) -gt 1; and echo $words[2]
end

function __teeq_options
    teeq (__teeq_command) --help 2>/dev/null | sed -n 's/^ \{2,6\}\(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p'
end

# The option whose value is being written, and what it may be.
function __teeq_option
    set -l word (commandline -ct)
    set -l words (commandline -opc)
    if string match -q -- '--*=*' $word
        string replace -r '=.*' '' -- $word
    else if test (count $words) -gt 2; and string match -q -- '--*' $words[-1]; and not string match -q -- '-*' $word
        echo -- $words[-1]
    end
end

function __teeq_values
    set -l option (__teeq_option)
    set -l lead ''
    string match -q -- '--*=*' (commandline -ct); and set lead $option=
    if test $option = --policy
        teeq policies --json 2>/dev/null | sed -n 's/^{"policy":"\([^"]*\)".*/\1/p'
    else
        teeq (__teeq_command) $option= 2>&1 </dev/null |
            sed -n "s/^teeq [a-z]*: --[a-z-]*: '' is not \([a-z-]*\(, [a-z-]*\)* or [a-z-]*\) .*/\1/p" |
            sed 's/,/ /g; s/ or / /g' | string split -n ' '
    end | string replace -r '^' -- $lead
end

complete -c teeq -n 'test -z (__teeq_command)' -f -a '(__teeq_commands)'
complete -c teeq -n 'test "$(__teeq_command)" = help' -f -a '(__teeq_commands)'
complete -c teeq -n 'test -n "$(__teeq_command)"; and string match -q -- "-*" (commandline -ct)' -a '(__teeq_options)'
complete -c teeq -n 'test -n "$(__teeq_option)"; and count (__teeq_values) >/dev/null' -f -a '(__teeq_values)'
