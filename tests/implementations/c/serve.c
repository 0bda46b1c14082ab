/* The methods in C11, speaking optproof's protocol:
 *     cc -O2 -o serve serve.c -lm && optproof check --exec ./serve
 * Memory is taken as it is needed and given back all at once after each call. */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct Block { struct Block *next; } *blocks;

static void *take(size_t size) {
    struct Block *block = calloc(1, sizeof *block + size);
    if (!block) { perror("calloc"); exit(1); }
    block->next = blocks;
    blocks = block;
    return block + 1;
}

static void give_all_back(void) {
    while (blocks) { struct Block *next = blocks->next; free(blocks); blocks = next; }
}

/* --- JSON, as much of it as the protocol uses ------------------------------------------------ */

typedef struct Value Value;
struct Value {
    enum { NUMBER, TEXT, LIST, OBJECT, NOTHING } kind;
    double number;
    const char *text;
    size_t n;
    Value *items;
    const char **keys;
};

static Value parse(char **at);

static char *parse_text(char **at) { /* in place; \uXXXX beyond ASCII becomes '?' */
    char *out = ++*at, *start = out;
    while (**at && **at != '"') {
        char c = *(*at)++;
        if (c == '\\') {
            c = *(*at)++;
            if (c == 'n') c = '\n';
            if (c == 't') c = '\t';
            if (c == 'u') { c = '?'; *at += 4; }
        }
        *out++ = c;
    }
    if (**at) ++*at;
    *out = 0;
    return start;
}

static void skip(char **at, const char *what) { while (**at && strchr(what, **at)) ++*at; }

static Value parse_items(char **at, char end) {
    Value value = {.kind = end == '}' ? OBJECT : LIST};
    size_t room = 0;
    for (++*at, skip(at, " \t\r\n"); **at && **at != end; skip(at, " \t\r\n,")) {
        if (value.n == room) {
            size_t more = room ? 2 * room : 8;
            Value *items = take(more * sizeof *items);
            const char **keys = take(end == '}' ? more * sizeof *keys : 1);
            if (room) memcpy(items, value.items, room * sizeof *items);
            if (room && end == '}') memcpy(keys, value.keys, room * sizeof *keys);
            value.items = items, value.keys = keys, room = more;
        }
        if (end == '}') {
            value.keys[value.n] = parse_text(at);
            skip(at, " \t\r\n:");
        }
        value.items[value.n++] = parse(at);
    }
    if (**at) ++*at;
    return value;
}

static Value parse(char **at) {
    skip(at, " \t\r\n");
    if (**at == '{') return parse_items(at, '}');
    if (**at == '[') return parse_items(at, ']');
    if (**at == '"') {
        Value value = {.kind = TEXT, .text = parse_text(at)};
        value.number = strtod(value.text, NULL); /* "NaN", "-Infinity" */
        return value;
    }
    Value value = {.kind = NUMBER};
    if (**at == 't') { value.number = 1; *at += 4; return value; }
    if (**at == 'f') { *at += 5; return value; }
    if (**at == 'n') { value.kind = NOTHING; *at += 4; return value; }
    char *end;
    value.number = strtod(*at, &end);
    *at = end > *at ? end : *at + 1;
    return value;
}

static const Value *find(const Value *object, const char *key) {
    for (size_t i = 0; object && i < object->n && object->kind == OBJECT; i++)
        if (!strcmp(object->keys[i], key)) return &object->items[i];
    return NULL;
}

