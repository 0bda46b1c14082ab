// Speaks optproof's protocol over stdin and stdout: optproof check --exec 'node serve.mjs'
import { createInterface } from "node:readline";
import * as methods from "./methods.mjs";

// JSON.stringify writes -0 as 0: it is encoded as a string, whose quotes go here.
const send = (message) =>
  process.stdout.write(JSON.stringify(message).replaceAll('"-0"', "-0") + "\n");

// NaN and the infinities travel as strings, for JSON has none of them.
const encode = (value) => {
  if (Array.isArray(value)) return value.map(encode);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encode(part)]));
};
const decode = (value) => {
  if (Array.isArray(value)) return value.map(decode);
  if (["NaN", "Infinity", "-Infinity"].includes(value)) return Number(value);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decode(part)]));
};

const optimizers = {
  gd: { start: () => ({}), update: methods.update_parameters_with_gd },
  momentum: { start: methods.initialize_velocity, update: methods.update_parameters_with_momentum },
  adam: { start: methods.initialize_adam, update: methods.update_parameters_with_adam },
};
const all = ["learning_rate", "beta", "beta1", "beta2", "epsilon"];
const takes = { gd: all.slice(0, 1), momentum: all.slice(0, 2), adam: [all[0], ...all.slice(2)] };

// One optimizer through all its steps, from zero state. What has no gradient stays as it is.
function steps({ optimizer, parameters, hyperparameters, steps }) {
  const { start, update } = optimizers[optimizer];
  let state = start({ parameters });
  const after = steps.map(({ grads, learning_rate }, k) => {
    if (learning_rate !== undefined) hyperparameters = { ...hyperparameters, learning_rate };
    const moving = Object.keys(parameters).filter((key) => grads["d" + key]);
    const pick = (object, prefix) =>
      Object.fromEntries(moving.map((key) => [prefix + key, object[prefix + key]]));
    const given = { parameters: pick(parameters, ""), grads: pick(grads, "d"), t: k + 1 };
    for (const name in state) given[name] = pick(state[name], "d");
    const { parameters: moved, ...newState } = update({ ...given, ...hyperparameters });
    for (const name in newState) state = { ...state, [name]: { ...state[name], ...newState[name] } };
    return (parameters = { ...parameters, ...moved });
  });
  return { parameters: after };
}

// One epoch of a training, with the state that it begins with.
function epoch({ optimizer, parameters, mini_batches, t = 0, ...given }) {
  const costs = mini_batches.map(([X, Y]) => {
    const { a3, caches } = methods.forward_propagation({ X, parameters });
    const { grads } = methods.backward_propagation({ X, Y, caches });
    const { update } = optimizers[optimizer];
    t += 1;
    given = { ...given, ...update({ ...given, parameters, grads, t }) };
    parameters = given.parameters;
    return methods.compute_cost({ a3, Y }).cost;
  });
  return { ...given, costs };
}

function answer({ id, operation, arguments: given }) {
  if (given.instances || given.resume_after) // both are optional
    return { type: "unsupported", id, reason: "one optimizer from its start to its end" };
  const method = { steps, epoch }[operation] ?? methods[operation];
  if (!method) return { type: "unsupported", id, reason: `no ${operation}` };
  try {
    return { type: "result", id, value: encode(method(decode(given))) };
  } catch (error) {
    return { type: "error", id, kind: "exception", message: String(error) };
  }
}

send({
  type: "hello",
  protocol: 1,
  name: "javascript",
  version: "1",
  language: `JavaScript, Node ${process.version}`,
  operations: Object.keys(methods),
  optimizers: Object.fromEntries(
    Object.keys(optimizers).map((key) => [key, { name: optimizers[key].update.name, takes: takes[key] }]),
  ),
  dtype: "float64",
  accepts: ["permutation", "epoch"],
});
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === "bye") break;
  send(answer(message));
}
