"""``python -m tito.cli`` is ``tito``."""

from tito.cli import main

main()