static void print_number(double x) {
    if (isnan(x)) printf("\"NaN\"");
    else if (isinf(x)) printf(x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    else printf("%.17g", x);
}

/* --- Tensors ---------------------------------------------------------------------------------- */

typedef struct { size_t n, m; double *data; const char *dtype; } Tensor;

static Tensor new_tensor(size_t n, size_t m) {
    return (Tensor){n, m, take(n * m * sizeof(double)), "float64"};
}

static Tensor read_tensor(const Value *value) {
    const Value *shape = find(value, "shape"), *data = find(value, "data");
    if (!shape || shape->n != 2 || !data) return (Tensor){0, 0, NULL, "float64"};
    Tensor a = new_tensor((size_t)shape->items[0].number, (size_t)shape->items[1].number);
    a.dtype = find(value, "dtype")->text;
    for (size_t i = 0; i < a.n * a.m && i < data->n; i++) a.data[i] = data->items[i].number;
    return a;
}

static void print_tensor(Tensor a) {
    printf("{\"dtype\":\"%s\",\"shape\":[%zu,%zu],\"data\":[", a.dtype, a.n, a.m);
    for (size_t i = 0; i < a.n * a.m; i++) {
        if (i) putchar(',');
        if (!strcmp(a.dtype, "bool")) printf(a.data[i] ? "true" : "false");
        else if (*a.dtype == 'i') printf("%.0f", a.data[i]);
        else print_number(a.data[i]);
    }
    printf("]}");
}

static Tensor product(Tensor A, Tensor B) {
    Tensor C = new_tensor(A.n, B.m);
    for (size_t i = 0; i < A.n; i++)
        for (size_t k = 0; k < A.m; k++)
            for (size_t j = 0; j < B.m; j++)
                C.data[i * B.m + j] += A.data[i * A.m + k] * B.data[k * B.m + j];
    return C;
}

static Tensor transpose(Tensor A) {
    Tensor T = new_tensor(A.m, A.n);
    for (size_t i = 0; i < A.n; i++)
        for (size_t j = 0; j < A.m; j++) T.data[j * A.n + i] = A.data[i * A.m + j];
    return T;
}

static Tensor row_sums(Tensor A) {
    Tensor sums = new_tensor(A.n, 1);
    for (size_t i = 0; i < A.n * A.m; i++) sums.data[i / A.m] += A.data[i];
    return sums;
}

static Tensor columns(Tensor A, const Value *order, size_t from, size_t to) {
    Tensor C = new_tensor(A.n, to - from);
    C.dtype = A.dtype;
    for (size_t i = 0; i < A.n; i++)
        for (size_t j = from; j < to; j++)
            C.data[i * C.m + j - from] = A.data[i * A.m + (size_t)order->items[j].number];
    return C;
}

/* --- The methods: each prints its results by name --------------------------------------------- */

/* Prints `"prefix"key: tensor`, separated by commas. */
static void print_named(const char *prefix, const char *key, Tensor a, bool first) {
    printf("%s\"%s%s\":", first ? "" : ",", prefix, key);
    print_tensor(a);
}

static double number(const Value *arguments, const char *key) {
    const Value *value = find(arguments, key);
    return value ? value->number : NAN;
}

static Tensor under(const Value *dict, const char *prefix, const char *key) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", prefix, key);
    return read_tensor(find(dict, name));
}

static void zeros(const Value *parameters, const char *name, bool first) {
    printf("%s\"%s\":{", first ? "" : ",", name);
    for (size_t i = 0; i < parameters->n; i++) {
        Tensor a = read_tensor(&parameters->items[i]);
        print_named("d", parameters->keys[i], new_tensor(a.n, a.m), !i);
    }
    printf("}");
}

static void initialize_velocity(const Value *in) { zeros(find(in, "parameters"), "v", true); }

static void initialize_adam(const Value *in) {
    zeros(find(in, "parameters"), "v", true);
    zeros(find(in, "parameters"), "s", false);
}

static void print_group(const char *name, const char *prefix, const Value *like, Tensor *tensors) {
    printf("\"%s\":{", name);
    for (size_t i = 0; i < like->n; i++) print_named(prefix, like->keys[i], tensors[i], !i);
    printf("}");
}

typedef struct { double alpha, beta, beta1, beta2, epsilon, t; } Settings;

static Settings settings(const Value *in) {
    return (Settings){number(in, "learning_rate"), number(in, "beta"), number(in, "beta1"),
                      number(in, "beta2"), number(in, "epsilon"), number(in, "t")};
}

/* The three rules: each moves one tensor p, and its state v and s. */
typedef void Rule(Settings h, Tensor p, Tensor g, Tensor v, Tensor s);

static void gd(Settings h, Tensor p, Tensor g, Tensor v, Tensor s) {
    (void)v, (void)s;
    for (size_t i = 0; i < p.n * p.m; i++) p.data[i] -= h.alpha * g.data[i];
}

static void momentum(Settings h, Tensor p, Tensor g, Tensor v, Tensor s) {
    (void)s;
    for (size_t i = 0; i < p.n * p.m; i++) {
        v.data[i] = h.beta * v.data[i] + (1 - h.beta) * g.data[i];
        p.data[i] -= h.alpha * v.data[i];
    }
}

static void adam(Settings h, Tensor p, Tensor g, Tensor v, Tensor s) {
    double epsilon = h.epsilon;
    double correction1 = 1 - pow(h.beta1, h.t), correction2 = 1 - pow(h.beta2, h.t);
    for (size_t i = 0; i < p.n * p.m; i++) {
        double *vi = &v.data[i], *si = &s.data[i], gi = g.data[i];
        *vi = h.beta1 * *vi + (1 - h.beta1) * gi;
        *si = h.beta2 * *si + (1 - h.beta2) * gi * gi;
        p.data[i] -= h.alpha * (*vi / correction1) / (sqrt(*si / correction2) + epsilon);
    }
}

