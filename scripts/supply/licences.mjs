// Which licences we may ship, and which may stand in tools that only build.

const SHIPPED = new Set([
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  // as it is published: files of ours are not touched by it
  "MPL-2.0",
  "OFL-1.1",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
]);
const TOOLS = new Set(["Python-2.0", "CC-BY-4.0", "BlueOak-1.0.0"]);

/** Does an SPDX expression (the older "A/B" means "A OR B") leave a choice that was agreed to? `use`: "shipped" or "tool". */
export function agreed(expression, use) {
  const tokens = expression
    .replaceAll("/", " OR ")
    .replaceAll(/\s+WITH\s+/g, "_WITH_")
    .match(/[()]|[^\s()]+/g);
  if (!tokens) {
    return false;
  }
  let at = 0;
  const chain = (word, part, join) => {
    let result = part();
    while (tokens[at] === word) {
      at += 1;
      const next = part();
      result = join(result, next);
    }
    return result;
  };
  const either = () => chain("OR", both, (left, right) => left || right);
  const both = () => chain("AND", one, (left, right) => left && right);
  const one = () => {
    const token = tokens[at++];
    if (token === "(") {
      const inner = either();
      return tokens[at++] === ")" && inner;
    }
    const licence = token?.replace("_WITH_", " WITH ");
    return SHIPPED.has(licence) || (use === "tool" && TOOLS.has(licence));
  };
  return either() && at === tokens.length;
}
