# Time to accuracy: training on IMAGES and VOTES with all defaults; its history tells when it got how far.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

: "${VOTES:?the part accuracy needs VOTES=table, and IMAGES}"
"$top/pipelines/prepare.sh" "$images" "$work/galaxies.npy" --margin
"$top/pipelines/learn.sh" "$work/galaxies.npy" "$VOTES" "$work/learned" > /dev/null 2>&1
awk -F '\t' '
    NR == 1 { for (i = 1; i <= NF; i++) { gsub(/^#/, "", $i); column[$i] = i } next }
    {
        records = $column["records"] - before
        before = $column["records"]
        seconds += records / $column["images/s"]
        for (mark = 96; mark <= 98; mark++)
            if (!reached[mark] && $column["valid-accuracy"] >= mark / 100) {
                reached[mark] = 1
                printf "accuracy 0.%d after %.1f minutes (epoch %d)\n", mark, seconds / 60, $column["epoch"]
            }
    }
    END { printf "all %d epochs: %.1f minutes\n\n", $column["epoch"], seconds / 60 }' "$work/learned/history.tsv"
