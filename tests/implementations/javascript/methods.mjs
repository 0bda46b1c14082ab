// The methods in plain JavaScript, in float64. A tensor is {dtype, shape, data}, data row-major.

const tensor = (shape, data, dtype = "float64") => ({ dtype, shape, data });
const zerosLike = (a) => tensor(a.shape, a.data.map(() => 0));
const zip = (f, ...tensors) =>
  tensor(tensors[0].shape, tensors[0].data.map((_, i) => f(...tensors.map((a) => a.data[i]))));
const mapValues = (object, f) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));

function product(A, B) {
  const [n, k] = A.shape, m = B.shape[1], data = new Array(n * m).fill(0);
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++)
      for (let j = 0; j < m; j++) data[i * m + j] += A.data[i * k + p] * B.data[p * m + j];
  return tensor([n, m], data);
}

function transpose({ shape: [n, m], data }) {
  const out = new Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = data[i * m + j];
  return tensor([m, n], out);
}

function rowSums({ shape: [n, m], data }) {
  const sums = new Array(n).fill(0);
  data.forEach((value, i) => (sums[Math.floor(i / m)] += value));
  return tensor([n, 1], sums);
}

const linear = (W, a, b) => {
  const z = product(W, a), m = z.shape[1];
  return tensor(z.shape, z.data.map((value, i) => value + b.data[Math.floor(i / m)]));
};

export function update_parameters_with_gd({ parameters, grads, learning_rate }) {
  const step = (theta, key) => zip((p, g) => p - learning_rate * g, theta, grads["d" + key]);
  return { parameters: mapValues(parameters, step) };
}

export function random_mini_batches({ X, Y, mini_batch_size, permutation }) {
  if (!permutation) throw new Error("it has not NumPy's generator: send the permutation");
  const m = X.shape[1], order = permutation;
  const columns = ({ dtype, shape: [n], data }, chosen) => tensor(
    [n, chosen.length],
    Array.from({ length: n }, (_, i) => chosen.map((j) => data[i * m + j])).flat(),
    dtype,
  );
  const mini_batches = [];
  for (let k = 0; k < m; k += mini_batch_size) {
    const chosen = order.slice(k, k + mini_batch_size);
    mini_batches.push([columns(X, chosen), columns(Y, chosen)]);
  }
  return { mini_batches };
}

const zeroState = (parameters) =>
  Object.fromEntries(Object.entries(parameters).map(([key, a]) => ["d" + key, zerosLike(a)]));

export const initialize_velocity = ({ parameters }) => ({ v: zeroState(parameters) });

export const initialize_adam = ({ parameters }) =>
  ({ v: zeroState(parameters), s: zeroState(parameters) });

export function update_parameters_with_momentum({ parameters, grads, v, beta, learning_rate }) {
  v = mapValues(v, (velocity, key) => zip((u, g) => beta * u + (1 - beta) * g, velocity, grads[key]));
  const step = (theta, key) => zip((p, u) => p - learning_rate * u, theta, v["d" + key]);
  return { parameters: mapValues(parameters, step), v };
}

export function update_parameters_with_adam(
  { parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon },
) {
  v = mapValues(v, (a, key) => zip((u, g) => beta1 * u + (1 - beta1) * g, a, grads[key]));
  s = mapValues(s, (a, key) => zip((u, g) => beta2 * u + (1 - beta2) * g * g, a, grads[key]));
  const correction1 = 1 - beta1 ** t, correction2 = 1 - beta2 ** t;
  const rule = (p, u, w) =>
    p - (learning_rate * (u / correction1)) / (Math.sqrt(w / correction2) + epsilon);
  const step = (theta, key) => zip(rule, theta, v["d" + key], s["d" + key]);
  return { parameters: mapValues(parameters, step), v, s };
}

export function forward_propagation({ X, parameters: { W1, b1, W2, b2, W3, b3 } }) {
  const relu = (z) => zip((x) => Math.max(x, 0), z);
  const z1 = linear(W1, X, b1), a1 = relu(z1);
  const z2 = linear(W2, a1, b2), a2 = relu(z2);
  const z3 = linear(W3, a2, b3), a3 = zip((x) => 1 / (1 + Math.exp(-x)), z3);
  return { a3, caches: [z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3] };
}

export function compute_cost({ a3, Y }) {
  const losses = zip((a, y) => -(y * Math.log(a) + (1 - y) * Math.log(1 - a)), a3, Y);
  return { cost: losses.data.reduce((sum, loss) => sum + loss, 0) };
}

export function backward_propagation({ X, Y, caches }) {
  const [, a1, , , , a2, W2, , , a3, W3] = caches, m = X.shape[1];
  const relu = (da, a) => zip((d, x) => (x > 0 ? d : 0), da, a);
  const dz3 = zip((a, y) => (a - y) / m, a3, Y);
  const da2 = product(transpose(W3), dz3), dz2 = relu(da2, a2);
  const da1 = product(transpose(W2), dz2), dz1 = relu(da1, a1);
  const layer = (l, dz, a) => ({ ["dW" + l]: product(dz, transpose(a)), ["db" + l]: rowSums(dz) });
  const grads = { ...layer(3, dz3, a2), ...layer(2, dz2, a1), ...layer(1, dz1, X) };
  return { grads: { ...grads, dz3, da2, dz2, da1, dz1 } };
}
