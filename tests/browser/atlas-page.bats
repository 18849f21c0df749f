#!/usr/bin/env bats
# The page of an atlas in a real browser (Debian's chromium without a window, chromedriver, python3-selenium), opened
# from its file; and in Firefox, where that is there. What is done and looked at stands in python/atlas_page.py; its
# picture of a failure is failed.png.

load ../helpers

setup_file() {
    cd "$FILES" || return
    has_browser || return 0
    py gz_atlas survey
    gz-atlas -p s.tsv -t t.csv -o 'an atlas' s.npy
}

page() { py atlas_page "$@"; }

has_browser() {
    type -P chromium chromedriver > /dev/null && py importlib import_module selenium > /dev/null 2>&1 &&
        [ -e /usr/share/javascript/leaflet/leaflet.min.js ]
}

# Its name has a space.
ATLAS="$FILES/an atlas"

need_browser() { has_browser || skip "no chromium, chromium-driver, python3-selenium and libjs-leaflet here"; }

@test "opens by file://, on a desktop: no error, no failed request, nothing from the network" {
    need_browser
    page opens "$ATLAS" 1280x800
}
@test "the same on a phone" { need_browser; page opens "$ATLAS" 390x844; }
@test "Firefox opens it by file://, too, with a galaxy's panel" {
    need_command firefox-esr
    [ -e "$ATLAS" ] || need_browser
    id=$(sed -n 2p "$FILES/s.tsv" | cut -f 1)
    HOME=$PWD timeout 120 firefox-esr --headless --profile . --window-size 1280,800 --screenshot "$PWD/shot.png" \
        "file://${ATLAS// /%20}/index.html#id=$id"
    gz-decode -q -o shot.npy shot.png
    # The bars of the probabilities have the colours of the classes; a page that failed has none.
    [ "$(py gz_atlas colourful shot.npy)" -gt 500 ]
}
@test "search finds first, middle, last and strange ids, names an unknown one, completes" {
    need_browser
    page searches "$ATLAS"
}
@test "search on a phone" { need_browser; page searches "$ATLAS" 390x844; }
@test "#id= opens there, and the address follows" { need_browser; page addresses "$ATLAS"; }
@test "all by keyboard" { need_browser; page keyboard "$ATLAS"; }
@test "by touch: tap, drag, pinch, rectangle, lasso" { need_browser; page touch "$ATLAS"; }
@test "hover and click show what predictions and table say, as text" {
    need_browser
    page panel "$ATLAS" "$FILES/s.tsv" "$FILES/t.csv"
}
@test "filters count and show what NumPy finds" { need_browser; page filters "$ATLAS" "$FILES/s.tsv"; }
@test "filters on a phone" { need_browser; page filters "$ATLAS" "$FILES/s.tsv" 390x844; }

@test "colours by a column of the table" {
    need_browser
    py gz_atlas coloured > /dev/null
    gz-atlas -q -p "$FILES/s.tsv" -t c.csv -o coloured "$FILES/s.npy"
    page colours coloured
    page colours coloured 390x844
}

# saved FILTER AWK [SIZE]: what is selected and saved is what awk finds in the predictions.
saved() {
    page save "$ATLAS" "$1" got "$3"
    awk -F '\t' '/^#/ { next }
        { likeliest = $2 >= $3 && $2 >= $4 ? 2 : $3 >= $4 ? 3 : 4; sure = $likeliest }
        '"$2"' { print $1 "\t" $2 "\t" $3 "\t" $4 }' "$FILES/s.tsv" | sort > want
    [ -s want ]
    sort got | diff want -
}

@test "a selection saved as CSV is what awk finds" {
    need_browser
    saved '' 1 1280x800
    saved class 'likeliest == 3' 1280x800
    saved both 'likeliest == 2 && sure <= 0.8' 1280x800
    saved unsure 'sure < 0.6' 390x844
}

@test "a lasso takes what is inside, and nothing else" { need_browser; page by_lasso "$ATLAS"; }
@test "all in view, one by one, the list, none again" { need_browser; page view_and_clear "$ATLAS"; }

@test "more than three classes" {
    need_browser
    py gz_atlas more_classes five.tsv
    gz-atlas -p five.tsv --corners spiral,edge-on,round -o five "$FILES/s.npy"
    page other_classes five
}

@test "axe-core finds no violation, on a desktop and on a phone" {
    need_browser
    need_command npm
    axe=$GZ_BUILD/axe-core/package/axe.min.js
    [ -e "$axe" ] || page fetch_axe "$GZ_BUILD/axe-core"
    [ -e "$axe" ] || skip "axe-core can't be fetched"
    page accessible "$ATLAS" "$axe" 1280x800
    page accessible "$ATLAS" "$axe" 390x844
}
