"""PNGs of all kinds, written from the specification with zlib, and the pixels that they must give; and hostile ones."""
import struct
import zlib

import numpy as np

SIGNATURE = b'\x89PNG\r\n\x1a\n'
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, body=b'', length=None, crc=0):
    """A chunk; with a length or a checksum that lies, if asked for."""
    n = len(body) if length is None else length
    return struct.pack('>I', n) + kind + body + struct.pack('>I', zlib.crc32(kind + body) ^ crc)


def header(width, height, depth, colour, interlaced=0):
    return chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, interlaced))


def filtered(rows, step):
    """Rows of bytes with a filter each, all five in turn; step is the distance to the pixel on the left."""
    out, before = [], np.zeros(rows.shape[1], int)
    for y, row in enumerate(rows.astype(int)):
        kind = y % 5
        left, corner = np.zeros_like(row), np.zeros_like(row)
        left[step:], corner[step:] = row[:-step or None][:len(row) - step], before[:len(row) - step]
        p = left + before - corner
        distance = [abs(p - left), abs(p - before), abs(p - corner)]
        paeth = np.where((distance[0] <= distance[1]) & (distance[0] <= distance[2]), left,
                         np.where(distance[1] <= distance[2], before, corner))
        guess = [0 * row, left, before, (left + before) // 2, paeth][kind]
        out.append(bytes([kind]) + ((row - guess) & 255).astype(np.uint8).tobytes())
        before = row
    return b''.join(out)


def packed(values, depth):
    """(H, W, C) values as rows of bytes."""
    h = values.shape[0]
    flat = values.reshape(h, -1)
    if depth == 16:
        return np.ascontiguousarray(flat.astype('>u2')).view(np.uint8).reshape(h, -1)
    if depth == 8:
        return flat.astype(np.uint8)
    bits = (flat[..., None] >> np.arange(depth - 1, -1, -1) & 1).reshape(h, -1)
    return np.packbits(bits.astype(np.uint8), axis=1)


def encode(values, depth, colour, interlaced=0, between=b'', pieces=1):
    """(H, W, C) values as a PNG, with the chunks `between` before the pixels, which are in so many pieces."""
    h, w, channels = values.shape
    step = max(1, depth * channels // 8)
    parts = [values[y::dy, x::dx] for y, x, dy, dx in ADAM7] if interlaced else [values]
    data = zlib.compress(b''.join(filtered(packed(p, depth), step) for p in parts if p.size))
    cut = [len(data) * k // pieces for k in range(pieces + 1)]
    idat = b''.join(chunk(b'IDAT', data[a:b]) for a, b in zip(cut, cut[1:]))
    return SIGNATURE + header(w, h, depth, colour, interlaced) + between + idat + chunk(b'IEND')


def over_black(values, alpha, most):
    """Exactly rounded, in whole numbers: value * alpha / most as a share of most, times 255."""
    divisor = most * (most // 255)
    return (values.astype(object) * alpha.astype(object) + divisor // 2) // divisor


def pixels_of(values, depth, colour, palette=None, clear=None):
    """What a reader must make of them, (H, W, 3) bytes. clear: alphas of a palette, or the transparent value."""
    most = 65535 if depth == 16 else 255
    v = values.astype(np.int64)
    if colour == PALETTE:
        alphas = np.full(len(palette), 255)
        alphas[:len(clear or [])] = clear or []
        return over_black(palette[v[..., 0]], alphas[v], 255).astype(np.uint8)
    alpha = np.full(v.shape[:2] + (1,), most)
    if colour in (GRAY_ALPHA, RGBA):
        v, alpha = v[..., :-1], v[..., -1:]
    elif clear is not None:
        alpha[(v == clear).all(-1)] = 0
    if depth < 8:
        v = v * 255 // ((1 << depth) - 1)
    return np.broadcast_to(over_black(v, alpha, most), v.shape[:2] + (3,)).astype(np.uint8)


def kinds(width, height, seed):
    """(name, file, pixels) of every kind that the specification allows."""
    r = np.random.RandomState(seed)
    for colour, depths in {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GRAY_ALPHA: (8, 16),
                           RGBA: (8, 16)}.items():
        for depth in depths:
            values = r.randint(0, 1 << depth, (height, width, CHANNELS[colour]))
            values[:3, :3] = values[0, 0]
            values[-1] = (1 << depth) - 1
            for clear in (False, True):
                if clear and colour in (GRAY_ALPHA, RGBA):
                    continue
                palette = trns = None
                between = chunk(b'gAMA', struct.pack('>I', 100000)) + chunk(b'tEXt', b'Comment\0any')
                if colour == PALETTE:
                    palette = r.randint(0, 256, (1 << depth, 3))
                    between += chunk(b'PLTE', palette.astype(np.uint8).tobytes())
                    trns = r.randint(0, 256, (1 << depth) // 2).tolist() if clear else None
                    between += chunk(b'tRNS', bytes(trns)) if clear else b''
                elif clear:
                    trns = values[0, 0]
                    between += chunk(b'tRNS', trns.astype('>u2').tobytes())
                for interlaced in (0, 1):
                    name = f'c{colour}d{depth:02}t{int(clear)}i{interlaced}'
                    yield (name, encode(values, depth, colour, interlaced, between, 1 + seed % 3),
                           pixels_of(values, depth, colour, palette, trns))


def luma(pixels):
    return (pixels.astype(np.int64) @ [19595, 38470, 7471] + 32768) >> 16


def save(path, data):
    with open(path, 'wb') as f:
        f.write(data)


# ---- for the shell ----

def write_kinds(folder, width: int, height: int, seed: int):
    """Every kind as folder/NAME.png; their pixels, one after the other, to folder/colour and folder/gray."""
    everything = sorted(kinds(width, height, seed))
    for name, data, _ in everything:
        save(f'{folder}/{name}.png', data)
    save(f'{folder}/colour', b''.join(p.tobytes() for *_, p in everything))
    save(f'{folder}/gray', b''.join(luma(p).astype(np.uint8).tobytes() for *_, p in everything))


def from_ppm(source, target):
    """The pixels that djpeg wrote, as a PNG."""
    with open(source, 'rb') as f:
        kind, size, _, data = f.read().split(b'\n', 3)
    width, height = map(int, size.split())
    channels = 3 if kind == b'P6' else 1
    values = np.frombuffer(data, np.uint8).reshape(height, width, channels)
    save(target, encode(values, 8, RGB if channels == 3 else GRAY))


def one(target, width: int, height: int, seed: int):
    """A PNG of soft colours."""
    y, x = np.mgrid[0:height, 0:width]
    values = np.stack([x * 3 + seed, y * 2, x + y], -1) % 256
    save(target, encode(values, 8, RGB))


# ---- hostile files ----

def endless(megabytes):
    """So many megabytes of zeros, compressed a thousand times."""
    c = zlib.compressobj(9)
    return b''.join(c.compress(bytes(1 << 20)) for _ in range(megabytes)) + c.flush()


def hostiles():
    """(name, file): none may do harm; those whose name begins with ok are whole."""
    r = np.random.RandomState(5)
    values = r.randint(0, 256, (20, 24, 3))
    good = encode(values, 8, RGB, pieces=3)
    ihdr, rest = good[8:33], good[33:]
    idat = zlib.compress(b''.join(b'\0' + row.astype(np.uint8).tobytes() for row in values))
    end = chunk(b'IEND')

    def whole(head, body=idat, between=b''):
        return SIGNATURE + head + between + chunk(b'IDAT', body) + end

    for k in range(len(good)):
        yield f'cut{k:04}', good[:k]
    for k in range(0, len(good), 7):
        yield f'flip{k:04}', good[:k] + bytes([good[k] ^ 0x55]) + good[k + 1:]
    yield 'ok-junk', good + b'rest' * 1000
    yield 'ok-twice', good + good
    for n in (2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 26):
        yield f'chunk{n}', SIGNATURE + ihdr + chunk(b'IDAT', idat, n) + end
        yield f'text{n}', SIGNATURE + ihdr + chunk(b'tEXt', b'a\0b', n) + rest
    yield 'bomb60000', whole(header(60000, 60000, 8, RGB), endless(64))
    yield 'bomb65535', whole(header(65535, 65535, 16, RGBA, 1), endless(64))
    yield 'bombwide', whole(header(2 ** 31 - 1, 1, 16, RGBA), endless(8))
    yield 'bombtall', whole(header(1, 2 ** 31 - 1, 1, GRAY), endless(8))
    yield 'bombside', whole(header(70000, 1, 1, GRAY), endless(8))
    yield 'bombdata', whole(header(24, 20, 8, RGB), endless(1024))
    yield 'bombsplit', SIGNATURE + ihdr + chunk(b'IDAT', idat[:99]) + chunk(b'IDAT', endless(512)) + end
    text = b'a\0\0' + endless(256)
    for kind in (b'zTXt', b'iCCP', b'iTXt'):
        yield f'ok-{kind.decode()}', whole(ihdr, between=chunk(kind, text))
    yield 'ok-texts', whole(ihdr, between=chunk(b'zTXt', b'a\0\0' + zlib.compress(bytes(1000))) * 5000)
    yield 'ok-profile', whole(ihdr, between=chunk(b'iCCP', b'bad\0\0' + b'no profile at all'))
    gamma = chunk(b'gAMA', bytes(4)) + chunk(b'cHRM', bytes(32)) + chunk(b'sRGB', b'\x09')
    yield 'ok-gamma', whole(ihdr, between=gamma)
    yield 'ok-textsum', whole(ihdr, between=chunk(b'tEXt', b'a\0b', crc=1))
    yield 'ok-animation', whole(ihdr, between=chunk(b'acTL', struct.pack('>II', 2, 0)))
    yield 'ok-surplus', whole(ihdr, zlib.compress(zlib.decompress(idat) + bytes(5000)))
    for w, h in ((0, 20), (24, 0), (0, 0)):
        yield f'size{w}x{h}', whole(header(w, h, 8, RGB))
    yield 'short', whole(header(24, 21, 8, RGB))
    yield 'wider', whole(header(25, 20, 8, RGB))
    for depth, colour in ((3, GRAY), (16, PALETTE), (4, RGB), (8, 1), (8, 7), (0, GRAY), (255, RGBA)):
        yield f'depth{depth}-{colour}', whole(header(24, 20, depth, colour))
    yield 'interlace2', whole(header(24, 20, 8, RGB, 2))
    yield 'nopalette', whole(header(24, 20, 8, PALETTE))
    rows = zlib.compress(b''.join(b'\0' + bytes(range(24)) for _ in range(20)))
    yield 'outside', whole(header(24, 20, 8, PALETTE), rows, chunk(b'PLTE', bytes(range(30))))
    yield 'palette257', whole(header(24, 20, 8, PALETTE), rows, chunk(b'PLTE', bytes(3 * 257)))
    yield 'palette4', whole(header(24, 20, 8, PALETTE), rows, chunk(b'PLTE', bytes(4)))
    yield 'clear', whole(header(24, 20, 8, PALETTE), rows, chunk(b'PLTE', bytes(90)) + chunk(b'tRNS', bytes(99)))
    yield 'order', SIGNATURE + chunk(b'IDAT', idat) + ihdr + end
    yield 'unknown', whole(ihdr, between=chunk(b'ABCD', b'must be understood'))
    yield 'sum', SIGNATURE + ihdr + chunk(b'IDAT', idat, crc=1) + end
    yield 'nodata', SIGNATURE + ihdr + end
    yield 'emptydata', whole(ihdr, b'')
    yield 'signature', SIGNATURE


def hostile(folder):
    n = 0
    for name, data in hostiles():
        save(f'{folder}/{name}.png', data)
        n += 1
    print(n)


def largest(path, side: int):
    """The kind that takes most memory: interlaced, four channels of 16 bits."""
    parts = [((side - y + dy - 1) // dy, (side - x + dx - 1) // dx) for y, x, dy, dx in ADAM7]
    data = zlib.compress(bytes(sum(h * (1 + 8 * w) for h, w in parts)))
    save(path, SIGNATURE + header(side, side, 16, RGBA, 1) + chunk(b'IDAT', data) + chunk(b'IEND'))


def rows_agree(whole, part, least: int, most: int):
    """The first rows are those of the whole picture, at least and at most so many; the others are black."""
    import stream
    a, b = stream.read(whole)['pixels'][0], stream.read(part)['pixels'][0]
    same = (a == b).all((1, 2))
    n = len(same) if same.all() else int(np.argmin(same))
    assert least <= n <= most and not b[n:].any(), n


def by_pillow(target, *paths):
    from PIL import Image
    save(target, b''.join(np.asarray(Image.open(p).convert('RGB')).tobytes() for p in paths))


def of_jpegs(listed, folder):
    """The JPEGs that a file lists, a name a line, as PNGs of the same colours in a folder, by Pillow."""
    import os
    from PIL import Image
    for name in open(listed).read().splitlines():
        base = os.path.splitext(os.path.basename(name))[0]
        Image.open(name).convert('RGB').save(f'{folder}/{base}.png')


def array(path, n: int, side: int):
    """A plain array of pictures, as other programs keep them."""
    np.save(path, np.random.RandomState(1).randint(0, 256, (n, side, side, 3)).astype(np.uint8))


def zeros(path, shape, kind='u1'):
    np.save(path, np.zeros(tuple(map(int, shape.strip('()').split(','))), kind))


def floats(path, array, kind, white: float = 1):
    """Another array, from 0 to white."""
    np.save(path, (np.load(array) / 255 * white).astype(kind))
