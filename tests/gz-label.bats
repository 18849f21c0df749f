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
    printf 'id,a,b\n1,1,1\n' > votes.csv
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
        '--other-share 0.5' '--picture-column x' \
        '--fold 2-1/3' '--fold 0,/3' '--unknown' '--agree 0.9'
    run -2 --separate-stderr gz-label -v -
    one_line "gz-label: standard input can't be two things at once (see gz-label -h)"
}

# ---- other tables ----

@test "tables of Galaxy Zoo 2, DECaLS, Hubble, CANDELS and Zoobot: asked is a product down the tree" {
    while read -r survey variant kind; do
        check survey_table t "$survey" "$variant" "$kind"
        check survey_galaxies g.npy t "$survey" "$variant"
        for limits in "0.9 0.5" "0.6 0.1"; do
            run -0 --separate-stderr gz-label -v t -a "${limits% *}" --min-asked "${limits#* }" -o l.npy g.npy
            [[ "${stderr_lines[2]}" == "gz-label: kept by rule $survey, variant "* ]]
            check same_survey l.npy t "$survey" "$variant" $limits
        done
    done << 'END'
gz2 fraction upper-csv
decals fraction bom-crlf-quoted-csv
hubble weighted_fraction csv
candels weighted_frac tsv
zoobot -hubble crlf-tsv
END
}

@test "the variant is the first that the table has, or that of --variant; a survey must be chosen" {
    check survey_table t gz2 fraction,weighted_fraction,debiased
    check survey_galaxies g.npy t gz2 fraction
    for variant in fraction weighted debiased; do
        gz-label -q -v t --variant $variant g.npy -o l.npy
        check same_survey l.npy t gz2 "${variant/weighted/weighted_fraction}" 0.9 0.5
    done
    gz-label -q -v t g.npy -o l.npy
    check same_survey l.npy t gz2 fraction 0.9 0.5
    check survey_table one gz2 debiased
    gz-label -q -v one g.npy -o l.npy
    check same_survey l.npy one gz2 debiased 0.9 0.5
    fails 'gz-label -v one --variant weighted -o l.npy g.npy' \
        "one: rule gz2: no column 't01_smooth_or_features_a02_features_or_disk_weighted_fraction'"
    fails 'gz-label -v one --variant best -o l.npy g.npy' \
        "one: rule gz2: no variant 'best': there are fraction, weighted, debiased"
    check survey_table two zoobot -gz2,-hubble
    check survey_galaxies g.npy two zoobot -gz2
    fails 'gz-label -v two g.npy' 'two: rule zoobot: --variant must say which of these is meant: gz2, hubble'
    gz-label -q -v two --variant hubble g.npy -o l.npy
    check same_survey l.npy two zoobot -hubble 0.9 0.5
}

@test "Galaxy Zoo 1: spirals turn either way; flags, coordinates and the number of votes are no classes" {
    check galaxies g.npy 1 2 3 4
    for id in OBJID dr7objid; do
        cat > gz1.csv << END
$id,RA,DEC,NVOTE,P_EL,P_CW,P_ACW,P_EDGE,P_DK,P_MG,P_CS,SPIRAL,ELLIPTICAL,UNCERTAIN
1,00:00:00.41,-10:22:25.7,59,0.91,0.03,0.0,0.05,0.0,0.01,0.08,0,1,0
2,00:00:00.74,-09:13:20.2,18,0.01,0.5,0.41,0.05,0.02,0.01,0.96,0,0,1
3,00:00:01.03,-10:56:48.0,68,0.0,0.04,0.03,0.93,0.0,0.0,1.0,1,0,0
4,00:00:01.38,+15:30:35.3,52,0.885,0.019,0.0,0.058,0.019,0.019,0.077,0,1,0
END
        run -0 --separate-stderr gz-label -v gz1.csv -o l.npy g.npy
        [ "${stderr_lines[2]}" = 'gz-label: kept by rule gz1' ]
        check labels_are l.npy 1=elliptical 2=spiral 3=edge-on
        sed -i '1s/.*/\L&/' gz1.csv
        gz-label -q -v gz1.csv --min-volunteers 20 -o l.npy g.npy
        check labels_are l.npy 1=elliptical 3=edge-on
        gz-label -q -v gz1.csv --rule gz1-clockwise -a 0.5 -o l.npy g.npy
        check labels_are l.npy 2=clockwise
    done
}

