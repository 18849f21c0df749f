"""A reader of streams from gz-stream(5) alone, without NumPy: what it understands, it understands by itself."""
import ast
import re


def size(descr):
    """Bytes of a value: a type such as '<f4', or a list of fields (name, type) or (name, type, shape)."""
    if isinstance(descr, str):
        return int(re.fullmatch(r'[<>|]?[a-zA-Z](\d+)', descr).group(1))
    total = 0
    for _, kind, *shape in descr:
        n = size(kind)
        for side in shape[0] if shape else ():
            n *= side
        total += n
    return total


def records(path):
    """(fields, bytes) of each record. Raises ValueError where a stream is incomplete or not one."""
    with open(path, 'rb') as f:
        data = f.read()
    at = seen = promised = 0
    ended = False
    while at < len(data):
        if data[at:at + 8] != b'\x93NUMPY\x01\x00':
            raise ValueError(f'byte {at}: no chunk begins here')
        begin = at + 10 + int.from_bytes(data[at + 8:at + 10], 'little')
        if begin > len(data):
            raise ValueError('incomplete: it ends within a header')
        header = ast.literal_eval(data[at + 10:begin].decode())
        shape, each = header['shape'], size(header['descr'])
        at, ended = begin, len(shape) == 2
        if ended:
            promised += shape[1]
            continue
        for _ in range(shape[0]):
            if at + each > len(data):
                raise ValueError('incomplete: it ends within a record')
            yield header['descr'], data[at:at + each]
            at, seen = at + each, seen + 1
    if not ended or seen != promised:
        raise ValueError(f'incomplete: {seen} records, {promised} promised')
