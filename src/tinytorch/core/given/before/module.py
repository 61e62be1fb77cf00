"""Module and its checks, for learners' files that look for them where they stood before."""

from tinytorch.core.given.module import (
    Module as Module,
)
from tinytorch.core.given.module import (
    check_input as check_input,
)
from tinytorch.core.given.module import (
    check_sizes as check_sizes,
)
from tinytorch.core.given.module import (
    each_once as each_once,
)
from tinytorch.core.given.module import (
    follows_mode as follows_mode,
)
from tinytorch.core.given.module import (
    number as number,
)
from tinytorch.core.given.module import (
    overridable as overridable,
)
