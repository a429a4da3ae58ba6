"""How ``python -m subextract`` starts the command line."""

import sys

from subextract.cli import main

if __name__ == "__main__":
    sys.exit(main())
