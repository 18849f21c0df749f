// The page of an atlas. No framework and no build step: Leaflet draws the map, the rest is here.
//
// Data are scripts that call gz.KIND(name, ...), since a page opened from a file can't fetch; about.js calls gz.about with
// what must be known at once (lib/atlas/atlas.c). Ids and cells of tables can hold any character, so they become text
// nodes and never markup. A cell of the triangle is (row, column), and has a number, counted row by row; a galaxy's
// probabilities are in millionths.
'use strict';

const MILLION = 1e6, UNSURE = 0.6 * MILLION, LISTED = 100, BLOCKS_KEPT = 600, HEIGHT = Math.sqrt(3) / 2;
const $ = id => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

let about; // as about.js has it

// ---- loading ----

const loaded = {cells: new Map(), index: new Map(), values: new Map(), columns: new Map()}; // kind -> name -> what the script brought
const coming = new Map();                                              // "kind/name" -> promise

function load(kind, name) {
  const path = `${kind}/${name}.js`;
  if (loaded[kind].has(name)) return Promise.resolve(loaded[kind].get(name));
  if (!coming.has(path))
    coming.set(path, new Promise((resolve, reject) => {
      const script = element('script', {src: path});
      script.onload = () => resolve(loaded[kind].get(name));
      script.onerror = () => reject(new Error(`${path} is missing`));
      document.head.append(script);
    }).finally(() => {
      coming.delete(path);
      document.head.querySelector(`script[src="${path}"]`).remove();
    }));
  return coming.get(path);
}

const gz = {
  about(what) { about = what; start(); },
  cells(name, list) {
    const block = new Map();
    for (const [row, column, id, p, label, cells] of list) block.set(number(row, column), {row, column, id, p, label, cells});
    loaded.cells.set(name, block);
    if (loaded.cells.size > BLOCKS_KEPT) loaded.cells.delete(loaded.cells.keys().next().value);
  },
  index(name, ids, cells) { loaded.index.set(name, ids.map((id, i) => ({id, row: cells[2 * i], column: cells[2 * i + 1]}))); },
  values(name, text) { loaded.values.set(name, Uint8Array.from(atob(text), c => c.charCodeAt(0))); },
  columns(name, text) { loaded.columns.set(name, Uint8Array.from(atob(text), c => c.charCodeAt(0))); },
};

// ---- cells and their places ----

const number = (row, column) => row * (2 * about.rows - row + 1) / 2 + column;
const isCell = (row, column) => row >= 0 && column >= 0 && row + column < about.rows;

function cellOf(n) {
  const b = 2 * about.rows + 1;
  let row = Math.floor((b - Math.sqrt(b * b - 8 * n)) / 2);
  while (number(row, 0) > n) row--;
  while (row + 1 < about.rows && number(row + 1, 0) <= n) row++;
  return {row, column: n - number(row, 0)};
}

// Places are in pixels of the deepest level of tiles.
const place = (row, column) =>
  L.point(about.grid.left + (column + row / 2) * about.grid.pitch, about.grid.top + row * about.grid.pitch * HEIGHT);

function cellAt(point) {
  const {top, left, pitch} = about.grid, low = Math.floor((point.y - top) / (pitch * HEIGHT));
  let best = null, least = pitch / Math.sqrt(3);
  for (const row of [low, low + 1]) {
    const column = Math.round((point.x - left) / pitch - row / 2), distance = point.distanceTo(place(row, column));
    if (isCell(row, column) && distance <= least) [best, least] = [{row, column}, distance];
  }
  return best;
}

// Call f(number, row, column) for the cells whose centres are in a rectangle.
function forCells(bounds, f) {
  const {top, left, pitch} = about.grid;
  const first = Math.max(0, Math.ceil((bounds.min.y - top) / (pitch * HEIGHT)));
  const last = Math.min(about.rows - 1, Math.floor((bounds.max.y - top) / (pitch * HEIGHT)));
  for (let row = first; row <= last; row++) {
    const from = Math.max(0, Math.ceil((bounds.min.x - left) / pitch - row / 2));
    const to = Math.min(about.rows - 1 - row, Math.floor((bounds.max.x - left) / pitch - row / 2));
    for (let column = from, n = number(row, from); column <= to; column++, n++) f(n, row, column);
  }
}

async function galaxyIn(cell) {
  if (!cell || !isCell(cell.row, cell.column)) return null;
  const n = number(cell.row, cell.column);
  await loadValues(n, n);
  if (!valueAt(n)) return null;
  return (await load('cells', `${Math.floor(cell.row / about.block)}-${Math.floor(cell.column / about.block)}`)).get(n);
}

