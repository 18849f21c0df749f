# What several scripts do with galaxies: find pictures, decode, label, learn, draw. Read after common.bash.
# shellcheck disable=SC2154 # what the script or step sets: out, said, from, to, recipe, votes and the settings

# ---- before anything is written ----

# The endings of pictures' names, in upper or lower case. In an archive, a FITS file may be compressed in tiles (.fz), but
# not as a whole (.gz).
endings='(jpe?g|png|(fits?|fts)([.](fz|gz))?)'
member_endings='(jpe?g|png|(fits?|fts)([.]fz)?)'
globs='*.jpg, *.jpeg, *.png, *.fits, *.fit, *.fts, *.fits.fz, *.fits.gz'

# Look for pictures, in a folder and below it, or in an archive. $work/pictures gets their names, each ended by NUL,
# $work/names the same as lines, $work/listing what tells these pictures from others; expected is how many there are,
# 0 where that isn't known. Results that are in that folder, too, are no pictures of galaxies.
find_pictures() { # folder or archive, folder of results
    local prefix results=()
    images=$1
    [[ $images != -* ]] || images=./$images
    [ -e "$images" ] || die "$images: there is no such folder or archive"
    if [ ! -d "$images" ]; then
        stat --dereference --format '%n %s %.Y' "$images" > "$work/listing"
        printf '%s\0' "$images" > "$work/pictures"
        { tar -tf "$images" || unzip -Z1 "$images" || true; } 2> /dev/null | grep -iE "[.]$member_endings\$" > "$work/names" || true
        expected=$(wc -l < "$work/names")
        check_ids
        return
    fi
    [ ! "$images" -ef "${2:-}" ] || die "$2: is the folder of the pictures; results need another one"
    [ ! -d "${2:-}" ] || results=(-samefile "$2" -prune -o)
    find -L "$images" -regextype posix-extended "${results[@]}" -type f -iregex ".*[.]$endings" -printf '%s\t%T@\t%P\0' \
        2> "$work/said" > "$work/found" || die "$(head -n 1 "$work/said" | sed 's/^find: //')"
    sort -z -t $'\t' -k 3 "$work/found" > "$work/listing"
    prefix=${images//[&|\\]/\\&}
    cut -z -f 3- "$work/listing" | sed -z "s|^|${prefix//$'\n'/\\$'\n'}/|" > "$work/pictures"
    tr '\n\0' '?\n' < "$work/pictures" > "$work/names"
    expected=$(wc -l < "$work/names")
    [ "$expected" -gt 0 ] ||
        die "$images: there are no pictures ($globs) in this folder or below it$(other_format "$images")"
    check_ids
}
# Two pictures with one id would be one galaxy.
check_ids() {
    local twice
    twice=$(picture_ids | sort | uniq -d | head -n 1)
    [ -z "$twice" ] || die "$images: two pictures have the id $twice: $(picture_ids | grep -nxF "$twice" | head -n 2 | cut -d : -f 1 |
        sed 's/$/p/' | sed -n -f - "$work/names" | paste -sd '|' | sed 's/|/ and /')"
}
# In parentheses, the kind of a folder's first file, if it is none that can be read.
other_format() { # folder
    local file
    file=$(find -L "$1" -type f ! -name '.*' -print -quit)
    [ -z "$file" ] || gz-decode --quiet --output /dev/null -- "$file" 2>&1 | sed -n 's/^gz-decode: \(.*\)/ (\1)/p' || true
}
# The ids of the pictures: names without folder and ending, or both endings of x.fits.fz.
picture_ids() { sed -E "s|.*/||; s/(.)[.]$endings\$/\1/I" "$work/names"; }

check_files() {
    local file
    for file; do
        [ -e "$file" ] || die "$file: there is no such file"
        [ ! -d "$file" ] && [ -r "$file" ] || die "$file: is not a file that can be read"
    done
}