@test "the rule's least number of volunteers is the default, is counted, and is turned off by --min-volunteers 0" {
    check galaxies g.npy 1 2 3 4 5
    gz2=t01_smooth_or_features_a02_features_or_disk_fraction,t02_edgeon_a05_no_fraction,t04_spiral_a08_spiral_fraction
    gz2+=,t02_edgeon_a04_yes_fraction,t01_smooth_or_features_a01_smooth_fraction
    gz2+=,t07_rounded_a16_completely_round_fraction
    cat > gz2.csv << END
dr7objid,total_classifications,$gz2
1,20,0.9,0.95,0.97,0.05,0.1,0
2,19,0.9,0.95,0.97,0.05,0.1,0
3,19.999,0.1,0.95,0,0.05,0.9,0.99
4,,0.1,0.95,0,0.05,0.9,0.99
5,45,0.5,0.5,0.5,0.5,0.5,0.5
END
    run -0 --separate-stderr gz-label -v gz2.csv -o l.npy g.npy
    check labels_are l.npy 1=spiral
    [ "${stderr_lines[1]}" = 'gz-label: of 5 records: 1 below the agreement, 3 of fewer than 20 volunteers, 0 without'\
' votes, 0 outside the fold' ]
    # They aren't others either.
    gz-label -q -v gz2.csv --other other -o l.npy g.npy
    check labels_are l.npy 1=spiral 5=other
    run -0 --separate-stderr gz-label -v gz2.csv --min-volunteers 0 -o l.npy g.npy
    check labels_are l.npy 1=spiral 2=spiral 3=round 4=round
    [ "${stderr_lines[1]}" = 'gz-label: of 5 records: 1 below the agreement, 0 without votes, 0 outside the fold' ]
    gz-label -q -v gz2.csv --min-volunteers 19.5 -o l.npy g.npy
    check labels_are l.npy 1=spiral 3=round
    # Without the column there is no limit by default, and none can be asked for.
    cut -d , -f 1,3- gz2.csv > uncounted.csv
    gz-label -q -v uncounted.csv -o l.npy g.npy
    check labels_are l.npy 1=spiral 2=spiral 3=round 4=round
    run -1 --separate-stderr gz-label -v uncounted.csv --min-volunteers 5 -o l.npy g.npy
    one_line 'gz-label: uncounted.csv: no column says how many volunteers there were'
    gz-label --print-rule gz2 | sed 's/>= 20/>= 40/' > own.rule
    run -0 --separate-stderr gz-label -v gz2.csv --rules own.rule -a 0.5 -o l.npy g.npy
    [[ ${stderr_lines[1]} == *', 4 of fewer than 40 volunteers, '* ]]
    sed -i 's/>= 40/>= many/' own.rule
    run -1 --separate-stderr gz-label -v gz2.csv --rules own.rule -o l.npy g.npy
    one_line "gz-label: gz2.csv: own.rule: line 5: 'many' is not a number of volunteers"
}

@test "five classes by cuts, and a rule of one's own" {
    check numbered g.npy
    gz-label -q -v "$TABLE" --rule kaggle-five -o l.npy g.npy
    check five_of l.npy "$TABLE"
    gz-label --print-rule kaggle > kaggle.rule
    cmp kaggle.rule "$ROOT/lib/catalogue/rules/kaggle.rule"
    gz-label -q -v "$TABLE" --rules kaggle.rule -o a.npy g.npy
    gz-label -q -v "$TABLE" -o b.npy g.npy
    cmp a.npy b.npy
    printf '%s\n' 'class disk' 'asked Class1.2' 'votes ( Class2.1 + Class2.2 )' 'need Class1.2 > 0.5' > one.rule
    gz-label -q -v "$TABLE" --rules one.rule --other other -o l.npy g.npy
    run -2 gz-label --print-rule gz3
    for rule in 'class a' 'votes x' 'class a\nvotes ( x' 'class a\nvotes x y' 'clas a' 'class a\nvotes x\nneed x' ''; do
        printf "$rule\n" > bad.rule
        fails "gz-label -v $TABLE --rules bad.rule -o l.npy g.npy" "$TABLE: bad.rule: *"
    done
    fails "gz-label -v $TABLE --rule gz3 -o l.npy g.npy" "$TABLE: no rule 'gz3': there are candels, *"
    need_shared galaxies/votes.csv
    check of_table g.npy "$SHARED/galaxies/votes.csv"
    gz-label -q -v "$SHARED/galaxies/votes.csv" --rule kaggle-five -o l.npy g.npy
    check five_of l.npy "$SHARED/galaxies/votes.csv"
}