// ---- values: what filters and colours need of every galaxy ----

function loadValues(first, last) {
  const wanted = [];
  for (let k = Math.floor(first / about.values); k <= Math.floor(last / about.values); k++) {
    wanted.push(load('values', k));
    if (column() >= 0) wanted.push(load('columns', `${column()}-${k}`));
  }
  return Promise.all(wanted);
}

const loadAllValues = () => loadValues(0, number(about.rows - 1, 0));

const value = {p: [], label: -1, likeliest: 0}; // what valueAt found: one object for millions of calls

// Whether there is a galaxy in cell n; sets value.
function valueAt(n) {
  const bytes = loaded.values.get(Math.floor(n / about.values)), classes = about.classes.length;
  let at = (n % about.values) * (3 * classes + 1);
  if (!bytes[at + 3 * classes]) return false;
  value.likeliest = 0;
  for (let k = 0; k < classes; k++, at += 3) {
    value.p[k] = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
    if (value.p[k] > value.p[value.likeliest]) value.likeliest = k;
  }
  value.label = bytes[at] - 2;
  return true;
}

// ---- the filter ----

const filter = {class: -1, of: -1, least: 0, most: MILLION, unsure: false, disagree: false, on: false};

function matches() { // the galaxy in value
  const sure = value.p[value.likeliest], p = filter.of < 0 ? sure : value.p[filter.of];
  return (filter.class < 0 || filter.class === value.likeliest) && p >= filter.least && p <= filter.most &&
    (!filter.unsure || sure < UNSURE) && (!filter.disagree || (value.label >= 0 && value.label !== value.likeliest));
}

async function applyFilter() {
  const least = Number($('least').value), most = Number($('most').value);
  Object.assign(filter, {class: Number($('class').value), of: Number($('of').value), least: Math.round(least * MILLION),
    most: Math.round(most * MILLION), unsure: $('unsure').checked, disagree: $('disagree').checked});
  filter.on = filter.class >= 0 || filter.least > 0 || filter.most < MILLION || filter.unsure || filter.disagree;
  await loadAllValues();
  let count = 0;
  for (let n = number(about.rows - 1, 0); n >= 0; n--) if (valueAt(n) && matches()) count++;
  $('count').textContent = `${count.toLocaleString('en')} of ${about.galaxies.toLocaleString('en')}`;
  marks.redraw();
}

function showAll() {
  for (const id of ['class', 'of']) $(id).value = -1;
  [$('least').value, $('most').value, $('unsure').checked, $('disagree').checked] = [0, 1, false, false];
  applyFilter();
}

// ---- colours ----

const PALETTE = ['#e69f00', '#56b4e9', '#3fbf8f', '#f0e442', '#cc79a7', '#ff7f50', '#9f8fff', '#c0c0c0'];
const classColour = k => PALETTE[k] || `hsl(${k * 137.5 % 360} 70% 65%)`;
let colourBy = ''; // '', 'class', 'doubt', the number of a class, or 'column-' and the number of a column of the table
const column = () => (colourBy.startsWith('column-') ? Number(colourBy.slice(7)) : -1);

// Viridis, by Smith and van der Walt: equal steps look equal, also in grey and to the colour-blind.
const VIRIDIS = ['440154', '482475', '414487', '355f8d', '2a788e', '21918c', '22a884', '44bf70', '7ad151', 'bddf26', 'fde725']
  .map(hex => [0, 2, 4].map(i => parseInt(hex.slice(i, i + 2), 16)));
function shade(share) {
  const at = share * (VIRIDIS.length - 1), i = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return `rgb(${VIRIDIS[i].map((low, k) => Math.round(low + (at - i) * (VIRIDIS[i + 1][k] - low))).join(' ')})`;
}

// Of the galaxy in value, which is in cell n; '' where its row has no value.
function colourOf(n) {
  if (colourBy === 'class') return classColour(value.likeliest);
  if (column() >= 0) {
    const block = loaded.columns.get(`${column()}-${Math.floor(n / about.values)}`); // none: a tile of the colour before
    const code = block ? block[n % about.values] : 0;
    if (code === 0) return '';
    return about.shades[column()].names ? classColour(code - 1) : shade((code - 1) / 254);
  }
  const share = colourBy === 'doubt' ? 1 - value.p[value.likeliest] / MILLION : value.p[colourBy] / MILLION;
  return shade(Math.round(share * 20) / 20);
}

const short = x => String(Number(x.toPrecision(4)));

