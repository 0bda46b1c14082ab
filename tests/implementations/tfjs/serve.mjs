// TensorFlow.js on its CPU backend (pure JavaScript, float32), speaking optproof's protocol:
//     npm install --ignore-scripts && optproof check --exec 'node serve.mjs'
// The optimizers are the library's own; their state and step counter are set by setWeights.
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";

const send = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const number = (x) => (["NaN", "Infinity", "-Infinity"].includes(x) ? Number(x) : x);
const read = ({ shape, data }) => tf.tensor(data.map(number), shape, "float32");
const write = (a) => ({
  dtype: "float32",
  shape: a.shape,
  data: Array.from(a.dataSync(), (x) => (Number.isFinite(x) ? x : String(x))),
});
const dict = (names, tensors) => Object.fromEntries(names.map((name, i) => [name, write(tensors[i])]));

// One step of a tfjs optimizer from a given state; returns the parameters and the optimizer.
async function step(optimizer, { parameters, grads }, weights) {
  if (weights) await optimizer.setWeights(weights.map((tensor, i) => ({ name: `w${i}`, tensor })));
  const names = Object.keys(parameters);
  const variables = names.map((name) => tf.variable(read(parameters[name])));
  const named = variables.map((v, i) => ({ name: v.name, tensor: read(grads["d" + names[i]]) }));
  optimizer.applyGradients(named);
  const after = dict(names, variables);
  variables.forEach((v) => v.dispose());
  return after;
}

const states = (names, state) => names.map((name) => read(state["d" + name]));
const iterations = (n) => tf.scalar(n, "int32");

const methods = {
  async update_parameters_with_gd(given) {
    return { parameters: await step(tf.train.sgd(number(given.learning_rate)), given) };
  },
  async update_parameters_with_momentum(given) {
    const optimizer = tf.train.momentum(given.learning_rate, given.beta);
    const names = Object.keys(given.parameters);
    const parameters = await step(optimizer, given, [iterations(0), ...states(names, given.v)]);
    const [, ...v] = (await optimizer.getWeights()).map(({ tensor }) => tensor);
    return { parameters, v: dict(names.map((name) => "d" + name), v) };
  },
  async update_parameters_with_adam(given) {
    const { learning_rate, beta1, beta2, epsilon, t } = given;
    const optimizer = tf.train.adam(learning_rate, beta1, beta2, epsilon);
    const names = Object.keys(given.parameters), keys = names.map((name) => "d" + name);
    const moments = [...states(names, given.v), ...states(names, given.s)];
    const parameters = await step(optimizer, given, [iterations(t - 1), ...moments]);
    const [, ...after] = (await optimizer.getWeights()).map(({ tensor }) => tensor);
    return {
      parameters,
      v: dict(keys, after.slice(0, keys.length)),
      s: dict(keys, after.slice(keys.length)),
    };
  },
};

await tf.setBackend("cpu");
send({
  type: "hello",
  protocol: 1,
  name: "tfjs",
  version: tf.version.tfjs,
  language: `TensorFlow.js ${tf.version.tfjs}, CPU backend, Node ${process.version}`,
  operations: Object.keys(methods),
  dtype: "float32",
  variants: ["momentum.heavy-ball"],
});
for await (const line of createInterface({ input: process.stdin })) {
  const { type, id, operation, arguments: given } = JSON.parse(line);
  if (type === "bye") break;
  try {
    const method = methods[operation];
    if (method) send({ type: "result", id, value: await method(given) });
    else send({ type: "unsupported", id, reason: `no ${operation}` });
  } catch (error) {
    send({ type: "error", id, kind: "exception", message: String(error) });
  }
}
