#!/usr/bin/env bats
# gz-score against NumPy, which computes every figure by itself (python/gz_score.py), and against a report worked out by
# hand.

load helpers

check() { py gz_score "$@"; }

four_lines() {
    printf '#id\tspiral\tround\tlabel\n'
    printf 'a\t0.900000\t0.100000\tspiral\nb\t0.900000\t0.100000\tround\nc\t0.200000\t0.800000\tround\n'
    printf 'd\t0.500000\t0.500000\tspiral\n'
}

@test "NumPy finds every figure: any number of classes, ties, confidences on the borders of bins" {
    while read -r options; do
        # shellcheck disable=SC2086
        check write probs.tsv $options
        gz-score --pairs probs.tsv > pairs.tsv
        check same_figures probs.tsv pairs.tsv
    done << 'END'
spiral,edge-on,round 2000 1
a,b 500 2 digits=1
a,b,c,d,e,f,g,h,i,j,k,l 3000 3 sharp=.1
a,b,c 1 4
a,b,c 7 5 digits=1
a,b,c 1000 6 sharp=.01
END
}

@test "the figures of a class without galaxies, or never predicted, are not numbers" {
    printf '#id\ta\tb\tc\tlabel\n1\t1\t0\t0\ta\n2\t0.7\t0.2\t0.1\tb\n' > probs.tsv
    gz-score --pairs probs.tsv > pairs.tsv
    check same_figures probs.tsv pairs.tsv
    grep -qx 'precision.c	nan' pairs.tsv
    run -0 gz-score probs.tsv
    [[ $output == *"c                 0          -       -       -"* ]]
}

@test "the report of four galaxies is the one worked out by hand" {
    # loss: -(2 ln 0.9 is one; ln 0.1, ln 0.8, ln 0.5)/4 = (0.10536 + 2.30259 + 0.22314 + 0.69315)/4
    # calibration: (|1 - 1.8| + |1 - 0.8| + |1 - 0.5|)/4
    cat > want << 'END'
galaxies           4
correct            3
accuracy           0.7500  (95 % interval 0.3006 to 0.9544)
log loss           0.8311  (probabilities below 5e-07 count as that)
calibration error  0.3750  (expected, 15 bins of confidence)

confusion: a row is a label, a column what was predicted
              spiral      round
spiral             2          0
round              1          1

class      galaxies  precision  recall      F1
spiral            2     0.6667  1.0000  0.8000
round             2     1.0000  0.5000  0.6667

calibration: how confident, how often right
confidence        galaxies    mean  accuracy
0.4667 to 0.5333         1  0.5000    1.0000
0.7333 to 0.8000         1  0.8000    1.0000
0.8667 to 0.9333         2  0.9000    0.5000

the most confident
 share  galaxies  confidence  accuracy  95 % interval
 100 %         4    0.500000    0.7500  0.3006 to 0.9544
  99 %         4    0.500000    0.7500  0.3006 to 0.9544
  98 %         4    0.500000    0.7500  0.3006 to 0.9544
  95 %         4    0.500000    0.7500  0.3006 to 0.9544
  90 %         4    0.500000    0.7500  0.3006 to 0.9544
  80 %         4    0.500000    0.7500  0.3006 to 0.9544
  70 %         3    0.800000    0.6667  0.2077 to 0.9385
  60 %         3    0.800000    0.6667  0.2077 to 0.9385
  50 %         2    0.900000    0.5000  0.0945 to 0.9055
  25 %         2    0.900000    0.5000  0.0945 to 0.9055
  10 %         2    0.900000    0.5000  0.0945 to 0.9055
END
    four_lines | gz-score > got
    diff want got
}

@test "the order of the lines, how files share them, and headers between them change nothing" {
    check write probs.tsv a,b,c 1000 9 digits=3
    gz-score probs.tsv > want
    head -1 probs.tsv > b.tsv
    tail -n +2 probs.tsv | sort -R --random-source=probs.tsv >> b.tsv
    gz-score b.tsv | cmp - want
    head -n 300 probs.tsv > 1.tsv
    { head -1 probs.tsv; tail -n +301 probs.tsv; } > 2.tsv
    gz-score 1.tsv 2.tsv | cmp - want
    cat 2.tsv 1.tsv | gz-score - | cmp - want
    gz-score -o out probs.tsv
    cmp out want
}

@test "--worst lists the most confident mistakes first, as lines that other programs read" {
    check write probs.tsv a,b,c 1000 10
    gz-score --worst 20 probs.tsv > worst.tsv
    [ "$(wc -l < worst.tsv)" -eq 21 ]
    check worst probs.tsv worst.tsv 20
    gz-score --worst 100000 probs.tsv > all.tsv
    [ $(($(wc -l < all.tsv) - 1)) -eq $((1000 - $(gz-score --pairs probs.tsv | awk '$1 == "correct" {print $2}'))) ]
    run -0 gz-score --pairs all.tsv
    [[ ${lines[1]} == "correct	0" ]]
}

