#!/usr/bin/env bats
# gz-export: onnx's checker accepts the file, and whoever runs it finds the probabilities of gz-infer: NumPy, operator
# by operator (python/gz_export.py), OpenCV and onnxruntime where they are.

load helpers

setup_file() {
    cd "$FILES" || return
    shapes gray.npy 60 1
    shapes valid.npy 40 2
    shapes colour.npy 60 3 side=13 channels=3
    shapes floats.npy 60 4 side=14 pixel='<f4'
    check wide wide.npy 60
    train gray 'conv8 pool conv16 pool dense16 dropout0.5 dense8' -V valid.npy
    train cyclic 'conv6 pool conv8 pool dense16 cyclic dropout0.5 dense8' -V valid.npy gray
    train colour 'dropout0.1 conv5 conv6 pool dropout0.2 pool dense9 dense7 cyclic' --normalise per-image
    train floats 'pool conv4 dense6 dropout0.2' --normalise per-image
    train wide 'conv4 pool dense6'
    train linear '' gray
    for preset in default original; do
        gz-train -q -e 4 --preset $preset -o $preset.safetensors gray.npy
        ln -s gray.npy $preset.npy
    done
}

check() { py gz_export "$@"; }

# train NAME NETWORK [OPTION ...] [STREAM]: NAME.safetensors from NAME.npy; where that isn't there, it becomes another
# name of STREAM.npy.
train() {
    local name=$1 network=$2 last=${*: -1}
    shift 2
    if [ ! -e "$name.npy" ]; then
        ln -s "$last.npy" "$name.npy"
        set -- "${@:1:$#-1}"
    fi
    gz-train -q -e 4 --learning-rate 0.01 --network "$network" "$@" -o "$name.safetensors" "$name.npy"
}