@test "labels in cells, whichever column they are in, and classes made of several" {
    check galaxies g.npy 1 2 3 4 5 6
    printf '%s\n' OBJID,label 1,ring 2,bar 3,none-of-it 4, 5,bar 6,- > a.csv
    printf '%s\n' 'class,ra,OBJID' ring,1.5,1 bar,2.5,2 none-of-it,3.5,3 ,4.5,4 bar,5.5,5 -,5.5,6 > b.csv
    printf '%s\n' 'shape,ra,galaxy' ring,1.5,1 bar,2.5,2 none-of-it,3.5,3 ,4.5,4 bar,5.5,5 -,5.5,6 > c.csv
    for options in '-v a.csv' '-v b.csv' '-v c.csv --label-column shape --id-column galaxy'; do
        gz-label -q $options -o l.npy g.npy
        check labels_are l.npy 1=ring 2=bar 3=none-of-it 5=bar
        check has l.npy 1,2,3,5 bar,none-of-it,ring
        gz-label -q $options --classes odd=ring+none-of-it,bar -o l.npy g.npy
        check labels_are l.npy 1=odd 2=bar 3=odd 5=bar
        gz-label -q $options --classes ring,bar --other rest -o l.npy g.npy
        check labels_are l.npy 1=ring 2=bar 3=rest 5=bar
    done
    printf '%s\n' id,a,b,kind,sort 1,1,0,x,y 2,0,1,y,x 3,1,0,x,x > two.csv
    fails 'gz-label -v two.csv g.npy' \
        "two.csv: --label-column must say which column has the classes: 'kind' or 'sort'"
    cut -d , -f 1-4 two.csv > both.csv
    fails 'gz-label -v both.csv g.npy' "both.csv: --label-column must say that 'kind' has the classes, or *"
    gz-label -q -v both.csv --classes a,b -o l.npy g.npy
    check labels_are l.npy 1=a 2=b 3=a
    gz-label -q -v both.csv --label-column kind -o l.npy g.npy
    check labels_are l.npy 1=x 2=y 3=x
}

@test "columns that can't be votes are refused by name" {
    check galaxies g.npy 1 2 3
    refused() { # column, table
        printf '%b' "$2" > t.csv
        fails 'gz-label -v t.csv -o l.npy g.npy' "t.csv: the column '$1' *"
    }
    refused ra 'id,ra,spiral,edge-on\n1,160.9,0.5,0.5\n2,12.1,0.1,0.9\n'
    refused mag 'id,a,b,mag\n1,1,0,17.21\n2,0,1,16.05\n'
    refused NVOTE 'id,NVOTE,a,b\n1,44,0.5,0.5\n2,31,0.25,0.75\n'
    refused NVOTE 'id,a,b,NVOTE\n1,1,0,44\n2,0,1,31\n3,0,1,39\n'
    refused total 'id,a,b,total\n1,9,1,10\n2,3,4,7\n'
    refused z 'id,a,b,z\n1,0.9,0.1,0.0813\n2,0.3,0.7,0.0512\n'
    refused other_id 'id,other_id,a,b\n1,587722981748965649,1,0\n2,587722981748965650,0,1\n'
    refused sign 'id,sign,a,b\n1,-1,1,0\n2,-1,1,0\n'
    printf '%s\n' id,ra,a,b,c 1,160.9,1,0,0 2,170.2,0,1,0 3,0.4,0,0,1 > t.csv
    gz-label -q -v t.csv --classes a,rest=b+c -o l.npy g.npy
    check labels_are l.npy 1=a 2=rest 3=rest
}

