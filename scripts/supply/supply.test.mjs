import assert from "node:assert/strict";
import test from "node:test";
import { admits, read, written } from "./advisories.mjs";
import { agreed } from "./licences.mjs";

test("a version is within a range or not", () => {
  for (const [range, version, expected] of [
    [">= 1.2.3", "1.2.3", true],
    [">= 1.2.3", "1.2.2", false],
    [">= 1.5.1, < 1.6.0", "1.5.9", true],
    [">= 1.5.1, < 1.6.0", "1.6.0", false],
    ["> 2", "2.0.0", false],
    ["<= 0.3", "0.3.0", true],
    ["= 1.0.4", "1.0.4", true],
    ["^1.2", "1.9.0", true],
    ["^1.2", "2.0.0", false],
    ["^0.4.1", "0.4.9", true],
    ["^0.4.1", "0.5.0", false],
    ["^0.0.3", "0.0.4", false],
    ["1.2", "1.3.0", true],
    ["~1.2.3", "1.2.9", true],
    ["~1.2.3", "1.3.0", false],
    [">= 1.2.3-rc.1", "1.2.3", true],
    ["< 1.10.0", "1.9.0", true],
    ["nonsense", "1.0.0", false],
  ]) {
    assert.equal(admits(range, version), expected, `${range} ${version}`);
  }
});

test("a licence is agreed to or not", () => {
  for (const [expression, use, expected] of [
    ["MIT", "shipped", true],
    ["MIT/Apache-2.0", "shipped", true],
    ["GPL-3.0-only", "shipped", false],
    ["GPL-3.0-only OR MIT", "shipped", true],
    ["GPL-3.0-only AND MIT", "shipped", false],
    ["(MIT OR Apache-2.0) AND Unicode-3.0", "shipped", true],
    ["(MIT OR Apache-2.0) AND AGPL-3.0", "shipped", false],
    ["Apache-2.0 WITH LLVM-exception", "shipped", true],
    ["GPL-2.0 WITH Classpath-exception-2.0", "shipped", false],
    ["MPL-2.0", "shipped", true],
    ["BlueOak-1.0.0", "shipped", false],
    ["BlueOak-1.0.0", "tool", true],
    ["MIT MIT", "shipped", false],
    ["(MIT", "shipped", false],
    ["", "shipped", false],
  ]) {
    assert.equal(agreed(expression, use), expected, `${expression} ${use}`);
  }
});

const ADVISORY = `\`\`\`toml
[advisory]
id = "RUSTSEC-2099-0001"
package = "leaky"
informational = "unsound"

[versions]
patched = [
    ">= 1.5.1, < 1.6.0",
    ">= 1.7",
]
unaffected = ["< 0.3.0"]
\`\`\`
# It leaks
`;

test("what is written is read again, and withdrawn advisories are left out", () => {
  const withdrawn = ADVISORY.replace("package", 'withdrawn = "2099-02-01"\npackage');
  const { state, advisories } = read(written("2099-01-01", [ADVISORY, withdrawn]));
  assert.equal(state, "2099-01-01");
  assert.deepEqual(advisories, [
    {
      id: "RUSTSEC-2099-0001",
      package: "leaky",
      kind: "unsound",
      patched: [">= 1.5.1, < 1.6.0", ">= 1.7"],
      unaffected: ["< 0.3.0"],
    },
  ]);
});
