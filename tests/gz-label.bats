#!/usr/bin/env bats
# gz-label against NumPy, which joins, scales and compares by itself (python/gz_label.py).

load helpers

TABLE=$FILES/votes.csv

setup_file() {
    py gz_label random_table "$TABLE"
}

check() { py gz_label "$@"; }

@test "the challenge's table gives 1,113 spiral (and one at 0.9 to the last digit), 620 edge-on, 853 round" {
    need_shared galaxies/votes.csv
    check of_table g.npy "$SHARED/galaxies/votes.csv"
    run -0 --separate-stderr gz-label -v "$SHARED/galaxies/votes.csv" -a 0.9 --min-asked 0.5 -o l.npy g.npy
    [ "${stderr_lines[0]}" = "gz-label: kept 1114 spiral, 620 edge-on, 853 round" ]
    [ "${stderr_lines[1]}" = \
        "gz-label: of 6937 records: 4350 below the agreement, 0 without votes, 0 outside the fold" ]
    check same_ids l.npy "$SHARED/galaxies/votes.csv" 0.9 0.5
}

@test "a table with the challenge's columns is right where votes are at the limits to the last digit" {
    # 1 to 3: a spiral at 0.9, one below it, one without votes; 4 and 5: an edge-on that half were asked about, one that
    # fewer were; 6 and 7: a round at 0.9, one below it; 8: edge-on and round are agreed on, and round has more votes.
    cat > votes.csv << 'END'
GalaxyID,Class1.1,Class1.2,Class2.1,Class2.2,Class4.1,Class7.1
1,0.05,0.95,0.05,0.888216,0.7993944,0.01
2,0.05,0.95,0.05,0.888216,0.799394399,0.01
3,0.05,0.95,0,0,0,0
4,0.5,0.5,0.45,0.05,0.01,0.1
5,0.500000001,0.499999999,0.49,0.009999999,0.001,0.1
6,0.9,0.1,0.05,0.05,0.01,0.81
7,0.9,0.1,0.05,0.05,0.01,0.809999999
8,0.5,0.5,0.46,0.04,0.01,0.47
END
    check of_table g.npy votes.csv
    run -0 --separate-stderr gz-label -v votes.csv -a 0.9 --min-asked 0.5 -o l.npy g.npy
    [ "${stderr_lines[0]}" = "gz-label: kept 1 spiral, 1 edge-on, 2 round" ]
    [ "${stderr_lines[1]}" = "gz-label: of 8 records: 4 below the agreement, 0 without votes, 0 outside the fold" ]
    check has l.npy 1,4,6,8
    check same_shares l.npy votes.csv 0.9 0.5 4
    gz-simulate -q -n 300 --size 16 survey
    check of_table g.npy survey/votes.csv
    gz-label -q -v survey/votes.csv -a 0.9 --min-asked 0.5 -o l.npy g.npy
    check same_shares l.npy survey/votes.csv 0.9 0.5
}

@test "labels and shares are those of exact fractions, at several limits" {
    check numbered g.npy
    for limits in "0.9 0.5" "0.8 0.25" "0.5 0" "1 0.1" "0 0"; do
        set -- $limits
        gz-label -q -v "$TABLE" -a "$1" --min-asked "$2" g.npy > l.npy
        check same_shares l.npy "$TABLE" "$1" "$2"
    done
}

@test "unknown fields stay, votes that were there are replaced, records keep their order" {
    check with_fields g.npy
    printf 'id\tbar\tring\tnone\na\t9\t0\t1\nb\t0\t0\t3\nc\t0\t1\t0\n' > votes.tsv
    gz-label -v votes.tsv g.npy > l.npy
    check kept_fields g.npy l.npy
}

