// Uses the types that openapi-typescript made of the document, with openapi-fetch, against the service at the given URL.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Province = components["schemas"]["ProvinceItem"];

const url = process.argv[2];
assert(url, "usage: check.js URL");
// Lists and records come in several formats; this client asks for JSON, which is what the service prefers.
type Json = "application/json" | "application/problem+json";
const client = createClient<paths, Json>({ baseUrl: url });

async function* provinces(): AsyncGenerator<Province[]> {
  let after: string | undefined;
  do {
    const { data, error } = await client.GET("/v1/provinces", {
      params: { query: { limit: 30, sort: "-code", fields: ["code", "name_th"], ...(after && { after }) } },
    });
    assert(data, JSON.stringify(error));
    yield data.items;
    after = data.next ? (new URL(data.next).searchParams.get("after") ?? undefined) : undefined;
  } while (after);
}

const codes: string[] = [];
let pages = 0;
for await (const page of provinces()) {
  pages += 1;
  codes.push(...page.map((province) => province.code));
}
assert.equal(new Set(codes).size, 77);
assert.deepEqual(codes, [...codes].sort().reverse());
console.log(`  ${codes.length} provinces over ${pages} pages, following \`next\``);

const one = await client.GET("/v1/provinces/{code}", { params: { path: { code: "83" } } });
assert(one.data);
assert.equal(one.data.name_th, "ภูเก็ต");
assert.equal(one.data.regions.four, "south");
console.log(`  one record: ${one.data.code} ${one.data.name_en}, version ${one.data.version}`);

const etag = one.response.headers.get("etag");
assert(etag);
const again = await client.GET("/v1/provinces/{code}", {
  params: { path: { code: "83" }, header: { "If-None-Match": etag } },
  parseAs: "text",
});
assert.equal(again.response.status, 304);
console.log("  the same record with its ETag: 304");

const found = await client.GET("/v1/search", { params: { query: { q: "chaing mai" } } });
assert.equal(found.data?.items[0]?.name_th, "เชียงใหม่");
console.log(`  search with a typing error: ${found.data.items[0].href}`);

const refused = await client.GET("/v1/provinces", {
  params: { query: { limit: 0 }, header: { "Accept-Language": "th" } },
});
assert(refused.error);
assert.equal(refused.error.status, 400);
assert.equal(refused.error.errors?.[0]?.parameter, "limit");
console.log(`  a problem: ${refused.error.type}, ${refused.error.detail}`);

const missing = await client.GET("/v1/provinces/{code}", { params: { path: { code: "99" } } });
assert.equal(missing.error?.type, "/problems/no-such-record");
console.log(`  a missing record: ${missing.error.type}`);
