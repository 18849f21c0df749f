# Completion for fish. The command itself says what can follow its words: gz-prep --complete WORD ... (cmd/options.h).

function __gz_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l before
    # Of --size=6, the value is completed.
    if string match -q -- '--*=*' $current
        set before (string split -m 1 = -- $current)[1]
        set current (string split -m 1 = -- $current)[2]
    end
    set -l found
    for line in (command $words[1] --complete $words[2..] $before 2> /dev/null < /dev/null)
        switch $line
            case ':folder'
                set -a found (__fish_complete_path $current | string match -r -- '.*/(?:\t.*)?')
            case ':file'
                set -a found (__fish_complete_path $current)
            case ':file *'
                set -l endings (string split ' ' -- $line)[2..]
                set -a found (__fish_complete_path $current |
                    string match -ri -- '.*(?:/|\.(?:'(string join '|' $endings)'))(?:\t.*)?')
            case '-*'
                string match -q -- '-*' $current; and set -a found $line
            case '*'
                set -a found $line
        end
    end
    test -n "$before"; and set found $before=$found
    string join \n -- $found
end

complete -c (string replace -r '\.fish$' '' (basename (status filename))) -f -a '(__gz_complete)'