@test "counts of those kept by class, below the agreement, without votes and outside the fold are told" {
    check galaxies galaxies.npy 1 2 3 4 5
    printf 'id,a,b\n1,9,1\n2,1,1\n3,0,1\n' > votes.csv
    run -0 --separate-stderr gz-label -v votes.csv -o l.npy galaxies.npy
    [ "${stderr_lines[0]}" = "gz-label: kept 1 a, 1 b" ]
    [ "${stderr_lines[1]}" = "gz-label: of 5 records: 1 below the agreement, 2 without votes, 0 outside the fold" ]
    run -0 --separate-stderr gz-label -q -v votes.csv -o l.npy galaxies.npy
    [ -z "$stderr" ]
    run -0 --separate-stderr gz-label -v votes.csv --fold 0/2 -o a.npy galaxies.npy
    a=${stderr_lines[1]##*, }
    run -0 --separate-stderr gz-label -v votes.csv --fold 1/2 -o a.npy galaxies.npy
    b=${stderr_lines[1]##*, }
    [ $((${a%% *} + ${b%% *})) -eq 5 ]
}

@test "folds divide the galaxies among them, whatever their order and whoever else is in the stream" {
    check numbered g.npy -1
    check numbered few.npy 7
    label() { gz-label -q -v "$TABLE" "$@"; }
    label g.npy > all.npy
    label --fold 0/10 g.npy > valid.npy
    label --fold 1-9/10 g.npy > train.npy
    check parts all.npy 0.05 0.15 train.npy valid.npy
    label --fold 0/10 few.npy > some.npy
    check common valid.npy few.npy some.npy
    label --fold 2-3/5 g.npy > outer.npy
    label --fold 0-1,4/5 --fold 1-18/19 g.npy > inner.npy
    label --fold 0,1,4/5 --fold 0/19 g.npy > held.npy
    check parts all.npy 0.02 0.1 outer.npy inner.npy held.npy
}

@test "a row that can't be used is named and skipped: exit 3" {
    check galaxies galaxies.npy 1 2 3
    printf 'id,a,b\n1,0,1\n2,none,1\n3,1,0\n4,1\n' > votes.csv
    run -3 --separate-stderr gz-label -q -v votes.csv -o l.npy galaxies.npy
    [ "${stderr_lines[0]}" = "gz-label: votes.csv: line 3: a: 'none' is not a number from 0 to 1e+12" ]
    [ "${stderr_lines[1]}" = "gz-label: votes.csv: line 5: 2 cells, but the header has 3 columns" ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    check has l.npy 1,3
}

@test "two rows of one galaxy are an error that names both lines: exit 1, no output" {
    check galaxies galaxies.npy 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n1,1,0\n' > votes.csv
    run -1 --separate-stderr gz-label -v votes.csv -o l.npy galaxies.npy
    one_line "gz-label: votes.csv: line 4: the id '1' is already on line 2"
    [ ! -e l.npy ]
}

@test "without any labelled galaxy the output is still a stream, with votes" {
    check galaxies galaxies.npy 1 2
    printf 'id,a,b\n3,0,1\n' > votes.csv
    gz-label -q -v votes.csv galaxies.npy > l.npy
    check empty l.npy a,b
    gz-label -q -v votes.csv l.npy | cmp - l.npy
}

@test "votes may come on stdin, and be another program's probability lines" {
    check galaxies galaxies.npy 1 2
    printf '#id\ta\tb\n1\t0.981274\t0.018726\n#id\ta\tb\n2\t0.6\t0.4\n' |
        gz-label -q -v - galaxies.npy > l.npy
    check has l.npy 1 a,b
}

@test "of a stream that is cut off at any byte the whole records come: exit 1; --partial accepts it" {
    check galaxies galaxies.npy 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n' > votes.csv
    gz-label -q -v votes.csv galaxies.npy > whole.npy
    size=$(stat -c %s galaxies.npy)
    for ((n = 0; n < size; n += 7)); do
        head -c "$n" galaxies.npy > cut.npy
        fails 'gz-label -v votes.csv cut.npy' 'cut.npy: *'
        run -0 bash -c "gz-label -q --partial -v votes.csv cut.npy > l.npy"
        [ -z "$output" ]
    done
    check has l.npy 1,2 a,b
    gz-label -q --partial -v votes.csv <(head -c $((size - 1)) galaxies.npy) | cmp - whole.npy
}

@test "what can't be opened, read or written is an error: one line, exit 1" {
    check galaxies galaxies.npy 1
    printf 'id,a,b\n1,0,1\n' > votes.csv
    fails 'gz-label -v missing.csv galaxies.npy' 'missing.csv: No such file or directory'
    fails 'gz-label -v . galaxies.npy' '.: Is a directory'
    fails 'gz-label -v /dev/null galaxies.npy' '/dev/null: empty: there is no header line'
    fails 'gz-label -v galaxies.npy galaxies.npy' 'galaxies.npy: line 1: *'
    bad_streams 'gz-label -v votes.csv STREAM'
    bad_output 'gz-label -q -v votes.csv galaxies.npy'
}

@test "tables that can't be used as votes are refused" {
    check galaxies galaxies.npy 1
    for header in id,a id,a,a 'id,a,' id,a,label id,-,b GalaxyID,Class1.1,Class2.1 "id,a'b,c" id,é,b; do
        printf '%s\n1,0,1\n' "$header" > votes.csv
        fails 'gz-label -v votes.csv -o l.npy galaxies.npy' 'votes.csv: *'
    done
}

@test "wrong options are refused: exit 2" {
    check galaxies galaxies.npy 1
    printf 'id,a,b\n1,0,1\n' > votes.csv
    wrong_usage 'gz-label OPTIONS galaxies.npy' '' '-v - -'
    wrong_usage 'gz-label -v votes.csv OPTIONS galaxies.npy' '-a 1.1' '-a x' '--min-asked -1' '--fold 10/10' \
        '--fold 3' \
        '--fold 2-1/3' '--fold 0,/3' '--unknown' '--agree 0.9'
    run -2 --separate-stderr gz-label -v -
    one_line "gz-label: stdin can't be both votes and stream (see gz-label -h)"
}
