"""What names tell: which optimizer, which hyperparameter, which argument of a step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

#: The hyperparameters of each kind, as the document calls them.
HYPERPARAMETERS = {
    "gd": ("learning_rate",),
    "momentum": ("learning_rate", "beta"),
    "adam": ("learning_rate", "beta1", "beta2", "epsilon"),
}
_ALIASES = {
    "learning_rate": "learningrate lr alpha eta stepsize learnrate rate learningratealpha "
    "initiallearningrate learningrateinit initlr baselr lrate learnigrate lr0",
    "beta": "beta momentum mu rho gamma beta1 mass mom momentumcoefficient momentumfactor betav "
    "momentumterm friction nu",
    "beta1": "beta1 b1 rho1 betam betav decay1 decayrate1 gamma1 mu1 momentum1 firstmomentdecay "
    "betafirst mbeta",
    "beta2": "beta2 b2 rho2 betas decay2 decayrate2 gamma2 mu2 momentum2 secondmomentdecay "
    "betasecond vbeta",
    "epsilon": "epsilon eps epsilion ep e smallconstant delta epsi smoothingterm fuzz tiny",
}
#: Settings beside the method, and the value at which they change nothing.
NEUTRAL: dict[str, Any] = {
    **dict.fromkeys("weightdecay wd l2 l2reg l1 reg lambda lambd lmbda lambdareg".split(), 0.0),
    **dict.fromkeys("regularization reglambda l2lambda l2penalty noise noisestd".split(), 0.0),
    **dict.fromkeys("amsgrad nesterov usenesterov isnesterov maximize verbose".split(), False),
    **dict.fromkeys("capturable foreach fused useema differentiable lookahead".split(), False),
    **dict.fromkeys("decoupledweightdecay centered".split(), False),
    **dict.fromkeys("clip clipnorm clipvalue maxnorm gradclip globalclipnorm".split(), None),
    **dict.fromkeys("clipgrad maxgradnorm scheduler lrscheduler callback".split(), None),
    # -1 and not 0: a step over a gradient of 0 must not end it.
    **dict.fromkeys("tol tolerance threshold precision convergencethreshold".split(), -1.0),
    "batchsize": 1,
    **dict.fromkeys("decay lrdecay learningratedecay warmup warmupsteps".split(), 0.0),
}
ROLES = {
    role: frozenset(names.split())
    for role, names in {
        "params": "params parameters param parameter theta thetas w x var vars variables variable "
        "p weights weight values modelparams trainableparams trainablevariables trainablevars "
        "parameterlist paramlist paramsdict parametersdict paramdict modelparameters wts varlist "
        "tvars ps tensors tensor currentparams oldparams",
        "grads": "grads gradients grad gradient g dw dx dparams dparam gradparams dtheta dp dws "
        "gradw gradsdict gradientdict dparameters gradweights gradslist gradarrays nabla derivs "
        "gs gradvalues dweights gradtheta dvar paramgrads updates deltas currentgrads gradx dgrads",
        "t": "t step iteration iter timestep epoch i k time iterations it steps niter n "
        "currentstep stepcount counter tstep currentiteration adamcounter iternum",
        "key": "key name paramname layername idx index paramid layerid layeridx layerindex "
        "paramkey wid keyname id statekey layerkey pname pid varname",
        "layer": "layer",
        "network": "model network net nn mlp target neuralnetwork module layers hiddenlayers "
        "layerlist trainablelayers sequential",
        "shape": "shape shapes paramshape weightshape wshape size paramsshape gradshape",
        "pairs": "gradsandvars gradsandparams gradsvars paramsandgrads paramsgrads varsandgrads "
        "paramgrads gradsandweights",
        "sizes": "layersizes layerdims layersdims layerdim layersizeslist sizes dims architecture",
        "count": "nlayers numlayers numberoflayers layercount",
        "closure": "closure loss cost",
    }.items()
}
LAYER_ARGUMENTS = {
    "W": frozenset("w weights weight".split()),
    "b": frozenset("b bias biases".split()),
    "dW": frozenset(
        "dw gradw gradweights dweights gradsw wgrad weightsgrad weightgrad dws nablaw gradientsw "
        "gradientweights gradientw wgrads weightgrads weightsgradient".split()
    ),
    "db": frozenset(
        "db gradb gradbias dbiases dbias gradbiases bgrad biasesgrad biasgrad dbs nablab gradsb "
        "gradientsb gradientbias gradientbiases gradientb bgrads biasgrads biasesgradient".split()
    ),
}
_OTHERS = (
    "rmsprop rmspropagation adagrad adadelta adamax adabelief adafactor nesterov "
    "amsgrad lbfgs bfgs shampoo sophia novograd diffgrad adabound conjugate lookahead"
).split()
_OTHER_WORDS = frozenset(
    "nag lion lars lamb adan sam asgd rms nadam radam adamp yogi muon ftrl rprop swats "
    "newton".split()
)
_NOT_STEPS = frozenset(
    "init initialize initialise initial test train plot compare main run demo fit print show "
    "check reset state create build animate visualize draw example schedule evaluate".split()
)


def plain(name: str) -> str:
    """Return a name without case and underscores."""
    return name.replace("_", "").lower()


def words(name: str) -> list[str]:
    """Return the words of a name.

    >>> words("MyAdam_step2")
    ['my', 'adam', 'step2']
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [w for w in apart.lower().split("_") if w]