function legendRows() {
  if (colourBy === '') return [];
  if (colourBy === 'class') return about.classes.map((name, k) => [classColour(k), name]);
  const scale = column() >= 0 ? about.shades[column()] : {low: 0, high: 1, least: 0, most: 1};
  if (scale.names) return scale.names.map((name, k) => [classColour(k), name]);
  const {low, high, least, most} = scale;
  return [0, 0.25, 0.5, 0.75, 1].map(share => [shade(share), short(low + share * (high - low)) +
    (share === 0 && least < low ? ` and less, to ${short(least)}` : share === 1 && most > high ? ` and more, to ${short(most)}` : '')]);
}

function showLegend() {
  $('legend').replaceChildren(...legendRows().map(([colour, text]) => {
    const spot = element('span');
    spot.style.background = colour;
    return element('li', {}, spot, element('bdi', {textContent: text}));
  }));
}

// ---- the map ----

let map, deepest, marks, ring;

const toMap = point => map.unproject(point, deepest);
const fromMap = latlng => map.project(latlng, deepest);
const viewBounds = () => L.bounds(fromMap(map.getBounds().getNorthWest()), fromMap(map.getBounds().getSouthEast()));

// One pixel. Leaflet's own (L.Util.emptyImageUrl) would count as a tile that never comes.
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==';

// The galaxies' picture. Tiles that are all black aren't there, and are not asked for.
const Tiles = L.TileLayer.extend({
  getTileUrl({x, y, z}) {
    const runs = (about.tiles[z] || [])[y] || [];
    for (let i = 0; i < runs.length; i += 2) if (x >= runs[i] && x <= runs[i + 1]) return `tiles/${z}/${y}-${x}.jpg`;
    return NOTHING;
  },
});

// A tile's rectangle in places, a margin of so many cells around it, and how large a place is there.
function tileBounds(coords, size, margin) {
  const scale = 2 ** (coords.z - deepest), start = coords.scaleBy(size), around = margin * about.grid.pitch;
  return {scale, start, bounds: L.bounds(start.divideBy(scale).subtract([around, around]),
    start.add(size).divideBy(scale).add([around, around]))};
}

async function loadValuesIn(bounds) {
  let first = Infinity, last = -1;
  forCells(bounds, n => { first = Math.min(first, n); last = Math.max(last, n); });
  if (last >= 0) await loadValues(first, last);
}

// Closer than the tiles: the stream's own pictures, round, from their sheets.
const Own = L.GridLayer.extend({
  createTile(coords, done) {
    const tile = element('div'), {scale, start, bounds} = tileBounds(coords, this.getTileSize(), 0);
    loadValuesIn(bounds).then(() => {
      forCells(bounds, (n, row, column) => {
        if (!valueAt(n)) return;
        const own = roundPicture(row, column, about.grid.pitch * scale), at = place(row, column).multiplyBy(scale).subtract(start);
        own.style.left = `${at.x - about.grid.pitch * scale / 2}px`;
        own.style.top = `${at.y - about.grid.pitch * scale / 2}px`;
        tile.append(own);
      });
      done(null, tile);
    }, error => done(error, tile));
    return tile;
  },
});

// What the filter leaves out gets dark, what is selected or coloured gets a ring. Where cells are smaller than a few
// pixels, each pixel is the mean over its cells.
const Marks = L.GridLayer.extend({
  createTile(coords, done) {
    const size = this.getTileSize(), canvas = element('canvas', {width: size.x, height: size.y});
    if (!filter.on && colourBy === '' && !selection.size) {
      setTimeout(done, 0, null, canvas);
      return canvas;
    }
    const {scale, start, bounds} = tileBounds(coords, size, 1);
    loadValuesIn(bounds).then(() => {
      const context = canvas.getContext('2d', {willReadFrequently: true});
      if (about.grid.pitch * scale < 4) drawFar(context, size, scale, start, bounds);
      else drawNear(context, scale, start, bounds);
      done(null, canvas);
    }, error => done(error, canvas));
    return canvas;
  },
});

function drawNear(context, scale, start, bounds) {
  const radius = about.grid.pitch * scale / 2, disc = (at, r) => { context.beginPath(); context.arc(at.x, at.y, r, 0, 7); };
  forCells(bounds, (n, row, column) => {
    if (!valueAt(n)) return;
    const at = place(row, column).multiplyBy(scale).subtract(start), wanted = !filter.on || matches();
    const colour = colourBy !== '' && wanted ? colourOf(n) : '';
    if (colour) {
      context.globalAlpha = 0.3;
      context.fillStyle = context.strokeStyle = colour;
      disc(at, radius);
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = Math.max(1, radius / 10);
      disc(at, radius * 0.9);
      context.stroke();
    }
    if (!wanted) {
      context.fillStyle = 'rgba(0,0,0,.8)';
      disc(at, radius * 1.16);
      context.fill();
    }
    if (selection.has(n)) {
      context.strokeStyle = '#fff';
      context.lineWidth = Math.max(1, radius / 8);
      disc(at, radius * 0.8);
      context.stroke();
    }
  });
}

