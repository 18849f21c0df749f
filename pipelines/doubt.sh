#!/usr/bin/env bash
# Does the network doubt where the volunteers do? How sure its answers are for galaxies that they agreed on, beside
# those that they disputed, as a table and as a graph.
#
#     pipelines/doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT
#
# Agreed on are galaxies with an agreement of at least AGREED on their class, disputed those with less than DISPUTED
# (see gz-label(1)); how sure an answer is, is its highest probability. OUT/doubt.tsv gets the share of each group in
# bins of that, OUT/doubt.png draws them; mean, median and the share above 0.9 are printed.
#
# Galaxies that were learned from would look surer than they should: only those of the parts FOLD are asked about,
# which learn.sh holds out.
#
# AGREED=0.9, DISPUTED=0.6, ASKED=0.5 (as gz-label has it), FOLD=0/10, VIEWS=8.
set -euo pipefail

weights=${1:?usage: doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT}
galaxies=${2:?usage: doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT}
votes=${3:?usage: doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT}
out=${4:?usage: doubt.sh WEIGHTS GALAXIES.npy VOTES.csv OUT}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

answers() { # agreement, views: id and highest probability of those that reach it
    gz-label --quiet --votes "$votes" --agreement "$1" --min-asked "${ASKED:-0.5}" --fold "${FOLD:-0/10}" "$galaxies" |
        gz-infer --quiet --views "$2" --weights "$weights" |
        awk -F '\t' '/^#/ { next } { most = 0; for (i = 2; i < NF; i++) if ($i > most) most = $i; print $1 "\t" most }' |
        LC_ALL=C sort
}
answers "${AGREED:-0.9}" "${VIEWS:-8}" > "$work/agreed"
answers 0 "${VIEWS:-8}" > "$work/all"
answers "${DISPUTED:-0.6}" 1 | cut -f 1 > "$work/undisputed"
LC_ALL=C join -t $'\t' -v 1 "$work/all" "$work/undisputed" > "$work/disputed"

for group in agreed disputed; do
    [ -s "$work/$group" ] || { echo "doubt: no galaxies are $group" >&2 && exit 1; }
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
    }' "$work/agreed" "$work/disputed" > "$out/doubt.tsv.part"
mv "$out/doubt.tsv.part" "$out/doubt.tsv"

gnuplot << EOF
set terminal pngcairo size 1000,600 font "sans,12"
set output "$out/doubt.png.part"
set datafile separator tab
set title "How sure the network is"
set xlabel "highest probability of a galaxy"
set ylabel "share of its group"
set xrange [0.3:1]
set yrange [0:]
set key top left
set grid ytics
set style fill solid 0.6 border -1
set boxwidth 0.02
plot "$out/doubt.tsv" using (\$1 + 0.014):3 with boxes linecolor rgb "#1f77b4" title "agreed: at least ${AGREED:-0.9}", \
     "" using (\$1 + 0.036):4 with boxes linecolor rgb "#d62728" title "disputed: less than ${DISPUTED:-0.6}"
EOF
mv "$out/doubt.png.part" "$out/doubt.png"
