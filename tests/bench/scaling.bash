# What a galaxy costs, and how much memory it all takes, the longer the input is.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

gz-decode -q -c 212 --files-from "$work/names" | gz-prep -q --colour -c 212 > "$work/colour.npy"
gz-infer -q -w "$work/w.default" "$work/labelled.npy" > "$work/lines"

# Run a program, and add a line to $work/measured: wall seconds, processor seconds, peak memory in KiB.
measured() { "$tools/measure" "$@" 2>> "$work/measured"; }

# Of the triangle: pictures in a row on standard input have ids of their own.
make_many() { # how many galaxies
    names "$1" | xargs cat | gz-decode -q -c 212 - | gz-prep -q --colour -c 212 > "$work/many.npy"
    awk -v n="$1" 'BEGIN { print "#id\ta\tb\tc"; for (i = 1; i <= n; i++) { a = rand(); b = rand() * (1 - a)
        printf "stdin-%d\t%.6f\t%.6f\t%.6f\n", i, a, b, 1 - a - b } }' > "$work/many.tsv"
}

# Run a program, or the pipe from pictures to probabilities, on a stream that is repeated so many times.
scaled() { # row, times
    local count=$(($2 * records))
    case $1 in
    decode)
        names $count > "$work/many.list"
        measured gz-decode -q -g -c 212 --files-from "$work/many.list" -o /dev/null
        ;;
    prep) repeat "$work/decoded.npy" "$2" | measured gz-prep -q -c 212 -o /dev/null ;;
    label) repeat "$work/small.npy" "$2" | measured gz-label -q -v "$work/classes.csv" -o /dev/null ;;
    augment) measured gz-augment -q -e "$2" -o /dev/null "$work/labelled.npy" ;;
    train) repeat "$work/labelled.npy" "$2" | measured gz-train -q -e 1 -o /dev/null ;;
    infer) repeat "$work/small.npy" "$2" | measured gz-infer -q -w "$work/w.default" -o /dev/null ;;
    pipe)
        names $count > "$work/many.list"
        measured gz-decode -q -g -c 212 --files-from "$work/many.list" | measured gz-prep -q -c 212 |
            measured gz-infer -q -w "$work/w.default" -o /dev/null
        ;;
    score) repeat "$work/lines" "$2" | measured gz-score -o /dev/null ;;
    triangle) make_many $count && measured gz-triangle -q -p "$work/many.tsv" -o /dev/null "$work/many.npy" ;;
    simulate) measured gz-simulate -q -n $count "$work/simulated" && rm -rf "$work/simulated" ;;
    esac
}
# Whether a row is measured for so many: a million only where memory doesn't grow, and only one that reads pictures.
wanted() { [ "$2" -le 100 ] || [[ " pipe infer ${WORKS:-} " == *" $1 "* ]]; } # row, times

# A line a size: microseconds of a galaxy, memory in MiB, in a pipe that of all programs together.
costs() { # row
    for times in 1 10 100 1000; do
        if [ $times -gt "$most" ] || ! wanted "$1" $times; then
            echo '- -'
            continue
        fi
        progress "scaling: $1, $((times * records)) galaxies"
        : > "$work/measured"
        scaled "$1" $times > /dev/null || { cat "$work/measured" >&2; echo "bench: failed: $1" >&2; return 1; }
        awk -v n=$((times * records)) 'NF == 3 && $3 ~ /^[0-9]+$/ { if ($1 > wall) wall = $1; memory += $3 }
            END { if (!wall) exit 1; printf "%.1f %.1f\n", 1e6 * wall / n, memory / 1024 }' "$work/measured"
    done
}

# simulate takes minutes, and comes only where WORKS names it. Of the fewest galaxies much of the cost is the start of
# the programs, so growth is counted from ten times as many.
echo "growth: what a galaxy costs among the most over what it costs among $((10 * records))"
printf '%-9s %39s %7s   %31s\n' '' 'microseconds a galaxy' '' 'peak memory, MiB'
printf "%-9s $(printf ' %%%ss' 9 9 9 9) %7s   $(printf ' %%%ss' 7 7 7 7)\n" galaxies \
    "$records" $((10 * records)) $((100 * records)) $((1000 * records)) growth \
    "$records" $((10 * records)) $((100 * records)) $((1000 * records))
for row in ${WORKS:-decode prep label augment train infer pipe score triangle}; do
    costs "$row" > "$work/costs"
    awk -v row="$row" '{ cost[NR] = $1; memory[NR] = $2; if ($1 != "-") last = $1 }
        END { printf "%-9s  %9s %9s %9s %9s %7.2f    %7s %7s %7s %7s\n", row, cost[1], cost[2], cost[3], cost[4],
            last / cost[2], memory[1], memory[2], memory[3], memory[4] }' "$work/costs"
done
[ "$most" -gt 100 ] || skip "scaling to a million galaxies: LONG=1 asks for it"