function drawFar(context, size, scale, start, bounds) {
  const image = context.createImageData(size.x, size.y), pixels = size.x * size.y, sum = new Float32Array(5 * pixels);
  const colours = new Map(), rgb = text => { // of a CSS colour
    if (!colours.has(text)) {
      context.fillStyle = text;
      context.fillRect(0, 0, 1, 1);
      colours.set(text, context.getImageData(0, 0, 1, 1).data);
      context.clearRect(0, 0, 1, 1);
    }
    return colours.get(text);
  };
  const wide = Math.max(1, Math.ceil(about.grid.pitch * scale));
  forCells(bounds, (n, row, column) => {
    if (!valueAt(n)) return;
    const left = Math.floor((about.grid.left + (column + row / 2) * about.grid.pitch) * scale - start.x - (wide - 1) / 2);
    const top = Math.floor((about.grid.top + row * about.grid.pitch * HEIGHT) * scale - start.y - (wide - 1) / 2);
    let [r, g, b, a] = [0, 0, 0, 0];
    if (selection.has(n)) [r, g, b, a] = [255, 255, 255, 200];
    else if (filter.on && !matches()) a = 205;
    else if (colourBy !== '' && colourOf(n)) [r, g, b, a] = [...rgb(colourOf(n)).slice(0, 3), 120];
    for (let y = Math.max(0, top); y < Math.min(size.y, top + wide); y++)
      for (let x = Math.max(0, left); x < Math.min(size.x, left + wide); x++) {
        const at = 5 * (y * size.x + x);
        sum[at] += r * a, sum[at + 1] += g * a, sum[at + 2] += b * a, sum[at + 3] += a, sum[at + 4]++;
      }
  });
  for (let i = 0; i < pixels; i++) {
    const alpha = sum[5 * i + 3] || 1;
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = sum[5 * i + k] / alpha;
    image.data[4 * i + 3] = sum[5 * i + 3] / (sum[5 * i + 4] || 1);
  }
  context.putImageData(image, 0, 0);
}

function addCorners() {
  const last = about.rows - 1;
  [[last, 0, ''], [0, 0, ' above'], [0, last, ' above']].forEach(([row, column, where], i) => {
    const at = place(row, column).add([0, (where ? -1 : 1) * about.grid.pitch * 0.7]);
    const icon = L.divIcon({className: 'corner' + where, html: element('div', {textContent: about.classes[about.corners[i]]})});
    L.marker(toMap(at), {icon, interactive: false, keyboard: false}).addTo(map);
  });
}

const wholeBounds = () => L.latLngBounds(toMap([0, 0]), toMap([about.width, about.height]));

function makeMap() {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  deepest = about.tiles.length - 1;
  map = L.map('map', {crs: L.CRS.Simple, minZoom: -3, maxZoom: deepest + 3, zoomSnap: 0.25, attributionControl: false,
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still, maxBoundsViscosity: 0.5});
  map.setMaxBounds(wholeBounds().pad(0.5));
  const grid = {tileSize: about.tile, minZoom: -3, maxZoom: deepest + 3, noWrap: true, bounds: wholeBounds()};
  new Tiles('', {...grid, minNativeZoom: 0, maxNativeZoom: deepest}).addTo(map);
  new Own({...grid, minZoom: deepest + 0.5, pane: 'tilePane', zIndex: 2}).addTo(map);
  marks = new Marks({...grid, zIndex: 3}).addTo(map);
  ring = L.circle([0, 0], {radius: about.grid.pitch * 0.55 / 2 ** deepest, color: '#ffd75e', fill: false, interactive: false});
}

// ---- pictures from sheets ----

function sheetPicture(row, column, scale, skip) {
  const {block, height, width} = about.sheet, picture = element('div');
  const name = `${Math.floor(row / block)}-${Math.floor(column / block)}`;
  picture.style.backgroundImage = `url("sheets/${name}.jpg")`;
  picture.style.backgroundSize = `${block * width * scale}px ${block * height * scale}px`;
  picture.style.backgroundPosition = `${-((column % block) * width + skip.x) * scale}px ${-((row % block) * height + skip.y) * scale}px`;
  return picture;
}

