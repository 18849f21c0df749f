"""FITS files, written with NumPy alone, and what gz-decode must make of them by the formulas of its page."""
import numpy as np

import stream

BLOCK = 2880
BITPIX = {'u1': 8, 'i2': 16, 'i4': 32, 'i8': 64, 'f4': -32, 'f8': -64}


def card(name, value):
    if isinstance(value, bool):
        text = 'T' if value else 'F'
    else:
        text = f"'{value:8}'" if isinstance(value, str) else repr(value)
    return f'{name:8}= {text:>20}'.ljust(80).encode()


def padded(data, byte):
    return data + byte * (-len(data) % BLOCK)


def hdu(first, array=None, **cards):
    """A header that begins with this card, and an array in FITS's order: axis 1 last."""
    lines = [first]
    if array is None:
        lines += [card('BITPIX', 8), card('NAXIS', 0)]
    else:
        lines += [card('BITPIX', BITPIX[array.dtype.str[1:]]), card('NAXIS', array.ndim)]
        lines += [card(f'NAXIS{i + 1}', n) for i, n in enumerate(array.shape[::-1])]
    if first.startswith(b'XTENSION'):
        lines += [card('PCOUNT', 0), card('GCOUNT', 1)]
    lines += [card(name, value) for name, value in cards.items()] + [b'END'.ljust(80)]
    data = b'' if array is None else array.astype(array.dtype.newbyteorder('>')).tobytes()
    return padded(b''.join(lines), b' ') + padded(data, b'\0')


def primary(array=None, **cards):
    return hdu(card('SIMPLE', True), array, **cards)


def extension(array, **cards):
    return hdu(card('XTENSION', 'IMAGE'), array, **cards)


def save(path, data):
    with open(path, 'wb') as f:
        f.write(data)


def sky(planes=1, seed=1, shape=(61, 52)):
    """Fluxes of a galaxy left of the middle and below it, and a star near the top right, over noise."""
    rng = np.random.RandomState(seed)
    y, x = np.mgrid[:shape[0], :shape[1]]
    y = y[::-1]  # from the bottom up: row 0 of the array is the bottom row
    galaxy = 300 * np.exp(-np.hypot(x - 0.4 * shape[1], (y - 0.6 * shape[0]) * 1.5) / 5)
    star = 150 * np.exp(-((x - 0.8 * shape[1]) ** 2 + (y - 0.2 * shape[0]) ** 2) / 4)
    light = (galaxy + star)[None] * np.linspace(1, 2, planes)[:, None, None]
    return light + rng.normal(0, 2, light.shape)


# ---- the formulas, with NumPy ----

