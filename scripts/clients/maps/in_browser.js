// Draws the OGC API at the given URL with MapLibre GL JS and OpenLayers in Chromium without a screen.
// Usage: node in_browser.js URL DIRECTORY. What was drawn is counted, and kept as pictures in that directory.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { delimiter, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [url, directory] = process.argv.slice(2);
if (!directory) fail("usage: in_browser.js URL DIRECTORY");
const here = fileURLToPath(new URL(".", import.meta.url));

const SIZE = { width: 800, height: 1000 };
const COUNTRY = { name: "country", lon: 101, lat: 13.2, zoom: 6.4 };
const NORTH = { name: "north", lon: 99.0, lat: 18.75, zoom: 10 };
// What has to be found on each picture: labels may be left out for want of room, and OpenLayers finds by samples.
const LEAST = {
  country: { provinces: 50, "provinces as text": 15, "certified-cities": 20, GeoJSON: 20 },
  north: { provinces: 2, districts: 20, "districts as text": 3, "certified-cities": 1, GeoJSON: 1 },
};
const PATIENCE = 60_000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css" };

function fail(message) {
  console.error(message);
  process.exit(1);
}

function program(packaged, ...names) {
  for (const name of names)
    for (const folder of process.env.PATH.split(delimiter))
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        continue;
      }
  return fail(`${names[0]} is not installed (Debian, Ubuntu: apt-get install ${packaged})`);
}

// The pages, and the packages that they load: on another origin than the service, as maps are.
async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const type = TYPES[extname(path)];
    try {
      assert(type);
      const content = await readFile(join(here, path));
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(content);
    } catch {
      response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

async function draw(browser, origin, library, view) {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 2, locale: "th-TH" });
  const wrong = [];
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("requestfailed", (request) => wrong.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on("response", (answer) => answer.status() >= 400 && wrong.push(`${answer.url()}: ${answer.status()}`));
  const { name, ...place } = view;
  await page.goto(`${origin}/pages/${library}.html?${new URLSearchParams({ service: url, ...place })}`);
  // A library that says that it is done may still have a tile to draw: it is asked until everything is there.
  const enough = (least) => {
    const found = window.drawn?.() ?? {};
    return Object.entries(least).every(([of, count]) => (found[of] ?? 0) >= count);
  };
  const waiting = { polling: 500, timeout: PATIENCE };
  const complete = await page.waitForFunction(enough, LEAST[name], waiting).then(() => true, () => false);
  const picture = join(directory, `${library}-${name}.png`);
  await page.screenshot({ path: picture });
  const drawn = await page.evaluate(() => window.drawn?.() ?? {});
  const expected = JSON.stringify(LEAST[name]);
  if (!complete) wrong.push(`${JSON.stringify(drawn)} was drawn after ${PATIENCE} ms, at least ${expected} expected`);
  if (wrong.length) fail(`${picture}:\n${wrong.join("\n")}`);
  const told = Object.entries(drawn).map(([of, count]) => `${of} ${count}`);
  console.log(`  ${picture}: ${told.join(", ")}`);
  await page.close();
}

const executablePath = program("chromium", "chromium", "chromium-browser", "google-chrome");
const fonts = execFileSync(program("fontconfig", "fc-list"), [":lang=th", "family"], { encoding: "utf8" });
if (!fonts.trim()) fail("no font has Thai letters (Debian, Ubuntu: apt-get install fonts-thai-tlwg)");
mkdirSync(directory, { recursive: true });
const server = await serve();
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses to run as root with it
  args: ["--enable-unsafe-swiftshader", "--use-angle=swiftshader"], // WebGL without a graphics card
});
try {
  for (const library of ["maplibre", "openlayers"])
    for (const view of [COUNTRY, NORTH]) await draw(browser, `http://127.0.0.1:${server.address().port}`, library, view);
} finally {
  await browser.close();
  server.close();
}