// The central square, as a disc.
function roundPicture(row, column, size) {
  const {height, width} = about.picture, side = Math.min(height, width);
  const picture = sheetPicture(row, column, size / side, {x: (width - side) / 2, y: (height - side) / 2});
  picture.className = 'own';
  picture.style.width = picture.style.height = `${size}px`;
  return picture;
}

function wholePicture(row, column, size) {
  const {height, width} = about.picture, scale = size / Math.max(height, width);
  const picture = sheetPicture(row, column, scale, {x: 0, y: 0});
  picture.style.width = `${width * scale}px`;
  picture.style.height = `${height * scale}px`;
  return picture;
}

// ---- a galaxy's panel ----

let open = null; // the galaxy in the panel

const likeliest = galaxy => galaxy.p.indexOf(Math.max(...galaxy.p));
const digits = p => (p / MILLION).toFixed(6);

function showBars(galaxy) {
  $('bars').tBodies[0].replaceChildren(...about.classes.map((name, k) => {
    const bar = element('div', {className: 'bar'});
    bar.style.width = `${galaxy.p[k] / MILLION * 100}%`;
    bar.style.background = classColour(k);
    const head = element('th', {scope: 'row', textContent: name});
    return element('tr', {}, head, element('td', {}, bar), element('td', {textContent: digits(galaxy.p[k])}));
  }));
}

function showLabel(galaxy) {
  $('label').hidden = galaxy.label < 0;
  if (galaxy.label >= 0)
    $('label').textContent = `Volunteers: ${about.classes[galaxy.label]}. Network and volunteers ` +
      (galaxy.label === likeliest(galaxy) ? 'agree.' : 'disagree.');
}

async function showNeighbours(galaxy) {
  const {row, column} = galaxy, around = [[0, -1], [0, 1], [-1, 0], [-1, 1], [1, -1], [1, 0]];
  const found = await Promise.all(around.map(([y, x]) => galaxyIn({row: row + y, column: column + x})));
  if (open !== galaxy) return;
  $('neighbours').replaceChildren(...found.filter(Boolean).map(other => {
    const button = element('button', {type: 'button', title: other.id}, wholePicture(other.row, other.column, 42));
    button.setAttribute('aria-label', other.id);
    button.onclick = () => { show(other); goTo(other); $('id').focus(); };
    return element('li', {}, button);
  }));
}

function showColumns(galaxy) {
  $('columns').tBodies[0].replaceChildren(...galaxy.cells.map((text, i) => {
    const head = element('th', {scope: 'row', textContent: about.columns[i]});
    return element('tr', {}, head, element('td', {textContent: text, dir: 'auto'}));
  }));
  $('columns').hidden = galaxy.cells.length === 0;
}

function show(galaxy) {
  open = galaxy;
  hidePanels();
  $('id').textContent = galaxy.id;
  const picture = wholePicture(galaxy.row, galaxy.column, innerWidth <= 700 ? 180 : 314);
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', 'Its picture');
  $('picture').replaceChildren(picture);
  showBars(galaxy);
  showLabel(galaxy);
  showColumns(galaxy);
  $('pick').setAttribute('aria-pressed', selection.has(number(galaxy.row, galaxy.column)));
  $('neighbours').replaceChildren();
  $('galaxy').hidden = false;
  $('galaxy').scrollTop = 0;
  ring.setLatLng(toMap(place(galaxy.row, galaxy.column))).addTo(map);
  setAddress();
  return showNeighbours(galaxy);
}

// Bring a galaxy into the part of the map that the panel leaves free.
function goTo(galaxy, zoom = Math.max(map.getZoom(), deepest - 1)) {
  const size = map.getSize(), small = innerWidth <= 700;
  const shift = small ? L.point(0, size.y * 0.25) : L.point(170, 0);
  const centre = map.project(toMap(place(galaxy.row, galaxy.column)), zoom).add(shift);
  map.setView(map.unproject(centre, zoom), zoom);
}

function closeGalaxy() {
  open = null;
  $('galaxy').hidden = true;
  ring.remove();
  setAddress();
}

// ---- panels, messages, help ----

let messageTimer;
function say(text) {
  clearTimeout(messageTimer);
  $('message').textContent = text;
  if (text) messageTimer = setTimeout(() => { $('message').textContent = ''; }, 8000);
}

function hidePanels() {
  for (const id of ['filter', 'selection']) {
    $(id).hidden = true;
    $('show-' + id).setAttribute('aria-expanded', false);
  }
  draw('');
}

function togglePanel(id) {
  const opens = $(id).hidden;
  hidePanels();
  if (!opens) return;
  closeGalaxy();
  $(id).hidden = false;
  $('show-' + id).setAttribute('aria-expanded', true);
  if (id === 'filter') applyFilter();
}

