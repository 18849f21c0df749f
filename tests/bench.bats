#!/usr/bin/env bats
# tests/bench measures the same work twice: its PyTorch has the network of gz-infer. That the bench works is for
# make release-check, and how fast the programs are is for nobody's test.

load helpers

@test "PyTorch beside gz-infer has the same network, cyclic or not, with one view and with eight" {
    need_module torch
    shapes some.npy 24 1 side=64
    gz-train -q --network 'conv4 pool conv5 conv6 pool pool dense8 dense5 dropout0.5' -o plain.safetensors some.npy
    gz-train -q --network 'conv4 pool dense8 cyclic dense5' -o cyclic.safetensors some.npy
    for name in plain cyclic; do
        for views in 1 8; do gz-infer --views $views -w $name.safetensors some.npy > $name.$views.tsv; done
    done
    py bench probabilities some.npy plain cyclic
}
