"use strict";
const setup = JSON.parse(document.getElementById("setup").textContent);
const canvas = document.getElementById("map"), context = canvas.getContext("2d");
const day = document.getElementById("day"), names = document.getElementById("names");
const FROM = { districts: 8.5, milestones: 9, proposals: 7 };  // zooms before which names would be too many
const SIZE = 512, EXTENT = 4096, TEXT = new TextDecoder();
const view = { x: 0.7806, y: 0.4622, zoom: 5.2 };  // the middle, as parts of the world; Thailand
const shown = new Set(setup.layers.map(layer => layer.id));
let tiles = new Map();

// --- Mapbox Vector Tiles: protocol buffers, by hand ---------------------------------------------------------------

function* messages(bytes, start, end) {
  let at = start;
  const varint = () => {
    let value = 0, factor = 1, byte;
    do { byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; } while (byte & 128);
    return value;
  };
  while (at < end) {
    const key = varint(), field = key >> 3, wire = key & 7;
    const value = wire === 2 ? varint() : wire === 0 ? varint() : 0, from = at;
    at += wire === 2 ? value : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    yield { field, value, from, to: at };
  }
}

function numbers(bytes, from, to) {
  const found = [];
  for (let at = from, value = 0, factor = 1; at < to; at++) {
    value += (bytes[at] & 127) * factor; factor *= 128;
    if (!(bytes[at] & 128)) { found.push(value); value = 0; factor = 1; }
  }
  return found;
}

function valueOf(bytes, { from, to }) {
  const real = new DataView(bytes.buffer);
  for (const one of messages(bytes, from, to)) {
    if (one.field === 1) return TEXT.decode(bytes.subarray(one.from, one.to));
    if (one.field === 2) return real.getFloat32(one.from, true);
    if (one.field === 3) return real.getFloat64(one.from, true);
    if (one.field === 6) return one.value % 2 ? -(one.value + 1) / 2 : one.value / 2;
    return one.field === 7 ? Boolean(one.value) : one.value;
  }
}