def measured(flux):
    """Sky, noise and peak of one band, as gz-decode(1) defines them."""
    step = -(-flux.size // 65536) | 1
    all_values = np.sort(flux.ravel()[::step])
    all_values = all_values[np.isfinite(all_values)]
    values = all_values
    for _ in range(5):
        middle = np.median(values)
        noise = 1.4826 * np.median(abs(values - middle))
        values = values[abs(values - middle) <= 3 * noise]
    return middle, noise, all_values[len(all_values) - 1 - len(all_values) // 1000]


def asinh(signal, low, high, softening=1.0):
    a = np.arcsinh(signal / softening)
    low, high = np.arcsinh(low / softening), np.arcsinh(high / softening)
    return np.clip(np.nan_to_num((a - low) / (high - low), nan=0), 0, 1)


def lupton(signal, low, high, softening=1.0):
    y = np.maximum(signal - low, 0)
    mean = np.maximum(y.mean(-1, keepdims=True), 1e-30)
    v = y * np.arcsinh(mean / softening) / np.arcsinh((high - low) / softening) / mean
    return np.clip(v / np.maximum(v.max(-1, keepdims=True), 1), 0, 1)


def seen(array, planes=None):
    """(height, width, bands) with row 0 on top."""
    array = array.astype(float)
    array = array[None] if array.ndim == 2 else array
    planes = planes or (range(len(array))[::-1] if len(array) == 3 else [0])
    return np.stack([array[p, ::-1] for p in planes], -1)


def by_default(flux):
    """What is shown of bands of which nothing is known."""
    m = [measured(flux[..., i][::-1]) for i in range(flux.shape[-1])]
    signal = np.stack([(flux[..., i] - s) / (3 * n) for i, (s, n, _) in enumerate(m)], -1)
    return asinh(signal, -0.5, max([5] + [(p - s) / (3 * n) for s, n, p in m]))


def coloured(values):
    return np.repeat(values, 3, -1) if values.shape[-1] == 1 else values


# ---- files and checks ----

def types(folder):
    """The same numbers in every type, with zero points as u2, u4 and u8 have them; whole.npy has them."""
    numbers = np.arange(7 * 6).reshape(7, 6) * 5 + 1
    np.save(f'{folder}/whole.npy', numbers[::-1])
    for name in BITPIX:
        save(f'{folder}/{name}.fits', primary(numbers.astype(name)))
    for bits in 16, 32, 64:
        zero = 1 << (bits - 1)
        stored = (numbers.astype(object) - zero).astype(f'i{bits // 8}')
        save(f'{folder}/u{bits // 8}.fits', primary(stored, BZERO=zero if bits < 64 else float(zero)))
    save(f'{folder}/i1.fits', primary((numbers + 20).astype('u1'), BZERO=-20))
    save(f'{folder}/scaled.fits', primary((2 * numbers - 100).astype('i2'), BSCALE=0.5, BZERO=50.0))
    save(f'{folder}/extended.fits', primary(EXTEND=True) + extension(numbers.astype('f4')) +
         extension(numbers.astype('f4') * 2))
    save(f'{folder}/deep.fits', primary(numbers.astype('i4')[None, None]))
    save(f'{folder}/first.fits', primary(numbers.astype('i2')[:, :, None]))
    save(f'{folder}/middle.fits', primary(numbers.astype('i2')[:, None, :]))
    save(f'{folder}/both.fits', primary(numbers.astype('i2')[None, :, None, :, None]))
    save(f'{folder}/unpadded.fits', primary(numbers.astype('f4'))[:BLOCK + 4 * numbers.size])


def steps(path):
    """A picture of whole numbers that is large enough for fpack, which crashes where it is tiny."""
    y, x = np.mgrid[:45, :40]
    save(path, primary((y // 5 * 20 + x // 9).astype('i2')))


def check_luma(gray, colour):
    a, b = (stream.read(p)[0]['pixels'] for p in (gray, colour))
    assert a.shape == (61, 52, 1) and np.abs(a[..., 0] - b @ [0.299, 0.587, 0.114]).max() < 1e-6


def check_types(decoded, numbers):
    """Each record is numbers / 255: gray floats of a linear range."""
    want = np.load(numbers)[..., None] / 255
    for r in stream.read(decoded):
        assert r['pixels'].dtype == np.float32 and r['pixels'].shape == want.shape, r['id']
        assert np.abs(r['pixels'] - want).max() < 1e-6, r['id']


def unknown(path, planes: int, scale: float, zero: float):
    """A picture in unknown units."""
    save(path, primary((np.squeeze(sky(planes)) * scale + zero).astype('f4')))


def offset(path, kind, scale: float, zero: int):
    """The same picture in this type of numbers, in another unit and on a pedestal."""
    save(path, primary((np.round(np.squeeze(sky()) * 10) * scale + zero).astype(kind)))


def check_close(*decoded):
    """Each stream's only record is that of the first, to one level."""
    first, *others = (stream.read(p)[0]['pixels'].astype(int) for p in decoded)
    assert first.std() > 10
    for other in others:
        assert np.abs(other - first).max() <= 1


def flat(path, *values):
    """Planes of one value each."""
    planes = np.array([float(v) for v in values], 'f4')
    save(path, primary(np.squeeze(np.repeat(planes, 80).reshape(-1, 8, 10))))


def bands_first(path):
    """Three bands as NumPy's last axis, which is the first one of FITS, and one of length 1 before it."""
    save(path, primary(np.moveaxis(sky(3), 0, -1).astype('f4')[..., None]))


def survey(path, bands, holes=False, seed: int = 1, side: int = 0):
    """A cutout of these bands in nanomaggies; a square with a side."""
    flux = (sky(len(bands), seed, (side, side) if side else (61, 52)) * 0.003).astype('f4')
    if holes:
        flux[:, 5:9] = np.nan
        flux[0, 20, 20] = np.inf
    save(path, primary(flux, BANDS=bands))


def check(decoded, path, kind='default', low: float = -0.5, high: float = 300, softening: float = 1, planes=None):
    """The only record is the picture by the formulas; bytes to one level, floats to 1e-5."""
    raw = open(path, 'rb').read()
    header = raw[:BLOCK].decode()
    cards = {header[i:i + 8].strip(): header[i + 10:i + 80].split('/')[0].strip() for i in range(0, BLOCK, 80)}
    shape = [int(cards[f'NAXIS{i}']) for i in range(int(cards['NAXIS']), 0, -1)]
    array = np.frombuffer(raw, '>f4', int(np.prod(shape)), BLOCK).reshape(shape)
    planes = planes and [int(p) for p in planes.split(',')]
    flux = seen(array, planes)
    bands = cards.get('BANDS', '').strip("' ")
    picked = planes or ([2, 1, 0] if array.ndim == 3 else [0])
    signal = flux / [{'g': .008, 'r': .014, 'z': .019}[bands[p]] for p in picked] if bands else flux
    want = coloured({'default': lambda: by_default(flux), 'asinh': lambda: asinh(signal, low, high, softening),
                     'lupton': lambda: lupton(signal, low, high, softening),
                     'linear': lambda: np.clip((signal - low) / (high - low), 0, 1)}[kind]())
    (record,) = stream.read(decoded)
    got = record['pixels']
    assert got.shape == want.shape, (got.shape, want.shape)
    gap = np.abs(got / 255 - want).max() * 255 if got.dtype == np.uint8 else np.abs(got - want).max() * 1e5
    assert gap <= 1.001, gap


def by_astropy(path, target):
    """The array of the first image of a file, by astropy, as float64, row 0 on top: the picture in linear units."""
    from astropy.io import fits
    with fits.open(path) as f:
        (array, *_) = [h.data for h in f if h.is_image and h.data is not None and h.data.ndim >= 2]
    np.save(target, np.asarray(array, float)[..., ::-1, :])


def check_linear(decoded, array, high: float):
    """A record of gray floats is the array, 0 to high."""
    want = np.clip(np.nan_to_num(np.load(array) / high, nan=0), 0, 1)
    for r in stream.read(decoded):
        gap = np.abs(r['pixels'][..., 0] - want).max()
        assert gap < 2e-6, (r['id'], gap)


def correlation(decoded, png_stream):
    """Of two gray pictures of one size."""
    a, b = (stream.read(p)[0]['pixels'].astype(float).ravel() for p in (decoded, png_stream))
    return round(float(np.corrcoef(a, b)[0, 1]), 4)


# ---- lies ----

def hostile(folder):
    """Files that lie, each by what it lies about."""
    good = primary(np.ones((6, 5), 'f4'))

    def lie(name, old, new):
        changed = good.replace(card(*old), card(*new))
        assert changed != good
        save(f'{folder}/{name}.fits', changed)
    lie('huge', ('NAXIS1', 5), ('NAXIS1', 2000000000))
    lie('overflow', ('NAXIS1', 5), ('NAXIS1', 99999999999999999))
    lie('digits', ('NAXIS1', 5), ('NAXIS1', int('9' * 25)))
    lie('negative', ('NAXIS2', 6), ('NAXIS2', -6))
    lie('bitpix', ('BITPIX', -32), ('BITPIX', 7))
    lie('axes', ('NAXIS', 2), ('NAXIS', 900))
    lie('text', ('NAXIS1', 5), ('NAXIS1', 'many'))
    save(f'{folder}/cut.fits', good[:BLOCK + 50])
    save(f'{folder}/header.fits', good[:500])
    save(f'{folder}/noimage.fits', primary())


def spoiled(path, target, seed: int, count: int):
    """A file with some bytes after its first two headers changed, so that its tiles lie."""
    data = bytearray(open(path, 'rb').read())
    rng = np.random.RandomState(seed)
    for at in rng.randint(2 * BLOCK, len(data), count):
        data[at] = rng.randint(256)
    save(target, bytes(data))
