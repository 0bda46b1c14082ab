% Gradient descent and Adam in Octave, over optproof's protocol:
% optproof check --exec 'octave-cli --quiet serve.m'
1;

function a = decode(t)  % row-major; NaN and the infinities came as strings, in a cell array
  d = t.data;
  if ischar(d), d = {d}; end
  if iscell(d), d = cellfun(@number, d); end
  a = reshape(d, fliplr(t.shape(:)')).';
end

function x = number(x)
  if ischar(x), x = str2double(strrep(x, "Infinity", "Inf")); end
end

function text = tensor(a)  % jsonencode has 15 digits, and null for NaN
  data = sprintf("%.17g,", a.');
  data = regexprep(data(1:end-1), {"NaN", "(-?)Inf"}, {"\"NaN\"", "\"$1Infinity\""});
  text = sprintf("{\"dtype\":\"float64\",\"shape\":[%d,%d],\"data\":[%s]}", size(a), data);
end

function text = object(texts)
  names = fieldnames(texts);
  pairs = cellfun(@(k) sprintf("\"%s\":%s", k, texts.(k)), names, "UniformOutput", false);
  text = ["{", strjoin(pairs.', ","), "}"];
end

function value = update_parameters_with_gd(in)
  for k = fieldnames(in.parameters).'
    p = decode(in.parameters.(k{1})) - in.learning_rate * decode(in.grads.(["d", k{1}]));
    new.(k{1}) = tensor(p);
  end
  value = object(struct("parameters", object(new)));
end

function value = update_parameters_with_adam(in)
  for k = fieldnames(in.parameters).'
    name = k{1};
    d = ["d", name];
    g = decode(in.grads.(d));
    v = in.beta1 * decode(in.v.(d)) + (1 - in.beta1) * g;
    s = in.beta2 * decode(in.s.(d)) + (1 - in.beta2) * g .^ 2;
    v_hat = v / (1 - in.beta1 ^ in.t);
    s_hat = s / (1 - in.beta2 ^ in.t);
    p = decode(in.parameters.(name)) - in.learning_rate * v_hat ./ (sqrt(s_hat) + in.epsilon);
    [new.(name), vs.(d), ss.(d)] = deal(tensor(p), tensor(v), tensor(s));
  end
  value = object(struct("parameters", object(new), "v", object(vs), "s", object(ss)));
end

function say(text)
  fputs(stdout, [text, "\n"]);
  fflush(stdout);
end

methods = {"update_parameters_with_gd", "update_parameters_with_adam"};
say(["{\"type\":\"hello\",\"protocol\":1,\"name\":\"octave\",\"language\":\"Octave ", version(), ...
     "\",\"operations\":[\"", strjoin(methods, "\",\""), "\"]}"]);
while true
  message = jsondecode(input("", "s"));  % fgetl(stdin) would wait for one line more
  if strcmp(message.type, "bye"), break; end
  if any(strcmp(message.operation, methods))
    try
      value = feval(message.operation, message.arguments);
      say(sprintf("{\"type\":\"result\",\"id\":%d,\"value\":%s}", message.id, value));
    catch error
      say(sprintf("{\"type\":\"error\",\"id\":%d,\"message\":%s}", message.id, jsonencode(error.message)));
    end
  else
    say(sprintf("{\"type\":\"unsupported\",\"id\":%d,\"reason\":\"no such function\"}", message.id));
  end
end