@test "ids that are spelled otherwise match, and that is said once; rounded ones are refused" {
    check galaxies g.npy 100008 7 0003 x
    printf 'id\ta\tb\n%s\t0\t1\n%s\t1\t0\n%s\t0\t1\n%s\t1\t0\n' images/100008.jpg 7.0 ' 3 ' x > t.tsv
    run -0 --separate-stderr gz-label -v t.tsv -o l.npy g.npy
    check labels_are l.npy 100008=b 7=a 0003=b x=a
    [ "${stderr_lines[3]}" = \
        "gz-label: of these ids, 3 are spelled otherwise in t.tsv: 100008 is 'images/100008.jpg' there" ]
    printf 'id,a,b\n7.jpg,0,1\n7.png,1,0\n100008,1,0\n100008.jpg,0,1\n' > t.csv # 7 could be either
    gz-label -q -v t.csv -o l.npy g.npy
    check labels_are l.npy 100008=a
    printf 'id,a,b\n1.00008E+05,0,1\n' > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' \
        "t.csv: line 2: the id '1.00008E+05' was rounded by a spreadsheet: its digits are lost"
    printf 'id,a,b\n8.jpg,0,1\n9,1,0\n' > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' \
        "t.csv: no row has the id of a record: the first record is '100008', the first row '8.jpg' (--ids)"
    # Records outside the fold aren't looked up, and excuse nothing.
    fails 'gz-label -v t.csv --fold 0/2 -o l.npy g.npy' "t.csv: no row has the id of a record: *"
    fails 'gz-label -v t.csv --fold 1/2 -o l.npy g.npy' "t.csv: no row has the id of a record: *"
}

@test "--ids joins pictures' names and the catalogue's ids, whatever the columns' order" {
    check galaxies g.npy 11 12 13 14
    printf '%s\n' dr7objid,label 900001,ring 900002,bar 900003,ring > t.csv
    printf '%s\n' objid,sample,asset_id 900001,original,13 900002,original,12 900002,stripe82,11 900009,extra,14 \
        > a.csv
    printf '%s\n' asset_id,sample,objid 13,original,900001 12,original,900002 11,stripe82,900002 > b.csv
    printf '%s\n' png,sky 13.jpg,900001 12.jpg,900002 11.jpg,900002 > c.csv
    printf '%s\n' x,pic,sky q,13,900001 r,12,900002 r,11,900002 > d.csv
    for ids in a.csv b.csv c.csv 'd.csv --picture-column pic'; do
        gz-label -q -v t.csv --ids $ids -o l.npy g.npy
        check labels_are l.npy 11=bar 12=bar 13=ring
    done
    fails 'gz-label -v t.csv --ids d.csv -o l.npy g.npy' 'd.csv: --picture-column must say which column has *'
    printf '%s\n' png,sky 13,900001 13,900002 > e.csv
    fails 'gz-label -v t.csv --ids e.csv -o l.npy g.npy' \
        "e.csv: line 3: the picture '13' has another id on a line before"
    # A correction may name the picture or the galaxy of the catalogue.
    printf '%s\n' id,corrected 13,bar 900002,ring > f.csv
    gz-label -q -v t.csv --ids a.csv --corrections f.csv -o l.npy g.npy
    check labels_are l.npy 11=ring 12=ring 13=bar
}

@test "--other takes galaxies of the table that have no class, all or a share by their ids" {
    check numbered g.npy
    gz-label -q -v "$TABLE" -o agreed.npy g.npy
    gz-label -q -v "$TABLE" --other neither -o all.npy g.npy
    check others all.npy agreed.npy neither 1 1
    gz-label -q -v "$TABLE" --other neither --other-share 0.3 -o some.npy g.npy
    check others some.npy agreed.npy neither 0.26 0.34
    gz-label -q -v "$TABLE" --other neither --other-share 0.3 --fold 0/3 -o some.npy g.npy # independent of folds
    gz-label -q -v "$TABLE" --fold 0/3 -o agreed.npy g.npy
    check others some.npy agreed.npy neither 0.08 0.12
    fails "gz-label -v $TABLE --other round -o l.npy g.npy" "$TABLE: --other: the table has a class round already"
}

@test "what a person corrected counts: another class, drop, a galaxy without a row" {
    check galaxies g.npy 1 2 3 4 5 6
    printf 'id,a,b\n1,9,1\n2,9,1\n3,9,1\n4,5,5\n5,1,9\n' > t.csv
    printf '#id\tlabel\tx\tcorrected\n2\ta\tb\tb\n3\ta\tb\tdrop\n4\t-\tb\tb\n1\ta\tb\t-\n5\tb\ta\t\n6.jpg\t\t\ta\n' \
        > audit.tsv
    gz-label -q -v t.csv --corrections audit.tsv -o l.npy g.npy
    check labels_are l.npy 1=a 2=b 4=b 5=b 6=a
    printf 'id,corrected\n2,c\n1,b\n' > audit.csv
    run -3 --separate-stderr gz-label -q -v t.csv --corrections audit.csv -o l.npy g.npy
    one_line "gz-label: audit.csv: line 2: corrected: 'c' is neither a class nor drop"
    check labels_are l.npy 1=b 2=a 3=a 5=b
    fails 'gz-label -v t.csv --corrections t.csv -o l.npy g.npy' "t.csv: no column 'corrected'"
}

