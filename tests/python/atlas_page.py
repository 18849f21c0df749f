"""What browser/atlas-page.bats does with the page of an atlas, in Debian's chromium without a window, by chromedriver.

Each check opens the page from its file, as a double click does, and ends by looking at what the browser complained
of and asked
for. SIZE is that of the window; below 700 pixels it is a phone with a touch screen.
"""
import csv
import json
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from urllib.parse import quote

import numpy as np
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions import interaction
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import gz_atlas
import lines

FLAGS = (
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking '
    '--disable-component-update --disable-sync'
).split()
DESKTOP, PHONE = '1280x800', '390x844'


class Page:
    def __init__(self, folder, size, profile):
        width, height = (int(v) for v in size.split('x'))
        self.folder, self.phone = os.path.abspath(folder), width < 700
        options = Options()
        options.binary_location = '/usr/bin/chromium'
        for flag in FLAGS + [f'--user-data-dir={profile}', f'--window-size={width},{height}']:
            options.add_argument(flag)
        if self.phone:
            metrics = {'width': width, 'height': height, 'pixelRatio': 2, 'touch': True}
            options.add_experimental_option('mobileEmulation', {'deviceMetrics': metrics, 'userAgent': 'phone'})
        options.add_experimental_option('prefs', {'download.default_directory': os.getcwd()})
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
        self.d = webdriver.Chrome(service=Service('/usr/bin/chromedriver'), options=options)

    def go(self, address=''):
        self.d.get('about:blank')
        self.d.get(f'file://{self.folder}/index.html{address}')
        self.until(lambda: self.js('return document.documentElement.dataset.ready'))

    def js(self, script, *values):
        return self.d.execute_script(script, *values)

    def until(self, true):
        end = time.time() + 20
        while True:
            found = true()
            if found or time.time() > end:
                assert found, 'waited in vain'
                return found
            time.sleep(0.05)

    def __getitem__(self, name):
        return self.d.find_element(By.ID, name)

    def text(self, name):
        return self.js('return document.getElementById(arguments[0]).textContent', name)

    def click(self, name):
        self[name].click()

    def keys(self, *keys):
        ActionChains(self.d).send_keys(*keys).perform()

    def focused(self):
        return self.js('return document.activeElement.id')

    def settled(self):
        """Wait until the map stands still and all tiles are drawn. Leaflet begins to zoom only in the next frame."""
        self.d.execute_async_script(
            'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));'
        )
        self.until(
            lambda: self.js(
                '''let n = 0; map.eachLayer(l => { if (l._loading) n++; });
            return n === 0 && !map._animatingZoom && !(map._panAnim && map._panAnim._inProgress);'''
            )
        )

    def opened(self, name):
        """Wait for a galaxy's panel; its heading must be the id, as text."""
        self.until(lambda: self['galaxy'].is_displayed() and self.text('id') == name)
        assert self.js('return document.getElementById("id").children.length') == 0

    def at(self, name):
        """Where a galaxy is, in pixels of the window; the map is moved so that it is in free view."""
        row, column = self.cells[name][:2]
        self.js('map.setView(toMap(place(arguments[0], arguments[1])), deepest, {animate: false})', row, column)
        self.settled()
        return self.js(
            '''const p = map.latLngToContainerPoint(toMap(place(arguments[0], arguments[1]))),
            box = document.getElementById("map").getBoundingClientRect(); return [p.x + box.left, p.y + box.top];''',
            row,
            column,
        )

    @property
    def cells(self):
        if not hasattr(self, '_cells'):
            self._cells = gz_atlas.cells(self.folder)
        return self._cells

    def pointer(self, kind, *points):
        """Press at the first point, move over the others, and let go."""
        finger = PointerInput(interaction.POINTER_TOUCH if kind == 'touch' else interaction.POINTER_MOUSE, kind)
        do = ActionBuilder(self.d, mouse=finger, duration=50)
        do.pointer_action.move_to_location(*(int(v) for v in points[0])).pointer_down()
        for point in points[1:]:
            do.pointer_action.move_to_location(*(int(v) for v in point))
        do.pointer_action.pointer_up()
        do.perform()

    def quiet(self):
        """No error on the console, no request that failed, and none for anything but files here."""
        said = [entry for entry in self.d.get_log('browser') if entry['level'] in ('SEVERE', 'WARNING')]
        assert not said, said
        asked = {}
        for entry in self.d.get_log('performance'):
            message = json.loads(entry['message'])['message']
            if message['method'] == 'Network.requestWillBeSent':
                asked[message['params']['requestId']] = message['params']['request']['url']
            failed = message['method'] == 'Network.loadingFailed' and not message['params'].get('canceled')
            assert not failed, (message, asked.get(message['params']['requestId']))
        here = f'file://{quote(self.folder)}/'
        strangers = [u for u in asked.values() if not u.startswith((here, 'data:', 'blob:file:', 'about:'))]
        assert not strangers, strangers
        return asked.values()