function closeAny() { // what Esc closes, and where the focus goes then
  const panel = ['galaxy', 'filter', 'selection'].find(id => !$(id).hidden);
  if (!panel) return;
  if (panel === 'galaxy') closeGalaxy(); else hidePanels();
  (panel === 'galaxy' ? $('map') : $('show-' + panel)).focus();
}

// ---- search ----

const encoder = new TextEncoder();
// The bytes of a text; \udc80 ... \udcff stand for bytes that weren't UTF-8.
function bytes(text) {
  const list = [];
  for (const c of text) {
    const code = c.codePointAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) list.push(code - 0xdc00); else list.push(...encoder.encode(c));
  }
  return list;
}

// As the index is sorted: by bytes.
function compare(a, b) {
  const p = bytes(a), q = bytes(b);
  for (let i = 0; i < p.length && i < q.length; i++) if (p[i] !== q[i]) return p[i] - q[i];
  return p.length - q.length;
}

// The first galaxies of the index whose ids begin with text, at most so many.
async function findIds(text, most) {
  let low = 0, high = about.first.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (compare(about.first[middle], text) <= 0) low = middle; else high = middle - 1;
  }
  const found = [];
  for (let k = low; k < about.first.length && found.length < most; k++) {
    if (k > low && !about.first[k].startsWith(text)) break;
    for (const g of await load('index', k)) if (found.length < most && g.id.startsWith(text)) found.push(g);
  }
  return found;
}

const search = {found: [], at: -1, asked: 0};

function showFound(found) {
  Object.assign(search, {found, at: -1});
  $('found').replaceChildren(...found.map((g, i) => {
    const option = element('li', {id: `found-${i}`, textContent: g.id, dir: 'auto'});
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', false);
    option.onpointerdown = event => { event.preventDefault(); choose(g); };
    return option;
  }));
  $('found').hidden = found.length === 0;
  $('find').setAttribute('aria-expanded', found.length > 0);
  $('find').removeAttribute('aria-activedescendant');
}

async function complete() {
  const text = $('find').value, asked = ++search.asked;
  say('');
  const found = text ? await findIds(text, 8) : [];
  if (asked === search.asked) showFound(found);
}

function moveChoice(step) {
  if (!search.found.length) return;
  search.at = (search.at + step + search.found.length) % search.found.length;
  [...$('found').children].forEach((option, i) => option.setAttribute('aria-selected', i === search.at));
  $('find').setAttribute('aria-activedescendant', `found-${search.at}`);
}

async function choose(g) {
  search.asked++;
  showFound([]);
  $('find').value = g.id;
  const galaxy = await galaxyIn(g);
  goTo(galaxy);
  const done = show(galaxy);
  $('id').focus();
  return done;
}

async function findExactly(text) {
  const found = await findIds(text, 1); // of the ids that begin with it, the id itself is the first
  return found.length && found[0].id === text ? found[0] : null;
}

async function submitSearch() {
  const text = $('find').value, chosen = search.found[search.at];
  const g = chosen || await findExactly(text) || (search.found.length === 1 && search.found[0]);
  search.asked++;
  if (g) return choose(g);
  showFound([]);
  if (text) say(`No galaxy ${text}`);
}

// ---- the selection ----

const selection = new Set(); // numbers of cells

// Select the galaxies whose centres are in a polygon of places.
async function select(corners) {
  const bounds = L.bounds(corners);
  await loadValuesIn(bounds);
  forCells(bounds, (n, row, column) => {
    if (valueAt(n) && (!filter.on || matches()) && isInside(place(row, column), corners)) selection.add(n);
  });
  await showSelection();
}