@test "of many bad rows ten are named and the others counted; one class only, or few galaxies, are told" {
    check galaxies g.npy 1 2 3
    { printf 'id,a,b\n1,1,0\n2,1,0\n'; for i in $(seq 3 40); do echo "$i,1"; done; } > t.csv
    run -3 --separate-stderr gz-label -v t.csv -o l.npy g.npy
    [ "$(grep -c ': line ' <<< "$stderr")" -eq 10 ]
    grep -qx 'gz-label: t.csv: 28 more rows can.t be used' <<< "$stderr"
    grep -qx 'gz-label: kept one class only: a network needs two at least' <<< "$stderr"
    grep -qx 'gz-label: kept fewer than 10 of a, b' <<< "$stderr"
}

@test "the field's own tables are read or refused as they should be" {
    need_shared field/tables
    while IFS='|' read -r table status line; do
        cut -d , -f 1 "$SHARED/field/tables/$table" | sed 1d | sed 's/\.jpg$//' > ids
        mapfile -t ids < ids
        check galaxies g.npy "${ids[@]}"
        run "-$status" --separate-stderr gz-label -v "$SHARED/field/tables/$table" -a 0.5 --min-asked 0.1 -o l.npy g.npy
        grep -q "$line" <<< "$stderr"
    done << 'END'
gz1_table2.csv|0|kept by rule gz1
gz1_no_radec.csv|0|kept by rule gz1
casjobs_zoospec.csv|0|kept by rule gz1
gz2_hart16.csv|0|kept by rule gz2, variant fraction
gz_decals_volunteers_5.csv|0|kept by rule decals, variant fraction
header_twice.csv|0|kept 9 spiral, 6 edge-on, 8 round
ids_with_jpg.csv|0|are spelled otherwise
nan_votes.csv|3|line 2: Class4.1
one_class.csv|0|kept one class only
sci_ids.csv|1|its digits are lost
END
}

# ---- tables that aren't what they seem ----

@test "a name that a class can't have is one line, whichever option gives it: exit 1, and no endless loop" {
    check galaxies g.npy 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n' > t.csv
    for name in id label "''" part; do
        fails "timeout 20 gz-label -v t.csv --other $name g.npy" "--other: a class can't have the name '*'"
    done
    fails "timeout 20 gz-label -v t.csv --other \"it's\" g.npy" "t.csv: the name 'it's' has a quote or a backslash"
    fails "timeout 20 gz-label -v t.csv --other '\"x\"' g.npy" "--other: a class can't have the name '\"x\"': *"
}

@test "--ids and --corrections with a header that can't be read are refused, not left out" {
    check galaxies g.npy 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n' > t.csv
    many=$(seq -s , 300 | sed 's/[0-9]*/c&/g')
    for header in id,corrected,id 'id,"corrected' "id,corrected,$many"; do
        printf '%s\n1,a\n' "$header" > f.csv
        for option in --ids --corrections; do
            fails "gz-label -v t.csv $option f.csv -o l.npy g.npy" 'f.csv: line 1: *'
        done
    done
    [ ! -e l.npy ]
}

@test "a table without a header, or with another separator, is refused, and what is wrong is said" {
    check galaxies g.npy 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n' > t.csv
    printf '1,0.95,0.03\n2,0.1,0.9\n' > n.csv
    fails 'gz-label -v n.csv -o l.npy g.npy' "n.csv: line 1 is no header: '1' is a number, not a column's name"
    fails 'gz-label -v t.csv --ids n.csv -o l.npy g.npy' "n.csv: line 1 is no header: *"
    tr , ';' < t.csv > s.csv
    fails 'gz-label -v s.csv -o l.npy g.npy' \
        's.csv: line 1 has neither a tab nor a comma: the cells seem to be separated by semicolons'
    printf '#9,a,b\n' | cat t.csv - > c.csv
    fails 'gz-label -v c.csv -o l.npy g.npy' 'c.csv: line 4: begins with #: neither a row nor *'
    printf 'id\t" label "\n1\t"ring"\n2\t bar \n' > q.tsv
    gz-label -q -v q.tsv -o l.npy g.npy
    check has l.npy 1,2 bar,ring
}

