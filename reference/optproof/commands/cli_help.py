"""What ``optproof COMMAND --help`` says, with examples."""

CHECK_HELP = """\
Judge an implementation of the methods against the document's own figures.

TARGET is a dotted module (mylib.optim), a path to a .py file or a notebook (.ipynb, .md), a library
(torch.optim; 'optproof libraries' has all), or nothing: the built-in reference.
It must define the document's functions, any of them: update_parameters_with_gd,
random_mini_batches, initialize_velocity, update_parameters_with_momentum, initialize_adam,
update_parameters_with_adam, model, ... It runs in a process of its own.

exit code: 0 conforms, 1 deviates, 2 usage, 3 no verdict (something could not be started or called,
or timed out), 5 nothing was run, 130 interrupted

examples:
  optproof check                           check the reference itself
  optproof check my_adam.py                check a file
  optproof check mylib.optim --only adam   only Adam: its cases and its training
  optproof check my_adam.py --training full --json report.json
  optproof check --exec 'node my_adam.mjs' another language, over stdin and stdout
  optproof check my_model.py --statistical a model that draws its own random numbers
"""

BASELINE_HELP = """\
Check as optproof.toml says, and list what deviates in it as known, so that 'optproof check' fails
for what is new alone. Entries that no longer occur go. After a crash or an interruption nothing
is written.

examples:
  optproof baseline update --reason 'to be repaired in release 2'
  optproof baseline update my_adam.py --reason 'epsilon as in our paper'
"""

SMOKE_HELP = """\
Try whether an implementation is wired up: its hello, then one small call of every operation it
names. Names, shapes and dtypes must be right; whether the values are is what 'check' judges.

exit code: 0 wired up, 1 not quite, 2 usage, 3 could not be started or sent no hello

examples:
  optproof smoke --exec 'node my_adam.mjs'
  optproof smoke my_adam.py
"""

LIBRARIES_HELP = """\
Check the optimizers of the libraries that are installed, and print the results as a table in
Markdown. 'optproof check NAME' shows one of them in full.

examples:
  optproof libraries
  optproof libraries torch.optim optax
"""

EXPLAIN_HELP = """\
Say what a case, a clause of SPEC.md or a deviation is: formula, a worked number, how to mend it.

examples:
  optproof explain ADAM-5                      a clause
  optproof explain adam.epsilon-inside-sqrt    a deviation
  optproof explain adam/documented             a case
"""

DRIFT_HELP = """\
Measure how far the reference is from the exact and certified values under this NumPy, and compare.

record FILE adds this environment to a file; show FILE... prints a table, NumPy by quantity, in ULPs
of the largest number: ! is beyond its bound (exit code 1), * has other bits than in the baseline,
+ is not in it.

examples:
  optproof drift record drift.json
  optproof drift show drift.json --baseline .ci/drift.json --plot drift.png
"""

TRAIN_HELP = """\
Train the 3-layer network on the document's data, as the document does, and print what it prints.

examples:
  optproof train                               all three optimizers, 10,000 epochs
  optproof train --optimizer adam --epochs 2000 --learning-rate 0.001
  optproof train --plot figures                also draw cost curves and decision boundaries
"""

FIXTURES_HELP = """\
Guard the fixtures.

verify      check hashes, schemas (with jsonschema) and, with the extra certify, every value
lint        look for stray files, repeated ids, notes and clauses that lead nowhere
regenerate  write the vectors anew and print what changes; refused under CI and with uncommitted
            changes

exit code: 0 all is well, 1 something is wrong, 2 usage
"""

TRACE_HELP = """\
Find where the trainings of two implementations part: the first epoch, batch, operation, tensor and
element. A and B are modules or .py files; without B, A is held against the built-in reference.

exit code: 0 they do not part, 1 they do, 2 usage, 3 one could not be started

examples:
  optproof trace my_adam.py --optimizer adam
  optproof trace my_adam.py their_adam.py --optimizer adam --epochs 2000
"""

SWEEP_HELP = """\
Train the reference under many seeds at once, of the shuffles and of the initial parameters, and
print the median and the spread of the cost at every thousandth epoch, and of the accuracy.

examples:
  optproof sweep --seeds 100 --optimizer adam
  optproof sweep --seeds 500 --output bands.json
"""

CERTIFY_HELP = """\
Train on ball arithmetic and write a certificate: costs and parameters, each with 30 digits and a
radius that is sure to hold the true value. Needs: pip install 'optproof[certify]'.

An interrupted run is gone on with by the same command (it keeps FILE.partial until it is done).
One that finds a decision undecided stops and says which precision to try.

examples:
  optproof certify --optimizer gd
  optproof certify --optimizer adam --epochs 10000 --precision 3000 --output certified-adam.json
"""
