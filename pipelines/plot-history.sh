#!/usr/bin/env bash
# Draw accuracy and loss over the epochs, from the table that gz-train --log writes.
#
#     pipelines/plot-history.sh history.tsv accuracy.png
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'HISTORY.tsv OUT.png' 'Draw how accuracy and loss went, epoch by epoch, from the table that gz-train --log keeps.' DRY_RUN= -- "$@"
history=${operands[0]}
need gnuplot
check_files "$history"
[[ $(head -c 6 "$history" | tr -d '\0') == '#epoch' ]] || die "$history: is no table of epochs (gz-train --log)"
grep -qv '^#' "$history" || die "$history: has no epoch yet"
find_output "${operands[1]}" $'\x89PNG' PNG
dry_run "$output"

plot() {
    cp "$history" "$work/history.tsv"
    # Of one point gnuplot can't make a range.
    draw_graph "$work" "${to[0]}" 2> "$said" << EOF
set terminal pngcairo size 1000,600 font "sans,12"
set datafile separator tab
set title "Training"
set xlabel "epoch"
set ylabel "validation accuracy"
set y2label "loss"
set ytics nomirror
set y2tics
$([ "$(grep -vc '^#' "$history")" -gt 1 ] || echo 'set xrange [0:2]')
set yrange [:1]
set y2range [0:]
set key outside bottom center horizontal
set grid
plot "history.tsv" using 1:6:7 with filledcurves fillcolor rgb "#c8dcf0" title "95 % interval", \
     "" using 1:5 with linespoints pointtype 7 pointsize 0.5 linecolor rgb "#1f77b4" linewidth 2 title "validation accuracy", \
     "" using 1:3 axes x1y2 with lines linecolor rgb "#d62728" title "loss, training", \
     "" using 1:4 axes x1y2 with lines dashtype 2 linecolor rgb "#d62728" title "loss, validation"
EOF
}
produce "$output" plot
finish
