// Advisories as lines, and the ranges of versions that they name.

const COLUMNS = ["id", "package", "kind", "patched", "unaffected"];

/** The snapshot's text as advisories. */
export function read(text) {
  const [head, ...lines] = text.trimEnd().split("\n");
  const advisories = lines.map((line) => {
    const cells = line.split("\t");
    const advisory = Object.fromEntries(COLUMNS.map((column, n) => [column, cells[n] ?? ""]));
    const ranges = (cell) => cell.split("; ").filter((range) => range !== "");
    return { ...advisory, patched: ranges(advisory.patched), unaffected: ranges(advisory.unaffected) };
  });
  return { state: head.replace("# RustSec, state of ", ""), advisories };
}

/** The snapshot's text of advisories as the database writes them: Markdown that begins with TOML. Withdrawn ones are left out. */
export function written(state, texts) {
  const lines = texts
    .filter((text) => !/^withdrawn\s*=/m.test(text))
    .map((text) => {
      const toml = text.split("```")[1];
      const word = (key) => new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, "m").exec(toml)?.[1];
      const list = (key) => {
        const items = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(toml)?.[1] ?? "";
        return [...items.matchAll(/"([^"]*)"/g)].map((item) => item[1]).join("; ");
      };
      const kind = word("informational") ?? "vulnerability";
      return [word("id"), word("package"), kind, list("patched"), list("unaffected")].join("\t");
    });
  return [`# RustSec, state of ${state}`, ...lines.sort()].join("\n") + "\n";
}

/** Three numbers; what stands behind a hyphen or a plus is left out. */
function numbers(version) {
  const parts = version.split(/[-+]/)[0].split(".").map(Number);
  return [parts[0], parts[1] ?? 0, parts[2] ?? 0];
}

function compare(left, right) {
  const at = [0, 1, 2].find((n) => left[n] !== right[n]);
  return at === undefined ? 0 : left[at] - right[at];
}

/** The first version that `^bound` does not mean any more. */
function afterCaret([major, minor, patch]) {
  return major > 0 ? [major + 1, 0, 0] : minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

/** Is the version within a range such as `>= 1.2, < 1.3`, `^0.4`, `~1.2.3`? */
export function admits(range, version) {
  const found = numbers(version);
  return range.split(",").every((comparator) => {
    const parts = /^\s*(>=|<=|>|<|=|\^|~)?\s*(\d[\w.+-]*)\s*$/.exec(comparator);
    if (!parts) {
      return false;
    }
    const bound = numbers(parts[2]);
    const order = compare(found, bound);
    switch (parts[1]) {
      case ">=":
        return order >= 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      case "<":
        return order < 0;
      case "=":
        return order === 0;
      case "~":
        return order >= 0 && compare(found, [bound[0], bound[1] + 1, 0]) < 0;
      default:
        return order >= 0 && compare(found, afterCaret(bound)) < 0;
    }
  });
}
