"""Tar and zip archives for archives.bats and the cluster's rehearsal, and places in them, by Python's own readers."""
import io
import sys
import tarfile
import zipfile


def save(path, data):
    with open(path, 'wb') as f:
        f.write(data)


def load(path):
    with open(path, 'rb') as f:
        return f.read()


def members(path):
    """(where its header begins, where its data begin, where these end) of each member of a tar."""
    with tarfile.open(path) as tar:
        return [(m.offset, m.offset_data, m.offset_data + m.size) for m in tar.getmembers()]


def zip_headers(path):
    """Where the header of each member of a zip begins."""
    with zipfile.ZipFile(path) as z:
        return [m.header_offset for m in z.infolist()]


# ---- damage ----

def flip(path, at: int):
    """Another byte there."""
    data = bytearray(load(path))
    data[at] ^= 0xff
    save(path, data)


def damage_member(path, i: int):
    """The data of member i are no longer a JPEG: in a tar it ends in the middle, in a zip a byte is wrong."""
    if zipfile.is_zipfile(path):
        flip(path, zip_headers(path)[i + 1] - 500)
        return
    _, begin, end = members(path)[i]
    data = bytearray(load(path))
    data[(begin + end) // 2:(begin + end) // 2 + 2] = b'\xff\xd9'
    save(path, data)


def damage_header(path, i: int):
    """Another byte near the beginning of the header of member i."""
    if zipfile.is_zipfile(path):
        flip(path, zip_headers(path)[i] + 1)
    else:
        flip(path, members(path)[i][0] + 3)


def ends(path):
    """Where a tar's member 7 begins, and where its last one ends, in whole blocks of 512 bytes."""
    found = members(path)
    return found[7][0], -(-found[-1][2] // 512) * 512


# ---- archives ----

def zipped(path, *names):
    """A zip of these files, of none where there are none; names that are not ASCII are marked as UTF-8."""
    with zipfile.ZipFile(path, 'w') as z:
        for name in names:
            z.write(name)


def add(tar, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def repeated(picture, n: int):
    """A tar of n members from one picture, to standard output."""
    data = load(picture)
    with tarfile.open(fileobj=sys.stdout.buffer, mode='w|') as tar:
        for i in range(n):
            add(tar, f'many/{i:07}.jpg', data)


def numbered(n: int, each: int, *pictures):
    """Tars here of so many members each, n in all: the pictures again and again, each time under another number."""
    data = [load(picture) for picture in pictures]
    for first in range(0, n, each):
        with tarfile.open(f'{first:010}.tar', 'w') as tar:
            for i in range(first, first + each):
                add(tar, f'images/{i:010}.jpg', data[i % len(data)])
