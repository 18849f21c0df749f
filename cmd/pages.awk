# From the manual's pages, a row of C for each that gz can name: its name without gz-, its section, the script that it
# describes (NULL for a program) and its description. scripts is a list of gz-NAME=FILE for the scripts.
BEGIN {
    n = split(scripts, pair, " ")
    for (i = 1; i <= n; i++) script[substr(pair[i], 1, index(pair[i], "=") - 1)] = substr(pair[i], index(pair[i], "=") + 1)
}
/^\.Dt / { section = $3 }
/^\.Nm / && !name { name = $2 }
/^\.Nd / && name ~ /^gz-/ {
    gsub(/["\\]/, "")
    printf "{\"%s\", %d, %s, \"%s\"},\n", substr(name, 4), section,
        name in script ? "\"" script[name] "\"" : "NULL", substr($0, 5)
}
FNR == 1 { name = "" }
