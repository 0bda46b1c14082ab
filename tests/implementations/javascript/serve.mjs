// Speaks optproof's protocol over stdin and stdout: optproof check --exec 'node serve.mjs'
import { createInterface } from "node:readline";
import * as methods from "./methods.mjs";

const send = (message) => process.stdout.write(JSON.stringify(message) + "\n");

// NaN and the infinities travel as strings, for JSON has none of them; -0 has to be spelt out.
const encode = (value) => {
  if (Array.isArray(value)) return value.map(encode);
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

function answer({ id, operation, arguments: given }) {
  const method = methods[operation];
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
  dtype: "float64",
  accepts: ["permutation"],
});
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === "bye") break;
  send(answer(message));
}