static void update(const Value *in, Rule *rule, const char *states) {
    const Value *parameters = find(in, "parameters");
    size_t size = parameters->n * sizeof(Tensor);
    Tensor *p = take(size), *v = take(size), *s = take(size);
    for (size_t l = 0; l < parameters->n; l++) {
        p[l] = read_tensor(&parameters->items[l]);
        v[l] = under(find(in, "v"), "d", parameters->keys[l]);
        s[l] = under(find(in, "s"), "d", parameters->keys[l]);
        rule(settings(in), p[l], under(find(in, "grads"), "d", parameters->keys[l]), v[l], s[l]);
    }
    print_group("parameters", "", parameters, p);
    for (; *states; states++) {
        putchar(',');
        print_group(*states == 'v' ? "v" : "s", "d", parameters, *states == 'v' ? v : s);
    }
}

static void update_parameters_with_gd(const Value *in) { update(in, gd, ""); }
static void update_parameters_with_momentum(const Value *in) { update(in, momentum, "v"); }
static void update_parameters_with_adam(const Value *in) { update(in, adam, "vs"); }

/* One optimizer through all its steps, from zero state. What has no gradient stays as it is. */
static void steps(const Value *in) {
    const char *optimizer = find(in, "optimizer")->text;
    Rule *rule = *optimizer == 'g' ? gd : *optimizer == 'm' ? momentum : adam;
    const Value *parameters = find(in, "parameters"), *all = find(in, "steps");
    Settings h = settings(find(in, "hyperparameters"));
    size_t size = parameters->n * sizeof(Tensor);
    Tensor *p = take(size), *v = take(size), *s = take(size);
    for (size_t l = 0; l < parameters->n; l++) {
        p[l] = read_tensor(&parameters->items[l]);
        v[l] = new_tensor(p[l].n, p[l].m);
        s[l] = new_tensor(p[l].n, p[l].m);
    }
    printf("\"parameters\":[");
    for (size_t k = 0; k < all->n; k++) {
        const Value *rate = find(&all->items[k], "learning_rate");
        if (rate) h.alpha = rate->number;
        h.t = (double)(k + 1);
        for (size_t l = 0; l < parameters->n; l++) {
            Tensor g = under(find(&all->items[k], "grads"), "d", parameters->keys[l]);
            if (g.data) rule(h, p[l], g, v[l], s[l]);
        }
        printf(k ? ",{" : "{");
        for (size_t l = 0; l < parameters->n; l++) print_named("", parameters->keys[l], p[l], !l);
        putchar('}');
    }
    putchar(']');
}

static void random_mini_batches(const Value *in) { /* main() sees to it that there is an order */
    const Value *order = find(in, "permutation");
    Tensor X = read_tensor(find(in, "X")), Y = read_tensor(find(in, "Y"));
    size_t size = (size_t)number(in, "mini_batch_size");
    printf("\"mini_batches\":[");
    for (size_t k = 0; k < X.m; k += size) {
        size_t end = k + size < X.m ? k + size : X.m;
        printf(k ? ",[" : "[");
        print_tensor(columns(X, order, k, end));
        putchar(',');
        print_tensor(columns(Y, order, k, end));
        putchar(']');
    }
    putchar(']');
}

static void forward_propagation(const Value *in) {
    Tensor a = read_tensor(find(in, "X")), caches[12];
    for (int l = 1; l <= 3; l++) {
        char layer[2] = {(char)('0' + l), 0};
        Tensor W = under(find(in, "parameters"), "W", layer);
        Tensor b = under(find(in, "parameters"), "b", layer), z = product(W, a);
        a = new_tensor(z.n, z.m);
        for (size_t i = 0; i < z.n * z.m; i++) {
            z.data[i] += b.data[i / z.m];
            a.data[i] = l < 3 ? fmax(z.data[i], 0) : 1 / (1 + exp(-z.data[i]));
        }
        memcpy(&caches[4 * (l - 1)], (Tensor[]){z, a, W, b}, 4 * sizeof a);
    }
    print_named("", "a3", a, true);
    printf(",\"caches\":[");
    for (int i = 0; i < 12; i++) { if (i) putchar(','); print_tensor(caches[i]); }
    printf("]");
}