# Where --floats and --views 8 can be used, each without and with both.
each_way() { # check
    local name floats views
    while read -r name floats views; do
        floats=${floats#no} views=${views#no}
        gz-export $floats $views -w "$FILES/$name.safetensors" -o net.onnx
        gz-infer -q $views -w "$FILES/$name.safetensors" "$FILES/$name.npy" > p.tsv
        check "$1" p.tsv net.onnx "$FILES/$name.npy" $floats || { echo "$name $floats $views"; return 1; }
    done
}

names() { printf '%s\n' "$@"; }
ways() { sed 's/$/ no/; p; s/no$/--floats/'; }
views() { sed 's/$/ no/; p; s/no$/--views=8/'; }

@test "onnx's checker accepts each file, and knows what goes in and what comes out" {
    need_module onnx
    for name in gray cyclic colour floats wide linear default original; do
        for way in '' --floats; do
            gz-export $way -w "$FILES/$name.safetensors" -o net.onnx
            check valid net.onnx
        done
    done
    gz-export -w "$FILES/colour.safetensors" | tee colour.onnx > /dev/null
    check interface colour.onnx pixels:UINT8:Nx13x13x3 probabilities:FLOAT:Nx3
    gz-export --views 8 --floats -w "$FILES/colour.safetensors" -o colour.onnx
    check valid colour.onnx
    check interface colour.onnx pixels:FLOAT:Nx3x13x13 probabilities:FLOAT:Nx3
    gz-export -w "$FILES/wide.safetensors" -o wide.onnx
    check interface wide.onnx pixels:UINT8:Nx12x20x1 probabilities:FLOAT:Nx2
}

@test "NumPy runs the file: every layer, normalisation and preset, gray, colour, wide, bytes, floats, 1 and 8 views" {
    need_module onnx
    grep -aq temperature "$FILES/gray.safetensors"
    each_way numpy_finds < <(names gray cyclic colour linear default original | ways | views)
    each_way numpy_finds <<< 'floats --floats no'
    each_way numpy_finds <<< 'floats --floats --views=8'
    each_way numpy_finds < <(names wide | ways | sed 's/$/ no/')
}

@test "NumPy runs the file: pictures nearly of one level, whose deviation is less than gz-infer divides by" {
    need_module onnx
    check faint "$FILES/floats.npy" faint.npy
    gz-export --floats -w "$FILES/floats.safetensors" -o net.onnx
    gz-infer -q -w "$FILES/floats.safetensors" faint.npy > p.tsv
    check numpy_finds p.tsv net.onnx faint.npy --floats
}

@test "OpenCV runs the file (make check-others installs it)" {
    need_module cv2
    # Debian's can't divide by a value for each picture, as per-image does.
    each_way opencv_finds < <(names gray cyclic linear default original | ways | views)
    each_way opencv_finds < <(names wide | ways | sed 's/$/ no/')
}

@test "onnxruntime runs the file" {
    need_command node
    node -p 'require.resolve("onnxruntime-node")' > /dev/null 2>&1 || skip "no onnxruntime-node here"
    each_way onnxruntime_finds < <(names gray cyclic colour linear default original | ways | views)
    each_way onnxruntime_finds <<< 'floats --floats no'
    each_way onnxruntime_finds < <(names wide | ways | sed 's/$/ no/')
}

@test "eight views are another answer than one" {
    gz-infer -q -w "$FILES/gray.safetensors" "$FILES/gray.npy" > one.tsv
    gz-infer -q --views 8 -w "$FILES/gray.safetensors" "$FILES/gray.npy" > eight.tsv
    run ! cmp -s one.tsv eight.tsv
}

@test "the file has all metadata of the weights, and says what pixels are" {
    need_module onnx
    gz-export -w "$FILES/gray.safetensors" -o net.onnx
    check metadata net.onnx "$FILES/gray.safetensors" "pixels=bytes from 0 to 255: N,height,width,channels" views=1
    gz-export --floats --views 8 -w "$FILES/gray.safetensors" -o net.onnx
    check metadata net.onnx "$FILES/gray.safetensors" "pixels=floats from 0 to 1: N,channels,height,width" views=8
}

@test "the same weights give the same bytes, to a file, a pipe and standard output" {
    gz-export -w "$FILES/cyclic.safetensors" -o net.onnx
    gz-export -w "$FILES/cyclic.safetensors" | cmp - net.onnx
    gz-export -w "$FILES/cyclic.safetensors" -o - | cmp - net.onnx
    (cd / && TZ=Pacific/Kiritimati gz-export -w "$FILES/cyclic.safetensors") | cmp - net.onnx
}

@test "weights that gz-infer refuses are refused with the same words" {
    head -c 3000 "$FILES/gray.safetensors" > short
    sed 's/gz-weights 1/gz-weights 7/' "$FILES/gray.safetensors" > version
    sed 's/dense16/dense17/' "$FILES/gray.safetensors" > other
    py gz_infer claims
    for w in short version other missing . length63 length64 units parameters below values "$FILES/gray.npy"; do
        run -1 --separate-stderr gz-infer -w "$w" "$FILES/gray.npy"
        message=${stderr#gz-infer: }
        fails "gz-export -w '$w' -o net.onnx" '*'
        [ "${stderr#gz-export: }" = "$message" ]
        [ ! -e net.onnx ]
    done
}

@test "eight views need square pictures" {
    echo old > net.onnx
    fails "gz-export --views 8 -w '$FILES/wide.safetensors' -o net.onnx" \
        "$FILES/wide.safetensors: pictures of 12x20 have no quarter turns"
    [ "$(< net.onnx)" = old ]
}

@test "the output is full or closed: exit 1; an old file stays" {
    bad_output "gz-export -w '$FILES/gray.safetensors'"
    fails "gz-export -w '$FILES/gray.safetensors' -o missing/net.onnx" 'missing/net.onnx: No such file or directory'
    need_unsanitized
    echo old > net.onnx
    fails "ulimit -f 1; trap '' XFSZ; gz-export -w '$FILES/gray.safetensors' -o net.onnx" 'net.onnx: *'
    [ "$(< net.onnx)" = old ]
    [ "$(ls net.onnx*)" = net.onnx ]
}

@test "no binary data to a terminal" {
    need_command script
    run -2 script -qec "gz-export -w $FILES/gray.safetensors" /dev/null
    [[ $output == *'binary data is not written to a terminal'* ]]
}

@test "wrong usage: exit 2" {
    wrong_usage 'gz-export OPTIONS' '' --floats '-w w net.onnx' '-w w --views 2' '-w w --floats=1' '-w'
    tells_help gz-export
}
