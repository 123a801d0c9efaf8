"""How a paper goes to a printer, and what becomes of it comes back: frames, each its length in four bytes, then its bytes.

A job is JSON: the paper's `data`, and how it is `wanted`, `pdf` or `png` (its first page); or the `document` that was made before, in
base64, whose first page is wanted as `png`. An answer begins with one byte: what follows
was made (1), or is why it was not (0).
"""

import struct

LENGTH = struct.Struct(">I")