static void compute_cost(const Value *in) {
    Tensor a = read_tensor(find(in, "a3")), y = read_tensor(find(in, "Y"));
    double sum = 0;
    for (size_t i = 0; i < a.n * a.m; i++)
        sum -= y.data[i] * log(a.data[i]) + (1 - y.data[i]) * log(1 - a.data[i]);
    printf("\"cost\":");
    print_number(sum);
}

static Tensor relu_back(Tensor da, Tensor a) {
    Tensor dz = new_tensor(da.n, da.m);
    for (size_t i = 0; i < da.n * da.m; i++) dz.data[i] = a.data[i] > 0 ? da.data[i] : 0;
    return dz;
}

static void backward_propagation(const Value *in) {
    const Value *caches = find(in, "caches")->items;
    Tensor X = read_tensor(find(in, "X")), Y = read_tensor(find(in, "Y"));
    Tensor a1 = read_tensor(&caches[1]), a2 = read_tensor(&caches[5]);
    Tensor dz3 = read_tensor(&caches[9]);
    for (size_t i = 0; i < Y.n * Y.m; i++) dz3.data[i] = (dz3.data[i] - Y.data[i]) / (double)X.m;
    Tensor da2 = product(transpose(read_tensor(&caches[10])), dz3), dz2 = relu_back(da2, a2);
    Tensor da1 = product(transpose(read_tensor(&caches[6])), dz2), dz1 = relu_back(da1, a1);
    Tensor dz[] = {dz1, dz2, dz3}, before[] = {X, a1, a2};
    printf("\"grads\":{");
    for (int l = 0; l < 3; l++) {
        char layer[2] = {(char)('1' + l), 0};
        print_named("dW", layer, product(dz[l], transpose(before[l])), !l);
        print_named("db", layer, row_sums(dz[l]), false);
        print_named("dz", layer, dz[l], false);
    }
    print_named("", "da1", da1, false);
    print_named("", "da2", da2, false);
    printf("}");
}

/* --- The conversation ------------------------------------------------------------------------- */

#define METHOD(name) {#name, name}
static const struct { const char *name; void (*answer)(const Value *); } methods[] = {
    METHOD(update_parameters_with_gd), METHOD(random_mini_batches), METHOD(initialize_velocity),
    METHOD(update_parameters_with_momentum), METHOD(initialize_adam),
    METHOD(update_parameters_with_adam), METHOD(forward_propagation), METHOD(compute_cost),
    METHOD(backward_propagation), METHOD(steps),
};
enum { METHODS = sizeof methods / sizeof *methods };

static const char optimizers[] =
    "{\"gd\":{\"name\":\"gd\",\"takes\":[\"learning_rate\"]},"
    "\"momentum\":{\"name\":\"momentum\",\"takes\":[\"learning_rate\",\"beta\"]},"
    "\"adam\":{\"name\":\"adam\",\"takes\":[\"learning_rate\",\"beta1\",\"beta2\",\"epsilon\"]}}";

int main(void) {
    printf("{\"type\":\"hello\",\"protocol\":1,\"name\":\"c\",\"version\":\"1\",\"language\":\"C %ld\","
           "\"dtype\":\"float64\",\"accepts\":[\"permutation\"],\"operations\":[", __STDC_VERSION__);
    for (int i = 0; i < METHODS - 1; i++) printf("%s\"%s\"", i ? "," : "", methods[i].name);
    printf("],\"optimizers\":%s}\n", optimizers);
    fflush(stdout);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *at = line;
        Value message = parse(&at);
        const Value *type = find(&message, "type"), *operation = find(&message, "operation");
        const Value *in = find(&message, "arguments");
        if (!type || !strcmp(type->text, "bye")) break;
        int found = METHODS;
        while (found-- && strcmp(methods[found].name, operation->text)) {}
        bool shuffles = found >= 0 && methods[found].answer == random_mini_batches;
        bool together = found >= 0 && (find(in, "instances") || find(in, "resume_after"));
        if (found < 0 || together || (shuffles && !find(in, "permutation"))) {
            printf("{\"type\":\"unsupported\",\"id\":%.0f,\"reason\":\"%s\"}\n", number(&message, "id"),
                   found < 0 ? "no such method" : together ? "one optimizer, start to end" : "send the permutation");
        } else {
            printf("{\"type\":\"result\",\"id\":%.0f,\"value\":{", number(&message, "id"));
            methods[found].answer(in);
            printf("}}\n");
        }
        fflush(stdout);
        give_all_back();
    }
    free(line);
    return 0;
}
