// Judges methods.mjs against the fixtures themselves, without optproof: a worked example of
// fixtures/README.md. Usage: node consume.mjs FIXTURES [METHODS]. Exit code 1 if any case fails.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [fixtures, own = new URL("methods.mjs", import.meta.url).href] = process.argv.slice(2);
const methods = await import(own.startsWith("file:") ? own : pathToFileURL(own).href);
const read = (name) => JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8"));
const size = (shape) => shape.reduce((n, length) => n * length, 1);
const isTensor = (value) => value !== null && typeof value === "object" && "dtype" in value;

// "NaN", "Infinity" and "-Infinity" stand for what JSON cannot write.
function decode(value) {
  if (isTensor(value)) return { ...value, data: value.data.map(Number) };
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decode(part)]));
}

// Half a unit of the last printed digit; a number printed without decimals is exact.
function halfUnit(digits) {
  const [mantissa, exponent = "0"] = digits.toLowerCase().split("e");
  const last = Number(exponent) - (mantissa.split(".")[1] ?? "").length;
  return last >= 0 ? 0 : Number(`5e${last - 1}`);
}

// The tensors of an answer by the names that "expected" uses.
function flatten(results) {
  const named = {};
  for (const [result, value] of Object.entries(results)) {
    if (result === "parameters" || result === "grads") {
      for (const [key, a] of Object.entries(value)) if (!/^d[za]/.test(key)) named[key] = a;
    } else if (result === "v" || result === "s") {
      for (const [key, a] of Object.entries(value)) named[`${result}.${key}`] = a;
    } else if (result === "mini_batches") {
      value.forEach(([X, Y], k) => {
        named[`mini_batches[${k}].X`] = X;
        named[`mini_batches[${k}].Y`] = Y;
      });
    } else if (result === "caches") {
      const keys = ["z1", "a1", "W1", "b1", "z2", "a2", "W2", "b2", "z3", "a3", "W3", "b3"];
      keys.forEach((key, i) => (named[`caches.${key}`] = value[i]));
    } else {
      named[result] = isTensor(value) ? value : { dtype: "float64", shape: [], data: [value] };
    }
  }
  return named;
}

// What is wrong with one tensor, or undefined.
function fault(name, want, got) {
  if (!got) return `${name} is missing`;
  if (String(got.shape) !== String(want.shape)) return `${name} has shape [${got.shape}]`;
  if (got.data.length !== size(got.shape)) return `${name} does not fill its shape`;
  if (!want.digits && !want.data) return undefined; // shape and dtype alone are judged
  const block = want.block ?? want.shape, start = want.start ?? want.shape.map(() => 0);
  for (let i = 0; i < size(block); i++) {
    let index = 0, rest = i; // where element i of the block lies in the whole tensor
    for (let axis = block.length - 1, stride = 1; axis >= 0; axis--) {
      index += (start[axis] + (rest % block[axis])) * stride;
      rest = Math.floor(rest / block[axis]);
      stride *= want.shape[axis];
    }
    const expected = Number(want.digits ? want.digits[i] : want.data[i]);
    const bound = want.digits ? halfUnit(want.digits[i]) : (want.bound[i] ?? want.bound);
    const value = Number(got.data[index]);
    if (value !== expected && !(Math.abs(value - expected) <= bound)) // so that NaN is a fault
      return `${name}[${index}] is ${value}, not ${expected}`;
  }
  return undefined;
}

function faults(expected, answer) {
  const wrong = Object.entries(expected).map(([name, want]) => fault(name, want, answer[name]));
  const more = Object.keys(answer).filter((name) => !(name in expected));
  return [...wrong.filter(Boolean), ...more.map((name) => `${name} is not among the results`)];
}

function answerTo(operation, { inputs, defaults = {}, then = [], calls = 1 }) {
  let given = { ...decode(inputs), ...defaults }, results;
  for (let call = 1; call <= calls; call++) {
    results = methods[operation](given);
    const carried = Object.entries(results).filter(([name]) => name in given);
    const step = "t" in given ? { t: given.t + 1 } : {};
    const change = then.length ? decode(then[(call - 1) % then.length]) : {};
    given = { ...given, ...Object.fromEntries(carried), ...step, ...change };
  }
  return flatten(results);
}

const counts = { pass: 0, fail: 0, skipped: 0 };
for (const name of Object.keys(read("manifest.json").files)) {
  if (!/^(documented|vectors)\//.test(name)) continue;
  const { operation, cases, notes } = read(name);
  for (const test of cases) {
    const { id, inputs, expected, signatures = {} } = test;
    const needsNumPy = inputs.recipe || (operation === "random_mini_batches" && !inputs.permutation);
    if (!methods[operation] || needsNumPy) {
      counts.skipped++;
      continue;
    }
    const answer = answerTo(operation, test), wrong = faults(expected, answer);
    counts[wrong.length ? "fail" : "pass"]++;
    if (!wrong.length) continue;
    console.log(`${id} fails: ${wrong[0]}`);
    for (const [deviation, tensors] of Object.entries(signatures)) {
      const explained = !faults({ ...expected, ...tensors }, answer).length;
      if (explained) console.log(`  this is ${deviation}: ${notes[deviation].title}`);
    }
  }
}
console.log(`${counts.pass} pass, ${counts.fail} fail, ${counts.skipped} skipped`);
process.exitCode = counts.fail || !counts.pass ? 1 : 0;
