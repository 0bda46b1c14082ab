// The methods in Java, speaking optproof's protocol: optproof check --exec 'java Serve.java'

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.function.*;
import java.util.stream.*;

public class Serve {

    // --- Tensors: n rows, m columns, row-major ------------------------------------------------

    record Tensor(String dtype, int n, int m, double[] data) {
        Tensor(int n, int m) { this("float64", n, m, new double[n * m]); }

        static Tensor of(int n, int m, IntToDoubleFunction f) {
            return new Tensor("float64", n, m, IntStream.range(0, n * m).mapToDouble(f).toArray());
        }

        Tensor map(DoubleUnaryOperator f) { return of(n, m, i -> f.applyAsDouble(data[i])); }

        Tensor with(Tensor b, DoubleBinaryOperator f) {
            return of(n, m, i -> f.applyAsDouble(data[i], b.data[i]));
        }

        Tensor times(Tensor b) {
            Tensor c = new Tensor(n, b.m);
            for (int i = 0; i < n; i++)
                for (int k = 0; k < m; k++)
                    for (int j = 0; j < b.m; j++)
                        c.data[i * b.m + j] += data[i * m + k] * b.data[k * b.m + j];
            return c;
        }

        Tensor transposed() { return of(m, n, i -> data[i % n * m + i / n]); }

        Tensor rowSums() {
            return of(n, 1, i -> Arrays.stream(data, i * m, (i + 1) * m).sum());
        }

        Tensor columns(int[] chosen) {
            int k = chosen.length;
            return new Tensor(dtype, n, k, of(n, k, i -> data[i / k * m + chosen[i % k]]).data);
        }
    }

    // --- The methods: each takes and returns results by name ----------------------------------

    @SuppressWarnings("unchecked")
    record Arguments(Map<String, Object> by) {
        double number(String name) { return (Double) by.get(name); }

        Tensor tensor(String name) { return (Tensor) by.get(name); }

        Map<String, Tensor> dict(String name) { return (Map<String, Tensor>) by.get(name); }

        List<Tensor> list(String name) { return (List<Tensor>) by.get(name); }
    }

    static <T> Map<String, Tensor> each(Map<String, Tensor> dict, BiFunction<String, Tensor, Tensor> f) {
        Map<String, Tensor> result = new LinkedHashMap<>();
        dict.forEach((key, tensor) -> result.put(key, f.apply(key, tensor)));
        return result;
    }