function drawn(commands, path, points) {
  let x = 0, y = 0;
  const step = n => (n & 1 ? -(n + 1) / 2 : n / 2);
  for (let at = 0; at < commands.length;) {
    const command = commands[at] & 7, count = commands[at++] >> 3;
    if (command === 7) { path.closePath(); continue; }
    for (let n = 0; n < count; n++) {
      x += step(commands[at++]); y += step(commands[at++]);
      if (points) points.push([x, y]);
      else if (command === 1) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
  }
}

function layerOf(bytes, { from, to }) {
  const layer = { name: "", features: [], path: new Path2D() }, keys = [], values = [], raw = [];
  for (const one of messages(bytes, from, to)) {
    if (one.field === 1) layer.name = TEXT.decode(bytes.subarray(one.from, one.to));
    if (one.field === 2) raw.push(one);
    if (one.field === 3) keys.push(TEXT.decode(bytes.subarray(one.from, one.to)));
    if (one.field === 4) values.push(valueOf(bytes, one));
  }
  for (const one of raw) {
    const feature = { told: {}, kind: 0, path: new Path2D(), points: [] };
    let commands = [];
    for (const part of messages(bytes, one.from, one.to)) {
      if (part.field === 3) feature.kind = part.value;
      if (part.field === 4) commands = numbers(bytes, part.from, part.to);
      if (part.field === 2) {
        const tags = numbers(bytes, part.from, part.to);
        for (let n = 0; n < tags.length; n += 2) feature.told[keys[tags[n]]] = values[tags[n + 1]];
      }
    }
    drawn(commands, feature.path, feature.kind === 1 ? feature.points : null);
    if (feature.kind === 3) layer.path.addPath(feature.path);
    layer.features.push(feature);
  }
  return layer;
}

// --- which tiles ------------------------------------------------------------------------------------------------

function address(zoom, row, col) {
  const url = new URL(setup.tiles.replace("{z}", zoom).replace("{y}", row).replace("{x}", col));
  if (setup.dated && day.value) url.searchParams.set("as_of", day.value);
  return url;
}

function tile(zoom, row, col) {
  const key = `${zoom}/${row}/${col}`, kept = tiles, known = kept.get(key);
  if (known) return known;
  const loading = { layers: null };
  kept.set(key, loading);
  fetch(address(zoom, row, col)).then(async answer => {
    const bytes = new Uint8Array(answer.ok ? await answer.arrayBuffer() : 0), layers = new Map();
    for (const one of messages(bytes, 0, bytes.length)) {
      const layer = layerOf(bytes, one);
      layers.set(layer.name, layer);
    }
    loading.layers = layers;
    if (kept === tiles) redraw();
  }).catch(() => kept.delete(key));
  return loading;
}

function* visible(width, height) {
  const zoom = Math.max(0, Math.min(setup.maxZoom, Math.floor(view.zoom))), count = 2 ** zoom;
  const side = SIZE * 2 ** (view.zoom - zoom), limits = setup.limits[zoom];
  const left = view.x * count * side - width / 2, top = view.y * count * side - height / 2;
  const [firstRow, lastRow, firstCol, lastCol] = limits;
  for (let row = Math.max(firstRow, Math.floor(top / side)); row <= Math.min(lastRow, (top + height) / side); row++)
    for (let col = Math.max(firstCol, Math.floor(left / side)); col <= Math.min(lastCol, (left + width) / side); col++)
      yield { zoom, row, col, x: col * side - left, y: row * side - top, side };
}

function content({ zoom, row, col, x, y, side }) {
  const found = tile(zoom, row, col).layers;
  if (found) return { layers: found, x, y, scale: side / EXTENT, whole: true };
  for (let up = 1; up <= zoom; up++) {  // what is there already of a coarser tile, until this one has come
    const part = 2 ** up, above = tiles.get(`${zoom - up}/${Math.floor(row / part)}/${Math.floor(col / part)}`);
    if (above?.layers) {
      return { layers: above.layers, x: x - (col % part) * side, y: y - (row % part) * side, scale: side * part / EXTENT };
    }
  }
}

// --- drawing ----------------------------------------------------------------------------------------------------

function areas(found, at) {
  context.save();
  context.beginPath();
  context.rect(at.x, at.y, at.side, at.side);
  context.clip();
  context.translate(found.x, found.y);
  context.scale(found.scale, found.scale);
  for (const { id, colour } of setup.layers) {
    const layer = shown.has(id) && found.layers.get(id);
    if (!layer) continue;
    context.fillStyle = colour ? colour + "40" : id === "provinces" ? "#f4f2ea" : "#f4f2ea60";
    context.strokeStyle = colour || "#8b9a93";
    context.lineWidth = (colour ? 1.3 : id === "provinces" ? 1 : 0.5) / found.scale;
    context.fill(layer.path);
    context.stroke(layer.path);
  }
  context.restore();
}

function* points(found, name) {
  for (const feature of found.layers.get(name)?.features ?? [])
    for (const [x, y] of feature.points)
      if (x >= 0 && x < EXTENT && y >= 0 && y < EXTENT)  // those in the buffer are another tile's
        yield { feature, x: found.x + x * found.scale, y: found.y + y * found.scale };
}

function dots(found) {
  for (const { id, colour } of setup.layers) {
    if (!shown.has(id)) continue;
    for (const { x, y } of points(found, id)) {
      context.beginPath();
      context.arc(x, y, 4.5, 0, 7);
      context.fillStyle = colour || "#8b9a93";
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = "#fff";
      context.stroke();
    }
  }
}

function word(told) {
  return setup.language === "th" ? told.label : told.name_en || told.title_en || told.label;
}

function labels(contents) {
  const taken = [], first = [...setup.layers].reverse();
  for (const { id, colour } of first) {
    if (!shown.has(id) || view.zoom < (FROM[id] ?? 0)) continue;
    for (const found of contents) for (const { feature, x, y } of points(found, `${id}-labels`)) {
      context.font = `${colour ? 13 : 12}px Sarabun, "Noto Sans Thai", Loma, system-ui, sans-serif`;
      const text = word(feature.told), half = context.measureText(text).width / 2, down = colour ? 15 : 4;
      const box = [x - half - 2, y + down - 14, x + half + 2, y + down + 6];
      if (taken.some(other => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      context.lineWidth = 3;
      context.strokeStyle = "#fffd";
      context.fillStyle = colour || "#4a5852";
      context.strokeText(text, x - half, y + down);
      context.fillText(text, x - half, y + down);
    }
  }
}

let waiting = false;
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);
    context.lineJoin = "round";
    const places = [...visible(width, height)].map(at => [at, content(at)]).filter(([, found]) => found);
    for (const [at, found] of places) areas(found, at);
    const whole = places.map(([, found]) => found).filter(found => found.whole);
    whole.forEach(dots);
    if (names.checked) labels(whole);
  });
}

