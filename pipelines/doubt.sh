#!/usr/bin/env bash
# Is the network uncertain where the volunteers disagree? This compares how certain its answers are for galaxies that
# the volunteers agreed on and for galaxies that they disputed, as a table and as a graph.
#
#     pipelines/doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT
#
# Agreed are galaxies with an agreement of at least --agreed on their class, disputed those with less than --disputed
# (see gz-label(1)). An answer is as certain as its highest probability. That of the class --other doesn't count: it is
# high where the network is certain that the galaxy is of no class. OUT/doubt.tsv gets the share of each group in bins
# of that probability, and OUT/doubt.png draws them. The script prints mean, median and the share above 0.9.
#
# The network is more certain of galaxies that it learned from. So only the galaxies of --fold are used, which by default
# are those that learn.sh holds out.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

about[OTHER]="NAME class for galaxies of no class, whose probability doesn't count; none: all classes count"
options 'WEIGHTS GALAXIES.npy VOTES.csv OUT' 'Compare how certain the network is of galaxies that the volunteers agreed on and of galaxies that they disputed.' \
    AGREED=0.9 DISPUTED=0.6 ASKED=0.5 FOLD=0/10 LABEL= OTHER=other VIEWS=8 DRY_RUN= -- "$@"
galaxies=${operands[1]} votes=${operands[2]} out=${operands[3]}
need gnuplot
find_weights "${operands[0]}"
check_files "$weights" "$galaxies" "$votes"
dry_run "$out/doubt.tsv" "$out/doubt.png"
lock "$out"

answers() { # agreement, views, file: writes id and highest probability of the galaxies with at least this agreement
    # shellcheck disable=SC2086 # LABEL are words
    {
        may_skip gz-label --quiet --votes "$votes" --agreement "$1" --min-asked "$ASKED" --fold "$FOLD" $LABEL "$galaxies" |
            may_skip gz-infer --quiet --views "$2" --weights "$weights"
    } 2> "$3.said" |
        awk -F '\t' -v other="$OTHER" '
            /^#/ { for (i = 2; i < NF; i++) counts[i] = $i != other; next }
            { most = 0; for (i = 2; i < NF; i++) if (counts[i] && $i > most) most = $i; print $1 "\t" most }' |
        sort > "$3"
}
ask() {
    local status=0
    run answers "$@" || status=$?
    [ $status -eq 0 ] || failed "$out" "$3.said" $status
    [ ! -s "$3.said" ] || skips+=("$3.said")
}
ask "$AGREED" "$VIEWS" "$work/agreed"
ask 0 "$VIEWS" "$work/all"
ask "$DISPUTED" 1 "$work/undisputed.probs"
cut -f 1 "$work/undisputed.probs" > "$work/undisputed"
join -t $'\t' -v 1 "$work/all" "$work/undisputed" > "$work/disputed"

for group in agreed disputed; do
    [ -s "$work/$group" ] || die "no galaxies are $group"
    cut -f 2 "$work/$group" | sort -g | awk -v group=$group '
        { sure[NR] = $1; sum += $1; above += $1 > 0.9 }
        END { m = int((NR + 1) / 2); printf "%s\t%d galaxies\tmean %.3f\tmedian %.3f\tabove 0.9: %.3f\n", group, NR, sum / NR,
            NR % 2 ? sure[m] : (sure[m] + sure[m + 1]) / 2, above / NR }'
done

# Bins hold their upper border, as those of gz-score do.
awk -F '\t' -v OFS='\t' '
    { bin = int($2 * 20); bin -= bin == $2 * 20 && bin > 0; n[FNR == NR, bin]++; all[FNR == NR]++ }
    END {
        print "#from", "to", "agreed", "disputed"
        for (b = 0; b < 20; b++) print b / 20, (b + 1) / 20, sprintf("%.4f", n[1, b] / all[1]), sprintf("%.4f", n[0, b] / all[0])
    }' "$work/agreed" "$work/disputed" > "$work/doubt.tsv"
table() { cp "$work/doubt.tsv" "${to[0]}" 2> "$said"; }
produce "$out/doubt.tsv" table

# The least sure answer of many classes is below that of three.
lowest=$(awk 'NR > 1 && $3 + $4 > 0 { print $1 < 0.3 ? $1 : 0.3; exit }' "$work/doubt.tsv")
plot() {
    draw_graph "$work" "${to[0]}" 2> "$said" << EOF
set terminal pngcairo size 1000,600 font "sans,12"
set datafile separator tab
set title "How sure the network is"
set xlabel "highest probability of a galaxy"
set ylabel "share of its group"
set xrange [$lowest:1]
set yrange [0:]
set key top left
set grid ytics
set style fill solid 0.6 border -1
set boxwidth 0.02
plot "doubt.tsv" using (\$1 + 0.014):3 with boxes linecolor rgb "#1f77b4" title "agreed: at least $AGREED", \
     "" using (\$1 + 0.036):4 with boxes linecolor rgb "#d62728" title "disputed: less than $DISPUTED"
EOF
}
produce "$out/doubt.png" plot
finish