    static Map<String, Tensor> zeros(Map<String, Tensor> parameters) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        parameters.forEach((key, a) -> state.put("d" + key, new Tensor(a.n, a.m)));
        return state;
    }

    static Map<String, Tensor> average(
            double beta, Map<String, Tensor> old, Map<String, Tensor> grads, DoubleUnaryOperator f) {
        return each(old, (key, a) -> a.with(grads.get(key), (v, g) -> beta * v + (1 - beta) * f.applyAsDouble(g)));
    }

    static Map<String, Object> gd(Arguments in) {
        double alpha = in.number("learning_rate");
        Map<String, Tensor> grads = in.dict("grads");
        return Map.of("parameters", each(in.dict("parameters"),
                (key, a) -> a.with(grads.get("d" + key), (p, g) -> p - alpha * g)));
    }

    static Map<String, Object> momentum(Arguments in) {
        double alpha = in.number("learning_rate");
        Map<String, Tensor> v = average(in.number("beta"), in.dict("v"), in.dict("grads"), g -> g);
        return Map.of("v", v, "parameters", each(in.dict("parameters"),
                (key, a) -> a.with(v.get("d" + key), (p, velocity) -> p - alpha * velocity)));
    }

    static Map<String, Object> adam(Arguments in) {
        double alpha = in.number("learning_rate"), epsilon = in.number("epsilon"), t = in.number("t");
        double beta1 = in.number("beta1"), beta2 = in.number("beta2");
        Map<String, Tensor> v = average(beta1, in.dict("v"), in.dict("grads"), g -> g);
        Map<String, Tensor> s = average(beta2, in.dict("s"), in.dict("grads"), g -> g * g);
        double correction1 = 1 - Math.pow(beta1, t), correction2 = 1 - Math.pow(beta2, t);
        DoubleBinaryOperator direction =
                (first, second) -> (first / correction1) / (Math.sqrt(second / correction2) + epsilon);
        return Map.of("v", v, "s", s, "parameters", each(in.dict("parameters"), (key, a) ->
                a.with(v.get("d" + key).with(s.get("d" + key), direction), (p, d) -> p - alpha * d)));
    }

    static Map<String, Object> miniBatches(Arguments in) {
        if (!(in.by.get("permutation") instanceof List<?> permutation))
            throw new IllegalArgumentException("it has not NumPy's generator: send the permutation");
        int[] order = permutation.stream().mapToInt(x -> ((Double) x).intValue()).toArray();
        int size = (int) in.number("mini_batch_size");
        List<Object> batches = new ArrayList<>();
        for (int k = 0; k < order.length; k += size) {
            int[] chosen = Arrays.copyOfRange(order, k, Math.min(k + size, order.length));
            batches.add(List.of(in.tensor("X").columns(chosen), in.tensor("Y").columns(chosen)));
        }
        return Map.of("mini_batches", batches);
    }

    static Map<String, Object> forward(Arguments in) {
        List<Tensor> caches = new ArrayList<>();
        Tensor a = in.tensor("X");
        for (int l = 1; l <= 3; l++) {
            Tensor W = in.dict("parameters").get("W" + l), b = in.dict("parameters").get("b" + l);
            Tensor product = W.times(a);
            Tensor z = Tensor.of(product.n, product.m, i -> product.data[i] + b.data[i / product.m]);
            a = z.map(l < 3 ? x -> Math.max(x, 0) : x -> 1 / (1 + Math.exp(-x)));
            caches.addAll(List.of(z, a, W, b));
        }
        return Map.of("a3", a, "caches", caches);
    }

    static Map<String, Object> cost(Arguments in) {
        Tensor losses = in.tensor("a3").with(in.tensor("Y"),
                (a, y) -> -(y * Math.log(a) + (1 - y) * Math.log(1 - a)));
        return Map.of("cost", Arrays.stream(losses.data).sum());
    }

    static Map<String, Object> backward(Arguments in) {
        List<Tensor> caches = in.list("caches");
        Tensor X = in.tensor("X"), a1 = caches.get(1), a2 = caches.get(5);
        DoubleBinaryOperator relu = (d, a) -> a > 0 ? d : 0;
        Tensor dz3 = caches.get(9).with(in.tensor("Y"), (a, y) -> (a - y) / X.m);
        Tensor da2 = caches.get(10).transposed().times(dz3), dz2 = da2.with(a2, relu);
        Tensor da1 = caches.get(6).transposed().times(dz2), dz1 = da1.with(a1, relu);
        Map<String, Tensor> grads = new LinkedHashMap<>();
        Tensor[] dz = {dz1, dz2, dz3}, before = {X, a1, a2};
        for (int l = 0; l < 3; l++) {
            grads.put("dW" + (l + 1), dz[l].times(before[l].transposed()));
            grads.put("db" + (l + 1), dz[l].rowSums());
            grads.put("dz" + (l + 1), dz[l]);
        }
        grads.put("da1", da1);
        grads.put("da2", da2);
        return Map.of("grads", grads);
    }

    static final Map<String, Function<Arguments, Map<String, Object>>> METHODS = new TreeMap<>(Map.of(
            "update_parameters_with_gd", Serve::gd,
            "update_parameters_with_momentum", Serve::momentum,
            "update_parameters_with_adam", Serve::adam,
            "initialize_velocity", in -> Map.of("v", zeros(in.dict("parameters"))),
            "initialize_adam", in -> Map.of(
                    "v", zeros(in.dict("parameters")), "s", zeros(in.dict("parameters"))),
            "random_mini_batches", Serve::miniBatches,
            "forward_propagation", Serve::forward,
            "compute_cost", Serve::cost,
            "backward_propagation", Serve::backward));

    static final Map<String, List<String>> TAKES = new TreeMap<>(Map.of(
            "gd", List.of("learning_rate"),
            "momentum", List.of("learning_rate", "beta"),
            "adam", List.of("learning_rate", "beta1", "beta2", "epsilon")));

    /** One optimizer through all its steps, from zero state. What has no gradient stays as it is. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> steps(Arguments in) {
        String optimizer = (String) in.by.get("optimizer");
        var update = METHODS.get("update_parameters_with_" + optimizer);
        var parameters = new LinkedHashMap<>(in.dict("parameters"));
        Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
        for (String name : Map.of("gd", List.<String>of(), "momentum", List.of("v"), "adam", List.of("v", "s")).get(optimizer))
            state.put(name, zeros(parameters));
        var given = new HashMap<>((Map<String, Object>) in.by.get("hyperparameters"));
        List<Object> after = new ArrayList<>();
        for (var step : (List<Map<String, Object>>) in.by.get("steps")) {
            if (step.get("learning_rate") != null) given.put("learning_rate", step.get("learning_rate"));
            var grads = new LinkedHashMap<>((Map<String, Tensor>) step.get("grads"));
            grads.values().removeIf(Objects::isNull);
            given.put("t", after.size() + 1.0);
            given.put("grads", grads);
            given.put("parameters", picked(parameters, key -> grads.containsKey("d" + key)));
            state.forEach((name, tensors) -> given.put(name, picked(tensors, grads::containsKey)));
            var result = update.apply(new Arguments(given));
            parameters.putAll((Map<String, Tensor>) result.get("parameters"));
            state.forEach((name, tensors) -> tensors.putAll((Map<String, Tensor>) result.get(name)));
            after.add(new LinkedHashMap<>(parameters));
        }
        return Map.of("parameters", after);
    }

    static Map<String, Tensor> picked(Map<String, Tensor> tensors, Predicate<String> wanted) {
        var result = new LinkedHashMap<>(tensors);
        result.keySet().removeIf(wanted.negate());
        return result;
    }

    // --- JSON, as much of it as the protocol uses ---------------------------------------------

    static class Reader {
        final String text;
        int at = 0;

        Reader(String text) { this.text = text; }

        char next() {
            while (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == ','
                    || text.charAt(at) == ':') at++;
            return text.charAt(at);
        }

        Object value() {
            char c = next();
            if (c == '{') return object();
            if (c == '[') {
                List<Object> items = new ArrayList<>();
                for (at++; next() != ']';) items.add(value());
                at++;
                return items;
            }
            if (c == '"') return string();
            int start = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(start, at);
            if (word.equals("null")) return null;
            return word.equals("true") ? 1.0 : word.equals("false") ? 0.0 : Double.valueOf(word);
        }

        Object string() { // the protocol's own strings need no more than this
            StringBuilder out = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\') at++;
                out.append(text.charAt(at));
            }
            at++;
            String word = out.toString();
            return word.equals("NaN") || word.endsWith("Infinity") ? Double.valueOf(word) : word;
        }

        Object object() {
            Map<String, Object> object = new LinkedHashMap<>();
            for (at++; next() != '}';) object.put((String) string(), value());
            at++;
            if (!(object.get("data") instanceof List<?> data)) return object;
            List<?> shape = (List<?>) object.get("shape");
            int n = shape.isEmpty() ? 1 : ((Double) shape.get(0)).intValue();
            double[] numbers = data.stream().mapToDouble(x -> (Double) x).toArray();
            return new Tensor((String) object.get("dtype"), n, n == 0 ? 0 : numbers.length / n, numbers);
        }
    }

    static String number(double x) {
        return Double.isFinite(x) ? Double.toString(x) : '"' + Double.toString(x) + '"';
    }

    static String quote(String text) {
        return '"' + text.replaceAll("[^ -~]", "?").replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String write(Object value) {
        if (value instanceof Tensor a) {
            DoubleFunction<String> word = a.dtype.equals("bool") ? x -> String.valueOf(x != 0)
                    : a.dtype.startsWith("int") ? x -> String.valueOf((long) x) : Serve::number;
            String data = Arrays.stream(a.data).mapToObj(word).collect(Collectors.joining(","));
            return "{\"dtype\":\"" + a.dtype + "\",\"shape\":[" + a.n + "," + a.m + "],\"data\":[" + data + "]}";
        }
        if (value instanceof Map<?, ?> map)
            return map.entrySet().stream().map(e -> quote((String) e.getKey()) + ":" + write(e.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        if (value instanceof Collection<?> items)
            return items.stream().map(Serve::write).collect(Collectors.joining(",", "[", "]"));
        return value instanceof Double x ? number(x) : quote(String.valueOf(value));
    }

    // --- The conversation ---------------------------------------------------------------------

    @SuppressWarnings("unchecked")
    public static void main(String[] ignored) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        out.print("{\"type\":\"hello\",\"protocol\":1,\"name\":\"java\",\"version\":\"1\",\"language\":\"Java "
                + System.getProperty("java.version") + "\",\"dtype\":\"float64\",\"accepts\":[\"permutation\"],"
                + "\"operations\":" + write(METHODS.keySet()) + ",\"optimizers\":{" + TAKES.keySet().stream()
                        .map(key -> quote(key) + ":{\"name\":" + quote("update_parameters_with_" + key)
                                + ",\"takes\":" + write(TAKES.get(key)) + "}")
                        .collect(Collectors.joining(",")) + "}}\n");
        out.flush();
        for (String line; (line = in.readLine()) != null;) {
            var message = (Map<String, Object>) new Reader(line).value();
            if (message.get("type").equals("bye")) break;
            String head = ",\"id\":" + ((Double) message.get("id")).longValue() + ",";
            var arguments = (Map<String, Object>) message.get("arguments");
            var method = METHODS.get((String) message.get("operation"));
            if (message.get("operation").equals("steps")
                    && !arguments.containsKey("instances") && !arguments.containsKey("resume_after")) method = Serve::steps;
            if (method == null) {
                out.print("{\"type\":\"unsupported\"" + head + "\"reason\":\"no such method\"}\n");
            } else {
                try {
                    var value = method.apply(new Arguments(arguments));
                    out.print("{\"type\":\"result\"" + head + "\"value\":" + write(value) + "}\n");
                } catch (RuntimeException error) {
                    out.print("{\"type\":\"error\"" + head + "\"kind\":\"exception\",\"message\":"
                            + quote(error.toString()) + "}\n");
                }
            }
            out.flush();
        }
    }
}
