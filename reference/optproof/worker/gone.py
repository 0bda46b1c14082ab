"""Names that NumPy no longer has: since which release, and what is written in their place."""

from __future__ import annotations

import re

#: Looked up in NumPy 1.21 to 2.5.
GONE = {
    "1.23": "alen asscalar loads mafromtxt ndfromtxt",
    "1.24": "int float bool object complex str long unicode typeDict",
    "2.0": "float_ complex_ unicode_ string_ Inf Infinity NaN infty PINF NINF PZERO NZERO product "
    "cumproduct sometrue alltrue round_ mat msort asfarray find_common_type cast int0 uint0 "
    "object0 bool8 longfloat clongfloat singlecomplex cfloat sctypes source who safe_eval disp "
    "byte_bounds issubclass_ obj2sctype sctype2char maximum_sctype deprecate recfromcsv recfromtxt "
    "nbytes issctype lookfor add_newdoc_ufunc compare_chararrays set_string_function "
    "fastCopyAndTranspose",
    "2.4": "in1d trapz",
    "2.5": "row_stack chararray",
}
SINCE = {name: release for release, names in GONE.items() for name in names.split()}
#: These came back, as other names of np.bool_ and of C's long.
BACK = {"bool": "2.0", "long": "2.0"}
#: What means the same in every release.
INSTEAD = {
    **{name: name for name in "int float bool object complex str".split()},
    **{"long": "int", "unicode": "str", "unicode_": "np.str_", "string_": "np.bytes_"},
    **{"float_": "np.float64", "complex_": "np.complex128", "bool8": "np.bool_"},
    **{"Inf": "np.inf", "Infinity": "np.inf", "infty": "np.inf", "PINF": "np.inf"},
    **{"NINF": "-np.inf", "NaN": "np.nan", "PZERO": "0.0", "NZERO": "-0.0"},
    **{"product": "np.prod", "cumproduct": "np.cumprod", "round_": "np.round"},
    **{"sometrue": "np.any", "alltrue": "np.all", "mat": "np.asmatrix", "in1d": "np.isin"},
    **{"row_stack": "np.vstack", "alen": "len", "asscalar": "the array's item()"},
    **{"asfarray": "np.asarray with a dtype", "msort": "np.sort with axis=0"},
}

#: As NumPy's releases say it.
MISSING = re.compile(
    r"module 'numpy' has no attribute '(\w+)'|`np\.(\w+)` was removed"
    r"|cannot import name '(\w+)' from 'numpy'"
)


def gone(message: str) -> str:
    """Return which name an error's message misses, since when, and what to write; "" if none.

    >>> gone("module 'numpy' has no attribute 'int'")
    'np.int is gone since NumPy 1.24: write int'
    """
    found = MISSING.match(message)
    name = next(filter(None, found.groups()), "") if found else ""
    if name not in SINCE:
        return ""
    back = f" (and back since {BACK[name]})" if name in BACK else ""
    instead = f": write {INSTEAD[name]}" if name in INSTEAD else ""
    return f"np.{name} is gone since NumPy {SINCE[name]}{back}{instead}"