// --- moving about -----------------------------------------------------------------------------------------------

function zoomed(by, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const before = SIZE * 2 ** view.zoom;
  view.zoom = Math.max(3, Math.min(18, view.zoom + by));
  const after = SIZE * 2 ** view.zoom, dx = x - canvas.clientWidth / 2, dy = y - canvas.clientHeight / 2;
  moved(dx / before - dx / after, dy / before - dy / after);
}

function moved(dx, dy) {
  view.x = Math.max(0.75, Math.min(0.81, view.x + dx));
  view.y = Math.max(0.43, Math.min(0.49, view.y + dy));
  history.replaceState(null, "", `#${view.zoom.toFixed(2)}/${view.x.toFixed(6)}/${view.y.toFixed(6)}`);
  redraw();
}

function told(x, y) {
  const lines = [];
  for (const at of visible(canvas.clientWidth, canvas.clientHeight)) {
    const found = content(at);
    if (!found?.whole || x < at.x || y < at.y || x >= at.x + at.side || y >= at.y + at.side) continue;
    const unit = found.scale, here = [(x - at.x) / unit, (y - at.y) / unit];
    for (const { id, title } of setup.layers) {
      for (const { told: fields, path, points: dots } of (shown.has(id) && found.layers.get(id)?.features) || []) {
        const near = dots.some(([dx, dy]) => Math.hypot(dx - here[0], dy - here[1]) * unit < 8);
        const name = fields.display_name || fields.display_title || fields.name_th || fields.title_th;
        const state = fields.stage || fields.status;
        if (near || context.isPointInPath(path, ...here.map(n => n))) lines.unshift(`${title}: ${name}${state ? ` (${state})` : ""}`);
      }
    }
  }
  document.getElementById("told").textContent = [...new Set(lines)].join("\n");
}

let held = null;
canvas.onpointerdown = event => { held = { x: event.clientX, y: event.clientY, far: 0 }; canvas.setPointerCapture(event.pointerId); };
canvas.onpointermove = event => {
  if (!held) return;
  const world = SIZE * 2 ** view.zoom, dx = event.clientX - held.x, dy = event.clientY - held.y;
  held = { x: event.clientX, y: event.clientY, far: held.far + Math.hypot(dx, dy) };
  moved(-dx / world, -dy / world);
};
canvas.onpointerup = event => { if (held && held.far < 4) told(event.clientX, event.clientY); held = null; };
canvas.onwheel = event => { event.preventDefault(); zoomed(-event.deltaY / 400, event.clientX, event.clientY); };
canvas.onkeydown = event => {
  const step = 80 / (SIZE * 2 ** view.zoom);
  const to = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  if (to) moved(...to);
  if (event.key === "+" || event.key === "-") zoomed(event.key === "+" ? 0.5 : -0.5);
};

for (const { id, title, colour } of setup.layers) {
  const label = document.createElement("label"), box = document.createElement("input"), mark = document.createElement("i");
  box.type = "checkbox";
  box.checked = true;
  box.onchange = () => { box.checked ? shown.add(id) : shown.delete(id); redraw(); };
  mark.style.background = colour || "#f4f2ea";
  label.append(box, " ", mark, title);
  document.getElementById("layers").append(label);
}
const anew = () => { tiles = new Map(); document.getElementById("told").textContent = ""; redraw(); };
day.value = new URL(setup.tiles).searchParams.get("as_of") || "";
day.onchange = anew;
document.getElementById("today").onclick = () => { day.value = ""; anew(); };
document.getElementById("time").hidden = !setup.dated;
names.onchange = redraw;
addEventListener("resize", redraw);
const asked = location.hash.slice(1).split("/").map(Number);
if (asked.length === 3 && asked.every(Number.isFinite)) [view.zoom, view.x, view.y] = asked;
redraw();