@test "a column of text that isn't called label has the classes only if it is alone, or is named" {
    check galaxies g.npy 1 2 3
    printf '%s\n' id,survey,spiral,round 1,SDSS,0.95,0.05 2,GAMA,0.1,0.9 3,SDSS,1,0 > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' \
        "t.csv: --label-column must say that 'survey' has the classes, or --classes which columns are classes"
    gz-label -q -v t.csv --classes spiral,round -o l.npy g.npy
    check labels_are l.npy 1=spiral 2=round 3=spiral
    gz-label -q -v t.csv --label-column survey -o l.npy g.npy
    check labels_are l.npy 1=SDSS 2=GAMA 3=SDSS
    # A table of Galaxy Zoo 2 that lacks one column of its rule.
    gz2=t01_smooth_or_features_a02_features_or_disk_fraction,t02_edgeon_a05_no_fraction,t04_spiral_a08_spiral_fraction
    printf '%s\n' "dr7objid,sample,gz2class,$gz2" 1,original,Sb,0.9,0.9,0.9 2,extra,Er,0.1,0.9,0 3,extra,Sb,1,1,1 \
        > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' \
        "t.csv: no column 't02_edgeon_a04_yes_fraction', which rule gz2* needs (--classes takes columns as they are)"
    printf '%s\n' id,retired,ra,dec 1,True,00:00:00.41,-10:22:25.7 2,False,00:00:00.74,-09:13:20 3,True,0,0 > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' "t.csv: --label-column must say that 'retired' has the classes, or *"
    printf '%s\n' id,ra,Morphology 1,10.5,x 2,11.5,y 3,12.5,x > t.csv
    gz-label -q -v t.csv -o l.npy g.npy
    check labels_are l.npy 1=x 2=y 3=x
}

@test "columns are no classes by their names, and shares that sum to more than 1 are refused" {
    check galaxies g.npy 1 2 3
    for name in plate mjd Fiber run camcol YEAR index 'Unnamed: 0' ra DEC x y z redshift ttype petroR90 npix NVOTE \
        total flags; do
        printf '%s\n' "id,$name,spiral,round" 1,1,5,0 2,0,1,9 3,2,1,4 > t.csv
        fails 'gz-label -v t.csv g.npy' "t.csv: the column '$name' *name the columns of the classes (--classes)*"
        gz-label -q -v t.csv --classes "$name,round" -o l.npy g.npy
    done
    printf '%s\n' id,p,q,spiral,round 1,0.2,0.95,0.95,0.05 2,0.4,0.7,0.4,0.6 > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' 't.csv: the shares in a row sum to more than 1, such as 2.1: *--classes*'
    printf '%s\n' GalaxyID,Class1_1,Class1_2,Class1_3 1,0.2,0.75,0.05 2,0.4,0.6,0 > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' \
        "t.csv: rule kaggle wants the column 'Class1_2' to be called 'Class1.2' (--classes takes columns as they are)"
    check survey_table s decals fraction csv
    sed -i '1s/-/_/g' s
    fails 'gz-label -v s g.npy' "s: rule decals wants the column 'smooth_or_featured_* to be called 'smooth-or-*"
}

@test "corrections that match nothing are counted, and all of them are an error" {
    check galaxies g.npy 1 2 3
    printf 'id,a,b\n1,9,1\n2,9,1\n9,9,1\n' > t.csv
    # The first column isn't taken for the id: another one has the table's ids, or a usual name, or --id-column.
    for header in note,galaxy note,objid note,sky; do
        printf '%s\n' "$header,corrected" odd,2,b odd,8,b odd,9,b faint,3,b > c.csv
        sed -i "s/odd,8/far,8/; s/odd,9/late,9/" c.csv
        [ "$header" != note,sky ] || option=--id-column=sky
        sed "1s/id/sky/" t.csv > s.csv
        run -0 --separate-stderr gz-label -v s.csv ${option:-} --corrections c.csv -o l.npy g.npy
        check labels_are l.npy 1=a 2=b 3=b
        grep -qx 'gz-label: c.csv: 1 of 4 corrections are for no galaxy that is there' <<< "$stderr"
    done
    # A galaxy outside the fold is there, and so is one of --ids.
    printf '%s\n' id,corrected 3,b 900001,a 900002,b > c.csv
    run -0 --separate-stderr gz-label -v t.csv --fold 0/2 --corrections c.csv -o l.npy g.npy
    grep -qx 'gz-label: c.csv: 2 of 3 corrections are for no galaxy that is there' <<< "$stderr"
    printf '%s\n' file,sky 77,900001 1,1 2,2 3,3 > ids.csv
    run -0 --separate-stderr gz-label -v t.csv --ids ids.csv --corrections c.csv -o l.npy g.npy
    grep -qx 'gz-label: c.csv: 1 of 3 corrections are for no galaxy that is there' <<< "$stderr"
    sed -i 2d c.csv
    rm l.npy
    fails 'gz-label -v t.csv --corrections c.csv -o l.npy g.npy' \
        "c.csv: no correction is for a galaxy that is there: the first one is for '900001' (--id-column)"
    [ ! -e l.npy ]
    printf 'id,corrected\n' > c.csv
    gz-label -q -v t.csv --corrections c.csv -o l.npy g.npy
}

