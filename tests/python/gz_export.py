"""What gz-export.bats holds its files against: onnx's checker, and the lines of gz-infer, which the file must give when
it is run by NumPy (here), by OpenCV and by onnxruntime."""
import os
import subprocess

import numpy as np

import lines
import network
import stream


def wide(path, n: int):
    """n labelled pictures of 12 by 20 pixels: noise, brighter on one side."""
    a = np.zeros(n, [('id', 'S48'), ('view', '<u4'), ('votes', [('left', '<f4'), ('right', '<f4')]),
                     ('pixels', 'u1', (12, 20, 1))])
    r = np.random.default_rng(4)
    for i in range(n):
        a['id'][i], a['votes'][i] = 'g%d' % i, (i % 2, 1 - i % 2)
        a['pixels'][i] = r.integers(0, 120, (12, 20, 1))
        a['pixels'][i, :, 10 * (i % 2):][:, :10] += 100
    stream.write(path, a)


def faint(source, path):
    """The stream with its first pictures nearly of one level: their deviation is below the least, 0.001."""
    a = stream.read(source)
    for i in range(5):
        a['pixels'][i] = .1 * (i + 1)
        a['pixels'][i, i, i] += .001 * (i + 1)
    stream.write(path, a)


def pixels(source, floats):
    """A stream's pixels as the file takes them."""
    p = stream.read(source)['pixels']
    if not floats:
        return p
    return np.ascontiguousarray((p / np.float32(1 if p.dtype.kind == 'f' else 255)).transpose(0, 3, 1, 2))


def same(path, y):
    """The lines have these probabilities."""
    want = lines.read(path)[2]
    assert y.shape == want.shape and abs(y - want).max() < 1e-5, abs(y - want).max()
    assert np.ptp(want, 0).max() > .01  # another answer would be noticed


# ---- the file ----

def valid(net):
    """The checker is content, and shapes are inferred to the end."""
    import onnx
    model = onnx.load(net)
    onnx.checker.check_model(model, full_check=True)
    assert [(o.domain, o.version) for o in model.opset_import] == [('', 13)] and model.ir_version == 7
    assert model.producer_name == 'gz-export'


def metadata(net, weights, pixels, views):
    """All that the weights file says, once, and the two keys more."""
    import onnx
    entries = [(p.key, p.value) for p in onnx.load(net).metadata_props]
    assert len(dict(entries)) == len(entries)
    assert dict(entries) == {**network.metadata(weights), 'pixels': pixels, 'views': views}


def interface(net, *want):
    """Name, type and shape of what goes in and comes out."""
    import onnx
    graph = onnx.load(net).graph
    found = [':'.join([v.name, onnx.TensorProto.DataType.Name(v.type.tensor_type.elem_type),
                       'x'.join(d.dim_param or str(d.dim_value) for d in v.type.tensor_type.shape.dim)])
             for v in [*graph.input, *graph.output]]
    assert found == list(want), found


# ---- run by NumPy, as the operators are defined ----

def conv(x, w, b, kernel_shape, pads):
    assert pads == [1, 1, 1, 1] and kernel_shape == [3, 3]
    n, c, height, width = x.shape
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return b[:, None, None] + sum(np.einsum('nchw,oc->nohw', x[:, :, i:i + height, j:j + width], w[:, :, i, j])
                                  for i in range(3) for j in range(3))


def pool(x, kernel_shape, strides):
    assert kernel_shape == strides == [2, 2]
    n, c, height, width = x.shape
    return x[:, :, :height // 2 * 2, :width // 2 * 2].reshape(n, c, height // 2, 2, width // 2, 2).max((3, 5))


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


OPERATORS = {
    'Cast': lambda x, to: x.astype({1: float}[to]),
    'Transpose': lambda x, perm: x.transpose(perm),
    'Add': np.add, 'Sub': np.subtract, 'Mul': np.multiply, 'Div': np.divide, 'Max': np.maximum, 'Sqrt': np.sqrt,
    'MatMul': np.matmul,
    'ReduceMean': lambda x, axes, keepdims: x.mean(tuple(axes), keepdims=bool(keepdims)),
    'Concat': lambda *x, axis: np.concatenate(x, axis),
    'Sum': lambda *x: sum(x),
    'Conv': conv,
    'Relu': lambda x: np.maximum(x, 0),
    'MaxPool': pool,
    'Flatten': lambda x, axis: x.reshape(*x.shape[:axis], -1),
    'Gemm': lambda x, w, b, transB: x @ (w.T if transB else w) + b,
    'Softmax': softmax,
}


def evaluate(net, x):
    """The file's output for the input x."""
    import onnx
    from onnx import helper, numpy_helper
    graph = onnx.load(net).graph
    value = {t.name: numpy_helper.to_array(t).astype(float) for t in graph.initializer}
    value[graph.input[0].name] = x.astype(float) if x.dtype.kind == 'f' else x
    for node in graph.node:
        given = [value[name] for name in node.input]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == 'Split':
            value.update(zip(node.output, np.split(given[0], len(node.output), attributes['axis'])))
        else:
            value[node.output[0]] = OPERATORS[node.op_type](*given, **attributes)
    return value[graph.output[0].name]


def numpy_finds(path, net, source, floats=''):
    same(path, evaluate(net, pixels(source, floats)))


# ---- run by others ----

def opencv_finds(path, net, source, floats=''):
    """One picture, then seven at a time: OpenCV takes the shape of each input anew."""
    import cv2
    x = pixels(source, floats).astype('f4')
    run = cv2.dnn.readNetFromONNX(net)
    y = []
    for first in [0, *range(1, len(x), 7)]:
        run.setInput(x[first:first + 7 if first else 1])
        y.append(run.forward().copy())
    same(path, np.concatenate(y))


def onnxruntime_finds(path, net, source, floats=''):
    x = pixels(source, floats)
    x.tofile('x.raw')
    shape = ','.join(map(str, x.shape))
    script = os.path.join(os.path.dirname(__file__), '..', 'tools', 'run-onnx.js')
    printed = subprocess.check_output(['node', script, net, 'x.raw', shape, str(x.dtype)], text=True)
    same(path, np.array([line.split() for line in printed.splitlines()], float))
