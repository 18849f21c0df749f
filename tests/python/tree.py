"""What code.bats asks of the tree itself."""
import json


def names_sources(path, *sources):
    """compile_commands.json names these files."""
    with open(path) as f:
        names = {entry['file'] for entry in json.load(f)}
    assert set(sources) <= names, names
