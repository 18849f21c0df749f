/*
 * gz-export - a trained network as an ONNX file
 */
#include "cli.h"
#include "model/model.h"
#include "onnx/export.h"

struct options {
    const char *weights, *output;
    bool floats, eight_views;
};

static const struct option_spec options[] = {
    {0, "floats", NULL, "take floats from 0 to 1, (N, channels, height, width)",
     OPTION_FLAG(floats)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {0, "views", "N", "average over N views of each galaxy, 1 or 8 (default: 1)",
     OPTION_WORD(eight_views, "1", "8")},
    {OPTIONS_WEIGHTS(weights)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-export", "", options,
    "Write trained weights as an ONNX file, from pixels to class probabilities.", .files = ""};

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {0};
    struct model model;
    struct onnx onnx;
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(operands == 0, "there is nothing to read but the weights of -w");
    cli_refuse_terminal_output(o.output);
    o.weights = cli_weights(o.weights);
    struct weights *weights = weights_new(&err);
    cli_check(weights ? STATUS_OK : STATUS_MEMORY, &err);
    cli_check(model_read_weights(&model, weights, o.weights, &err), &err);
    struct onnx_export e = {&model, weights, o.floats, o.eight_views ? 8 : 1};
    cli_check_file(onnx_export_run(&e, &onnx, &err), o.weights, &err);
    cli_check(onnx_write(&onnx, cli_version, o.output, &err), &err);
    onnx_release(&onnx);
    model_release(&model);
    weights_free(weights);
    return EXIT_DONE;
}