@contextmanager
def page(folder, size=DESKTOP, address=''):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        p = Page(folder, size, profile)
        try:
            p.d.get('about:blank')
            p.d.get_log('performance')  # what the browser asked for by itself when it began
            p.go(address)
            yield p
            p.quiet()
        except BaseException:
            p.d.save_screenshot('failed.png')
            raise
        finally:
            p.d.quit()


# ---- checks ----


def opens(folder, size=DESKTOP, picture='page.png'):
    """The page shows the whole triangle; it stays quiet from the farthest to the nearest."""
    with page(folder, size) as p:
        p.settled()
        corners = p.js(
            'return [...document.querySelectorAll(".corner div")].map(e => '
            '[e.textContent, e.getBoundingClientRect().x, '
            'e.getBoundingClientRect().y, e.getBoundingClientRect().right])'
        )
        assert {c[0] for c in corners} == set(gz_atlas.CLASSES)
        assert all(
            0 <= x and right <= int(size.split('x')[0]) and 0 < y < int(size.split('x')[1])
            for _, x, y, right in corners
        )
        p.d.save_screenshot(picture)
        name = gz_atlas.galaxies()[0][40]
        row, column = p.cells[name][:2]
        for zoom in range(p.js('return map.getMinZoom()'), p.js('return map.getMaxZoom()') + 1):
            p.js(
                'map.setView(toMap(place(arguments[0], arguments[1])), arguments[2], {animate: false})',
                row,
                column,
                zoom,
            )
            p.settled()
        assert p.js('return document.querySelectorAll(".own").length') > 0
        asked = p.quiet()
        assert any('/tiles/' in u for u in asked) and any('/sheets/' in u for u in asked)


def type_in(p, text):
    """Into the search; by script where chromedriver can't type it."""
    p['find'].clear()
    if all(ord(c) < 0x10000 for c in text):
        p['find'].send_keys(text)
    else:
        p.js(
            'const f = document.getElementById("find"); f.value = arguments[0]; f.dispatchEvent(new Event("input"));',
            text,
        )


