"""A contract type for import-linter: "these modules import the standard library, each other and this list".

import-linter's own types forbid what is named; a rule such as "queues.ami is plain Python" must also hold for a
library that nobody has thought of yet. Named in `pyproject.toml`, run by `lint-imports`.
"""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """`modules` (with everything below them) directly import nothing but the standard library, themselves
    and `allowed`."""

    type_name = "only"

    modules = fields.ListField(subfield=fields.ModuleField())
    allowed = fields.ListField(subfield=fields.ModuleField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        subjects = [module.name for module in self.modules]
        welcome = (*subjects, *(module.name for module in self.allowed or ()))
        offences = [
            f"{importer} imports {imported}"
            for subject in subjects
            for importer in sorted({subject, *graph.find_descendants(subject)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _is_stdlib(imported) and not any(_is_within(imported, name) for name in welcome)
        ]
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for offence in check.metadata["offences"]:
            output.print_error(f"- {offence}")


def _is_stdlib(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