@test "--worst without mistakes is a header; a column std is kept" {
    printf '#id\ta\tb\tlabel\tstd\n1\t0.900000\t0.100000\ta\t0.010000\n' > probs.tsv
    run -0 gz-score --worst 3 probs.tsv
    [ "$output" = "#id	a	b	label	std" ]
    printf '#id\ta\tb\tlabel\tstd\n1\t0.900000\t0.100000\tb\t0.010000\n' > probs.tsv
    gz-score --worst 3 probs.tsv | cmp - probs.tsv
}

@test "lines that can't be used are named and skipped: exit 3" {
    four_lines > probs.tsv
    printf 'e\t0.1\t0.9\t-\nf\t0.1\t0.9\t\ng\t0.1\t0.8\tround\nh\t0.1\nd\t1\t0\tstd\n' >> probs.tsv
    run -3 --separate-stderr gz-score probs.tsv
    [ "${lines[0]}" = "galaxies           4" ]
    [ "${#stderr_lines[@]}" -eq 5 ]
    [ "${stderr_lines[0]}" = "gz-score: probs.tsv: line 6: no label (e)" ]
    [ "${stderr_lines[1]}" = "gz-score: probs.tsv: line 7: no label (f)" ]
    [ "${stderr_lines[2]}" = "gz-score: probs.tsv: line 8: the probabilities' sum is 0.9, not 1" ]
    [ "${stderr_lines[3]}" = "gz-score: probs.tsv: line 9: 2 cells, but the header has 4 columns" ]
    [ "${stderr_lines[4]}" = "gz-score: probs.tsv: line 10: label: a class can't have the name 'std'" ]
}

@test "of many lines that can't be used ten are named and the others counted; columns after the label do no harm" {
    four_lines > probs.tsv
    sed '1s/$/\tnote/; 2,$s/$/\tseen/' probs.tsv > noted.tsv
    gz-score noted.tsv | cmp - <(gz-score probs.tsv)
    for i in {1..30}; do printf 'x%d\t0.1\t0.9\t-\n' "$i"; done >> probs.tsv
    run -3 --separate-stderr gz-score probs.tsv
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "gz-score: 20 more lines can't be used" ]
}

@test "of lines that are cut off anywhere the last is named, never counted" {
    four_lines > whole.tsv
    size=$(wc -c < whole.tsv) header=$(head -n 1 whole.tsv | wc -c) first=$(head -n 2 whole.tsv | wc -c)
    for ((bytes = first; bytes < size; bytes++)); do
        head -c $bytes whole.tsv > probs.tsv
        whole=$(wc -l < probs.tsv) half=$(tail -c 1 probs.tsv | grep -vc '^$') || true
        run -$((3 * half)) --separate-stderr gz-score --pairs probs.tsv
        [ "${lines[0]}" = "galaxies	$((whole - 1))" ]
        [ "${#stderr_lines[@]}" -eq "$half" ]
        ((half == 0)) || one_line "gz-score: probs.tsv: line $((whole + 1)): *"
    done
    head -c $((header - 2)) whole.tsv > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: probs.tsv: line 1: cut off: there is no newline"
}

@test "--purity: NumPy finds the same thresholds; any number of classes, ties, others" {
    while read -r purity confidence least options; do
        # shellcheck disable=SC2086
        check write probs.tsv $options
        gz-score --purity $purity --confidence $confidence probs.tsv > purity.tsv
        [ "$(check same_purity probs.tsv purity.tsv $purity $confidence)" -ge "$least" ]
    done << 'END'
0.9 0.95 3 spiral,edge-on,round 2000 1 6 .05
0.8 0.95 2 a,b 500 2 2
0.8 0.9 8 a,b,c,d,e,f,g,h 3000 3 6 .03
0.9 0.95 0 a,b,c 40 4
0.99 0.5 1 a,b,c 3000 5 6 .01
END
    check write clean.tsv a,b,c 2000 7 6 .03
    check add_others clean.tsv probs.tsv 0.2 8
    gz-score --quiet --purity 0.9 probs.tsv > purity.tsv
    [ "$(check same_purity probs.tsv purity.tsv 0.9 0.95)" -eq 3 ]
}

@test "--purity: a threshold that can't be reached is -, and galaxies that were learned from don't count" {
    four_lines | gz-score --purity 0.9 > purity.tsv
    printf '#class\tthreshold\tpurity-low\tcompleteness\tgalaxies\nspiral\t-\t-\t-\t0\nround\t-\t-\t-\t0\n' |
        cmp - purity.tsv
    check write valid.tsv a,b 1000 9 6 .03
    gz-score --purity 0.9 valid.tsv > want
    sed '1s/$/\tpart/; 2,$s/$/\t-/' valid.tsv > probs.tsv
    sed '1d; s/^/9/; s/$/\ttrain/' valid.tsv >> probs.tsv
    gz-score --quiet --purity 0.9 probs.tsv | cmp - want
}