def other_method(name: str) -> bool:
    """Return whether a name is that of a method that the document does not have."""
    together = plain(name)
    return any(o in together for o in _OTHERS) or bool(_OTHER_WORDS & set(words(name)))


def kinds_of(name: str) -> tuple[str, ...]:
    """Return which of the document's methods a name tells; SGD may be two.

    >>> kinds_of("Optimizer_Adam"), kinds_of("SGD"), kinds_of("RMSProp"), kinds_of("Network")
    (('adam',), ('gd', 'momentum'), (), ())
    """
    if other_method(name):
        return ()
    together, apart = plain(name), set(words(name))
    if "adam" in together:
        return ("adam",)
    if "momentum" in together or "heavyball" in together:
        return ("momentum",)
    if "sgd" in together or "gradientdescent" in together or {"gd", "bgd", "steepest"} & apart:
        return ("gd", "momentum")
    return ()


def prepares(name: str) -> bool:
    """Return whether a function of this name prepares, runs or shows rather than steps."""
    return bool(_NOT_STEPS & set(words(name)))


def hyperparameters(theirs: Iterable[str], kind: str) -> dict[str, str]:
    """Return which of their names stands for which hyperparameter; "betas" for the pair.

    >>> hyperparameters(["lr", "betas", "eps"], "adam")
    {'lr': 'learning_rate', 'betas': 'betas', 'eps': 'epsilon'}
    """
    found: dict[str, str] = {}
    theirs = list(theirs)
    for own in HYPERPARAMETERS[kind]:
        aliases = _ALIASES[own].split()
        ranked = [(aliases.index(plain(n)), i, n) for i, n in enumerate(theirs) if _is(n, aliases)]
        for _, _, name in sorted(ranked):
            if name not in found:
                found[name] = own
                break
    if kind == "adam":
        pair = next((n for n in theirs if plain(n) in ("betas", "beta")), None)
        if pair and "beta1" not in found.values():
            found = {n: own for n, own in found.items() if own != "beta2"} | {pair: "betas"}
    return {n: found[n] for n in theirs if n in found}


def _is(name: str, aliases: list[str]) -> bool:
    return plain(name) in aliases


def hyperparameter(name: str, kind: str) -> str:
    """Return the hyperparameter that one name stands for, or ""."""
    return hyperparameters([name], kind).get(name, "")


def role(name: str) -> str:
    """Return the role of an argument of a step, or "" if its name tells none."""
    if name in ("X", "Y"):
        return ""  # examples and labels
    told = next((r for r, known in ROLES.items() if plain(name) in known), "")
    is_gradient = "grad" in plain(name) and not plain(name).endswith(("fn", "func", "function"))
    return told or ("grads" if is_gradient else "")


def roles(theirs: Iterable[str]) -> dict[str, str]:
    """Return the roles of arguments beside each other.

    >>> roles(["w", "b", "dw", "db"])
    {'w': 'W', 'b': 'b', 'dw': 'dW', 'db': 'db'}
    >>> roles(["w", "dw"])
    {'w': 'params', 'dw': 'grads'}
    """
    theirs = list(theirs)
    layer = {
        name: part
        for name in theirs
        for part, known in LAYER_ARGUMENTS.items()
        if plain(name) in known
    }
    if sorted(layer.values()) == ["W", "b", "dW", "db"]:
        return {n: layer.get(n) or role(n) for n in theirs}
    found: dict[str, str] = {}
    if sorted(layer.values()) == ["b", "db"]:  # a method of the biases alone
        found = {n: {"b": "params", "db": "grads"}[part] for n, part in layer.items()}
    for name in [n for n in theirs if n not in found]:
        told = role(name)
        if told == "t" and "t" in found.values() and plain(name) in ("i", "k"):
            told = "key"
        found[name] = "" if told and told in found.values() else told
    return found


def is_state(name: str) -> bool:
    """Return whether an argument's name is that of something kept from step to step."""
    known = "m v s r vel velocity velocities cache moment moments sq h u mt vt st first second"
    more = (
        "moment1 moment2 firstmoment secondmoment expavg expavgsq sqrs mean variance vdw sdw mw vw "
        "expavgs expavgsqs momenta squares firstmoments secondmoments ms vs avggrad "
        "avgsqgrad mavg vavg runningmean"
    )
    return plain(name) in (*known.split(), *more.split()) or bool(part_of_state(name))


def part_of_state(name: str) -> str:
    """Return "W" or "b" where a state's name says of which of the two it is.

    >>> part_of_state("m_W"), part_of_state("v_db"), part_of_state("sdw"), part_of_state("v")
    ('W', 'b', 'W', '')
    """
    match = re.fullmatch("(?:m|v|s|r|vel|velocity|cache|moment)d?(w|b)", plain(name))
    return {"w": "W", "b": "b"}[match[1]] if match else ""


def is_record(name: str) -> bool:
    """Return whether an argument's name is that of one record of all that is kept."""
    known = "state states config cache optstate optimizerstate optconfig memory conf optimstate opt"
    return plain(name) in (*known.split(), "adamstate", "sgdstate", "moments", "statedict")
