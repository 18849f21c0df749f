#compdef gz -P gz-*
# Completion for zsh. The command itself says what can follow its words: gz-prep --complete WORD ... (cmd/options.h).

local line kind word options=() values=() files=() folders=
local -a before
before=(${(Q)words[2,CURRENT-1]})
# Of --size=6, the value is completed.
if [[ $PREFIX == --*=* ]]; then
    before+=(${PREFIX%%=*})
    compset -P '*='
fi
for line in ${(f)"$(_call_program options ${words[1]} --complete ${(q)before} 2> /dev/null)"}; do
    word=${line%%$'\t'*}
    if [[ $word == :folder ]]; then
        folders=1
    elif [[ $word == :file* ]]; then
        files+=(${word#:})
    else
        line="${word//:/\\:}:${${line#*$'\t'}//:/\\:}"
        if [[ $word == -* ]]; then options+=($line); else values+=($line); fi
    fi
done
(( ! $#values )) || _describe word values
[[ $PREFIX != -* ]] || _describe -o option options
[[ -z $folders ]] || _files -/
for kind in $files; do
    if [[ $kind == file ]]; then
        _files
    else
        _files -g "(#i)*.(${${kind#file }// /|})(-.)"
    fi
done
