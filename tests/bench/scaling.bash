# What a record costs, and how much memory a program takes, the longer its input is.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

gz-decode -q -c 212 --files-from "$work/thousand" | gz-prep -q --colour -c 212 > "$work/colour.npy"
gz-infer -q -w "$work/w" "$work/labelled.npy" > "$work/lines"

# scaled PROGRAM THOUSANDS: run it on so many records. simulate takes minutes, and only runs where WORKS names it.
scaled() {
    local count=$(($2 * 1000))
    case $1 in
    decode)
        names $count > "$work/names"
        "$tools/measure" gz-decode -q -g -c 212 --files-from "$work/names" -o /dev/null
        ;;
    prep) repeat "$work/decoded.npy" "$2" | "$tools/measure" gz-prep -q -c 212 -o /dev/null ;;
    label) repeat "$work/small.npy" "$2" | "$tools/measure" gz-label -q -v "$work/votes.csv" -o /dev/null ;;
    augment) "$tools/measure" gz-augment -q -e "$2" -o /dev/null "$work/labelled.npy" ;;
    train) repeat "$work/labelled.npy" "$2" | "$tools/measure" gz-train -q -e 1 -o /dev/null ;;
    infer) repeat "$work/small.npy" "$2" | "$tools/measure" gz-infer -q -w "$work/w" -o /dev/null ;;
    score) repeat "$work/lines" "$2" | "$tools/measure" gz-score -o /dev/null ;;
    triangle)
        # Pictures in a row on standard input have ids of their own.
        names $count | xargs cat | gz-decode -q -c 212 - | gz-prep -q --colour -c 212 > "$work/many.npy"
        awk -v n=$count 'BEGIN { print "#id\ta\tb\tc"; for (i = 1; i <= n; i++) { a = rand(); b = rand() * (1 - a)
            printf "stdin-%d\t%.6f\t%.6f\t%.6f\n", i, a, b, 1 - a - b } }' > "$work/many.tsv"
        "$tools/measure" gz-triangle -q -p "$work/many.tsv" -o /dev/null "$work/many.npy"
        ;;
    simulate) "$tools/measure" gz-simulate -q -n $count "$work/simulated" && rm -rf "$work/simulated" ;;
    esac
}

printf '%-9s %36s   %24s\n' '' 'microseconds a record' 'peak memory, MiB'
printf '%-9s %12s %11s %11s   %8s %7s %7s\n' program 1,000 10,000 100,000 1,000 10,000 100,000
for program in ${WORKS:-decode prep label augment train infer score triangle}; do
    line=$(for thousands in 1 10 100; do
        { scaled "$program" $thousands > /dev/null; } 2>&1 | tail -n 1 |
            awk -v n=$thousands '{ print $1 * 1000 / n, $3 / 1024 }'
    done | awk '{ cost[NR] = $1; memory[NR] = $2 }
        END { printf "%12.1f %11.1f %11.1f   %8.1f %7.1f %7.1f", cost[1], cost[2], cost[3],
            memory[1], memory[2], memory[3] }')
    printf '%-9s %s\n' "$program" "$line"
done
echo