@test "what programs write for an empty cell is no label; a class of --classes that no row has is an error" {
    check galaxies g.npy 1 2 3 4 5 6 7
    printf '%s\n' id,label 1,ring 2,bar 3,NaN 4,null 5,None '6,""' 7,E+S0 > t.csv
    gz-label -q -v t.csv -o l.npy g.npy
    check has l.npy 1,2,7 E+S0,bar,ring
    gz-label -q -v t.csv --classes None,bar --other rest -o l.npy g.npy
    check labels_are l.npy 1=rest 2=bar 5=None 7=rest
    gz-label -q -v t.csv --classes E+S0,bar -o l.npy g.npy
    check labels_are l.npy 2=bar 7=E+S0
    rm l.npy
    refuses 1 'gz-label -v t.csv -o l.npy g.npy' << 'END'
--classes ring,bar,ball|t.csv: --classes: no row has the label 'ball'
--classes Ring,bar|t.csv: --classes: no row has the label 'Ring': upper and lower case differ
--classes ring,x=ball+star|t.csv: --classes: no row has the label 'ball', nor another one of that class
--classes ring+bar,E+S0|t.csv: --classes: no row has the label 'ring+bar'; a class of several labels is NAME=a+b
END
    printf '%s\n' id,label 1,ring 2,ring > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' "t.csv: one class only, 'ring': a network needs two at least *"
    gz-label -q -v t.csv --other rest -o l.npy g.npy
}

@test "ids in another program's quotes are refused, as are rounded ones, whatever other rows match" {
    check galaxies g.npy 900001 900002
    for id in '="900001"' "'900001" "b'900001'" "'900001'" 1e5 1E+05; do
        printf '%s\n' id,a,b 900002,0,9 "$id,9,0" > t.csv
        fails 'gz-label -v t.csv -o l.npy g.npy' "t.csv: line 3: the id '$id' *"
    done
}

@test "further bad rows are counted under their table's name; where no row could be used, that is said" {
    check galaxies g.npy 1 2
    printf 'id,a,b\n1,9,1\n2,1,9\n' > t.csv
    { echo id,corrected; for i in $(seq 3 20); do echo "$i,x"; done; } > c.csv
    run -3 --separate-stderr gz-label -q -v t.csv --corrections c.csv -o l.npy g.npy
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "gz-label: c.csv: 8 more rows can't be used" ]
    printf 'id,a,b\n1,0,1\n1,,1\n' | sed 2d > t.csv
    run -1 --separate-stderr gz-label -v t.csv -o l.npy g.npy
    [ "${stderr_lines[1]}" = 'gz-label: t.csv: no row could be used' ]
    echo id,a,b > t.csv
    fails 'gz-label -v t.csv -o l.npy g.npy' 't.csv: no row has the id of a record: there is no row'
}

@test "the page lists all names of columns that mean something" {
    tr -cs 'A-Za-z0-9_:' '\n' < "$ROOT/man/gz-label.1" | sort -u > words
    sed -n '/ labels\[\]/,/NULL/p; /no_classes\[\]/,/NULL/p' "$ROOT/lib/catalogue/usual.c" |
        sed 's|/\*.*\*/||' | grep -o '"[^"]*"' | tr -d '"*' > names
    [ "$(wc -l < names)" -gt 60 ]
    run -1 grep -vixFf words names
}
