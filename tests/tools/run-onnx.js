// run-onnx.js NET RAW SHAPE TYPE: run an ONNX file with onnxruntime-node on the raw values of a file, of this shape
// (4,64,64,1) and type (uint8, float32); print the probabilities, a picture a line.
const fs = require('fs');
const ort = require('onnxruntime-node');

async function main(net, raw, shape, type) {
    const session = await ort.InferenceSession.create(net);
    const bytes = new Uint8Array(fs.readFileSync(raw)).buffer;
    const values = type === 'uint8' ? new Uint8Array(bytes) : new Float32Array(bytes);
    const result = await session.run({ pixels: new ort.Tensor(type, values, shape.split(',').map(Number)) });
    const { data, dims: [n, classes] } = result.probabilities;
    for (let i = 0; i < n; i++)
        console.log(Array.from(data.slice(i * classes, (i + 1) * classes)).join(' '));
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
