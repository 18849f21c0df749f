"""What the tests on a cluster ask of Python."""
import socket

import stream


def free_port():
    """A TCP port that nobody listens on."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def dealt_out(whole, *parts):
    """Each galaxy of the whole is in one of the parts; there are more than 100."""
    ids = [i for path in parts for i in stream.read(path)['id']]
    assert sorted(ids) == sorted(stream.read(whole)['id']) and len(set(ids)) == len(ids) > 100