# A stream of these ids with pictures of one pixel, see gz-stream(5): all that gz-label needs.
stream_of_ids() {
    header() {
        printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' \
            "{'descr': [('id', '|S48'), ('pixels', '|u1', (1, 1, 1))], 'fortran_order': False, 'shape': ($1), }"
    }
    picture_ids | grep -xE '.{1,48}' > "$work/ids" || true
    header "$(wc -l < "$work/ids"),"
    awk '{ s = $0; while (length(s) < 49) s = s "\001"; printf "%s", s }' "$work/ids" | tr '\001' '\0'
    header "0, $(wc -l < "$work/ids")"
}

# Refuse, before a picture is decoded, a table of votes that says nothing about these galaxies.
check_votes() { # votes
    local from=("$work/ids.npy" "$1") to=("$work/labelled.npy") said=$work/said
    check_files "$1"
    stream_of_ids > "$work/ids.npy"
    choose_other "$work/ids.npy" "$1"
    label_stream "$1" --agreement 0 --output "$work/labelled.npy" "$work/ids.npy" 2> "$said" || [ $? -eq 3 ] ||
        failed "$1" "$said" 1
    # If the names in an archive can't be listed, only the table is checked.
    [ "$expected" -gt 0 ] || return 0
    { label_learning_set && label_validation_set; } 2> /dev/null || failed "$1" "$said" 1
}

# The same for the table whose shares are learned first.
check_first() {
    local from=("$work/ids.npy" "$FIRST") to=("$work/labelled.npy") said=$work/said
    [ -z "$FIRST" ] || { check_files "$FIRST" && label_shares; } || failed "$FIRST" "$said" 1
}

# Refuse a table and settings that the programs don't take, before a picture is decoded: with a stream of no pictures.
check_settings() { # votes
    local said=$work/said size=$((SIZE > 92 ? SIZE : 92))
    # shellcheck disable=SC2086 # AUGMENT and TRAIN are words
    {
        gz-decode --gray --quiet --files-from /dev/null | gz-prep --quiet --margin --size $size > "$work/none.npy" &&
            { label_stream "$1" --quiet --agreement "$AGREEMENT" --output "$work/labelled.npy" "$work/none.npy" || [ $? -eq 3 ]; } &&
            gz-augment --quiet --epochs "$EPOCHS" --seed "$SEED" --size "$SIZE" --balance "$BALANCE" $AUGMENT \
                --output "$work/none.npy" "$work/labelled.npy" &&
            gz-train --describe --seed "$SEED" ${NETWORK:+--network "$NETWORK"} $TRAIN "$work/none.npy"
    } 2> "$said" > /dev/null || failed settings "$said" 1
}

# ---- labels ----

# As all scripts label that learn: galaxies of no class are examples of the class OTHER, unless that is empty.
label_stream() { # votes, options of gz-label, stream
    # shellcheck disable=SC2086 # LABEL are words
    gz-label --votes "$1" "${@:2}" ${OTHER:+--other "$OTHER"} $LABEL
}

# Where LABEL has this option, the option with its values, to be given to another program.
label_option() { # option
    local word before=
    for word in $LABEL; do
        [ "$before" != "$1" ] || echo "$1 $word"
        [[ $word != "$1="* ]] || echo "$1 ${word#*=}"
        before=$word
    done
}