// Whether a ray from the point to the right crosses the polygon's sides an odd number of times.
function isInside({x, y}, corners) {
  let inside = false;
  corners.forEach((a, i) => {
    const b = corners[i ? i - 1 : corners.length - 1];
    if (a.y > y !== b.y > y && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

function rectangle(a, b) {
  const {min, max} = L.bounds(a, b);
  return [min, L.point(max.x, min.y), max, L.point(min.x, max.y)];
}

const galaxyNumber = n => galaxyIn(cellOf(n));

async function showSelection() {
  const size = selection.size, some = [...selection].slice(0, LISTED);
  $('selected').textContent = `${size.toLocaleString('en')} ${size === 1 ? 'galaxy' : 'galaxies'}` +
    (size > LISTED ? `, the first ${LISTED}:` : '');
  $('save').disabled = $('clear').disabled = size === 0;
  marks.redraw();
  const galaxies = await Promise.all(some.map(galaxyNumber));
  if (size !== selection.size) return;
  $('list').replaceChildren(...galaxies.map(galaxy => {
    const button = element('button', {type: 'button', dir: 'auto'});
    button.textContent = `${galaxy.id}: ${about.classes[likeliest(galaxy)]} ${digits(galaxy.p[likeliest(galaxy)])}`;
    button.onclick = () => { goTo(galaxy); show(galaxy); $('id').focus(); };
    return element('li', {}, button);
  }));
}

const quoted = text => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

async function saveSelection() {
  const parts = [['id', ...about.classes].map(quoted).join(',') + '\n'], all = [...selection].sort((a, b) => a - b);
  for (let i = 0; i < all.length; i += 256) {
    if (all.length > 5000) say(`${i.toLocaleString('en')} of ${all.length.toLocaleString('en')}`);
    for (const g of await Promise.all(all.slice(i, i + 256).map(galaxyNumber)))
      parts.push(Uint8Array.from(bytes(quoted(g.id))), `,${g.p.map(digits).join(',')}\n`);
  }
  const link = element('a', {href: URL.createObjectURL(new Blob(parts, {type: 'text/csv'})), download: 'galaxies.csv'});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  say(`${all.length.toLocaleString('en')} saved`);
}

// Drawing a rectangle or a lasso, by mouse, pen or finger: the map stands still meanwhile.
const drawing = {shape: '', outline: []}; // '', 'rectangle' or 'lasso'; its corners so far, in pixels of the map

function draw(shape) {
  drawing.shape = shape;
  for (const one of ['rectangle', 'lasso']) $('draw-' + one).setAttribute('aria-pressed', one === shape);
  $('map').classList.toggle('drawing', shape !== '');
  document.body.classList.toggle('busy', shape !== ''); // on a phone the panel makes room
  for (const way of ['dragging', 'touchZoom', 'doubleClickZoom', 'boxZoom']) map[way][shape ? 'disable' : 'enable']();
  showOutline([]);
}

function showOutline(corners) {
  drawing.outline = corners;
  $('outline').hidden = corners.length === 0;
  $('outline').firstElementChild.setAttribute('points', corners.map(({x, y}) => `${x},${y}`).join(' '));
}

function pointerDown(event) {
  if (!drawing.shape || event.target.closest('.leaflet-control')) return;
  const here = map.mouseEventToContainerPoint(event);
  showOutline(drawing.shape === 'lasso' ? [here] : rectangle(here, here));
  drawing.start = here;
  $('map').setPointerCapture(event.pointerId);
}

function pointerMoved(event) {
  if (!drawing.outline.length) return;
  const here = map.mouseEventToContainerPoint(event);
  if (drawing.shape === 'rectangle') showOutline(rectangle(drawing.start, here));
  else if (here.distanceTo(drawing.outline.at(-1)) >= 3) showOutline([...drawing.outline, here]);
}

function pointerUp(event) {
  if (!drawing.outline.length) return;
  pointerMoved(event);
  const corners = drawing.outline.map(p => fromMap(map.containerPointToLatLng(p)));
  draw('');
  ignoreClick = true;
  setTimeout(() => { ignoreClick = false; }, 300);
  select(corners);
}

let ignoreClick = false; // the one that ends a drawing

// ---- the address: #id=...&at=x,y,zoom ----

function setAddress() {
  const centre = fromMap(map.getCenter()), at = `at=${Math.round(centre.x)},${Math.round(centre.y)},${map.getZoom().toFixed(2)}`;
  let id = '';
  try { if (open) id = `id=${encodeURIComponent(open.id)}&`; } catch { /* bytes that aren't UTF-8 */ }
  history.replaceState(null, '', `#${id}${at}`);
}

async function followAddress() {
  const part = name => (location.hash.slice(1).split('&').find(text => text.startsWith(name + '=')) || '').slice(name.length + 1);
  let id = part('id');
  try { id = decodeURIComponent(id); } catch { /* as it is */ }
  const [x, y, zoom] = part('at').split(',').map(Number), there = part('at') !== '' && [x, y, zoom].every(Number.isFinite);
  if (there) map.setView(toMap([x, y]), zoom, {animate: false});
  if (!id) return;
  const g = await findExactly(id);
  if (!g) { say(`No galaxy ${id}`); return; }
  const galaxy = await galaxyIn(g);
  if (!there) goTo(galaxy, deepest);
  await show(galaxy);
}

// ---- hovering and keys ----

async function hover(event) {
  const cell = event.originalEvent.pointerType === 'touch' ? null : cellAt(fromMap(event.latlng));
  hover.cell = cell;
  const galaxy = await galaxyIn(cell);
  if (hover.cell !== cell) return;
  $('hover').hidden = !galaxy;
  if (!galaxy) return;
  const lines = about.classes.map((name, k) => [digits(galaxy.p[k]), name]).slice(0, 8);
  $('hover').replaceChildren(element('b', {textContent: galaxy.id, dir: 'auto'}),
    ...lines.map(([p, name]) => element('div', {textContent: `${p} ${name}`})));
  const {x, y} = event.containerPoint, size = map.getSize(), box = $('hover').getBoundingClientRect();
  $('hover').style.left = `${x + 16 + box.width > size.x ? x - 16 - box.width : x + 16}px`;
  $('hover').style.top = `${Math.min(y + 16, size.y - box.height)}px`;
}

async function openAt(latlng) {
  const galaxy = await galaxyIn(cellAt(fromMap(latlng)));
  if (galaxy) await show(galaxy);
  return galaxy;
}

async function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $('help').open) return;
  const writing = /^(INPUT|SELECT)$/.test(event.target.tagName);
  if (event.key === 'Escape') closeAny();
  else if (event.key === 'Enter' && event.target === $('map')) {
    if (await openAt(map.getCenter())) $('id').focus(); else say('No galaxy in the middle');
  } else if (event.key === '?' && !writing) $('help').showModal();
  else if (event.key === '/' && !writing) { event.preventDefault(); $('find').focus(); }
}

// ---- the start ----

function fillChoices() {
  about.classes.forEach((name, k) => {
    $('class').append(element('option', {value: k, textContent: name}));
    $('of').append(element('option', {value: k, textContent: name}));
    $('colour').append(element('option', {value: k, textContent: `probability: ${name}`}));
  });
  $('colour').append(element('option', {value: 'doubt', textContent: 'doubt'}));
  about.columns.forEach((name, k) => {
    if (about.shades[k]) $('colour').append(element('option', {value: `column-${k}`, textContent: `column: ${name}`}));
  });
  $('with-labels').hidden = !about.labels;
}

function listen() {
  for (const id of ['class', 'of', 'least', 'most', 'unsure', 'disagree']) $(id).oninput = $(id).onchange = applyFilter;
  $('colour').onchange = () => { colourBy = $('colour').value; showLegend(); marks.redraw(); };
  $('all').onclick = showAll;
  $('find').oninput = complete;
  $('find').onkeydown = event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); moveChoice(event.key === 'ArrowDown' ? 1 : -1); }
    if (event.key === 'Escape') { event.stopPropagation(); showFound([]); $('map').focus(); }
  };
  $('find').onblur = () => showFound([]);
  $('search').onsubmit = event => { event.preventDefault(); submitSearch(); };
  $('show-filter').onclick = () => togglePanel('filter');
  $('show-selection').onclick = () => togglePanel('selection');
  $('show-help').onclick = () => $('help').showModal();
  for (const button of document.querySelectorAll('.close')) button.onclick = closeAny;
  for (const shape of ['rectangle', 'lasso']) $('draw-' + shape).onclick = () => draw(drawing.shape === shape ? '' : shape);
  $('view').onclick = () => { const {min, max} = viewBounds(); select(rectangle(min, max)); };
  $('save').onclick = saveSelection;
  $('clear').onclick = () => { selection.clear(); showSelection(); };
  $('pick').onclick = () => {
    const n = number(open.row, open.column);
    if (!selection.delete(n)) selection.add(n);
    $('pick').setAttribute('aria-pressed', selection.has(n));
    showSelection();
  };
  $('map').addEventListener('pointerdown', pointerDown);
  $('map').addEventListener('pointermove', pointerMoved);
  $('map').addEventListener('pointerup', pointerUp);
  $('map').addEventListener('pointercancel', () => draw(''));
  map.on('click', event => { if (!ignoreClick && !drawing.shape) openAt(event.latlng); });
  map.on('mousemove', hover);
  map.on('mouseout', () => { hover.cell = null; $('hover').hidden = true; });
  map.on('moveend', setAddress);
  addEventListener('keydown', pressed);
  addEventListener('hashchange', followAddress);
}

async function start() {
  makeMap();
  map.fitBounds(wholeBounds(), {padding: [30, 0]}); // room for the names at the corners
  addCorners();
  fillChoices();
  listen();
  document.title = `${about.galaxies.toLocaleString('en')} galaxies by shape`;
  await followAddress();
  document.documentElement.dataset.ready = 'yes';
}
