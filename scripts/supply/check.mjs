// What comes with our dependencies: `node scripts/supply/check.mjs` looks for open advisories, licences that nobody agreed to,
// and crates that must not enter. Reads the Cargo.lock files, cargo's own metadata,
// web/package-lock.json and the snapshot beside this file.
//
// The snapshot: facts of the RustSec advisory database (public domain, CC0), one advisory a line. To renew it, clone
// rustsec/advisory-db and run `node scripts/supply/check.mjs renew CLONE`.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { admits, read, written } from "./advisories.mjs";
import { agreed } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const snapshot = join(here, "advisories.tsv");

/** Advisories that do not concern us: the id, and why not. */
const NOT_OURS = {
  "RUSTSEC-2023-0071":
    "the timing of private RSA keys: webauthn-rs only verifies signatures, with the public keys of security keys",
};

/** Crates that must not enter, and why. */
const ABSENT = {
  "aws-lc-rs": "ring is the one cryptography library; a second one doubles what must be watched, and needs CMake to build",
  "aws-lc-sys": "ring is the one cryptography library; a second one doubles what must be watched, and needs CMake to build",
  "openssl-sys": "the binary must run without the system's OpenSSL",
};

/** The WebAssembly is built of the same versions as the server: its lock is made from the server's. */
const RENEW_WASM = "cp Cargo.lock tests/wasm/ && cargo fetch --manifest-path tests/wasm/Cargo.toml";

/** Crates whose manifest names a file instead of a licence: read by a person, and what it is. */
const READ_BY_HAND = { rsip: "MIT", "rsip-derives": "MIT" };

function locked(file) {
  const text = readFileSync(join(root, file), "utf8");
  return text
    .split("[[package]]\n")
    .slice(1)
    .map((entry) => ({
      name: /^name = "(.*)"$/m.exec(entry)[1],
      version: /^version = "(.*)"$/m.exec(entry)[1],
    }));
}

/** What is built here: packages of other systems stand in Cargo.lock and in no binary of ours. */
function built() {
  const host = /^host: (.*)$/m.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
  const question = ["metadata", "--format-version", "1", "--locked", "--filter-platform", host];
  const metadata = execFileSync("cargo", question, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  return JSON.parse(metadata).packages;
}

function check() {
  const wrong = [];
  const { state, advisories } = read(readFileSync(snapshot, "utf8"));
  const packages = locked("Cargo.lock");
  for (const { name, version } of packages) {
    for (const advisory of advisories.filter((advisory) => advisory.package === name)) {
      const closed = [...advisory.patched, ...advisory.unaffected].some((range) => admits(range, version));
      if (!closed && !NOT_OURS[advisory.id]) {
        const cure = advisory.patched.join(" or ") || "no version";
        wrong.push(`${advisory.id}: ${name} ${version}, ${advisory.kind}; mended in ${cure}`);
      }
    }
  }
  const known = new Set(packages.map(({ name, version }) => `${name} ${version}`));
  for (const { name, version } of locked("tests/wasm/Cargo.lock")) {
    if (name !== "wasm" && !known.has(`${name} ${version}`)) {
      wrong.push(`tests/wasm/Cargo.lock: ${name} ${version} is not in Cargo.lock; renew it: ${RENEW_WASM}`);
    }
  }
  const crates = built();
  for (const { name, version, license } of crates) {
    if (ABSENT[name]) {
      wrong.push(`${name} ${version} has entered (cargo tree -i ${name}): ${ABSENT[name]}`);
    }
    if (!agreed(license ?? READ_BY_HAND[name] ?? "", "shipped")) {
      wrong.push(`${name} ${version} has the licence ${license ?? "of a file"}, which nobody agreed to`);
    }
  }
  const npm = Object.entries(JSON.parse(readFileSync(join(root, "web/package-lock.json"), "utf8")).packages).slice(1);
  for (const [path, { version, license, dev }] of npm) {
    if (!agreed(license ?? "", dev ? "tool" : "shipped")) {
      wrong.push(`${path} ${version} has the licence ${license ?? "of nobody"}, which nobody agreed to`);
    }
  }
  wrong.forEach((line) => console.error(line));
  const seen = `${packages.length} locked and ${crates.length} built crates, ${npm.length} npm packages`;
  console.log(`supply: ${wrong.length} wrong; ${seen}; ${advisories.length} advisories, state of ${state}`);
  return wrong.length === 0;
}

function renew(clone) {
  const git = (...question) => execFileSync("git", question, { cwd: clone, encoding: "utf8" }).trim();
  const state = git("log", "-1", "--format=%cs");
  const crates = join(clone, "crates");
  const folders = readdirSync(crates, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const texts = folders.flatMap(({ name }) =>
    readdirSync(join(crates, name)).map((file) => readFileSync(join(crates, name, file), "utf8")),
  );
  writeFileSync(snapshot, written(state, texts));
  console.log(`supply: ${texts.length} advisories read, state of ${state}`);
}

if (process.argv[2] === "renew" && process.argv[3]) {
  renew(process.argv[3]);
} else if (process.argv[2]) {
  console.error("usage: node scripts/supply/check.mjs [renew CLONE-OF-rustsec/advisory-db]");
  process.exit(2);
} else {
  process.exit(check() ? 0 : 1);
}