def searches(folder, size=DESKTOP):
    """First, middle, last and every strange id are found; an unknown one is not, and is said; completion is sorted."""
    ids = sorted(gz_atlas.galaxies()[0], key=str.encode)
    with page(folder, size) as p:
        for name in [ids[0], ids[len(ids) // 2], ids[-1]] + gz_atlas.IDS:
            type_in(p, name)
            p['find'].send_keys(Keys.ENTER)
            p.opened(name)
            assert p.focused() == 'id'
        type_in(p, 'no <b>such</b>')
        p['find'].send_keys(Keys.ENTER)
        p.until(lambda: p.text('message') == 'No galaxy no <b>such</b>')
        type_in(p, '1')
        wanted = [i for i in ids if i.startswith('1')]
        options = 'return [...document.querySelectorAll("#found li")].map(e => e.textContent)'
        p.until(lambda: p.js(options) == wanted[:8])
        p['find'].send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
        p.opened(wanted[1])
        type_in(p, '<s')
        p.until(lambda: p.js(options) == ['<script>alert(1)</script>'])
        p['find'].send_keys(Keys.ENTER)
        p.opened('<script>alert(1)</script>')


def addresses(folder, size=DESKTOP):
    """#id= opens there, whatever is in the id; the address follows, and leads back to the same view."""
    with page(folder, size) as p:
        for name in gz_atlas.IDS + gz_atlas.galaxies()[0][-1:]:
            p.go('#id=' + quote(name, safe=''))
            p.opened(name)
        name = gz_atlas.galaxies()[0][50]
        p.js('location.hash = "id=" + arguments[0]', name)
        p.opened(name)
        p.js('map.panBy([30, 40], {animate: false})')
        p.settled()
        address, view = p.js('return location.hash'), p.js(
            'const c = fromMap(map.getCenter()); return [c.x, c.y, map.getZoom()]'
        )
        assert address.startswith(f'#id={name}&at=')
        p.go(address)
        p.opened(name)
        p.settled()
        assert (
            np.abs(
                np.subtract(view, p.js('const c = fromMap(map.getCenter()); return [c.x, c.y, map.getZoom()]'))
            ).max()
            <= 1
        )
        p.go('#id=nobody')
        assert p.text('message') == 'No galaxy nobody' and not p['galaxy'].is_displayed()


def keyboard(folder):
    """All without a pointer: find, walk, open, close, neighbours, select, filter, help."""
    ids = gz_atlas.galaxies()[0]
    with page(folder) as p:
        p.keys('/')
        assert p.focused() == 'find'
        p.keys(ids[60], Keys.ENTER)
        p.opened(ids[60])
        p.keys(Keys.ESCAPE)
        assert not p['galaxy'].is_displayed() and p.focused() == 'map'
        p.settled()
        centre = 'const c = fromMap(map.getCenter()); return [c.x, c.y]'
        before = p.js(centre)
        p.keys(Keys.ARROW_RIGHT)
        p.until(lambda: p.js(centre)[0] > before[0] + 5)
        p.settled()
        zoom = p.js('return map.getZoom()')
        p.keys('-')
        p.until(lambda: p.js('return map.getZoom()') < zoom)
        p.settled()
        name, _ = next((i, c) for i, c in p.cells.items() if i == ids[70])
        p.at(name)
        p.keys(Keys.ENTER)
        p.opened(name)
        seen = []
        for _ in range(40):
            p.keys(Keys.TAB)
            seen.append(p.js('return document.activeElement.id || document.activeElement.getAttribute("aria-label")'))
            if seen[-1] == 'pick':
                p.keys(Keys.SPACE)
            if p.js('return document.activeElement.closest("#neighbours") !== null'):
                break
        assert 'pick' in seen and p['pick'].get_attribute('aria-pressed') == 'true'
        p.keys(Keys.ENTER)
        p.opened(seen[-1])
        p.keys(Keys.ESCAPE)
        p.keys('?')
        assert p['help'].is_displayed()
        p.keys(Keys.ESCAPE)
        assert not p['help'].is_displayed()
        p.js('document.getElementById("find").focus()')
        p.keys(Keys.TAB, Keys.ENTER)
        assert p['filter'].is_displayed() and p.focused() == 'show-filter'
        p.keys(Keys.ESCAPE, Keys.TAB, Keys.ENTER)
        assert p['selection'].is_displayed()
        p.until(lambda: p.js('return [...document.querySelectorAll("#list button")].length') == 1)
        assert p.text('list').startswith(name)


def touch(folder):
    """On a phone: tap, drag, pinch, a rectangle by finger."""
    ids = gz_atlas.galaxies()[0]
    with page(folder, PHONE) as p:
        at = p.at(ids[30])
        p.pointer('touch', at)
        p.opened(ids[30])
        box = p['galaxy'].rect
        assert box['width'] == 390 and box['y'] > 844 * 0.3
        p.d.find_element(By.CSS_SELECTOR, '#galaxy .close').click()
        p.settled()
        x, y = p.at(ids[31])
        centre = 'const c = fromMap(map.getCenter()); return [c.x, c.y]'
        before = p.js(centre)
        p.d.execute_cdp_cmd(
            'Input.synthesizeScrollGesture',
            {'x': x, 'y': y, 'xDistance': -80, 'yDistance': 0, 'gestureSourceType': 'touch'},
        )
        p.until(lambda: p.js(centre)[0] > before[0] + 40)
        p.settled()
        zoom = p.js('window.ended = 0; map.on("zoomend", () => ended++); return map.getZoom()')
        p.d.execute_cdp_cmd(
            'Input.synthesizePinchGesture', {'x': 195, 'y': 400, 'scaleFactor': 0.4, 'gestureSourceType': 'touch'}
        )
        # The map is still before the fingers leave, and then moves once more, to a whole step of zoom.
        p.until(lambda: p.js('return ended'))
        p.settled()
        assert p.js('return map.getZoom()') < zoom
        assert p.js('return visualViewport.scale') == 1  # the map was zoomed, and not the page
        p.click('show-selection')
        p.click('draw-rectangle')
        at = p.at(ids[30])
        p.pointer('touch', (at[0] - 15, at[1] - 15), at, (at[0] + 15, at[1] + 15))
        p.until(lambda: p.text('selected') == '1 galaxy')
        p.until(lambda: p.text('list').startswith(ids[30]))
        p.click('clear')
        lasso(p)


def panel(folder, probs, table):
    """What hovering and a click show is what the predictions and the table say, as text."""
    _, ids, prob, rest = lines.read(probs)
    with open(table, newline='') as f:
        head, *rows = csv.reader(f)
    said = {r[1]: r for r in rows}
    with page(folder) as p:
        for k in [0, 1, 5, 6, 13, 33, 34, 35, 36]:
            at, name = p.at(ids[k]), ids[k]
            ActionChains(p.d).move_by_offset(0, 0).perform()
            p.js('document.getElementById("hover").hidden = true')
            mouse = ActionBuilder(p.d)
            mouse.pointer_action.move_to_location(int(at[0]) - 3, int(at[1])).move_to_location(int(at[0]), int(at[1]))
            mouse.perform()
            p.until(lambda: p['hover'].is_displayed() and p.text('hover').startswith(name))
            assert all('%.6f %s' % (q, c) in p.text('hover') for q, c in zip(prob[k], gz_atlas.CLASSES))
            p.pointer('mouse', at)
            p.opened(name)
            bars = p.js(
                'return [...document.querySelectorAll("#bars tr")]'
                '.map(r => [r.cells[0].textContent, r.cells[2].textContent])'
            )
            assert bars == [[c, '%.6f' % q] for c, q in zip(gz_atlas.CLASSES, prob[k])]
            label = rest[k][0]
            assert p['label'].is_displayed() == (label != '-')
            if label != '-':
                agree = 'agree.' if label == gz_atlas.CLASSES[prob[k].argmax()] else 'disagree.'
                assert p.text('label') == f'Volunteers: {label}. Network and volunteers {agree}'
            columns = p.js(
                'return [...document.querySelectorAll("#columns tr")].map(r => [...r.cells].map(c => c.textContent))'
            )
            assert columns == [[h, c] for j, (h, c) in enumerate(zip(head, said.get(name, []))) if j != 1]
            row, column = p.cells[name][:2]
            around = {
                (row, column - 1),
                (row, column + 1),
                (row - 1, column),
                (row - 1, column + 1),
                (row + 1, column - 1),
                (row + 1, column),
            }
            wanted = sorted(i for i, c in p.cells.items() if tuple(c[:2]) in around)
            beside = 'return [...document.querySelectorAll("#neighbours button")].map(b => b.title)'
            p.until(lambda: sorted(p.js(beside)) == wanted)
            p.keys(Keys.ESCAPE)
        assert (
            p.js(
                'return document.querySelectorAll("main img[src=x], section img, section script, header script").length'
            )
            == 0
        )


FILTERS = {  # what is set on the page, and what awk wants to see
    'class': ({'class': 'edge-on'}, lambda p, label: p.argmax(1) == 1),
    'range': ({'of': 'round', 'least': '0.2', 'most': '0.7'}, lambda p, label: (p[:, 2] >= 0.2) & (p[:, 2] <= 0.7)),
    'sure': ({'least': '0.9'}, lambda p, label: p.max(1) >= 0.9),
    'unsure': ({'unsure': True}, lambda p, label: p.max(1) < 0.6),
    'disagree': ({'disagree': True}, lambda p, label: (label >= 0) & (label != p.argmax(1))),
    'both': ({'class': 'spiral', 'most': '0.8'}, lambda p, label: (p.argmax(1) == 0) & (p.max(1) <= 0.8)),
}


def set_filter(p, settings):
    if not p['filter'].is_displayed():
        p.click('show-filter')
    p.click('all')
    for name, what in settings.items():
        if what is True:
            p.click(name)
        elif name in ('class', 'of'):
            Select(p[name]).select_by_visible_text(what)
        else:
            p[name].clear()
            p[name].send_keys(what)


def filters(folder, probs, size=DESKTOP):
    """Each filter counts and leaves bright the galaxies that NumPy finds, and darkens the others."""
    _, ids, prob, rest = lines.read(probs)
    label = np.array([gz_atlas.CLASSES.index(r[0]) if r[0] != '-' else -1 for r in rest])
    with page(folder, size) as p:
        for name, (settings, wanted) in FILTERS.items():
            keep = wanted(prob, label)
            assert 0 < keep.sum() < len(ids)
            set_filter(p, settings)
            p.until(lambda: p.text('count') == f'{keep.sum()} of {len(ids)}')
            p.settled()
            alpha = p.js(
                '''const tiles = Object.values(marks._tiles).filter(t => t.current);
                return arguments[0].map(([row, column]) => { for (const t of tiles) {
                    const scale = 2 ** (t.coords.z - deepest),
                          at = place(row, column).multiplyBy(scale).subtract(t.coords.scaleBy(marks.getTileSize()));
                    if (at.x >= 0 && at.y >= 0 && at.x < 512 && at.y < 512)
                        return t.el.getContext("2d").getImageData(at.x, at.y, 1, 1).data[3];
                } return -1; });''',
                [list(p.cells[i][:2]) for i in ids],
            )
            bad = [i for i, k, a in zip(ids, keep, alpha) if a >= 0 and (a > 100) == k]
            assert sum(a >= 0 for a in alpha) > 100 and not bad, (name, bad)
        Select(p['colour']).select_by_visible_text('class')
        assert p.js('return [...document.querySelectorAll("#legend li")].map(e => e.textContent)') == gz_atlas.CLASSES


def colours(folder, size=DESKTOP):
    """Colours by a column: matplotlib's viridis between the ends that the legend shows, or those of categories."""
    columns, ids = gz_atlas.coloured(), gz_atlas.galaxies()[0]
    ends = {'low': [68, 1, 84], 'middle': [33, 145, 140], 'high': [253, 231, 37]}
    with page(folder, size) as p:
        p.click('show-filter')
        offered = [o.text for o in Select(p['colour']).options if o.text.startswith('column: ')]
        assert offered == [f'column: {c}' for c in columns if gz_atlas.codes(columns[c])[0]]
        legend = 'return [...document.querySelectorAll("#legend li")].map(e => e.textContent)'
        where = [list(p.cells[i][:2]) for i in ids]
        colour_of = 'return arguments[0].map(([r, c]) => { const n = number(r, c); valueAt(n); return colourOf(n); })'
        for name in ['z', 'type', 'constant']:
            want, code = gz_atlas.codes(columns[name])
            Select(p['colour']).select_by_visible_text(f'column: {name}')
            p.until(lambda: p.js('return colourBy') == f'column-{list(columns).index(name)}')
            p.settled()
            got = p.js(colour_of, where)
            assert [c == '' for c in got] == [c == 0 for c in code]
            if 'names' in want:
                assert p.js(legend) == want['names'] and len(set(got)) == 1 + len(want['names'])
                continue
            said = p.js(legend)
            assert len(said) == 5
            assert said[0].startswith('%.4g' % want['low']) and said[4].startswith('%.4g' % want['high'])
            if name == 'z':
                assert said[0].endswith(' and less, to -999') and said[4].endswith(' and more, to 7')
                rgb = {c: [int(v) for v in g[4:-1].split()] for c, g in zip(code, got) if g}
                assert rgb[1] == ends['low'] and rgb[255] == ends['high']
                near = min(rgb, key=lambda c: abs(c - 128))
                assert np.abs(np.subtract(rgb[near], ends['middle'])).max() < 20
                p.d.save_screenshot('colours.png')
        Select(p['colour']).select_by_visible_text('nothing')
        p.until(lambda: p.text('legend') == '')


def save(folder, filter_name, target, size=DESKTOP):
    """Select by a rectangle around all what a filter leaves ('' for all), save, and write its rows with tabs."""
    with page(folder, size) as p:
        if filter_name:
            set_filter(p, FILTERS[filter_name][0])
            p.until(lambda: not p.text('count').startswith('150 '))
        p.click('show-selection')
        assert not p['save'].is_enabled()
        p.js('map.fitBounds(wholeBounds(), {animate: false})')
        p.settled()
        p.click('draw-rectangle')
        left, top, right, bottom = p.js(
            """const box = document.getElementById("map").getBoundingClientRect(), reach = about.grid.pitch,
            at = (r, c) => map.latLngToContainerPoint(toMap(place(r, c))), last = about.rows - 1,
            margin = reach * 2 ** (map.getZoom() - deepest);
            return [at(0, 0).x + box.x - margin, at(0, 0).y + box.y - margin,
                at(0, last).x + box.x + margin, at(last, 0).y + box.y + margin];"""
        )
        width, height = p.js('return [innerWidth, innerHeight]')
        points = [(max(1, left), top), (left + 30, top + 40), (min(width - 2, right), min(height - 2, bottom))]
        p.pointer('touch' if p.phone else 'mouse', *points)
        p.until(lambda: not p.text('selected').startswith('0 '))
        n = int(p.text('selected').split()[0])
        p.until(lambda: p.js('return document.querySelectorAll("#list li").length') == min(n, 100))
        if os.path.exists('galaxies.csv'):
            os.remove('galaxies.csv')
        p.click('save')
        p.until(lambda: os.path.exists('galaxies.csv') and p.text('message').endswith(' saved'))
    with open('galaxies.csv', newline='', encoding='utf-8') as f:
        head, *rows = csv.reader(f)
    assert head == ['id'] + gz_atlas.CLASSES and len(rows) == n
    with open(target, 'w', encoding='utf-8') as f:
        for row in rows:
            print(*row, sep='\t', file=f)


def lasso(p):
    """A lasso around neighbours in an L takes these, and not the one in the corner that it leaves out."""
    cells, ids = {tuple(c[:2]): i for i, c in p.cells.items()}, gz_atlas.galaxies()[0]
    row, column = next(
        (r, c)
        for r, c in cells
        if all(q in cells for q in [(r, c + 1), (r, c + 2), (r + 1, c), (r + 1, c + 1), (r + 2, c), (r + 2, c - 1)])
    )
    p.at(cells[row + 1, column])
    places = 'return arguments[0].map(([r, c]) => { const at = map.latLngToContainerPoint(toMap(place(r, c))), '
    places += 'box = document.getElementById("map").getBoundingClientRect(); '
    places += 'return [at.x + box.left, at.y + box.top]; })'
    # Cells of the L, and half cells around it: up, right, down to the middle, left of it, down, left, up.
    path = [(-0.5, 0), (-0.5, 2.7), (0.45, 2.2), (0.45, 0.4), (2.5, -0.8), (2.5, -1.8), (-0.5, -0.4)]
    points = p.js(places, [[row + y, column + x] for y, x in path])
    if not p['selection'].is_displayed():
        p.click('show-selection')
    p.click('draw-lasso')
    assert p['draw-lasso'].get_attribute('aria-pressed') == 'true'
    p.pointer('touch' if p.phone else 'mouse', *points)
    wanted = {cells[q] for q in cells if is_inside(q, [(row + y, column + x) for y, x in path])}
    assert cells[row + 1, column + 1] not in wanted and {cells[row, column + 1], cells[row + 2, column - 1]} <= wanted
    p.until(lambda: p.text('selected') == f'{len(wanted)} galaxies')
    listed = 'return [...document.querySelectorAll("#list button")].map(e => e.textContent)'
    p.until(lambda: {t.rsplit(': ', 1)[0] for t in p.js(listed)} == wanted)
    assert wanted <= set(ids) and p['draw-lasso'].get_attribute('aria-pressed') == 'false'


def is_inside(point, corners):
    """By the winding angle, which a shear of the lattice does not change."""
    turn = 0.0
    for a, b in zip(corners, corners[1:] + corners[:1]):
        u, v = np.subtract(a, point), np.subtract(b, point)
        turn += np.arctan2(u[0] * v[1] - u[1] * v[0], u @ v)
    return abs(turn) > 3


def by_lasso(folder):
    with page(folder) as p:
        lasso(p)
        p.d.save_screenshot('lasso.png')


def view_and_clear(folder):
    """All in view, one by one from the panel, the list as a way to a galaxy, and none again."""
    with page(folder) as p:
        p.click('show-selection')
        p.click('view')
        p.until(lambda: p.text('selected') == '150 galaxies, the first 100:')
        p.until(lambda: len(p.d.find_elements(By.CSS_SELECTOR, '#list button')) == 100)
        button = p.d.find_elements(By.CSS_SELECTOR, '#list button')[7]
        name = button.text.rsplit(': ', 1)[0]
        button.click()
        p.until(lambda: p['galaxy'].is_displayed())
        assert p.text('id') in name or p.text('id') == name
        p.click('pick')
        p.keys(Keys.ESCAPE)
        p.click('show-selection')
        p.until(lambda: p.text('selected').startswith('149 '))
        p.click('clear')
        p.until(lambda: p.text('selected') == '0 galaxies' and p.text('list') == '' and not p['save'].is_enabled())


def other_classes(folder):
    """With five classes three are named at the corners, and all five can be filtered and told apart by colour."""
    with page(folder) as p:
        assert p.js('return [...document.querySelectorAll(".corner div")].map(e => e.textContent)') == [
            'spiral',
            'edge-on',
            'round',
        ]
        p.click('show-filter')
        assert [o.text for o in Select(p['class']).options] == ['any', 'bar', 'spiral', 'merger', 'edge-on', 'round']
        assert not p['with-labels'].is_displayed()
        set_filter(p, {'of': 'merger', 'most': '0'})
        p.until(lambda: p.text('count') == '150 of 150')
        set_filter(p, {'class': 'merger'})
        p.until(lambda: p.text('count') == '0 of 150')
        Select(p['colour']).select_by_visible_text('class')
        colours = p.js('return [...document.querySelectorAll("#legend span")].map(e => e.style.background)')
        assert len(set(colours)) == 5


def accessible(folder, axe, size=DESKTOP):
    """axe-core finds nothing in any state of the page."""
    with open(axe, encoding='utf-8') as f:
        source = f.read()
    with page(folder, size) as p:
        p.js(source + '; window.axe = axe;')

        def look(state):
            p.settled()
            found = p.d.execute_async_script(
                'const done = arguments[0];'
                'axe.run({preload: false}).then(r => done(r.violations), e => done(String(e)));'
            )
            assert found == [], (
                state,
                [(v['id'], [n['html'] for n in v['nodes']]) for v in found] if isinstance(found, list) else found,
            )

        look('start')
        type_in(p, '1')
        p.until(lambda: p['found'].is_displayed())
        look('completion')
        p['find'].send_keys(Keys.ARROW_DOWN)
        look('a completion chosen')
        p['find'].send_keys(Keys.ENTER)
        p.until(
            lambda: p['galaxy'].is_displayed() and p.js('return document.querySelectorAll("#neighbours li").length')
        )
        look('galaxy')
        p.click('pick')
        p.keys(Keys.ESCAPE)
        p.click('show-filter')
        Select(p['colour']).select_by_visible_text('class')
        look('filter')
        p.click('show-selection')
        p.until(lambda: p.text('list') != '')
        look('selection')
        type_in(p, 'nobody')
        p['find'].send_keys(Keys.ENTER)
        p.until(lambda: p.text('message') != '')
        look('message')
        p.click('show-help')
        look('help')


def fetch_axe(folder):
    """axe-core by npm, into the folder; whether it came."""
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(
        ['npm', 'pack', '--silent', 'axe-core@4.10.3'], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    if done.returncode == 0:
        subprocess.run(['tar', '-xzf', done.stdout.decode().split()[-1], 'package/axe.min.js'], cwd=folder, check=True)