@test "--purity: the line of awk of the page takes the catalogue that the table speaks of, whatever the column" {
    check write probs.tsv round,edge-on,spiral 2000 13 6 .03
    gz-score --purity 0.9 probs.tsv > purity.tsv
    sed -n '/^awk -F .*NR == FNR/,/edge-on.tsv$/p' "$ROOT/man/gz-score.1" | sed 's/\\e/\\/g' > line
    [ "$(wc -l < line)" -eq 3 ]
    bash line
    [ "$(head -n 1 edge-on.tsv)" = "$(head -n 1 probs.tsv)" ]
    [ "$(sed 1d edge-on.tsv | wc -l)" -eq "$(awk '$1 == "edge-on" { print $5 }' purity.tsv)" ]
    [ "$(sed 1d edge-on.tsv | wc -l)" -gt 100 ]
    sed -i 's/^edge-on.*/edge-on\t-\t-\t-\t0/' purity.tsv
    bash line
    [ "$(wc -l < edge-on.tsv)" -eq 1 ]
}

@test "others: labels that are no class, or a class named by --other; NumPy finds every figure" {
    check write clean.tsv a,b,c 1500 11 6 .05
    check add_others clean.tsv probs.tsv 0.3 12
    run -0 --separate-stderr gz-score --pairs -o pairs.tsv probs.tsv
    one_line "gz-score: * galaxies have a label that is not one of the classes, such as 'ring': they count as others"
    check same_others probs.tsv pairs.tsv
    # Without their lines the rest of the report is the same.
    grep -v ring probs.tsv > some.tsv
    grep -v '^others' pairs.tsv | cmp - <(gz-score --pairs some.tsv)
    gz-score --quiet --pairs --other b probs.tsv > pairs.tsv
    check same_others probs.tsv pairs.tsv b
    run -0 gz-score --other b clean.tsv
    [[ $output == *"AUROC"*"sum of the other probabilities"* ]]
    [[ $output == *"  more       any         a         c"* ]]
    run ! grep -q AUROC <(gz-score clean.tsv)
}

@test "--audit and --label-errors: NumPy finds the same by confident learning, and planted errors come first" {
    check write true.tsv a,b,c 3000 21 6 .02
    check plant true.tsv probs.tsv planted 0.03 22
    gz-score --audit probs.tsv > audit.tsv
    gz-score --label-errors probs.tsv > errors.tsv
    check same_audit probs.tsv audit.tsv errors.tsv
    awk -v found="$(check found_early audit.tsv planted 0.05)" 'BEGIN { exit found < 0.9 }'
    gz-score --audit --number 5 probs.tsv | cmp - <(head -n 6 audit.tsv)
    check add_others true.tsv probs.tsv 0.2 23
    gz-score --quiet --audit probs.tsv > audit.tsv
    gz-score --quiet --label-errors probs.tsv > errors.tsv
    check same_audit probs.tsv audit.tsv errors.tsv
}

@test "without a line to score there is no report: exit 1" {
    printf '#id\ta\tb\tlabel\n' > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: there is no line with a label"
    printf '#id\ta\tb\n1\t1\t0\n' > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: probs.tsv: there is no column label"
    printf '#id\ta\tb\tlabel\n1\t1\t0\tring\n' > probs.tsv
    run -1 --separate-stderr gz-score -q probs.tsv
    one_line "gz-score: no label is one of the classes"
    run -1 --separate-stderr gz-score < /dev/null
    one_line "gz-score: standard input: empty: there is no header line"
}

@test "what can't be opened, read or written is an error: one line, exit 1" {
    four_lines > probs.tsv
    fails 'gz-score missing.tsv' 'missing.tsv: No such file or directory'
    fails 'gz-score .' '.: Is a directory'
    fails "gz-score probs.tsv <(printf '#id\\tround\\tspiral\\tlabel\\n')" \
        '*/fd/*: line 1: this header is not the one that the table begins with'
    fails 'gz-score /bin/sh' '/bin/sh: line 1: *'
    bad_output 'gz-score probs.tsv'
    fails 'gz-score <&-' 'standard input: read error: Bad file descriptor'
    fails 'gz-score -o missing/out probs.tsv' 'missing/out: No such file or directory'
}

@test "wrong options are refused: exit 2" {
    four_lines > probs.tsv
    fails 'gz-score --other ring probs.tsv' "there is no class 'ring' (option --other)"
    wrong_usage 'gz-score probs.tsv OPTIONS' '--purity 1' '--purity 0.2' '--confidence 1' '--audit --purity 0.9' \
        '--number 3' '--audit --worst 3' '--label-errors --pairs' \
        '--worst 0' '--worst x' --worst '--worst 3 --pairs' --unknown -o --pair
}