count_labels() { label_stream "$@" --agreement "$AGREEMENT" --output /dev/null 2> "$said"; }
# Decide whether galaxies of no class are examples of one more class. The setting OTHER becomes the name of this class,
# or empty where there is none, and of_no_class the number of these galaxies that are to be learned from. If LABEL has
# an --other, that is the class. Otherwise it is made if there are enough of these galaxies, and unless the table itself
# has a class of the default name. The function may be called again, with other galaxies.
wanted_other=
choose_other() { # galaxies, votes, options of gz-label that choose some of them
    local said=$work/said least=50 status=0 kept
    wanted_other=${wanted_other:-$OTHER} of_no_class=0
    OTHER=$(label_option --other | sed -n '$s/^--other //p')
    [ -z "$OTHER" ] && [ "$wanted_other" != none ] || return 0
    OTHER=$wanted_other
    run count_labels "$2" --fold "1-$((HOLD_OUT - 1))/$HOLD_OUT" "${@:3}" "$1" || status=$?
    if [ "$OTHER" = "${default[OTHER]}" ] && grep -q -- '--other: the table has a class .* already$' "$said"; then
        OTHER=
        return
    fi
    [ $status -eq 0 ] || [ $status -eq 3 ] || failed "$2" "$said" $status
    # This class is the last one that gz-label counts.
    kept=$(grep -m 1 '^gz-label: kept [0-9]' "$said" || true)
    kept=${kept% "$OTHER"}
    of_no_class=${kept##* }
    # With --other-share, somebody wants the class.
    [[ " $LABEL" != *' --other-share'* ]] || least=0
    ((of_no_class >= least)) || OTHER=
}
# Say what becomes of galaxies of no class.
say_other() {
    ((of_no_class)) || return 0
    if [ -n "$OTHER" ]; then
        say "$of_no_class galaxies of no class are examples of one more, \"$OTHER\" (--other none: no such class)"
    else
        say "$of_no_class galaxies of the table are of no class, too few to learn a class \"$wanted_other\" from:" \
            'each is sorted as if it were of a class'
    fi
}

# ---- functions for step (common.bash), which explains from, to, said and recipe ----

# Decode the pictures, on all processors, in the order of their names, and shrink the square in the middle of each; a
# damaged one is named and left out (status 3). The square is a share of each picture's size, so sizes may differ.
prepare_pictures() { # options of gz-decode
    gz-decode "$@" --files-from "$work/pictures" --null --output "${to[0]}" 2> "$said" || [ $? -eq 3 ] || return
    check_some_read "$(count_records "${to[0]}")"
}
check_some_read() { # how many
    [ "$1" -gt 0 ] && return
    local reason
    reason=$(head -n 1 "$said")
    echo "$program: $images: not one picture could be read${reason:+ (${reason#gz-decode: })}" > "$said"
    return 1
}

# The files that options name, such as those of --ids, --rules or --init.
named_files() { # words
    local word
    for word; do
        word=${word#--*=}
        [ ! -f "$word" ] || echo "$word"
    done
}
# The galaxies on which the volunteers agree; one in HOLD_OUT, chosen by a hash of the id, is for validation.
label_galaxies() { # options of gz-label
    local status=0
    label_stream "${from[1]}" --agreement "$AGREEMENT" "$@" --output "${to[0]}" "${from[0]}" 2> "$said" || status=$?
    [ $status -eq 0 ] || [ $status -eq 3 ] || return
    # What gz-label counts isn't a complaint.
    counts=$(grep -E '^gz-label: (kept|of) ' "$said")
    echo "$counts" >&2
    sed -i -E '/^gz-label: (kept|of) /d' "$said"
}
# How gz-label reads the table: "a column for each class".
label_reading() { # votes, stream
    label_stream "$1" --output /dev/null "$2" 2>&1 | sed -n 's/^gz-label: kept by //p' || [ "${PIPESTATUS[0]}" -eq 3 ]
}
label_learning_set() {
    local missing
    label_galaxies --fold "1-$((HOLD_OUT - 1))/$HOLD_OUT" || return
    missing=$(sed -n 's/^gz-label: kept /, /p' <<< "$counts" | grep -oE ', 0 [^,]*' | sed 's/^, 0 //' | paste -sd ' ' || true)
    say_other
    [ -z "$missing" ] || {
        echo "$program: ${from[1]}: there is no galaxy to learn from of class ${missing// /, } (agreement $AGREEMENT)" > "$said"
        return 1
    }
}
label_validation_set() {
    label_galaxies --fold "0/$HOLD_OUT" || return
    [ "$(count_records "${to[0]}")" -gt 0 ] || {
        echo "$program: ${from[1]}: no galaxy is left to validate with (one in $HOLD_OUT is held out)" > "$said"
        return 1
    }
}

# The shares of the votes, whatever they are.
label_shares() { # options of gz-label
    # shellcheck disable=SC2086 # FIRST_LABEL are words
    gz-label --quiet --votes "${from[1]}" --agreement 0 --min-asked 0 "$@" $FIRST_LABEL --output "${to[0]}" "${from[0]}" \
        2> "$said" || [ $? -eq 3 ]
}
# Those of all galaxies in the parts that LABEL names, but for those that are held out.
label_first() {
    # shellcheck disable=SC2046 # words
    label_shares --fold "1-$((HOLD_OUT - 1))/$HOLD_OUT" $(label_option --fold)
}
learn_first() {
    # shellcheck disable=SC2086 # AUGMENT and TRAIN are words
    gz-augment --quiet --epochs "$EPOCHS" --seed "$SEED" --size "$SIZE" $AUGMENT "${from[0]}" 2> "$said" |
        GZ_PROGRESS="$terminal:$(($(count_records "${from[0]}") * EPOCHS)):$program: learning votes first" gz-train --quiet \
            --seed "$SEED" ${NETWORK:+--network "$NETWORK"} $TRAIN --soft-labels --label-smoothing 0 --output "${to[0]}"
}

# Weights and history from the two sets, and from the weights to begin with where there are some. The checkpoint of an interrupted training is used only if it has this recipe.
train_network() {
    local mark=$out/.made/checkpoint reading more=()
    reading=$(label_reading "$votes" "${from[1]}") || return
    more=(--labels-from "${votes##*/}, $reading")
    [ ${#first[@]} -eq 0 ] || more+=(--init "${first[0]}")
    [ -z "$NETWORK" ] || more+=(--network "$NETWORK")
    if [ -e "$out/checkpoint" ] && [ -e "$mark" ] && [ "$(< "$mark")" = "$recipe" ]; then
        say 'training goes on from the checkpoint'
        more+=(--resume "$out/checkpoint")
    else
        [ ! -e "$out/checkpoint" ] || [ -e "$mark" ] || {
            echo "$program: $out/checkpoint: $not_ours" > "$said"
            return 1
        }
        [ ! -e "$out/checkpoint" ] ||
            say "training begins anew: the checkpoint is of another run ($(differences "$mark" "$recipe"))"
        rm -f "$out/checkpoint" "${to[1]}"
        echo "$recipe" > "$mark.new"
        mv "$mark.new" "$mark"
    fi
    # shellcheck disable=SC2086 # AUGMENT and TRAIN are words
    gz-augment --quiet --epochs "$EPOCHS" --seed "$SEED" --size "$SIZE" --balance "$BALANCE" $AUGMENT "${from[0]}" 2> "$said" |
        GZ_PROGRESS="$terminal:$(($(count_records "${from[0]}") * EPOCHS)):$program: training" gz-train --seed "$SEED" \
            --validate "${from[1]}" --log "${to[1]}" --checkpoint "$out/checkpoint" "${more[@]}" $TRAIN --output "${to[0]}"
}
# Label and learn in the folder out. The functions of the steps take the names of the votes and of the weights to begin
# with from here, since arguments would be a part of the recipe: the same table by another path trains nothing again.
learn_weights() { # galaxies, votes
    local galaxies=$1 votes=$2 more first=()
    # shellcheck disable=SC2086 # LABEL, FIRST_LABEL and TRAIN are words
    {
        mapfile -t more < <(named_files $LABEL)
        step train.npy : "$galaxies" "$votes" "${more[@]}" : label_learning_set
        step valid.npy : "$galaxies" "$votes" "${more[@]}" : label_validation_set
        mapfile -t more < <(named_files $TRAIN)
        if [ -n "$FIRST" ]; then
            mapfile -t first < <(named_files $FIRST_LABEL)
            step first.npy : "$galaxies" "$FIRST" "${first[@]}" : label_first
            step first.safetensors : "$out/first.npy" "${more[@]}" : learn_first
            first=("$out/first.safetensors")
        else
            forget first.npy
            forget first.safetensors
        fi
        step weights.safetensors history.tsv : "$out/train.npy" "$out/valid.npy" "${first[@]}" "${more[@]}" : train_network
    }
    [ -n "$DRY_RUN" ] || rm -f "$out/checkpoint" "$out/.made/checkpoint"
}

# Eight views have mirror images. A network that learned from none may take those for another class.
views_of_network() { if [[ " $AUGMENT " == *' --no-flip '* ]]; then echo 1; else echo 8; fi; }

draw_triangle() { # options of gz-triangle
    gz-triangle --probs "${from[1]}" "$@" ${to[1]:+--index "${to[1]}"} --output "${to[0]}" "${from[0]}" 2> "$said"
}
# The names of the classes: the columns between the id and label, std and part.
class_names() { # probability lines
    head -n 1 "$1" | tr '\t' '\n' | grep -vxE '#id|label|part|std|spread' || true
}
# A picture of a graph, which gnuplot draws by the commands on standard input, in a folder with the table that they name.
# gnuplot doesn't say when the disk is full, but a PNG has an end.
draw_graph() { # folder, file
    (cd "$1" && gnuplot > graph.png) && tail -c 12 "$1/graph.png" | grep -aq IEND && cp "$1/graph.png" "$2"
}

# Draw the triangle of all galaxies, and its three corners close up, in the folder out, and set drawn. If there are more
# than three classes, those at the corners are CORNERS or the first three; corners has the options for that.
# shellcheck disable=SC2034
draw_pictures() { # colour stream, probability lines
    local class all shown record
    drawn='' corners=()
    if [ ! -e "$2" ]; then
        echo "$program: would make what is drawn: $out/triangle.png and others"
        return
    fi
    mapfile -t all < <(class_names "$2")
    shown=("${all[@]:0:3}")
    [ -z "$CORNERS" ] || IFS=, read -ra shown <<< "$CORNERS"
    # Remove the corners of classes that are no longer at one. A class may have a slash in its name, a file can't.
    for record in "$out"/.made/corner-*.png; do
        class=${record##*/corner-}
        [[ ${#all[@]} -ge 3 && " ${shown[*]//\//-} " == *" ${class%.png} "* ]] || forget "corner-$class"
    done
    if [ ${#all[@]} -lt 3 ]; then
        say "there is no picture of ${#all[@]} classes: gz-triangle needs three"
        forget triangle.png
        return
    fi
    if [ -n "$CORNERS" ] || [ ${#all[@]} -gt 3 ]; then
        corners=(--corners "$(IFS=, && echo "${shown[*]}")")
        [ -n "$DRY_RUN" ] ||
            say "${corners[1]//,/, } stand at the corners$([ -n "$CORNERS" ] || echo " (--corners chooses which of the ${#all[@]} classes do)")"
    fi
    drawn=1
    step triangle.png triangle.tsv : "$1" "$2" : draw_triangle "${corners[@]}"
    for class in "${shown[@]}"; do
        step "corner-${class//\//-}.png" : "$1" "$2" : draw_triangle --corner "$class" "${corners[@]}"
    done
}

# In a folder all pictures were counted; of an archive, those that weren't read have a line each.
say_pictures() { # how many were read
    local skipped=0
    [ ! -d "$images" ] || { say "$expected pictures found, $1 read" && return; }
    [ ${#skips[@]} -eq 0 ] || skipped=$(sort -u "${skips[@]}" | grep -c '^gz-decode: ' || true)
    say "$(($1 + skipped)) pictures found, $1 read"
}
say_labelled() { # of how many
    local learned validated
    learned=$(count_records "$out/train.npy") validated=$(count_records "$out/valid.npy")
    say "$((learned + validated)) galaxies of $1 labelled: $learned to learn from, $validated to validate with"
}

# How many records a whole stream has: its end says so.
count_records() { # file
    { tail -c 8192 "$1" | grep -ao "'shape': (0, [0-9]*)" || echo '(0, 0)'; } | tail -n 1 | sed 's/.*, //; s/)//'
}
# Epochs of training, in all scripts that learn.
epochs=30
# The options of learning, for those scripts that learn.
# shellcheck disable=SC2034
learning=(EPOCHS=$epochs SEED=1 AGREEMENT=0.9 SIZE=64 NETWORK= HOLD_OUT=10 LABEL= OTHER=other BALANCE=0 FIRST= FIRST_LABEL= AUGMENT= TRAIN=)
