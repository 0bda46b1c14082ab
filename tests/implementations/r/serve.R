# Gradient descent and Adam in R, over optproof's protocol: optproof check --exec 'Rscript serve.R'
suppressPackageStartupMessages(library(jsonlite))

# Row-major. NaN and the infinities travel as strings.
decode <- function(t) {
  data <- vapply(t$data, function(x) if (is.character(x)) as.numeric(sub("Infinity", "Inf", x)) else as.numeric(x), 0)
  matrix(data, t$shape[[1]], t$shape[[2]], byrow = TRUE)
}
word <- function(x) ifelse(is.nan(x), '"NaN"', ifelse(is.finite(x), sprintf("%.17g", x), ifelse(x > 0, '"Infinity"', '"-Infinity"')))
# Written by hand: toJSON has 15 digits, and makes a number of a list of one unless it is I(list).
tensor <- function(a) {
  data <- paste(word(as.vector(t(a))), collapse = ",")
  sprintf('{"dtype":"float64","shape":[%d,%d],"data":[%s]}', nrow(a), ncol(a), data)
}
object <- function(texts) paste0("{", paste0('"', names(texts), '":', texts, collapse = ","), "}")
say <- function(text) { cat(text, "\n", sep = ""); flush(stdout()) }

methods <- list(
  update_parameters_with_gd = function(parameters, grads, learning_rate) {
    new <- sapply(names(parameters), function(k)
      tensor(decode(parameters[[k]]) - learning_rate * decode(grads[[paste0("d", k)]])))
    object(c(parameters = object(new)))
  },
  update_parameters_with_adam = function(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon) {
    new <- new_v <- new_s <- c()
    for (k in names(parameters)) {
      d <- paste0("d", k)
      g <- decode(grads[[d]])
      first <- beta1 * decode(v[[d]]) + (1 - beta1) * g
      second <- beta2 * decode(s[[d]]) + (1 - beta2) * g^2
      v_hat <- first / (1 - beta1^t)
      s_hat <- second / (1 - beta2^t)
      new[k] <- tensor(decode(parameters[[k]]) - learning_rate * v_hat / (sqrt(s_hat) + epsilon))
      new_v[d] <- tensor(first)
      new_s[d] <- tensor(second)
    }
    object(c(parameters = object(new), v = object(new_v), s = object(new_s)))
  }
)

input <- file("stdin", "r")  # stdin() would be the script itself
say(sprintf('{"type":"hello","protocol":1,"name":"r","language":"R %s","operations":["%s"]}',
            getRversion(), paste(names(methods), collapse = '","')))
while (length(line <- readLines(input, n = 1)) > 0) {
  message <- fromJSON(line, simplifyVector = FALSE)  # a list of one stays a list
  if (message$type == "bye") break
  method <- methods[[message$operation]]
  answer <- if (is.null(method)) {
    '"type":"unsupported","reason":"no such function"'
  } else tryCatch(
    paste0('"type":"result","value":', do.call(method, message$arguments)),
    error = function(e) paste0('"type":"error","message":', toJSON(conditionMessage(e), auto_unbox = TRUE))
  )
  say(sprintf('{"id":%d,%s}', message$id, answer))
}
