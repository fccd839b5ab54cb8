"""The kind of page that a tool has."""

from __future__ import annotations

from cupboard import kinds
from cupboard.kinds import Kind
from cupboard.tongue import L_

#: The field of a case study that names the tools it used.
USED = "tools"

TOOL = kinds.register(
    Kind(
        id="tool",
        content_type="text/x-tool",
        noun=L_("tool"),
        plural="tools",
        template="Cupboard/Template/Tool",
        prefix="Tools",
        summary="purpose",
        seeds="tools.yaml",
    )
)
