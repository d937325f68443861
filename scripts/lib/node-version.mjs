// Imported first by every script: ends with one plain line when Node is too old, instead of with
// the syntax error that would otherwise come up somewhere else. Itself in old syntax.

const oldest = [20, 19];

const current = process.versions.node.split(".").map(Number);
if (current[0] < oldest[0] || (current[0] === oldest[0] && current[1] < oldest[1])) {
  console.error(
    "Unwind needs Node " +
      oldest.join(".") +
      " or newer; this is Node " +
      process.versions.node +
      ".",
  );
  process.exit(2);
}
